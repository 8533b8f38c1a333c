"""What the answers say: of each backend, of each two compared, of each piece.

The intervals over listeners tell what other listeners would say of these pieces; what they would
say of other pieces, only more pieces can tell.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from melodymuse.errors import SurveyError
from melodymuse.music.emotion import EMOTIONS
from melodymuse.survey.answers import Answer, Exclusion, Sample, Sheet
from melodymuse.survey.key import Key, KeyEntry
from melodymuse.survey.questions import HIGHEST_RATING, LOWEST_RATING
from melodymuse.survey.statistics import (
    Estimate,
    Scale,
    krippendorff_alpha,
    mean_interval,
    wilson,
)

# A measure: what it is called, how it is read off an answer, and between which values it lies.
RECOGNISED, QUALITY, FIT = "recognised", "quality", "fit"
MEASURES = (RECOGNISED, QUALITY, FIT)
_RANGES: Mapping[str, tuple[float, float]] = {
    RECOGNISED: (0.0, 1.0),
    QUALITY: (float(LOWEST_RATING), float(HIGHEST_RATING)),
    FIT: (float(LOWEST_RATING), float(HIGHEST_RATING)),
}
_READ: Mapping[str, Callable[[Answer], float | None]] = {
    RECOGNISED: lambda answer: float(answer.recognised),
    QUALITY: lambda answer: float(answer.quality),
    FIT: lambda answer: None if answer.fit is None else float(answer.fit),
}

Confusion = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class BackendResult:
    """What listeners said of a backend's pieces.

    Attributes:
        backend: its name.
        pieces: how many.
        recognised: share of answers that name the emotion asked for, with Wilson's interval, which
            takes all answers for independent.
        by_listener: the mean of each measure over listeners, with an interval over listeners;
            without `FIT` where no picture was shown.
        shuffled: the share that the same answers would reach if dealt to these pieces at random:
            what an inclination towards some emotions brings by itself.
        confusion: 8 x 8 counts, a row for each emotion asked for, a column for each one heard, in
            the order of `EMOTIONS`.
    """

    backend: str
    pieces: int
    recognised: Estimate
    by_listener: Mapping[str, Estimate]
    shuffled: float
    confusion: Confusion


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much the first of two backends is ahead of the second in the same listeners' ears.

    Attributes:
        first: a backend.
        second: another.
        measure: one of `MEASURES`; `RECOGNISED` as a share.
        pairs: how many pictures (emotions, where there are no pictures) both were judged on; 0 when
            they had none in common and all their pieces were compared.
        estimate: the mean over listeners with its interval.
    """

    first: str
    second: str
    measure: str
    pairs: int
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class PieceResult:
    """What listeners said of one piece; `fit` is None where no picture was shown."""

    entry: KeyEntry
    recognised: Estimate
    quality: Estimate
    fit: Estimate | None


@dataclass(frozen=True, slots=True)
class Results:
    """What a survey found.

    Attributes:
        survey: its id.
        listeners: how many count.
        excluded: the answers that do not.
        backends: in the order of their names.
        differences: of each two backends, for each measure.
        pieces: in the key's order.
        agreement: Krippendorff's alpha among listeners, nominal for ``"emotion"``, interval for
            `QUALITY` and `FIT` (if asked); None where it is not defined.
        comments: what listeners said freely, in no order that tells who.
    """

    survey: str
    listeners: int
    excluded: tuple[Exclusion, ...]
    backends: tuple[BackendResult, ...]
    differences: tuple[Difference, ...]
    pieces: tuple[PieceResult, ...]
    agreement: Mapping[str, float | None]
    comments: tuple[str, ...]


def evaluate(sample: Sample, key: Key) -> Results:
    """Sum up the listeners who count.

    Raises:
        SurveyError: none does.
    """
    if not sample.sheets:
        told = "; ".join(f"{out.listener}: {out.reason}" for out in sample.excluded)
        raise SurveyError(f"no listener has finished the survey ({told})")
    names = sorted({entry.backend for entry in key.entries.values()})
    return Results(
        survey=key.survey,
        listeners=len(sample.sheets),
        excluded=sample.excluded,
        backends=tuple(_backend(name, sample.sheets) for name in names),
        differences=tuple(
            difference
            for first, second in combinations(names, 2)
            for measure in MEASURES
            if (difference := _difference(first, second, measure, sample.sheets)) is not None
        ),
        pieces=tuple(_piece(entry, sample.sheets) for entry in key.entries.values()),
        agreement=_agreement(sample.sheets, key),
        comments=tuple(sorted(sheet.comment for sheet in sample.sheets if sheet.comment)),
    )


def _backend(name: str, sheets: Sequence[Sheet]) -> BackendResult:
    by_sheet = [[a for a in sheet.answers if a.entry.backend == name] for sheet in sheets]
    answers = [answer for given in by_sheet for answer in given]
    confusion = np.zeros((len(EMOTIONS), len(EMOTIONS)), np.int64)
    for answer in answers:
        confusion[EMOTIONS.index(answer.entry.emotion), EMOTIONS.index(answer.emotion)] += 1
    by_listener = {}
    for measure in MEASURES:
        means = [_mean(given, measure) for given in by_sheet]
        known = [mean for mean in means if mean is not None]
        if known:
            by_listener[measure] = mean_interval(known, *_RANGES[measure])
    return BackendResult(
        backend=name,
        pieces=len({answer.entry.piece for answer in answers}),
        recognised=wilson(int(confusion.trace()), len(answers)),
        by_listener=by_listener,
        shuffled=float(confusion.sum(axis=0) @ confusion.sum(axis=1)) / len(answers) ** 2,
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
    )


def _difference(
    first: str, second: str, measure: str, sheets: Sequence[Sheet]
) -> Difference | None:
    """None where the measure was not asked for on both sides."""
    asked = [
        answer.entry
        for answer in sheets[0].answers
        if answer.entry.backend in (first, second) and _READ[measure](answer) is not None
    ]
    ours, theirs = (
        {_pair_of(entry) for entry in asked if entry.backend == name} for name in (first, second)
    )
    if not ours or not theirs:
        return None
    common = sorted(ours & theirs)
    values = [_lead(sheet, first, second, measure, common) for sheet in sheets]
    low, high = _RANGES[measure]
    estimate = mean_interval(values, low - high, high - low)
    return Difference(first, second, measure, len(common), estimate)


def _lead(
    sheet: Sheet, first: str, second: str, measure: str, common: Sequence[tuple[str, str]]
) -> float:
    """By how much one listener puts the first ahead, each common picture weighing the same."""
    groups: Iterable[list[Answer]] = [list(sheet.answers)]
    if common:
        groups = [[a for a in sheet.answers if _pair_of(a.entry) == pair] for pair in common]
    leads = []
    for group in groups:
        ours, theirs = (
            _mean([answer for answer in group if answer.entry.backend == name], measure)
            for name in (first, second)
        )
        assert ours is not None and theirs is not None  # both have the pair, or any piece
        leads.append(ours - theirs)
    return math.fsum(leads) / len(leads)


def _pair_of(entry: KeyEntry) -> tuple[str, str]:
    """What makes two pieces comparable: the picture, or the emotion where there is none."""
    return (entry.picture, "") if entry.picture else ("", entry.emotion)


def _mean(answers: Iterable[Answer], measure: str) -> float | None:
    values = [value for answer in answers if (value := _READ[measure](answer)) is not None]
    return math.fsum(values) / len(values) if values else None


def _piece(entry: KeyEntry, sheets: Sequence[Sheet]) -> PieceResult:
    answers = [answer for sheet in sheets for answer in sheet.answers if answer.entry is entry]
    fits = [float(answer.fit) for answer in answers if answer.fit is not None]
    return PieceResult(
        entry,
        wilson(sum(answer.recognised for answer in answers), len(answers)),
        mean_interval([float(answer.quality) for answer in answers], *_RANGES[QUALITY]),
        mean_interval(fits, *_RANGES[FIT]) if fits else None,
    )


def _agreement(sheets: Sequence[Sheet], key: Key) -> dict[str, float | None]:
    places = {piece: place for place, piece in enumerate(key.entries)}
    emotions, qualities, fits = (np.full((len(sheets), len(places)), np.nan) for _ in range(3))
    for rater, sheet in enumerate(sheets):
        for answer in sheet.answers:
            at = rater, places[answer.entry.piece]
            emotions[at] = EMOTIONS.index(answer.emotion)
            qualities[at] = answer.quality
            fits[at] = np.nan if answer.fit is None else answer.fit
    found = {
        "emotion": krippendorff_alpha(emotions, Scale.NOMINAL),
        QUALITY: krippendorff_alpha(qualities, Scale.INTERVAL),
    }
    if np.isnan(fits).all():
        return found
    return found | {FIT: krippendorff_alpha(fits, Scale.INTERVAL)}
