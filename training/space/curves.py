"""The curves of the losses, one panel each, since their sizes are not of one kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from melodymuse.files import whole_file

_DPI = 110


def draw_curves(curves: Mapping[str, Sequence[float]], path: Path) -> None:
    """Each loss over its epochs, as a PNG; an older file is replaced."""
    figure = Figure(figsize=(2.6 * len(curves), 2.4), layout="constrained")
    FigureCanvasAgg(figure)
    for axes, (name, curve) in zip(figure.subplots(1, len(curves)), curves.items(), strict=True):
        axes.plot(range(1, len(curve) + 1), curve)
        axes.set_title(name, fontsize="small")
        axes.set_xlabel("epoch", fontsize="small")
        axes.set_ylim(bottom=min(0, *curve))
        axes.tick_params(labelsize="x-small")
        axes.grid(alpha=0.3)
    with whole_file(path, overwrite=True) as beside:
        figure.savefig(beside, dpi=_DPI, format="png")
