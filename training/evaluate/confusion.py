"""A confusion matrix as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def draw_confusion(
    meant: Sequence[str], heard: Sequence[str], classes: Sequence[str], path: Path
) -> None:
    """Rows what was meant, columns what was heard, counts in the cells; writes a PNG."""
    counts = np.zeros((len(classes), len(classes)), int)
    for row, column in zip(meant, heard, strict=True):
        counts[classes.index(row), classes.index(column)] += 1
    figure = Figure(figsize=(4, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.imshow(counts, cmap="Blues")
    axes.set_xticks(range(len(classes)), classes)
    axes.set_yticks(range(len(classes)), classes)
    axes.set(xlabel="heard", ylabel="meant")
    for row, column in np.ndindex(*counts.shape):
        dark = counts[row, column] > counts.max() / 2
        colour = "white" if dark else "black"
        axes.text(column, row, str(counts[row, column]), ha="center", va="center", color=colour)
    figure.savefig(path, dpi=120)
