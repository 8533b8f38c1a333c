"""A statement beside a piece's files: that a machine made them, from what, and with which networks.

It is not signed: whoever has the files can write another one.  The hashes tell whether a file is
the one that is meant, not who made it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import file_digest
from pathlib import Path
from typing import Any

from melodymuse.example_pictures import is_example, picture_file
from melodymuse.files import write_text
from melodymuse.networks import shipped_hashes
from melodymuse.piece import Piece
from melodymuse.planning.controls import CONTROL_NAMES
from melodymuse.version import __version__

SUFFIX = ".statement.json"
_UNSIGNED = (
    "Made by a machine.  This statement is unsigned: it can be changed by anyone, and proves "
    "nothing about who made the files."
)


def statement(piece: Piece, files: Iterable[Path], picture: Path | None = None) -> dict[str, Any]:
    """What is stated of a piece, ready for JSON.

    Args:
        piece: what was composed.
        files: what was written of it; they are named and hashed (SHA-256, hexadecimal).
        picture: the file of its picture, if it has one.

    Raises:
        OSError: a file cannot be read.
        ModelError: the list of networks is missing or damaged.
    """
    seen = piece.analysis is not None
    ours = {
        name: digest
        for name, digest in shipped_hashes().items()
        if not name.startswith("eye") or (seen and not piece.plan.eye)
    }
    return {
        "statement": _UNSIGNED,
        "generator": f"MelodyMuse {__version__}",
        "files": {path.name: _digest(path) for path in files},
        "from": {
            "picture": None if picture is None else picture.name,
            "picture_sha256": None if picture is None else _digest(picture),
            "like": piece.plan.like or None,
            "emotion": piece.profile.emotion,
            "valence": piece.profile.valence,
            "arousal": piece.profile.arousal,
        },
        "controls": {name: str(getattr(piece.controls, name)) for name in CONTROL_NAMES},
        "other_eye": piece.plan.eye or None,
        "networks_sha256": ours,
    }


def write_statement(
    piece: Piece, files: Iterable[Path], picture: Path | None = None, *, overwrite: bool = False
) -> Path:
    """Write the statement beside the first file, and give its path.

    Raises:
        OutputError: it is there already, or cannot be written.
    """
    paths = list(files)
    told = json.dumps(statement(piece, paths, picture), indent=2) + "\n"
    return write_text(paths[0].with_suffix(SUFFIX), told, overwrite=overwrite)


def _digest(path: Path) -> str:
    source = picture_file(str(path)) if is_example(str(path)) else path
    with source.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
