"""A search in an index of many files: `python -m benchmarks.matching [FILES]`.

Beside the time stands a ratio that a busy machine does not move: the search over one pass of numpy
over as many rows of 128 numbers, which is what embeddings would cost.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.figures import Figure
from melodymuse.matching.index import layout, read_rows, search
from melodymuse.matching.traits import TRAITS, Traits

PART = "match"
FILES, QUERIES, EMBEDDING = 100_000, 50, 128


def measure(files: int = FILES) -> list[Figure]:
    """Median milliseconds to open an index of so many files and to search it, and the ratio."""
    random = np.random.default_rng(0)
    rows = np.zeros(files, layout(40))
    rows["path"] = [b"music/%07d/piece.mid" % n for n in range(files)]
    rows["traits"] = random.uniform(-1, 1, (files, len(TRAITS)))
    embeddings = random.standard_normal((files, EMBEDDING), np.float32)
    opened, searched, passed = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "index.npy")
        np.save(place, rows)
        for query in embeddings[:QUERIES]:
            begun = time.perf_counter()
            mapped = read_rows(place)
            opened.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            found = search(mapped, Traits(*random.uniform(-1, 1, len(TRAITS))), 10)
            searched.append(time.perf_counter() - begun)
            assert len(found) == 10
            begun = time.perf_counter()
            np.argpartition(embeddings @ query, 10)
            passed.append(time.perf_counter() - begun)
    ratios = [one / other for one, other in zip(searched, passed, strict=True)]
    return [
        Figure(PART, f"open an index of {files:,} files", 1000 * median(opened), "ms"),
        Figure(PART, "find ten in it", 1000 * median(searched), "ms"),
        Figure(PART, f"over a product with {EMBEDDING} columns", median(ratios), "x"),
    ]


if __name__ == "__main__":
    for figure in measure(int(sys.argv[1]) if len(sys.argv) > 1 else FILES):
        print(f"{figure.name}: {figure.value:.2f} {figure.unit}")
