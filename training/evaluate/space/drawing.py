"""The analysis in pictures, each a PNG of one idea."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.evaluate.pictures import BESIDE, GENERATED, REAL, new_figure, save_figure
from training.evaluate.space.measuring import Space

_COLOURS = (GENERATED, BESIDE, REAL, "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#000000")


def draw_space(space: Space, emotions: Sequence[str], folder: Path) -> list[Path]:
    """Draw what was measured into a folder; gives the files."""
    drawn = {
        "lines": _lines,
        "maps": lambda space, path: _maps(space, emotions, path),
        "tables": _tables,
        "counts": _counts,
        "spreads": _spreads,
    }
    shown = {"lines": space.clouds, "spreads": space.spreads}
    files = []
    for name, draw in drawn.items():
        if shown.get(name, True):
            files.append(folder / f"{name}.png")
            draw(space, files[-1])
    return files


def _lines(space: Space, path: Path) -> None:
    """Points, and the line of least squares through them."""
    figure = new_figure(4.2 * len(space.clouds), 3.6)
    panels = figure.subplots(1, len(space.clouds), squeeze=False)[0]
    for axes, cloud in zip(panels, space.clouds, strict=True):
        many = len(cloud.x) > 500
        axes.plot(cloud.x, cloud.y, ".", color=GENERATED, alpha=0.15 if many else 0.7)
        told = cloud.line
        if told["r"] is not None:
            ends = np.array([cloud.x.min(), cloud.x.max()])
            axes.plot(ends, told["intercept"] + told["slope"] * ends, color=BESIDE, linewidth=2)
            axes.set_title(f"r = {told['r']:.3f}, {told['points']} points", fontsize="medium")
        axes.set(xlabel=cloud.across, ylabel=cloud.up)
    save_figure(figure, path)


def _maps(space: Space, emotions: Sequence[str], path: Path) -> None:
    """Pieces on the two principal components of each embedding, by emotion."""
    figure = new_figure(4.4 * len(space.maps), 4.4)
    panels = figure.subplots(1, len(space.maps), squeeze=False)[0]
    for axes, (name, places) in zip(panels, space.maps.items(), strict=True):
        for number, emotion in enumerate(sorted(set(emotions))):
            mine = places[[one == emotion for one in emotions]]
            colour = _COLOURS[number % len(_COLOURS)]
            axes.plot(mine[:, 0], mine[:, 1], "o", color=colour, alpha=0.7, label=emotion)
        shares = space.figures["embeddings"][name]["variance"]
        held = ", ".join(f"{share:.0%}" for share in shares)
        axes.set_title(f"{name}\n(components hold {held})", fontsize="medium")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize="small")
    save_figure(figure, path)


def _tables(space: Space, path: Path) -> None:
    """Matrices of all pieces, clipped and normalised."""
    figure = new_figure(4.2 * len(space.tables), 3.8)
    panels = figure.subplots(1, len(space.tables), squeeze=False)[0]
    for axes, (name, matrix) in zip(panels, space.tables.items(), strict=True):
        shown = axes.imshow(matrix, cmap="viridis", vmin=0, vmax=1)
        axes.set_title(name)
    figure.colorbar(shown, ax=panels.tolist())
    save_figure(figure, path)


def _counts(space: Space, path: Path) -> None:
    """How many pieces are of each emotion and genre, the most frequent first."""
    figure = new_figure(4.4 * len(space.counts), 3.6)
    panels = figure.subplots(1, len(space.counts), squeeze=False)[0]
    for axes, (name, counts) in zip(panels, space.counts.items(), strict=True):
        most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:12]
        axes.barh([label for label, _ in most][::-1], [n for _, n in most][::-1], color=GENERATED)
        axes.set(title=name, xlabel="pieces")
    save_figure(figure, path)


def _spreads(space: Space, path: Path) -> None:
    """Valence, arousal and similarity, a line for each split."""
    figure = new_figure(4.2 * len(space.spreads), 3.4)
    panels = figure.subplots(1, len(space.spreads), squeeze=False)[0]
    for axes, (name, by_split) in zip(panels, space.spreads.items(), strict=True):
        edges = np.histogram_bin_edges(np.concatenate(list(map(np.array, by_split.values()))), 12)
        for number, (split, values) in enumerate(by_split.items()):
            colour, label = _COLOURS[number % len(_COLOURS)], f"{split}, {len(values)}"
            axes.hist(values, edges, density=True, histtype="step", color=colour, label=label)
        axes.set(title=name, ylabel="density")
        axes.legend(fontsize="small")
    save_figure(figure, path)
