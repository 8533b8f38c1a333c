"""What happens when strangers' files are read: every reader, thousands of damaged inputs each.

    python -m benchmarks.fuzz [READER ...] [--cases 10000] [--seed 1] [--keep DIR]

The inputs are drawn here (`benchmarks.fuzz_seeds`), then damaged at random: bits, bytes, numbers,
pieces left out, doubled, moved between inputs, cut off.  A reader may give something or raise an
error of `melodymuse.errors`.  Anything else is a fault: another exception, a crash, more than 5
seconds of processor time, or memory that grows by 1 GB.  Each reader runs in a process of its own,
which goes on behind a case that killed it.  Exit status 1 where there was a fault; `--keep` keeps
the inputs of those.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.fuzz_seeds import READERS
from melodymuse.errors import MelodyMuseError
from melodymuse.streams import stream

MOST_SECONDS = 5.0  # of processor time, so that a busy machine is no fault
MOST_BYTES = 2**30
_PATIENCE_SECONDS = 120.0  # for one case on the clock: a crash says nothing, and a lock waits
_NUMBERS = (b"\x00", b"\xff", b"\x7f", b"\x80", b"\xff\xff", b"\x7f\xff\xff\xff", b"\xff" * 4)


@dataclass(frozen=True, slots=True)
class Fault:
    """A case that went wrong: its number, and how."""

    case: int
    how: str


@dataclass(slots=True)
class Report:
    """What became of a reader's cases.

    Attributes:
        reader: its name.
        read, refused: how many inputs gave something, how many were refused in due form.
        seconds: processor time of the slowest.
        bytes: by how much the process grew.
        faults: what went wrong.
    """

    reader: str
    read: int = 0
    refused: int = 0
    seconds: float = 0.0
    bytes: int = 0
    faults: list[Fault] = field(default_factory=list)


def damaged(seeds: Sequence[bytes], random: Random) -> bytes:
    """One of the seeds, damaged at one to eight places."""
    data = bytearray(random.choice(seeds))
    for _ in range(random.randint(1, 8)):
        random.choice(_DAMAGES)(data, seeds, random)
    return bytes(data)


def _place(data: bytearray, random: Random) -> slice:
    begin = random.randrange(len(data) + 1)
    return slice(begin, begin + min(random.choice((1, 2, 4, 16, 256)), len(data) - begin))


def _flip(data: bytearray, seeds: Sequence[bytes], random: Random) -> None:
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _number(data: bytearray, seeds: Sequence[bytes], random: Random) -> None:
    value = random.choice(_NUMBERS)
    begin = random.randrange(len(data) + 1)
    data[begin : begin + len(value)] = value


def _leave_out(data: bytearray, seeds: Sequence[bytes], random: Random) -> None:
    del data[_place(data, random)]


def _double(data: bytearray, seeds: Sequence[bytes], random: Random) -> None:
    place = _place(data, random)
    data[place.start : place.start] = data[place] * random.choice((1, 2, 64))


def _splice(data: bytearray, seeds: Sequence[bytes], random: Random) -> None:
    other = bytearray(random.choice(seeds))
    data[_place(data, random)] = other[_place(other, random)]


def _noise(data: bytearray, seeds: Sequence[bytes], random: Random) -> None:
    data[_place(data, random)] = random.randbytes(random.randint(1, 16))


def _cut_off(data: bytearray, seeds: Sequence[bytes], random: Random) -> None:
    del data[random.randrange(len(data) + 1) :]


_DAMAGES: tuple[Callable[[bytearray, Sequence[bytes], Random], None], ...] = (
    *(_flip, _number, _leave_out, _double, _splice, _noise),
    _cut_off,
)


def examine(reader: str, cases: int, seed: int, keep: Path | None = None) -> Report:
    """What a reader makes of so many damaged inputs."""
    report, first = Report(reader), 0
    seeds = READERS[reader].seeds()
    while first < cases:
        first = _run(report, range(first, cases), seed)
    if keep is not None:
        for fault in report.faults:
            path = keep / f"{reader}-{seed}-{fault.case}.bin"
            path.write_bytes(damaged(seeds, stream(seed, reader, fault.case)))
    return report


def _run(report: Report, cases: range, seed: int) -> int:
    """Start a process for some cases; gives the case to go on with."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_read_all, args=(theirs, report.reader, cases, seed))
    process.start()
    theirs.close()
    begun = cases.start
    try:
        while begun < cases.stop:
            if not ours.poll(_PATIENCE_SECONDS):
                report.faults.append(Fault(begun, f"no end after {_PATIENCE_SECONDS:g} s"))
                return begun + 1
            how, seconds, grown = ours.recv()
            report.seconds = max(report.seconds, seconds)
            if how in ("read", "refused"):
                setattr(report, how, getattr(report, how) + 1)
            else:
                report.faults.append(Fault(begun, how))
            if seconds > MOST_SECONDS:
                report.faults.append(Fault(begun, f"{seconds:.1f} s"))
            if report.bytes <= MOST_BYTES < grown:
                report.faults.append(Fault(begun, f"{grown / 2**20:.0f} MiB"))
            report.bytes = max(report.bytes, grown)
            begun += 1
    except EOFError:
        process.join()
        report.faults.append(Fault(begun, f"the process ended with status {process.exitcode}"))
        return begun + 1
    finally:
        process.kill()
        process.join()
        ours.close()
    return begun


def _read_all(answers: Connection, reader: str, cases: range, seed: int) -> None:
    """The life of the process: tells of each case how it went, how long, how large it has grown."""
    kind = READERS[reader]
    seeds = kind.seeds()
    with TemporaryDirectory() as folder:
        path = Path(folder, f"input{kind.suffix}")
        for data in seeds:  # what the first call imports is no cost of a case
            _read(kind.read, data, path)
        before = _peak()
        for case in cases:
            data = damaged(seeds, stream(seed, reader, case))
            begun = time.process_time()
            how = _read(kind.read, data, path)
            answers.send((how, time.process_time() - begun, _peak() - before))


def _read(read: Callable[[bytes, Path], object], data: bytes, path: Path) -> str:
    try:
        read(data, path)
        return "read"
    except MelodyMuseError as error:
        lines = str(error).count("\n")
        return "refused" if not lines else f"a message of {lines + 1} lines"
    except BaseException as error:
        return f"{type(error).__name__}: {error}"[:200]


def _peak() -> int:
    """The most memory that this process has held, in bytes."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main(words: Sequence[str] | None = None) -> int:
    """The command; gives its exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("readers", nargs="*", metavar="READER", help=", ".join(READERS))
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=None, metavar="DIR")
    options = parser.parse_args(words)
    if strange := set(options.readers) - set(READERS):
        parser.error(f"unknown reader {', '.join(sorted(strange))}: use {', '.join(READERS)}")
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
    faults = 0
    print(
        "| reader | read | refused | slowest, s | grew, MiB | faults |\n|---|---|---|---|---|---|"
    )
    for reader in options.readers or READERS:
        report = examine(reader, options.cases, options.seed, options.keep)
        numbers = (report.read, report.refused, f"{report.seconds:.2f}", report.bytes // 2**20)
        print("|", " | ".join(map(str, (reader, *numbers, len(report.faults)))), "|", flush=True)
        for fault in report.faults[:20]:
            print(f"  {reader} {fault.case}: {fault.how!r}", file=sys.stderr)
        faults += len(report.faults)
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
