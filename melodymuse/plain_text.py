"""Text for files that only take proper characters, such as XML and pictures."""

from __future__ import annotations

import re

# What XML 1.0 allows (section 2.2, "Char"), without line ends and tabs: a title is one line.
_IMPROPER = re.compile("[^\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")


def plain_text(text: str) -> str:
    """The text with control characters, line ends and halves of surrogate pairs (which a file's
    name may hold) as single spaces, and none at the ends."""
    return _IMPROPER.sub(" ", text).strip()
