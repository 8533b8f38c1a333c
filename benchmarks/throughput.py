"""Whole pieces: pictures a second, pieces an hour a core, memory, length, formats, workers."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from benchmarks.figures import Figure

BARS = 16
LENGTHS = (8, 16, 32, 64, 128, 256)
# Others need extras, or name one of these in another way.
FORMATS = (
    (".mid", None),
    (".musicxml", None),
    (".png", "roll"),
    (".pdf", "score"),
    (".wav", "audio"),
)


def draw_pictures(folder: Path, count: int) -> None:
    """So many photographs' worth of coloured noise, 640 x 480, each unlike the others."""
    from PIL import Image

    dice = np.random.default_rng(1)
    for number in range(count):
        coarse = dice.integers(0, 256, (24, 32, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((640, 480)).save(folder / f"{number:05}.jpg")


def measure_pieces(pieces: int, lanes: int) -> list[Figure]:
    """Pictures to MIDI files in one process, by the function that batch and clusters run."""
    import psutil

    from melodymuse.batch.items import Item, read_items
    from melodymuse.batch.making import Run, make
    from melodymuse.batch.places import read
    from melodymuse.engine import Engine

    engine, run = Engine(), Run(1, asked=(("bars", BARS),))
    with tempfile.TemporaryDirectory() as folder:
        draw_pictures(Path(folder), min(pieces, 2 * lanes))
        items = list(read_items([folder]))
        list(make(engine, run, items[:1], read))  # what is loaded once
        found = []
        begin = perf_counter()
        for item in items[:lanes]:
            engine.analyze(item.picture)
        found.append(Figure("pictures", "looking", lanes / (perf_counter() - begin), "1/s"))
        seconds = {}
        for name, rows in (("one at a time", 1), (f"{lanes} side by side", lanes)):
            begin, core = perf_counter(), process_time()
            for block in _blocks(items[:lanes], rows):
                list(make(engine, run, block, read))
            seconds[name] = perf_counter() - begin
            an_hour = lanes / (process_time() - core) * 3600
            found.append(Figure("pieces", f"an hour a core, {name}", an_hour, "1/h"))
        one, many = seconds.values()
        found.append(Figure("pieces", f"{lanes} over one at a time", one / many, "x"))
        process, sizes = psutil.Process(), []
        for first in range(0, pieces, lanes):
            # Another seed, or the same pictures would give the same pieces.
            again = Run(first, asked=run.asked)
            block = [Item(items[n % len(items)].picture) for n in range(first, first + lanes)]
            for made in make(engine, again, block, read):
                assert not made.error, made.error
            sizes.append(process.memory_info().rss / 1e6)
        half = sizes[len(sizes) // 2]
        found.append(Figure("memory", f"after {lanes} pieces", sizes[0], "MB"))
        found.append(Figure("memory", f"after {pieces // 2} pieces", half, "MB"))
        found.append(Figure("memory", f"after {pieces} pieces", sizes[-1], "MB"))
    return found


def measure_workers(pieces: int) -> list[Figure]:
    """One process and two, from the first piece to the last, so that their start is left out."""
    from melodymuse.batch.items import read_items
    from melodymuse.batch.making import Run
    from melodymuse.batch.running import run_items

    rates, rows = {}, 16
    with tempfile.TemporaryDirectory() as folder:
        draw_pictures(Path(folder), pieces)
        for workers in (1, 2):
            run = Run(1, asked=(("bars", BARS),))
            with tempfile.TemporaryDirectory() as out:
                ends = []
                found = run_items(read_items([folder]), run, out, workers=workers, rows=rows)
                for record in found:
                    assert record["error"] is None, record["error"]
                    ends.append(perf_counter())
            # Every process' first block brings its start along; a block's records come together.
            first = rows * workers
            rates[workers] = (pieces - first) / (ends[-1] - ends[first - 1])
    return [
        Figure("workers", "one", rates[1] * 3600, "1/h"),
        Figure("workers", "two", rates[2] * 3600, "1/h"),
        Figure("workers", "two over one", rates[2] / rates[1], "x"),
    ]


def measure_lengths(runs: int) -> list[Figure]:
    """What a piece of each length costs, without its files."""
    from melodymuse.engine import Engine

    engine = Engine()
    engine.compose("awe", bars=2, seed=0)
    found = []
    for bars in LENGTHS:
        times = []
        for seed in range(runs):
            begin = process_time()
            engine.compose("awe", bars=bars, seed=seed)
            times.append(process_time() - begin)
        each = statistics.median(times) / bars * 1e3
        found.append(Figure("length", f"{bars} bars", each, "ms a bar"))
    return found


def measure_formats(runs: int) -> list[Figure]:
    """What each format takes for one piece, once its libraries are loaded."""
    from melodymuse.engine import Engine
    from melodymuse.errors import MelodyMuseError
    from melodymuse.outputs import encode

    score = Engine().compose("awe", bars=BARS, seed=1).score
    found = []
    for suffix, kind in FORMATS:
        times = []
        try:
            for _ in range(runs + 1):
                begin = perf_counter()
                encode(score, suffix, kind)
                times.append(perf_counter() - begin)
        except MelodyMuseError as error:
            print(f"{suffix} left out: {error}", file=sys.stderr)
            continue
        name = f"{suffix}, {BARS} bars"
        found.append(Figure("formats", name, statistics.median(times[1:]) * 1e3, "ms"))
    return found


def _blocks(items: list, rows: int) -> Iterator[list]:
    yield from (items[first : first + rows] for first in range(0, len(items), rows))
