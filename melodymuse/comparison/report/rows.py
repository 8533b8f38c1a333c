"""Figures arranged as tables for people: a row a metric, a column a maker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from melodymuse.comparison.catalogue import EDITING, METRICS, NOTES, SECTIONS, YES_OR_NO
from melodymuse.comparison.evaluation import WRITTEN
from melodymuse.comparison.figures import Figure

NONE = "none"
ABSENT = "\u2014"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a table, and what it says when asked more closely."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A metric's line: its name, unit, meaning, and a cell for each column."""

    title: str
    unit: str
    meaning: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a heading."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """What was not measured, whose, and why."""

    title: str
    whose: str
    why: str


def sections_of(figures: Iterable[Figure], makers: Sequence[str]) -> list[Section]:
    """The figures of single takes, in the catalogue's order; rows that nobody fills are left out.

    Figures of several pictures in one cell become their mean.
    """
    given = [figure for figure in figures if not figure.against]
    sections = []
    for title in SECTIONS:
        here = [figure for figure in given if METRICS[figure.metric].section == title]
        for by in sorted({f.by for f in here} if title == NOTES else {""}, key=_written_first):
            chosen = [f for f in here if title != NOTES or f.by == by]
            rows = [row for name in METRICS if (row := _row(name, chosen, makers)) is not None]
            if rows:
                sections.append(Section(_heading(title, by), tuple(rows)))
    return sections


def pair_table(figures: Iterable[Figure]) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """The figures of two makers: metrics as columns, with their units, and a row for each pair."""
    given = [figure for figure in figures if figure.against and figure.measured]
    columns = list(dict.fromkeys((f.metric, f.by) for f in given))
    rows = []
    for pair in dict.fromkeys((f.maker, f.against) for f in given):
        mine = [f for f in given if (f.maker, f.against) == pair]
        cells = tuple(
            _cell(name, [f for f in mine if (f.metric, f.by) == (name, by)]) for name, by in columns
        )
        rows.append(Row(" and ".join(pair), "", "", cells))
    return tuple(_column(name, by) for name, by in columns), tuple(rows)


def emotion_section(
    figures: Iterable[Figure], emotions: Mapping[str, str], makers: Sequence[str]
) -> Section | None:
    """How near each maker comes to each emotion's song: a row an emotion, a mean in each cell.

    Args:
        figures: of single takes.
        emotions: what each picture asks for, by its label.
        makers: the columns.

    Returns:
        None where nothing listened.
    """
    name = "clap_emotion"
    given = [figure for figure in figures if figure.metric == name and figure.measured]
    if not given:
        return None
    rows = []
    for emotion in dict.fromkeys(emotions.values()):
        here = [figure for figure in given if emotions.get(figure.picture) == emotion]
        cells = tuple(_cell(name, [f for f in here if f.maker == maker]) for maker in makers)
        rows.append(Row(f"{emotion} song", "", "", cells))
    return Section(f"{METRICS[name].title}, by emotion", tuple(rows))


def gaps_of(figures: Iterable[Figure]) -> list[Gap]:
    """What was not measured, those of one reason together."""
    reasons: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        if not figure.measured:
            section = METRICS[figure.metric].section
            title = METRICS[figure.metric].title
            together = section if section == NOTES else title
            reasons.setdefault((together, figure.remark), []).append(figure)
    return [Gap(title, _whose(found), why) for (title, why), found in reasons.items()]


def _row(name: str, figures: Sequence[Figure], makers: Sequence[str]) -> Row | None:
    here = [figure for figure in figures if figure.metric == name]
    if not any(figure.measured for figure in here):
        return None
    cells = tuple(_cell(name, [f for f in here if f.maker == maker]) for maker in makers)
    metric = METRICS[name]
    return Row(metric.title, metric.unit, metric.meaning, cells)


def _cell(name: str, found: Sequence[Figure]) -> Cell:
    """One figure as it is, several as their mean."""
    known = [figure for figure in found if figure.measured]
    if not known:
        return Cell(ABSENT, found[0].remark if found else "")
    if METRICS[name].section == EDITING and not any(figure.value for figure in known):
        return Cell(NONE)
    if len(known) == 1:
        return Cell(known[0].shown(), known[0].by)
    values = [figure.value for figure in known if figure.value is not None]
    if not values:
        return Cell(ABSENT)
    if name in YES_OR_NO:
        return Cell(f"{sum(map(bool, values))} of {len(values)}")
    mean = Figure(name, known[0].maker, value=fmean(values)).shown()
    return Cell(mean, f"mean of {len(values)}")


def _column(name: str, by: str) -> str:
    unit = METRICS[name].unit
    return METRICS[name].title + (f", {unit}" if unit else "") + (f" ({by})" if by else "")


def _heading(section: str, by: str) -> str:
    if section != NOTES or not by:
        return section
    return f"{section}, {by}" if by == WRITTEN else f"{section}, as {by} hears them in the sound"


def _written_first(by: str) -> tuple[bool, str]:
    return by != WRITTEN, by


def _whose(figures: Sequence[Figure]) -> str:
    """The makers, and the picture where it is one alone."""
    pairs = (f"{f.maker} and {f.against}" if f.against else f.maker for f in figures)
    pictures = {figure.picture for figure in figures if figure.picture}
    where = f" for {next(iter(pictures))}" if len(pictures) == 1 else ""
    return ", ".join(dict.fromkeys(pairs)) + where
