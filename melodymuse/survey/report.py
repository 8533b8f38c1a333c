"""Results as a table for programs (CSV) and as a page for people (HTML)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from melodymuse.errors import OutputError
from melodymuse.files import write_text
from melodymuse.music.emotion import EMOTIONS
from melodymuse.spreadsheets import csv_text
from melodymuse.survey.questions import CAPTION, CHANCE, FIT, QUALITY
from melodymuse.survey.results import (
    AGREED,
    MEASURES,
    RECOGNISED,
    SHARES,
    BackendResult,
    Difference,
    Results,
)
from melodymuse.survey.statistics import Estimate
from melodymuse.webpages import filled

SUFFIXES = (".csv", ".html")
_HEADS = {
    RECOGNISED: "Recognised",
    QUALITY: "Quality, 1-10",
    FIT: "Fit, 1-10",
    CAPTION: "Caption, 1-10",
    AGREED: "Found it fitting",
}
COLUMNS = ("table", "backend", "against", "piece", "measure", "value", "low", "high", "n")
READING = (
    "Intervals cover 95 %. Those over listeners take each listener as one voice (Student's t); "
    "Wilson's takes every answer as one. They speak of other listeners, not of other pieces. "
    "By chance an answer is right in 12.5 %; 'shuffled' is what the same answers would reach dealt "
    "to the pieces at random. With several differences, one in twenty strays by luck alone."
)


def check_report(path: Path) -> None:
    """See that a report of that name can be made.

    Raises:
        OutputError: its format cannot be told.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise OutputError(f"{path}: the name must end in {' or '.join(SUFFIXES)}")


def write_report(results: Results, path: Path, *, overwrite: bool = False) -> Path:
    """Write the results as CSV or HTML, as the name's ending tells.

    Raises:
        OutputError: another ending, or the file cannot be written.
    """
    check_report(path)
    text = results_csv(results) if path.suffix.lower() == ".csv" else results_html(results)
    return write_text(path, text, overwrite=overwrite)


def results_csv(results: Results) -> str:
    """All figures, one a line: which table it is of, of whom, the measure, value and interval.

    `n` counts what the figure rests on: answers for Wilson's shares and the confusion matrix,
    listeners for the rest.
    """
    return csv_text(COLUMNS, _csv_rows(results))


def percent(share: float) -> str:
    """A share as text."""
    return f"{100 * share:.1f}%"


def with_interval(estimate: Estimate, measure: str, *, signed: bool = False) -> str:
    """An estimate as text, in percent (points, for a difference) or on the scale of ratings."""
    factor, unit, digits = (100, "%", 1) if measure in SHARES else (1, "", 2)
    sign = "+" if signed else ""
    if signed and unit:
        unit = " points"
    text = f"{factor * estimate.value:{sign}.{digits}f}{unit}"
    if estimate.low is None or estimate.high is None:
        return f"{text} (one listener: no interval)"
    low, high = (f"{factor * end:{sign}.{digits}f}" for end in (estimate.low, estimate.high))
    return f"{text} ({low} to {high})"


def alpha_text(alpha: float | None) -> str:
    """Krippendorff's alpha as text."""
    return "not defined" if alpha is None else f"{alpha:.3f}"


def _csv_rows(results: Results) -> Iterator[Sequence[object]]:
    survey = results.survey
    yield "survey", "", "", survey, "listeners", results.listeners, None, None, None
    yield "survey", "", "", survey, "left out", len(results.excluded), None, None, None
    for measure, alpha in results.agreement.items():
        yield "agreement", "", "", "", measure, alpha, None, None, results.listeners
    for backend in results.backends:
        if backend.agreed is not None:
            yield _line("answers", backend.backend, "", "", AGREED, backend.agreed)
        if backend.recognised is not None:
            yield _line("answers", backend.backend, "", "", RECOGNISED, backend.recognised)
            n = backend.recognised.count
            yield "answers", backend.backend, "", "", "chance", CHANCE, None, None, n
            yield "answers", backend.backend, "", "", "shuffled", backend.shuffled, None, None, n
        for measure, estimate in backend.by_listener.items():
            yield _line("listeners", backend.backend, "", "", measure, estimate)
    for lead in results.differences:
        yield _line("difference", lead.first, lead.second, "", lead.measure, lead.estimate)
    for piece in results.pieces:
        for measure in MEASURES:
            estimate = getattr(piece, measure)
            if estimate is not None:
                name = piece.entry.file
                yield _line("piece", piece.entry.backend, "", name, measure, estimate)
    for backend in _asked_for_emotions(results):
        for asked, row in zip(EMOTIONS, backend.confusion, strict=True):
            for heard, count in zip(EMOTIONS, row, strict=True):
                name = f"{asked} heard as {heard}"
                yield "confusion", backend.backend, "", "", name, count, None, None, sum(row)


def _line(
    table: str, backend: str, against: str, piece: str, measure: str, estimate: Estimate
) -> Sequence[object]:
    ends = (estimate.value, estimate.low, estimate.high)
    rounded = (None if end is None else round(end, 6) for end in ends)
    return table, backend, against, piece, measure, *rounded, estimate.count


def results_html(results: Results) -> str:
    """The results as one page that needs nothing else, light or dark as the reader's system is."""
    shown = [
        name
        for name in MEASURES
        if any(name in backend.by_listener for backend in results.backends)
    ]
    return filled(
        "melodymuse.survey",
        "page/results.html.j2",
        survey=results.survey,
        listeners=results.listeners,
        emotions=EMOTIONS,
        measures=[_HEADS[name] for name in shown],
        backends=[_backend_cells(backend, shown) for backend in results.backends],
        differences=[_difference_cells(lead) for lead in results.differences],
        agreement=[(name, alpha_text(alpha)) for name, alpha in results.agreement.items()],
        confusions=[(one.backend, one.confusion) for one in _asked_for_emotions(results)],
        pieces=list(_piece_cells(results, shown)),
        left_out=[(out.listener, out.file.name, out.reason) for out in results.excluded],
        comments=results.comments,
        reading=READING,
    )


def _asked_for_emotions(results: Results) -> list[BackendResult]:
    return [backend for backend in results.backends if backend.recognised is not None]


def _backend_cells(backend: BackendResult, shown: Sequence[str]) -> Sequence[str]:
    answers = backend.recognised or backend.agreed
    return (
        backend.backend,
        str(backend.pieces),
        "-" if answers is None else with_interval(answers, RECOGNISED),
        "-" if backend.shuffled is None else percent(backend.shuffled),
        *(
            with_interval(backend.by_listener[name], name) if name in backend.by_listener else "-"
            for name in shown
        ),
    )


def _difference_cells(lead: Difference) -> Sequence[str]:
    return (
        f"{lead.first} - {lead.second}",
        lead.measure,
        with_interval(lead.estimate, lead.measure, signed=True),
        str(lead.pairs) if lead.pairs else "none in common",
    )


def _piece_cells(results: Results, shown: Sequence[str]) -> Iterator[Sequence[str]]:
    for piece in results.pieces:
        estimates = ((name, getattr(piece, name)) for name in shown)
        said = ("-" if found is None else with_interval(found, name) for name, found in estimates)
        yield Path(piece.entry.file).name, piece.entry.backend, piece.entry.emotion, *said
