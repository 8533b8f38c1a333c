"""The composer's evaluation as Markdown tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

Figures = Mapping[str, Any]

MOST_TELLING = 12


def composer_report(results: Figures) -> str:
    """Markdown of what `evaluate_composer` gives; parts that were not measured are not named."""
    sections = [
        "# The composer, measured\n",
        _about(results["about"]),
        *(write(results[name]) for name, write in _SECTIONS.items() if name in results),
    ]
    return "\n".join(sections)


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; numbers with a point are rounded to three places."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _between(interval: Sequence[float]) -> str:
    return f"{interval[0]:.3f} to {interval[1]:.3f}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _about(about: Figures) -> str:
    return (
        f"{about['pieces']} pieces of 16 bars, the eight emotions in turn; {about['excerpts']} "
        f"excerpts asked for; first seed {about['seed']}. Intervals are 95 %.\n"
    )


def _likelihood(figures: Figures) -> str:
    heads = list(figures["nats"])
    rows = [
        ("plan given", *figures["nats"].values()),
        ("nothing said of earlier bars", *figures["nats_without_recall"].values()),
    ]
    title = f"## Nats, {figures['held_out_songs']} held-out songs\n"
    return title + "\n" + table(["", *heads], rows)


def _quadrants(figures: Figures) -> str:
    rows = [
        (
            _words(name),
            heard["accuracy"],
            _between(heard["interval"]),
            heard["valence"],
            heard["arousal"],
            heard["accuracy_on_real_clips"],
        )
        for name, heard in figures.items()
        if name != "features"
    ]
    heads = ["listener", "meant quadrant", "interval", "valence", "arousal", "right on real clips"]
    emotions = figures["everything"]["by_emotion"]
    kinds = [name for name in figures if name != "features"]
    each = [(e, *(figures[kind]["by_emotion"][e] for kind in kinds)) for e in emotions]
    return (
        "## Quadrants, heard by trees trained on EMOPIA\n\n"
        + table(heads, rows)
        + "\n"
        + table(["emotion", *map(_words, kinds)], each)
    )


def _emotions(figures: Figures) -> str:
    rows = [
        (
            _words(name),
            told["accuracy"],
            _between(told["interval"]),
            told["balanced_accuracy"],
            told["chance"],
        )
        for name, told in figures.items()
    ]
    each = [
        (emotion, *(told["by_emotion"][emotion] for told in figures.values()))
        for emotion in next(iter(figures.values()))["by_emotion"]
    ]
    return (
        "## Eight emotions told apart (extremely randomised trees, cross-validated)\n\n"
        + table(["trees", "right", "interval", "mean of emotions", "chance"], rows)
        + "\n"
        + table(["emotion", *map(_words, figures)], each)
    )


def _photographs(figures: Figures) -> str:
    told = _quadrants(figures["quadrants"]) + "\n" + _emotions(figures["emotions"])
    heading = f"## {figures['photographs']} pieces with the controls that photographs give\n\n"
    return heading + told.replace("## ", "### ")


def _arcs(figures: Figures) -> str:
    rows = [
        (_words(side), _words(name), heard["accuracy"], _between(heard["interval"]))
        for side, listeners in figures.items()
        for name, heard in listeners.items()
    ]
    heads = ["of arcs", "listener", "meant quadrant", "interval"]
    return "## Arcs: each stretch by itself\n\n" + table(heads, rows)


def _overlap(figures: Figures) -> str:
    means = [
        (_words(side), f["mean"], _between(f["interval"]), f["mean_of_not_given"])
        for side, f in figures.items()
    ]
    worst = sorted(figures["copied"]["features"], key=figures["copied"]["features"].__getitem__)
    rows = [(_words(n), *(f["features"][n] for f in figures.values())) for n in worst]
    return (
        "## Overlap area with held-out songs\n\n"
        + table(["excerpts", "mean", "interval", "of features no control gives"], means)
        + "\n"
        + table(["feature", *map(_words, figures)], rows)
    )


def _discriminator(figures: Figures) -> str:
    heads = ["excerpts", "AUC", "interval", "trees", "logistic"]
    rows = [
        (_words(side), told["auc"], _between(told["interval"]), told["trees"], told["logistic"])
        for side, told in figures.items()
    ]
    text = "## Real or generated\n\n" + table(heads, rows)
    for side, told in figures.items():
        telling = [
            (_words(r["feature"]), r["importance"], r["alone"], r["real"], r["generated"])
            for r in told["telling"][:MOST_TELLING]
        ]
        heads = ["feature", "fall of AUC", "AUC alone", "real", "generated"]
        text += f"\nMost telling, {_words(side)} (AUC alone over 0.5: generated has more):\n\n"
        text += table(heads, telling)
    return text


def _structure(figures: Figures) -> str:
    rows = [
        (_words(side), distance, *f.values())
        for side, by_distance in figures.items()
        for distance, f in by_distance.items()
    ]
    heads = ["pieces", "bars later", "held-out songs", "these", "ratio"]
    heads += ["held-out, by piece", "these, by piece", "ratio, by piece"]
    return "## Share of a bar that returns (medians over bars, over pieces)\n\n" + table(
        heads, rows
    )


def _originality(figures: Figures) -> str:
    rows = [
        (
            _words(side),
            f["pieces"],
            f["melody_notes_median"],
            f["longest_run_median"],
            f["longest_run"],
            f["shared_grams"],
        )
        for side, f in figures.items()
    ]
    heads = [
        "melodies",
        "pieces",
        "notes (median)",
        "longest run (median)",
        "longest run (most)",
        "8-grams in training songs",
    ]
    return "## Runs of melody that stand in training songs\n\n" + table(heads, rows)


def _tune(figures: Figures) -> str:
    sets = figures["figures"]
    rows = [
        (_words(name), *(_with_interval(found[name]) for found in sets.values()))
        for name in sets["ours"]
    ]
    told = [
        (_words(name), f["trees"], f["logistic"], _between(f["interval"]), *_first(f["telling"]))
        for name, f in figures["told_apart"].items()
    ]
    heads = ["ours against", "trees", "logistic", "interval of the better", "most telling"]
    return (
        "## Tunes of 32 bars (means over pieces; ours by the top line)\n\n"
        + table(["", *map(_words, sets)], rows)
        + "\nTold apart by their lines alone (AUC):\n\n"
        + table(heads, told)
    )


def _with_interval(figure: Figures) -> str | None:
    if figure["mean"] is None:
        return None
    return f"{figure['mean']:.3f} ({_between(figure['interval'])})"


def _first(telling: Sequence[Figures]) -> list[str]:
    return [", ".join(_words(row["feature"]) for row in telling[:3])]


def _sweep(figures: Figures) -> str:
    rows = [
        (
            slider,
            _words(name),
            "+" if f["expected"] > 0 else "-",
            f["spearman"],
            f["spearman_of_means"],
            f["monotone"],
            f["largest_step"],
        )
        for slider, swept in figures.items()
        for name, f in swept["features"].items()
    ]
    heads = ["slider", "feature", "sign", "rho", "rho of means", "monotone", "largest step"]
    note = (
        "\nrho is positive where the sign is right; the largest step is a share of the whole way."
    )
    return "## Sliders from -1 to 1\n\n" + table(heads, rows) + note + "\n"


def _faults(figures: Figures) -> str:
    rows = [(_words(name), value or 0) for name, value in figures.items() if value != {}]
    rows += [(_words(name), 0) for name, value in figures.items() if value == {}]
    return f"## Faults in {figures['pieces']} pieces\n\n" + table(["", "count"], rows)


def _cost(figures: Figures) -> str:
    rows = [(_words(name), value) for name, value in figures.items()]
    return "## Cost, one thread, a process of its own\n\n" + table(["", ""], rows)


_SECTIONS: Mapping[str, Callable[[Figures], str]] = MappingProxyType(
    {
        "likelihood": _likelihood,
        "quadrants": _quadrants,
        "emotions": _emotions,
        "photographs": _photographs,
        "arcs": _arcs,
        "overlap": _overlap,
        "discriminator": _discriminator,
        "structure": _structure,
        "originality": _originality,
        "tune": _tune,
        "sweep": _sweep,
        "faults": _faults,
        "cost": _cost,
        "thorough": _faults,
    }
)
