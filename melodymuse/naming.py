"""How a piece's files are called when the user gives no name.

A digital audio workstation shows the file's name and little else, and dropping a file into a
project often loses its tempo and key: so both stand in the name, after the picture and the emotion,
as in ``rocket-awe-Dminor-72bpm.mid``.
"""

from __future__ import annotations

import re
from pathlib import Path

from melodymuse.planning.controls import Controls

_UNSAFE = re.compile(r"[^\w.+#]+|\.(?=\.)")
# A file name may have 255 bytes on common file systems; a letter takes up to four of them.
_LONGEST_SOURCE = 40


def stem_for(source: str, emotion: str, controls: Controls) -> str:
    """The name of a piece, without suffix: picture, emotion, key and tempo.

    Args:
        source: the picture's file name or path; empty when there was no picture.
        emotion: the leading emotion.
        controls: what was asked of the piece; its key and tempo are named.
    """
    picture = _UNSAFE.sub("-", Path(source).stem).strip("-._")[:_LONGEST_SOURCE]
    key = f"{controls.key.tonic}{controls.key.mode}"
    facts = [picture, emotion, key, f"{controls.tempo:g}bpm"]
    return "-".join(fact for fact in facts if fact)


def take_path(path: Path, take: int) -> Path:
    """The path of the n-th take: the first bears the name itself, the others ``-take-2`` ..."""
    return path if take == 1 else path.with_name(f"{path.stem}-take-{take}{path.suffix}")
