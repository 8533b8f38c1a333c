"""The key: which hidden label stands for which piece.  It stays with the experimenter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from types import MappingProxyType

from melodymuse.errors import SurveyError
from melodymuse.music.emotion import EMOTIONS
from melodymuse.spreadsheets import csv_text
from melodymuse.survey.questions import OWN, PRESETS, Questionnaire, questionnaire
from melodymuse.survey.tables import read_table

COLUMNS = ("survey", "piece", "backend", "emotion", "file", "picture")
# Keys of earlier versions have none of these.
_LATER = ("caption", "preset")


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """What a hidden label stands for; `picture` and `caption` are empty where none was shown."""

    piece: str
    backend: str
    emotion: str
    file: str
    picture: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """A survey's key: the survey's id, the entries by hidden label, and what was asked."""

    survey: str
    entries: Mapping[str, KeyEntry]
    asked: Questionnaire = PRESETS[OWN]

    def asks(self, name: str, entry: KeyEntry) -> bool:
        """Whether a question was asked of a piece."""
        return self.asked.asks(name, entry.picture, entry.caption)

    @property
    def total(self) -> int:
        """How many pieces each listener judged."""
        return min(self.asked.pieces or len(self.entries), len(self.entries))


def key_text(survey: str, entries: Sequence[KeyEntry], preset: str = OWN) -> str:
    """The key as CSV."""
    rows = ((survey, *astuple(entry), preset) for entry in entries)
    return csv_text((*COLUMNS, *_LATER), rows)


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
        entry = KeyEntry(
            **{name: row[name] for name in COLUMNS[1:]}, caption=row.get("caption", "")
        )
        if entry.emotion not in EMOTIONS:
            raise SurveyError(f"{path}, line {line}: unknown emotion '{entry.emotion}'")
        if not entry.piece or not entry.backend:
            raise SurveyError(f"{path}, line {line}: piece and backend must be named")
        if entry.piece in entries:
            raise SurveyError(f"{path}, line {line}: piece {entry.piece} stands there twice")
        entries[entry.piece] = entry
    asked = questionnaire(rows[0][1].get("preset") or OWN)
    return Key(surveys.pop(), MappingProxyType(entries), asked)
