"""What networks are called: the one that is taken unasked, and any in what leaves the machine."""

from __future__ import annotations

from pathlib import Path

DEFAULT_MODEL = "facebook/musicgen-small"


def called(name_or_path: str) -> str:
    """A hub's name as it is, of a folder the last part: reports and files are sent to people whom
    the user's other folders do not concern."""
    path = Path(name_or_path)
    return path.resolve().name if path.exists() else name_or_path
