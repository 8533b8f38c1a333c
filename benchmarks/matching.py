"""A search in an index of many files: `python -m benchmarks.matching [FILES]`.

Prints how long it takes to map the index into memory and to find ten of its files, in ms.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from melodymuse.matching.index import layout, read_rows, search
from melodymuse.matching.traits import TRAITS, Traits

FILES, QUERIES = 100_000, 50


def measure(files: int) -> tuple[float, float]:
    """Median milliseconds to open an index of so many files, and to search it."""
    random = np.random.default_rng(0)
    rows = np.zeros(files, layout(40))
    rows["path"] = [b"music/%07d/piece.mid" % n for n in range(files)]
    rows["traits"] = random.uniform(-1, 1, (files, len(TRAITS)))
    opened, searched = [], []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "index.npy")
        np.save(place, rows)
        for _ in range(QUERIES):
            begun = time.perf_counter()
            mapped = read_rows(place)
            opened.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            found = search(mapped, Traits(*random.uniform(-1, 1, len(TRAITS))), 10)
            searched.append(time.perf_counter() - begun)
            assert len(found) == 10
    return 1000 * median(opened), 1000 * median(searched)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    print("{} files: open {:.2f} ms, search {:.2f} ms".format(count, *measure(count)))
