"""One run on one machine: the items go in blocks to processes of their own.

A process that dies takes nothing along: what it had not answered for goes to another one, item by
item; an item that is alone when its process dies is to blame, and fails.  Memory stays flat: a
block a process is all that is under way.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import Connection, wait

from melodymuse.batch.items import Item
from melodymuse.batch.making import Made, Run, make, record_of
from melodymuse.batch.manifest import Record
from melodymuse.batch.places import join, read, write
from melodymuse.errors import BatchError, MelodyMuseError
from melodymuse.processes import new_process

# What every process imports; the networks' library, which starts a thread, comes later.
_NEEDED = ("melodymuse.batch.running", "music21")
# How long a process may take to leave the file that it is writing whole or not at all.
_PATIENCE_SECONDS = 10.0
# Processes that end before they are ready: with so many it is no accident.
_MOST_FALSE_STARTS = 3


def run_items(
    items: Iterable[Item], run: Run, folder: str, *, workers: int, rows: int
) -> Generator[Record, None, None]:
    """Make items in processes of their own.

    Args:
        items: what to make, taken as they are needed.
        run: what they share.
        folder: where the files go, a path or a URL.
        workers: how many processes.
        rows: how many pieces a process composes side by side.

    Yields:
        What became of each (`making.record_of`), its files written, in the order of their ends.

    Raises:
        BatchError: the run cannot go on: a full disk, or weights that are missing or damaged.
    """
    ahead = iter(items)
    suspects: deque[Item] = deque()
    team: list[_Worker] = []
    false_starts = 0
    try:
        while True:
            for worker in team:
                if not worker.pending:
                    worker.send(*_next(suspects, ahead, rows))
            while len(team) < workers and (block := _next(suspects, ahead, rows))[0]:
                team.append(_Worker(run, folder))
                team[-1].send(*block)
            busy = {worker.answers: worker for worker in team if worker.pending}
            if not busy:
                return
            for connection in wait(list(busy)):
                worker = busy[connection]  # type: ignore[index]
                try:
                    if (record := worker.receive()) is not None:
                        yield record
                except (EOFError, OSError):
                    team.remove(worker)
                    if not worker.ready:
                        false_starts += 1
                        if false_starts == _MOST_FALSE_STARTS:
                            raise BatchError(f"no process can be started: {worker.end()}") from None
                    if worker.suspect and worker.ready:
                        error = f"the process that made it died ({worker.end()}): perhaps it "
                        error += "needs more memory than there is"
                        yield record_of(Made(worker.pending[0], error=error))
                    else:
                        worker.end()
                        suspects.extend(worker.pending)
    finally:
        for worker in team:
            worker.stop()


def _next(suspects: deque[Item], ahead: Iterator[Item], rows: int) -> tuple[list[Item], bool]:
    """What a process does next: an item that is under suspicion, alone, or as many as fit; and
    whether it is such an item."""
    return ([suspects.popleft()], True) if suspects else (list(islice(ahead, rows)), False)


class _Worker:
    """A process, and what it has not answered for yet."""

    def __init__(self, run: Run, folder: str) -> None:
        self.answers, theirs = multiprocessing.Pipe()
        # Not a daemon, which could not start the processes that guard what is read.
        self._process = new_process(_work, theirs, run, folder, modules=_NEEDED)
        self._process.start()
        theirs.close()
        self.pending: list[Item] = []
        self.suspect = self.ready = False

    def send(self, block: list[Item], suspect: bool) -> None:
        """Give it a block; if it has died meanwhile, `receive` finds out."""
        self.pending, self.suspect = block, suspect
        if block:
            with suppress(OSError):
                self.answers.send(block)

    def receive(self) -> Record | None:
        """What became of the next item; None where it says that it is ready."""
        answer = self.answers.recv()
        if isinstance(answer, BatchError):
            raise answer
        if answer is None:
            self.ready = True
            return None
        self.pending = self.pending[1:]
        return answer  # type: ignore[no-any-return]

    def end(self) -> str:
        """See a dead process off; how it died."""
        self._process.join(_PATIENCE_SECONDS)
        status = self._process.exitcode or 0
        return f"signal {-status}" if status < 0 else f"status {status}"

    def stop(self) -> None:
        """End the process, the file at hand whole or not at all."""
        self._process.terminate()
        self._process.join(_PATIENCE_SECONDS)
        self._process.kill()
        self.answers.close()


def _work(orders: Connection, run: Run, folder: str) -> None:
    """What a process does: blocks in, records out, until nobody asks any more."""
    signal.signal(signal.SIGTERM, _leave)
    # Ctrl-C reaches all processes of a terminal: the first one decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        try:
            engine = run.engine()
            orders.send(None)
            while True:
                for made in make(engine, run, orders.recv(), read):
                    orders.send(write_down(made, folder))
        except MelodyMuseError as error:
            # By its words: not every exception of the family travels.
            orders.send(BatchError(str(error)))


def _leave(*_: object) -> None:
    raise SystemExit(0)


def write_down(made: Made, folder: str) -> Record:
    """Write an item's files into a folder; its record.

    Raises:
        OutputError: one cannot be written.
    """
    for name, data in made.files:
        write(join(folder, name), data)
    return record_of(made)
