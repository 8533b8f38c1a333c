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
from melodymuse.survey.questions import (
    CAPTION,
    EMOTION,
    FIT,
    HIGHEST_RATING,
    LOWEST_RATING,
    QUALITY,
)
from melodymuse.survey.statistics import (
    Estimate,
    Scale,
    krippendorff_alpha,
    mean_interval,
    wilson,
)

# A measure: what it is called, how it is read off an answer, and between which values it lies.
RECOGNISED, AGREED = "recognised", "agreed"
MEASURES = (RECOGNISED, QUALITY, FIT, CAPTION, AGREED)
SHARES = (RECOGNISED, AGREED)
_RATED = (float(LOWEST_RATING), float(HIGHEST_RATING))
_RANGES: Mapping[str, tuple[float, float]] = {
    name: (0.0, 1.0) if name in SHARES else _RATED for name in MEASURES
}
_READ: Mapping[str, Callable[[Answer], float | None]] = {
    RECOGNISED: lambda answer: answer.recognised,
    QUALITY: lambda answer: answer.quality,
    FIT: lambda answer: answer.fit,
    CAPTION: lambda answer: answer.caption,
    AGREED: lambda answer: answer.agrees,
}

Confusion = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class BackendResult:
    """What listeners said of a backend's pieces.

    Attributes:
        backend: its name.
        pieces: how many.
        recognised: share of answers that name the emotion asked for, with Wilson's interval, which
            takes all answers for independent; None where nobody was asked for it.
        agreed: share of answers that found the emotion told fitting, likewise.
        by_listener: the mean of each measure over listeners, with an interval over listeners;
            without what was not asked for, such as `FIT` where no picture was shown.
        shuffled: the share that the same answers would reach if dealt to these pieces at random:
            what an inclination towards some emotions brings by itself.
        confusion: 8 x 8 counts, a row for each emotion asked for, a column for each one heard, in
            the order of `EMOTIONS`.
    """

    backend: str
    pieces: int
    recognised: Estimate | None
    agreed: Estimate | None
    by_listener: Mapping[str, Estimate]
    shuffled: float | None
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
    """What listeners said of one piece; None for what was not asked of it."""

    entry: KeyEntry
    recognised: Estimate | None
    quality: Estimate | None
    fit: Estimate | None
    caption: Estimate | None
    agreed: Estimate | None


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
            ratings, of what was asked; None where it is not defined.
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
            # Who hears a few pieces only has no pairs.
            for measure in (MEASURES if key.total == len(key.entries) else ())
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
    heard = [(a.entry.emotion, a.emotion) for a in answers if a.emotion is not None]
    for asked, said in heard:
        confusion[EMOTIONS.index(asked), EMOTIONS.index(said)] += 1
    by_chance = float(confusion.sum(axis=0) @ confusion.sum(axis=1))
    by_listener = {}
    for measure in MEASURES:
        means = [_mean(given, measure) for given in by_sheet]
        known = [mean for mean in means if mean is not None]
        if known:
            by_listener[measure] = mean_interval(known, *_RANGES[measure])
    return BackendResult(
        backend=name,
        pieces=len({answer.entry.piece for answer in answers}),
        recognised=_share(answers, RECOGNISED),
        agreed=_share(answers, AGREED),
        by_listener=by_listener,
        shuffled=by_chance / len(heard) ** 2 if heard else None,
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
    values = _values(answers, measure)
    return math.fsum(values) / len(values) if values else None


def _share(answers: Iterable[Answer], measure: str) -> Estimate | None:
    """How many of those who were asked said yes, with Wilson's interval."""
    values = _values(answers, measure)
    return wilson(int(sum(values)), len(values)) if values else None


def _values(answers: Iterable[Answer], measure: str) -> list[float]:
    found = (_READ[measure](answer) for answer in answers)
    return [float(value) for value in found if value is not None]


def _piece(entry: KeyEntry, sheets: Sequence[Sheet]) -> PieceResult:
    answers = [answer for sheet in sheets for answer in sheet.answers if answer.entry is entry]
    quality, fit, caption = (
        mean_interval(values, *_RANGES[name]) if (values := _values(answers, name)) else None
        for name in (QUALITY, FIT, CAPTION)
    )
    return PieceResult(
        entry, _share(answers, RECOGNISED), quality, fit, caption, _share(answers, AGREED)
    )


def _agreement(sheets: Sequence[Sheet], key: Key) -> dict[str, float | None]:
    places = {piece: place for place, piece in enumerate(key.entries)}
    found = {}
    for name in (EMOTION, QUALITY, FIT, CAPTION):
        said = np.full((len(sheets), len(places)), np.nan)
        for rater, sheet in enumerate(sheets):
            for answer in sheet.answers:
                value = getattr(answer, name)
                if value is not None:
                    at = rater, places[answer.entry.piece]
                    said[at] = EMOTIONS.index(value) if name == EMOTION else value
        if not np.isnan(said).all():
            scale = Scale.NOMINAL if name == EMOTION else Scale.INTERVAL
            found[name] = krippendorff_alpha(said, scale)
    return found
