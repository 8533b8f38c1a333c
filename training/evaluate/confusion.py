"""A confusion matrix as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from melodymuse.files import whole_file


def draw_confusion(
    meant: Sequence[str], heard: Sequence[str], classes: Sequence[str], path: Path
) -> None:
    """Rows what was meant, columns what was heard, counts in the cells; writes a PNG."""
    counts = np.zeros((len(classes), len(classes)), int)
    for row, column in zip(meant, heard, strict=True):
        counts[classes.index(row), classes.index(column)] += 1
    side = 2.4 + 0.4 * len(classes)
    figure = Figure(figsize=(side, side - 0.4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.imshow(counts, cmap="Blues")
    long = max(map(len, classes)) > 3
    axes.set_xticks(range(len(classes)), classes, rotation=45 if long else 0)
    axes.set_yticks(range(len(classes)), classes)
    right = counts.trace() / max(counts.sum(), 1)
    axes.set(xlabel="heard", ylabel="meant", title=f"{right:.0%} of {counts.sum()} pieces")
    for row, column in np.ndindex(*counts.shape):
        dark = counts[row, column] > counts.max() / 2
        colour = "white" if dark else "black"
        axes.text(column, row, str(counts[row, column]), ha="center", va="center", color=colour)
    with whole_file(path, overwrite=True) as beside:
        figure.savefig(beside, dpi=120)
