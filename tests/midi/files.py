"""MIDI files written byte by byte, sound and broken ones."""

from __future__ import annotations

from struct import pack

END = b"\x00\xff\x2f\x00"
# A quarter of C4, then one of D4, on channel 1.
TWO_NOTES = b"\x00\x90\x3c\x50\x83\x60\x80\x3c\x00\x00\x90\x3e\x50\x83\x60\x80\x3e\x00"


def chunk(kind: bytes, data: bytes, *, length: int | None = None) -> bytes:
    """A chunk, with the length that it has or another one."""
    return kind + pack(">I", len(data) if length is None else length) + data


def header(tracks: int, *, kind: int = 1, division: int = 480) -> bytes:
    """The header chunk."""
    return chunk(b"MThd", pack(">HHh", kind, tracks, division))


def track(events: bytes = TWO_NOTES, *, length: int | None = None) -> bytes:
    """A track chunk with an end."""
    return chunk(b"MTrk", events + END, length=length)
