"""The pieces to look at: a CSV file with a line for each.

    audio,emotion,caption,split,valence,arousal,truth,truth_valence,truth_arousal

- ``audio``: the sound, relative to the table.
- ``emotion``: what it was asked to express, any word.
- ``caption``, ``genre``, ``split`` (train, test ...): words; may be empty, or the column missing.
- ``valence``, ``arousal``: of the picture that it was made for, on any scale, the same for all.
- ``truth``, ``truth_valence``, ``truth_arousal``: a sound held to be right, and its feeling.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from melodymuse.errors import MelodyMuseError

COLUMNS = ("audio", "emotion")
FEWEST = 4

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Row:
    """A piece.

    Attributes:
        audio: its sound.
        emotion: what it was asked to express.
        caption, genre, split: as the table says, or empty.
        place: valence and arousal of its picture; None where the table does not say.
        truth: a sound that is held to be right.
        truth_place: valence and arousal of that.
    """

    audio: Path
    emotion: str
    caption: str
    genre: str
    split: str
    place: Place | None
    truth: Path | None
    truth_place: Place | None


def read_rows(path: Path) -> tuple[Row, ...]:
    """Read a table.

    Raises:
        MelodyMuseError: no such file, a column that is missing, fewer than `FEWEST` rows, a sound
            that is not there, or a place that is no pair of numbers.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
            if missing:
                raise MelodyMuseError(f"{path}: there is no column '{missing[0]}' in its first row")
            rows = tuple(
                _row(row, path.parent, f"{path}, row {n}") for n, row in enumerate(table, 2)
            )
    except OSError as error:
        raise MelodyMuseError(f"cannot read '{path}': {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise MelodyMuseError(f"'{path}' is no CSV file in UTF-8: {error}") from error
    if len(rows) < FEWEST:
        raise MelodyMuseError(f"'{path}' holds {len(rows)} pieces: at least {FEWEST} are needed")
    return rows


def _row(row: dict[str, str | None], base: Path, where: str) -> Row:
    said = {name: (value or "").strip() for name, value in row.items() if isinstance(value, str)}
    emotion = said.get("emotion", "").casefold()
    if not emotion:
        raise MelodyMuseError(f"{where}: there is no emotion")
    audio = _sound(said.get("audio", ""), base, where)
    truth = said.get("truth", "")
    return Row(
        audio,
        emotion,
        said.get("caption", ""),
        said.get("genre", "").casefold(),
        said.get("split", "").casefold(),
        _place(said, "", where),
        _sound(truth, base, where) if truth else None,
        _place(said, "truth_", where),
    )


def _sound(name: str, base: Path, where: str) -> Path:
    if not name or not (base / name).is_file():
        raise MelodyMuseError(f"{where}: there is no sound file '{name}'")
    return base / name


def _place(said: dict[str, str], prefix: str, where: str) -> Place | None:
    words = [said.get(f"{prefix}{axis}", "") for axis in ("valence", "arousal")]
    if not any(words):
        return None
    try:
        valence, arousal = map(float, words)
    except ValueError:
        valence = math.nan
    if not (math.isfinite(valence) and math.isfinite(arousal)):
        raise MelodyMuseError(f"{where}: {prefix}valence and arousal must be two numbers")
    return valence, arousal
