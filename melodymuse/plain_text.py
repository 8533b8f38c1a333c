"""Foreign text, such as names of files, where only proper characters may go: XML, a terminal."""

from __future__ import annotations

import re
import unicodedata

# What XML 1.0 allows (section 2.2, "Char"), without line ends and tabs: a title is one line.
_IMPROPER = re.compile("[^\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")
# Marks, embeddings, overrides and isolates of the Unicode bidirectional algorithm (UAX #9, 2).
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain_text(text: str) -> str:
    """The text with control characters, line ends and halves of surrogate pairs (which a file's
    name may hold) as single spaces, and none at the ends."""
    return _IMPROPER.sub(" ", text).strip()


def escaped(text: str) -> str:
    """The text with each character that steers a terminal, or turns the reading direction, written
    out (``\\x1b``, ``\\u202e``): a name can then neither hide nor forge what is printed."""
    return "".join(_written_out(letter) if _steers(letter) else letter for letter in text)


def shortened(text: str, most: int = 80) -> str:
    """A text for a message: of one longer than `most` characters, its beginning and its end."""
    end = most // 3
    return text if len(text) <= most else f"{text[: most - end - 1]}…{text[-end:]}"


def _steers(letter: str) -> bool:
    # Controls, line and paragraph separators, and of the formats those that turn the direction;
    # joiners, which emoji and many scripts need, stay.
    return unicodedata.category(letter) in ("Cc", "Zl", "Zp") or letter in _TURNING


def _written_out(letter: str) -> str:
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
