"""The figures as CSV files: all of them for a spreadsheet, and the pieces for a survey."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from melodymuse.comparison.catalogue import METRICS
from melodymuse.comparison.figures import NOT_MEASURED, Figure
from melodymuse.spreadsheets import csv_text

COLUMNS = ("picture", "maker", "against", "metric", "value", "unit", "by", "remark")
# As `melodymuse.survey.stimuli` reads it, which leaves the last one alone.
MANIFEST_COLUMNS = ("file", "backend", "emotion", "picture", "heard_notes")


def figures_csv(figures: Iterable[Figure]) -> str:
    """Every figure, a line each, in full precision; without a value the remark says why.

    `picture` is empty for figures over all pictures, `against` for those of one maker, `by` where
    there is only one way to measure.
    """
    return csv_text(COLUMNS, (_line(figure) for figure in figures))


def manifest_csv(lines: Iterable[Sequence[str]]) -> str:
    """The pieces, as `melodymuse survey` takes them: file, maker, emotion, picture, and the
    MIDI file of the notes heard in it, if any."""
    return csv_text(MANIFEST_COLUMNS, lines)


def _line(figure: Figure) -> tuple[str | float, ...]:
    value = figure.text if figure.value is None else float(figure.value)
    remark = "" if figure.measured else f"{NOT_MEASURED}: {figure.remark}"
    return (
        figure.picture,
        figure.maker,
        figure.against,
        figure.metric,
        value,
        METRICS[figure.metric].unit,
        figure.by,
        remark,
    )
