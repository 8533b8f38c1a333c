"""Pictures of the composer's evaluation: one idea a picture, each a PNG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from melodymuse.files import whole_file
from training.evaluate.overlap import NARROWEST_KERNEL, density

DPI = 120
# Real music in grey, generated in blue, what stands beside in orange (Okabe & Ito 2008).
REAL, GENERATED, BESIDE = "#555555", "#0072b2", "#e69f00"
_COLOURS = {
    "copied": GENERATED,
    "own_form": BESIDE,
    "real_against_real": REAL,
    "free": "#009e73",
    "held_out": REAL,
}
_WORDS = {
    "copied": "generated, plan copied",
    "own_form": "generated, own form",
    "real_against_real": "other real songs",
    "free": "composed freely",
    "held_out": "held-out songs",
}


def draw_areas(compared: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    """Overlap area with held-out songs by feature, for each set; means as lines."""
    order = sorted(compared["copied"]["features"], key=compared["copied"]["features"].__getitem__)
    figure = new_figure(8, 0.3 * len(order) + 1.2)
    axes = figure.subplots()
    for side, figures in compared.items():
        areas = [figures["features"][name] for name in order]
        label = f"{_WORDS[side]}: mean {figures['mean']:.2f}"
        axes.plot(areas, range(len(order)), "o", color=_COLOURS[side], label=label)
        axes.axvline(figures["mean"], color=_COLOURS[side], linewidth=1, linestyle=":")
    axes.set_yticks(range(len(order)), [_plain(name) for name in order])
    axes.set(xlim=(0, 1), xlabel="overlap area with excerpts of held-out songs")
    axes.grid(axis="y", alpha=0.3)
    figure.legend(loc="outside lower center", ncols=len(compared), fontsize="small")
    save_figure(figure, path)


def draw_densities(
    names: Sequence[str], tables: Mapping[str, NDArray[np.float64]], path: Path
) -> None:
    """A small density plot for each feature; tables are (pieces, features) by legend."""
    columns = 4
    rows = -(-len(names) // columns)
    figure = new_figure(11, 1.6 * rows + 0.5)
    panels = figure.subplots(rows, columns).ravel()
    colours = (REAL, GENERATED, BESIDE)
    for index, (name, axes) in enumerate(zip(names, panels, strict=False)):
        samples = [table[:, index] for table in tables.values()]
        low, high = min(s.min() for s in samples), max(s.max() for s in samples)
        way = (high - low) or 1.0
        places = np.linspace(low - way / 10, high + way / 10, 200)
        for sample, legend, colour in zip(samples, tables, colours, strict=True):
            width = max(sample.std() * len(sample) ** -0.2, NARROWEST_KERNEL * way)
            axes.plot(places, density(sample, width, places), color=colour, label=legend)
        axes.set_title(_plain(name), fontsize="small")
        axes.set_yticks([])
        axes.tick_params(labelsize="x-small")
    for axes in panels[len(names) :]:
        axes.set_visible(False)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    save_figure(figure, path)


def draw_telling(told: Mapping[str, Mapping[str, Any]], path: Path, most: int = 12) -> None:
    """What gives generated excerpts away: the fall of the AUC, and which way the feature errs."""
    figure = new_figure(11, 0.34 * most + 1.2)
    for axes, (side, figures) in zip(figure.subplots(1, len(told)), told.items(), strict=True):
        rows = figures["telling"][:most][::-1]
        high = [row["alone"] >= 0.5 for row in rows]
        colours = [BESIDE if more else GENERATED for more in high]
        falls = [max(row["importance"], 0.0) for row in rows]
        axes.barh(range(len(rows)), falls, color=colours)
        labels = [
            f"{_plain(row['feature'])} ({'more' if more else 'less'})"
            for row, more in zip(rows, high, strict=True)
        ]
        axes.set_yticks(range(len(rows)), labels, fontsize="small")
        low, top = figures["interval"]
        title = f"{_WORDS[side]}\nAUC {figures['auc']:.3f} ({low:.3f}-{top:.3f})"
        axes.set_title(title, fontsize="medium")
        axes.set_xlabel("fall of the AUC when shuffled")
    save_figure(figure, path)


def draw_structure(compared: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    """What returns at each distance, real beside generated, a panel for each comparison."""
    figure = new_figure(10, 3.2)
    panels = figure.subplots(1, len(compared), sharey=True)
    for axes, (side, by_distance) in zip(panels, compared.items(), strict=True):
        places = np.arange(len(by_distance))
        for offset, kind, colour in ((-0.2, "real", REAL), (0.2, "generated", _COLOURS[side])):
            heights = [figures[kind] or 0.0 for figures in by_distance.values()]
            bars = axes.bar(places + offset, heights, 0.38, color=colour)
            axes.bar_label(bars, fmt="%.2f", fontsize="x-small")
        axes.set_xticks(places, list(by_distance))
        axes.set_title(_WORDS[side], fontsize="small")
        axes.set_xlabel("bars later")
    panels[0].set_ymargin(0.1)
    panels[0].set_ylabel("share of a bar that returns\n(left bar: held-out songs)")
    save_figure(figure, path)


def draw_longest_runs(shared: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    """How long the longest run of each piece is that a training song has too."""
    figure = new_figure(7, 3.4)
    axes = figure.subplots()
    longest = max(figures["longest_run"] for figures in shared.values())
    for side, figures in shared.items():
        runs = np.sort(figures["longest_runs"])
        shares = np.arange(1, len(runs) + 1) / len(runs)
        axes.step(
            [0, *runs, longest],
            [0, *shares, 1],
            where="post",
            color=_COLOURS[side],
            label=f"{_WORDS[side]}: median {figures['longest_run_median']:.0f}",
        )
    axes.set(
        xlabel="longest run of (interval, wait) tokens found in a training song",
        ylabel="share of pieces up to here",
        ylim=(0, 1.02),
    )
    axes.legend(loc="lower right", fontsize="small")
    axes.grid(alpha=0.3)
    save_figure(figure, path)


def draw_sweep(swept: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    """Each expected feature along its slider: a thin line a seed, their mean thick."""
    columns = max(len(slider["features"]) for slider in swept.values())
    figure = new_figure(2.8 * columns, 2.6 * len(swept))
    grid = figure.subplots(len(swept), columns, squeeze=False)
    for row, (slider, figures) in zip(grid, swept.items(), strict=True):
        for axes, (name, judged) in zip(row, figures["features"].items(), strict=False):
            curves = np.array(judged["curves"])
            axes.plot(figures["places"], curves.T, color=GENERATED, alpha=0.25, linewidth=0.8)
            axes.plot(figures["places"], curves.mean(axis=0), color=GENERATED, linewidth=2)
            arrow = "should rise" if judged["expected"] > 0 else "should fall"
            title = f"{_plain(name)}: {arrow}\nrho as expected {judged['spearman']:+.2f}"
            axes.set_title(title, fontsize="small")
            axes.set_xlabel(slider)
        for axes in row[len(figures["features"]) :]:
            axes.set_visible(False)
    save_figure(figure, path)


def new_figure(width: float, height: float) -> Figure:
    """An empty figure, inches."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as a PNG, whole, over one that is there."""
    with whole_file(path, overwrite=True) as beside:
        figure.savefig(beside, dpi=DPI)


def _plain(name: str) -> str:
    return name.replace("_", " ")
