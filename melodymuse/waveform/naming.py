"""What networks are called: the one that is taken unasked, and any in what leaves the machine."""

from __future__ import annotations

from pathlib import Path

DEFAULT_MODEL = "facebook/musicgen-small"
# Between the names of a model and its adapter.
JOIN = " + "


def called(name_or_path: str) -> str:
    """A hub's name as it is, of a folder the last part: reports and files are sent to people whom
    the user's other folders do not concern.  A model and its adapter keep both names."""
    parts = [(part, Path(part)) for part in name_or_path.split(JOIN)]
    return JOIN.join(path.resolve().name if path.exists() else part for part, path in parts)
