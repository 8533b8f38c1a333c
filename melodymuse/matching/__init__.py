"""Pictures and music that fit each other: a folder of the one searched for the other."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from melodymuse.engine import Engine
from melodymuse.errors import OutputError
from melodymuse.hearing import hear
from melodymuse.hearing.sound import SUFFIXES as SOUNDS
from melodymuse.matching.index import refreshed, search
from melodymuse.matching.traits import Traits, reasons, traits_of_music, traits_of_picture
from melodymuse.vision.decoding.kinds import SUFFIXES as PICTURES

__all__ = ["Match", "match"]

MUSIC = frozenset((".mid", ".midi", ".musicxml", ".mxl")) | SOUNDS


class Match(NamedTuple):
    """A file of a folder that fits: its path, how well (0..1, 1 best), and why."""

    path: Path
    fit: float
    why: str


def match(
    query: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    engine: Engine,
    most: int = 10,
    complain: Callable[[str], None] = lambda line: None,
) -> list[Match]:
    """The music of a folder that fits a picture, or the pictures that fit a piece, the best first.

    What is known of a folder is kept in it, in a hidden file, and holds until a file changes.

    Args:
        query: a picture, an example's name such as "@rocket", or, by its suffix, MIDI, MusicXML or
            sound.
        folder: what is searched, with the folders below it.
        engine: looks at pictures.
        most: how many are told.
        complain: told in a line of each file of the folder that cannot be read.

    Raises:
        OutputError: no such folder, or nothing of the other kind in it.
        MelodyMuseError: the query cannot be read.
    """
    place = Path(folder)
    if not place.is_dir():
        raise OutputError(f"there is no folder '{folder}' to search: name one")

    def see(picture: str | os.PathLike[str]) -> Traits:
        return traits_of_picture(engine.analyze(picture))

    def listen(music: str | os.PathLike[str]) -> Traits:
        return traits_of_music(hear(music))

    plays = Path(query).suffix.lower() in MUSIC
    wanted = listen(query) if plays else see(query)
    if plays:
        rows = refreshed(place, "picture", PICTURES, see, complain)
    else:
        rows = refreshed(place, "music", MUSIC, listen, complain)
    if not len(rows):
        what = "pictures" if plays else "MIDI or sound files"
        raise OutputError(f"there are no {what} in '{folder}'")
    return [
        Match(
            place / found.path,
            found.fit,
            reasons(*((found.traits, wanted) if plays else (wanted, found.traits))),
        )
        for found in search(rows, wanted, most)
    ]
