"""Readers of music with emotions, as notes or as sound.

- mirex: a folder as R. Panda's MIREX-like sets (CMMR 2013): a folder for each emotion ("Cluster 1"
  ... or an emotion's word) at any depth, or `clusters.txt` whose n-th line is the cluster of the
  files numbered n.
- pieces: MIDI files by MelodyMuse, whose provenance says the emotion.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from melodymuse.audio.timeline import read_timeline
from melodymuse.errors import AudioError, MidiError
from melodymuse.files import visible_files
from melodymuse.music.score import Provenance
from training.eye.oasis import DataError
from training.pairs.labelled import Labelled, known_word

NOTES = (".mid", ".midi")
SOUNDS = (".wav", ".flac", ".mp3", ".ogg")


def read_mirex(folder: Path) -> list[Labelled]:
    """Every piece of a set in that layout.  The files of one number are one song."""
    table = next(iter(sorted(folder.rglob("clusters.txt"))), None)
    lines = table.read_text("utf-8").splitlines() if table is not None else []
    found = []
    for file in _music(folder):
        above = (known_word(parent.name) for parent in file.relative_to(folder).parents)
        word = next((word for word in above if word is not None), None)
        number = re.fullmatch(r"0*(\d+)", file.stem)
        if word is None and number and 1 <= int(number[1]) <= len(lines):
            word = known_word(lines[int(number[1]) - 1])
        if word is not None:
            found.append(Labelled(file, word, file.stem.casefold()))
    if not found:
        raise DataError(
            f"'{folder}': no music there in folders named by an emotion, nor a clusters.txt"
        )
    return found


def read_pieces(folder: Path) -> list[Labelled]:
    """MelodyMuse's own pieces; other files are left out.  Takes of one picture are one group."""
    found = []
    for file in _music(folder):
        if file.suffix.casefold() not in NOTES:
            continue
        try:
            origin = Provenance.parse(read_timeline(file).provenance)
        except (MidiError, AudioError):
            continue
        word = None if origin is None else known_word(origin.emotion)
        if origin is not None and word is not None:
            made_of_words = known_word(origin.source) is not None
            group = f"{file}" if made_of_words or not origin.source else origin.source
            found.append(Labelled(file, word, group))
    if not found:
        raise DataError(f"'{folder}' holds no MIDI file that MelodyMuse composed")
    return found


READERS: Mapping[str, Callable[[Path], list[Labelled]]] = MappingProxyType(
    {"mirex": read_mirex, "pieces": read_pieces}
)


def _music(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise DataError(f"no folder '{folder}'")
    folders = [folder, *sorted(path for path in folder.rglob("*") if path.is_dir())]
    files = [file for place in folders for file in visible_files(place)]
    return [file for file in files if file.suffix.casefold() in (*NOTES, *SOUNDS)]
