"""The answers that listeners hand back, checked line by line against the key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from melodymuse.errors import SurveyError
from melodymuse.music.emotion import EMOTIONS
from melodymuse.survey.key import Key, KeyEntry
from melodymuse.survey.questions import (
    AGREES,
    EMOTION,
    FIT,
    HIGHEST_RATING,
    LOWEST_RATING,
    RATINGS,
)
from melodymuse.survey.tables import read_table

COLUMNS = ("survey", "listener", "position", "piece", "emotion", "quality", "fit", "heard")
COMMENT_COLUMN = "comment"
_YES_OR_NO = {"yes": True, "no": False}
_LISTENER = re.compile(r"[A-Za-z0-9_-]{1,32}")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one listener said of one piece.

    Attributes:
        entry: the piece, as the key tells it.
        position: which piece in the listener's order it was, from 1.
        emotion: the one heard; None where it was not asked for, as in all that follow.
        quality: 1..10.
        fit: to the picture, 1..10; None where none was shown.
        heard: seconds of it that were played.
        caption: how well it tells of the picture, 1..10.
        agrees: whether the emotion that was told fits.
    """

    entry: KeyEntry
    position: int
    emotion: str | None
    quality: int | None
    fit: int | None
    heard: int
    caption: int | None = None
    agrees: bool | None = None

    @property
    def recognised(self) -> bool | None:
        """Whether the emotion heard is the one that the piece was asked to express."""
        return None if self.emotion is None else self.emotion == self.entry.emotion


@dataclass(frozen=True, slots=True)
class Sheet:
    """One listener's answers from one file, in the order they were given; may be unfinished."""

    listener: str
    file: Path
    answers: tuple[Answer, ...]
    comment: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Answers that do not count, and why."""

    listener: str
    file: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Sample:
    """The listeners who count, each with an answer for every piece, and what was left out."""

    sheets: tuple[Sheet, ...]
    excluded: tuple[Exclusion, ...]


def read_answers(paths: Sequence[Path], key: Key) -> tuple[Sheet, ...]:
    """Read answer files; one file may hold several listeners.

    Raises:
        SurveyError: a file is missing or no such file, belongs to another survey, or names an
            unknown piece or emotion, a rating out of range, or a piece twice.
    """
    return tuple(sheet for path in paths for sheet in _read_file(path, key))


def choose_sheets(sheets: Iterable[Sheet], key: Key) -> Sample:
    """One finished sheet for each listener, in the order given.

    Of a listener's several sheets the fullest counts, of equals the first; unfinished ones do not
    count, since whoever stops early need not be like those who stay.
    """
    best: dict[str, Sheet] = {}
    excluded = []
    for sheet in sheets:
        known = best.setdefault(sheet.listener, sheet)
        if known is not sheet:
            fuller, other = (sheet, known) if _count(sheet) > _count(known) else (known, sheet)
            best[sheet.listener] = fuller
            reason = f"a second set of answers beside {fuller.file.name}"
            excluded.append(Exclusion(sheet.listener, other.file, reason))
    total = key.total
    for sheet in best.values():
        if _count(sheet) < total:
            reason = f"unfinished, {_count(sheet)} of {total} pieces"
            excluded.append(Exclusion(sheet.listener, sheet.file, reason))
    finished = tuple(sheet for sheet in best.values() if _count(sheet) == total)
    return Sample(finished, tuple(excluded))


def _count(sheet: Sheet) -> int:
    return len(sheet.answers)


def _read_file(path: Path, key: Key) -> list[Sheet]:
    rows = read_table(path, COLUMNS)
    if not rows:
        raise SurveyError(f"{path} holds no answers: leave it out")
    answers: dict[str, list[Answer]] = {}
    comments: dict[str, str] = {}
    for line, row in rows:
        where = f"{path}, line {line}"
        listener, answer = row["listener"], _answer_of(row, key, where)
        if not _LISTENER.fullmatch(listener):
            raise SurveyError(f"{where}: '{listener}' is no listener's id")
        given = answers.setdefault(listener, [])
        for earlier in given:
            if earlier.entry is answer.entry:
                raise SurveyError(f"{where}: {listener} judged piece {answer.entry.piece} before")
            if earlier.position == answer.position:
                raise SurveyError(f"{where}: position {answer.position} stands there twice")
        given.append(answer)
        comments[listener] = comments.get(listener) or row.get(COMMENT_COLUMN, "")
    return [
        Sheet(
            listener,
            path,
            tuple(sorted(given, key=lambda answer: answer.position)),
            comments[listener],
        )
        for listener, given in answers.items()
    ]


def _answer_of(row: dict[str, str], key: Key, where: str) -> Answer:
    if row["survey"] != key.survey:
        raise SurveyError(
            f"{where}: these answers are of survey '{row['survey']}', the key of {key.survey}: "
            "evaluate each survey with its own key"
        )
    entry = key.entries.get(row["piece"])
    if entry is None:
        raise SurveyError(f"{where}: the key knows no piece '{row['piece']}'")
    said = {name: row.get(name, "") for name in (EMOTION, *RATINGS, AGREES)}
    for name, text in said.items():
        if bool(text) != key.asks(name, entry):
            fault = f"was not asked for its {name}" if text else f"was not rated for its {name}"
            if name == FIT and text and not entry.picture:
                fault = "has no picture to fit"
            raise SurveyError(f"{where}: piece {entry.piece} {fault}")
    if said[EMOTION] and said[EMOTION] not in EMOTIONS:
        raise SurveyError(f"{where}: unknown emotion '{said[EMOTION]}'")
    if said[AGREES] and said[AGREES] not in _YES_OR_NO:
        raise SurveyError(f"{where}: agrees must be yes or no, not '{said[AGREES]}'")
    ratings = {
        name: _whole(row, name, LOWEST_RATING, HIGHEST_RATING, where) if said[name] else None
        for name in RATINGS
    }
    return Answer(
        entry=entry,
        position=_whole(row, "position", 1, len(key.entries), where),
        emotion=said[EMOTION] or None,
        heard=_whole(row, "heard", 0, 10**6, where),
        agrees=_YES_OR_NO.get(said[AGREES]),
        **ratings,
    )


def _whole(row: dict[str, str], name: str, low: int, high: int, where: str) -> int:
    text = row[name]
    # In its one spelling: what the page writes has no leading zeros.
    if not (_WHOLE.fullmatch(text) and low <= int(text) <= high):
        raise SurveyError(f"{where}: {name} must be a whole number {low} to {high}, not '{text}'")
    return int(text)
