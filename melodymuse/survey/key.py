"""The key: which hidden label stands for which piece.  It stays with the experimenter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from types import MappingProxyType

from melodymuse.errors import SurveyError
from melodymuse.music.emotion import EMOTIONS
from melodymuse.spreadsheets import csv_text
from melodymuse.survey.tables import read_table

COLUMNS = ("survey", "piece", "backend", "emotion", "file", "picture")


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """What a hidden label stands for; `picture` is empty where none was shown."""

    piece: str
    backend: str
    emotion: str
    file: str
    picture: str


@dataclass(frozen=True, slots=True)
class Key:
    """A survey's key: the survey's id, and the entries by hidden label."""

    survey: str
    entries: Mapping[str, KeyEntry]


def key_text(survey: str, entries: Sequence[KeyEntry]) -> str:
    """The key as CSV."""
    return csv_text(COLUMNS, ((survey, *astuple(entry)) for entry in entries))


def read_key(path: Path) -> Key:
    """Read a key that `key_text` made.

    Raises:
        SurveyError: the file is missing, no key, or damaged.
    """
    rows = read_table(path, COLUMNS)
    surveys = {row["survey"] for _, row in rows}
    if len(surveys) != 1:
        raise SurveyError(f"{path} holds {len(surveys)} surveys: a key is of one")
    entries: dict[str, KeyEntry] = {}
    for line, row in rows:
        entry = KeyEntry(**{name: row[name] for name in COLUMNS[1:]})
        if entry.emotion not in EMOTIONS:
            raise SurveyError(f"{path}, line {line}: unknown emotion '{entry.emotion}'")
        if not entry.piece or not entry.backend:
            raise SurveyError(f"{path}, line {line}: piece and backend must be named")
        if entry.piece in entries:
            raise SurveyError(f"{path}, line {line}: piece {entry.piece} stands there twice")
        entries[entry.piece] = entry
    return Key(surveys.pop(), MappingProxyType(entries))
