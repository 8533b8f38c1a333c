"""An ID3v2.4 tag, the place of an MP3 file's title and comment (id3.org, version 2.4.0).

libsndfile writes such tags as well, but marks UTF-8 text as Latin-1 and leaves out the software.
"""

from __future__ import annotations

_UTF8 = b"\x03"
_NO_FLAGS = b"\0\0"
_LANGUAGE = b"eng"
_FRAMES = {"title": b"TIT2", "software": b"TSSE", "genre": b"TCON", "comment": b"COMM"}


def id3_tag(tags: dict[str, str]) -> bytes:
    """The tag for `title`, `software`, `genre` and `comment`; it stands before the sound."""
    frames = b"".join(_frame(_FRAMES[name], text) for name, text in tags.items() if text)
    return b"ID3\x04\0\0" + _syncsafe(len(frames)) + frames


def _frame(name: bytes, text: str) -> bytes:
    described = _LANGUAGE + b"\0" if name == b"COMM" else b""
    body = _UTF8 + described + text.encode()
    return name + _syncsafe(len(body)) + _NO_FLAGS + body


def _syncsafe(number: int) -> bytes:
    """A size in four bytes of seven bits, so that none looks like the start of sound."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
