"""Pictures and music that fit each other: a folder of the one searched for the other."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from melodymuse.engine import Engine
from melodymuse.errors import OutputError
from melodymuse.hearing import Heard, hear
from melodymuse.hearing.listener import ear
from melodymuse.hearing.sound import SUFFIXES as SOUNDS
from melodymuse.matching.index import BY_BYTES, refreshed, search
from melodymuse.matching.traits import Traits, reasons, traits_of_music, traits_of_picture
from melodymuse.networks import shipped_hashes
from melodymuse.version import __version__
from melodymuse.vision.classifier import MODEL as EYE
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
    open_picture: Callable[[Path], Any] = lambda path: path,
    hear: Callable[[Path], Heard] = hear,
    complain: Callable[[str], None] = lambda line: None,
) -> list[Match]:
    """The music of a folder that fits a picture, or the pictures that fit a piece, the best first.

    What is known of a folder is kept in it, in a hidden file, and holds until a file changes, or
    the eye or ear that ships.

    Args:
        query: a picture, an example's name such as "@rocket", or, by its suffix, MIDI, MusicXML or
            sound.
        folder: what is searched, with the folders below it.
        engine: looks at pictures; of another eye than the one that ships nothing is kept.
        most: how many are told.
        open_picture: makes of a picture's path what the engine looks at.
        hear: hears a piece.
        complain: told in a line of each file of the folder that cannot be read.

    Raises:
        OutputError: no such folder, or nothing of the other kind in it.
        MelodyMuseError: the query cannot be read.
    """
    place = Path(folder)
    if not place.is_dir():
        raise OutputError(f"there is no folder '{folder}' to search: name one")

    def see(picture: Path) -> Traits:
        return traits_of_picture(engine.analyze(open_picture(picture)))

    def listen(music: Path) -> Traits:
        return traits_of_music(hear(music))

    asked = Path(query)
    plays = asked.suffix.lower() in MUSIC
    wanted = listen(asked) if plays else see(asked)
    if plays:
        by = _by(shipped_hashes()[EYE.name]) if engine.looks_as_shipped else b""
        rows = refreshed(place, "picture", PICTURES, see, by, complain)
    else:
        rows = refreshed(place, "music", MUSIC, listen, _by(ear()), complain)
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


def _by(digest: str) -> bytes:
    """What an index tells of who looked or listened."""
    return f"{__version__} {digest[:12]}".encode()[:BY_BYTES]
