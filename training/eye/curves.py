"""Pictures of a training: losses by epoch, reliability of the probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

_NAMES = {
    "loss": "all, training",
    "val_loss": "all, held out",
    "place_loss": "valence and arousal, training",
    "val_place_loss": "valence and arousal, held out",
}


def draw_losses(histories: Sequence[dict[str, list[float]]], path: Path) -> None:
    """The losses of one or more runs by epoch (their mean as a line, their spread as a band)."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.subplots()
    for name, label in _NAMES.items():
        runs = [history[name] for history in histories if history.get(name)]
        if not runs:
            continue
        length = min(map(len, runs))
        values = np.array([run[:length] for run in runs])
        epochs = np.arange(1, length + 1)
        (line,) = axes.plot(epochs, values.mean(axis=0), label=label)
        if len(runs) > 1:
            low, high = np.percentile(values, (10, 90), axis=0)
            axes.fill_between(epochs, low, high, color=line.get_color(), alpha=0.15)
    axes.set(xlabel="epoch", ylabel="loss", title=f"The eye: losses ({len(histories)} runs)")
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=110)


def draw_reliability(
    table: Sequence[tuple[int, float, float]],
    path: Path,
    chance: tuple[Sequence[float], Sequence[float]] | None = None,
) -> None:
    """How often the leading emotion is right, against how probable it was said to be.

    Args:
        table: (photos, mean confidence, accuracy) by bin.
        path: the picture to write.
        chance: knots of the curve that tells the chance of being right from the probability.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.6, 4.6), layout="constrained")
    axes = figure.subplots()
    counts, confidence, right = zip(*table, strict=True)
    axes.plot([0, 1], [0, 1], color="0.6", linestyle="--", label="perfectly calibrated")
    axes.plot(confidence, right, color="C0")
    axes.scatter(confidence, right, s=10 + 300 * np.array(counts) / sum(counts), color="C0")
    if chance is not None:
        axes.plot(*chance, color="C1", label="chance that `analyze` gives")
    axes.set(
        xlabel="said probability of the leading emotion",
        ylabel="share of photos where it is the label",
        xlim=(0, 1),
        ylim=(0, 1),
        title="The eye: reliability (themes held out)",
    )
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=110)
