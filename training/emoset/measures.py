"""How good a classifier is, as numbers, as a table and as pictures."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from melodymuse.music.emotion import EMOTIONS

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Score:
    """Accuracy, and precision, recall and F1 as means over the emotions, each 0..1.

    Attributes:
        confusion: int (8, 8): row the label, column the answer.
    """

    accuracy: float
    precision: float
    recall: float
    f1: float
    confusion: Array

    def as_dict(self) -> dict[str, float]:
        """The four numbers by name."""
        return {
            "accuracy": self.accuracy,
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
        }


def score(probabilities: Array, labels: Array) -> Score:
    """The score of probabilities (N, 8) for labels (N,), indices into `EMOTIONS`.

    An emotion that is never answered has precision 0; the means are over the emotions that occur
    among the labels.
    """
    from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

    said = probabilities.argmax(axis=1)
    precision, recall, f1, _ = precision_recall_fscore_support(
        labels, said, labels=np.unique(labels), average="macro", zero_division=0
    )
    confusion = confusion_matrix(labels, said, labels=range(len(EMOTIONS)))
    return Score(
        float(np.mean(said == labels)), float(precision), float(recall), float(f1), confusion
    )


def write_confusion(confusion: Array, path: Path) -> None:
    """The confusion matrix as a CSV table: a row a label, a column an answer."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["label \\ answer", *EMOTIONS])
        writer.writerows(
            [name, *map(int, row)] for name, row in zip(EMOTIONS, confusion, strict=True)
        )


def draw_confusion(found: Score, title: str, path: Path) -> None:
    """The confusion matrix as a picture: shares of each label's pictures."""
    from matplotlib.figure import Figure

    shares = found.confusion / np.maximum(found.confusion.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(6.6, 6.2), layout="constrained")
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), share in np.ndenumerate(shares):
        colour = "white" if share > 0.5 else "#1F2430"
        axes.text(column, row, f"{share:.0%}", ha="center", va="center", fontsize=8, color=colour)
    axes.set_xticks(range(len(EMOTIONS)), EMOTIONS, rotation=40, ha="right")
    axes.set_yticks(range(len(EMOTIONS)), EMOTIONS)
    numbers = ", ".join(f"{name} {value:.1%}" for name, value in found.as_dict().items())
    axes.set(xlabel="answer", ylabel="label")
    axes.set_title(f"{title}\n{numbers}", fontsize=10)
    figure.savefig(path, dpi=120)


def draw_history(history: Mapping[str, list[float]], title: str, path: Path) -> None:
    """Loss and accuracy by epoch, for training and validation."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.6), layout="constrained")
    for axes, name in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for key, label in ((name, "training"), (f"val_{name}", "validation")):
            values = history[key]
            axes.plot(range(1, len(values) + 1), values, marker=".", label=label)
        axes.set(xlabel="epoch", ylabel=name)
        axes.grid(alpha=0.3)
        axes.legend()
    figure.suptitle(title, fontsize=10)
    figure.savefig(path, dpi=110)
