"""Which pieces are to be judged: a manifest, or files that say it by their names.

A manifest is a CSV file, ``manifest.csv`` in the folder of the pieces, with a line for each piece:

    file,backend,emotion,picture,caption
    rocket-a.wav,melodymuse,awe,rocket.jpg,a rocket on its launch pad
    rocket-b.wav,musicgen,awe,rocket.jpg,a rocket on its launch pad

- ``file``: the sound, relative to the manifest.
- ``backend``: who made it, any name; results are told for each.
- ``emotion``: the one of the eight that it was asked to express.
- ``picture``: what it was made from, relative to the manifest; may be empty or the column missing,
  then nobody is asked for the fit.
- ``caption``: what the picture is said to show; may be empty or missing, then nobody is asked how
  well it does.

Further columns are ignored.  Without a manifest every sound must be named as `melodymuse.naming`
names pieces (``rocket-awe-Fmajor-72bpm.wav``); its picture is the one named ``rocket``, if it lies
there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from melodymuse.errors import SurveyError
from melodymuse.files import visible_files
from melodymuse.music.emotion import EMOTIONS
from melodymuse.survey.tables import read_table

MANIFEST = "manifest.csv"
COLUMNS = ("file", "backend", "emotion")
PICTURE_COLUMN, CAPTION_COLUMN = "picture", "caption"
SOUND_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3", ".aiff", ".aif")
_PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")
_OWN_BACKEND = "melodymuse"
# A picture's name of about this length was cut.
_CUT = 39
# The picture, emotion, key and tempo, and what numbers a take or a second file of the name.
_OWN_NAME = re.compile(
    rf"(?:(?P<picture>.+)-)?(?P<emotion>{'|'.join(EMOTIONS)})"
    r"-[A-G][#b]?(?:major|minor)-\d+(?:\.\d+)?bpm(?:-take-\d+)?(?:-\d+)?"
)


@dataclass(frozen=True, slots=True)
class Stimulus:
    """A piece to be judged.

    Attributes:
        file: its sound.
        backend: who made it.
        emotion: the one of `EMOTIONS` that it was asked to express.
        picture: what it was made from, None where there is none.
        caption: what the picture is said to show; empty where nobody said.
    """

    file: Path
    backend: str
    emotion: str
    picture: Path | None = None
    caption: str = ""


def find_stimuli(folder: Path, manifest: Path | None = None) -> tuple[Stimulus, ...]:
    """The pieces of a folder, as its manifest or their names tell.

    Args:
        folder: where the sounds lie.
        manifest: the table; None for ``manifest.csv`` in the folder, if it is there.

    Returns:
        At least two, in the manifest's order or by name.

    Raises:
        SurveyError: no folder, no sounds, fewer than two, names that tell nothing, or a manifest
            that is wrong.
    """
    if not folder.is_dir():
        raise SurveyError(f"{folder}: there is no such folder")
    own = folder / MANIFEST
    if manifest is None and own.is_file():
        manifest = own
    stimuli = tuple(_named(folder) if manifest is None else _listed(manifest))
    if len(stimuli) < 2:
        raise SurveyError(
            f"{manifest or folder}: a survey needs at least two pieces, not {len(stimuli)}"
        )
    return stimuli


def _listed(manifest: Path) -> Iterable[Stimulus]:
    seen: set[Path] = set()
    for line, row in read_table(manifest, COLUMNS):
        stimulus = _stimulus_of(row, manifest.parent, f"{manifest}, line {line}")
        if stimulus.file.resolve() in seen:
            raise SurveyError(f"{manifest}, line {line}: '{row['file']}' is listed twice")
        seen.add(stimulus.file.resolve())
        yield stimulus


def _stimulus_of(row: dict[str, str], base: Path, where: str) -> Stimulus:
    emotion, backend = row["emotion"].casefold(), row["backend"]
    if emotion not in EMOTIONS:
        raise SurveyError(
            f"{where}: unknown emotion '{row['emotion']}': use one of {', '.join(EMOTIONS)}"
        )
    if not backend:
        raise SurveyError(f"{where}: no backend: say who made the piece")
    if not row["file"]:
        raise SurveyError(f"{where}: no file: name the sound")
    picture = row.get(PICTURE_COLUMN, "")
    stimulus = Stimulus(
        base / row["file"],
        backend,
        emotion,
        base / picture if picture else None,
        " ".join(row.get(CAPTION_COLUMN, "").split()),
    )
    for path in filter(None, (stimulus.file, stimulus.picture)):
        if not path.is_file():
            raise SurveyError(f"{where}: there is no file '{path}'")
    return stimulus


def _named(folder: Path) -> Iterable[Stimulus]:
    inside = visible_files(folder)
    sounds = [path for path in inside if path.suffix.lower() in SOUND_SUFFIXES]
    if not sounds:
        raise SurveyError(f"{folder}: there are no sounds in it ({', '.join(SOUND_SUFFIXES)})")
    for sound in sounds:
        told = _OWN_NAME.fullmatch(sound.stem)
        if told is None:
            raise SurveyError(
                f"{sound}: its name does not tell the emotion asked for: add a {MANIFEST} with "
                f"the columns {', '.join((*COLUMNS, PICTURE_COLUMN))}"
            )
        picture = _picture_named(told["picture"], inside)
        yield Stimulus(sound, _OWN_BACKEND, told["emotion"], picture)


def _picture_named(part: str | None, inside: Sequence[Path]) -> Path | None:
    """The picture whose name stands, made safe and maybe cut short, in the name of a piece."""
    letters = _letters_of(part or "")
    if not letters:
        return None
    for path in inside:
        if path.suffix.lower() in _PICTURE_SUFFIXES:
            whole = _letters_of(path.stem)
            if whole == letters or (len(part or "") >= _CUT and whole.startswith(letters)):
                return path
    return None


def _letters_of(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
