"""A piece from a photograph that comes with a dependency, so that it works anywhere and offline."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from os import PathLike
from pathlib import Path

from melodymuse.api import compose
from melodymuse.errors import NameTakenError, OutputError
from melodymuse.naming import stem_for
from melodymuse.piece import Piece

# On its launch pad, released by SpaceX into the public domain.
PHOTOGRAPH = "@rocket"
# Fixed, so that everybody hears the same piece.
SEED = 8
SUFFIXES = (".mid", ".musicxml", ".png")


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demonstration made: which piece, in which files."""

    piece: Piece
    paths: tuple[Path, ...]


def run_demo(folder: str | PathLike[str]) -> Demo:
    """Compose from the photograph and write MIDI, printed score and picture into a folder.

    The folder is made if need be; files that are there stay, the new ones are numbered.

    Raises:
        ImageError: scikit-image came without its photographs.
        OutputError: the folder or a file cannot be written.
    """
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder '{target}': {error.strerror}") from error
    piece = compose(PHOTOGRAPH, seed=SEED)
    stem = stem_for(PHOTOGRAPH, piece.profile.emotion, piece.controls)
    while True:
        try:
            return Demo(piece, piece.write_all(_unused_paths(target, stem)))
        except NameTakenError:  # by another demonstration, in this moment
            continue


def _unused_paths(folder: Path, stem: str) -> list[Path]:
    """The piece's three names, numbered alike where one of them is taken."""
    stems = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    candidates = ([folder / f"{name}{suffix}" for suffix in SUFFIXES] for name in stems)
    return next(paths for paths in candidates if not any(path.exists() for path in paths))
