"""Learning curves as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def draw_curves(history: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw training and validation loss, and validation loss part by part.

    Args:
        history: one row an epoch, as the training log holds them.
        path: the PNG to write.
    """
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    whole, parts = figure.subplots(1, 2)
    epochs = [row["epoch"] for row in history]
    whole.plot(epochs, [row["training"] for row in history], label="training")
    for name in ("validation", "without_recall"):
        label = name.replace("_", " ")
        whole.plot(epochs, [row[name]["event"] for row in history], label=label, marker=".")
    for part in ("position", "item", "duration", "velocity"):
        parts.plot(epochs, [row["validation"][part] for row in history], label=part, marker=".")
    whole.set(xlabel="epoch", ylabel="nats an event")
    parts.set(xlabel="epoch", ylabel="nats, held-out songs")
    for axes in (whole, parts):
        axes.legend(frameon=False)
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=120)
