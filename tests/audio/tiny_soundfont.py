"""A soundfont of a few kilobytes: one instrument, a plucked sine."""

from __future__ import annotations

import struct

import numpy as np

RATE = 22050
_FRAMES = 4096
_PITCH = 60


def tiny_soundfont(
    *, name: str = "Tiny", bank: int = 0, program: int = 0, loudness: float = 0.5
) -> bytes:
    """The file's bytes; `loudness` 0 makes every note silent."""
    time = np.arange(_FRAMES) / RATE
    wave = loudness * np.sin(2 * np.pi * 261.63 * time) * np.exp(-8 * time)
    samples = np.concatenate((wave, np.zeros(46)))
    pool = (samples * 32767).astype("<i2").tobytes()
    info = (
        _chunk(b"ifil", struct.pack("<HH", 2, 1))
        + _chunk(b"isng", b"EMU8000\0")
        + _chunk(b"INAM", name.encode() + b"\0" * (2 - len(name) % 2))
    )
    body = _list(b"INFO", info)
    body += _list(b"sdta", _chunk(b"smpl", pool))
    body += _list(b"pdta", tables(bank, program))
    return _chunk(b"RIFF", b"sfbk" + body)


def tables(bank: int, program: int) -> bytes:
    """The nine tables that lead from the preset to its one sample."""
    return (
        _chunk(b"phdr", _preset(b"Tiny", program, bank, 0) + _preset(b"EOP", 0, 0, 1))
        + _chunk(b"pbag", struct.pack("<4H", 0, 0, 1, 0))
        + _chunk(b"pmod", bytes(10))
        + _chunk(b"pgen", struct.pack("<4H", 41, 0, 0, 0))
        + _chunk(b"inst", _named(b"Tiny", 20) + struct.pack("<H", 0) + _named(b"EOI", 20) + b"\1\0")
        + _chunk(b"ibag", struct.pack("<4H", 0, 0, 1, 0))
        + _chunk(b"imod", bytes(10))
        + _chunk(b"igen", struct.pack("<4H", 53, 0, 0, 0))
        + _chunk(b"shdr", _sample() + _named(b"EOS", 46))
    )


def _sample() -> bytes:
    numbers = struct.pack("<5IBbHH", 0, _FRAMES, 8, _FRAMES - 8, RATE, _PITCH, 0, 0, 1)
    return _named(b"sine", 20) + numbers


def _preset(name: bytes, program: int, bank: int, bag: int) -> bytes:
    return _named(name, 20) + struct.pack("<3H3I", program, bank, bag, 0, 0, 0)


def _named(name: bytes, size: int) -> bytes:
    return name.ljust(size, b"\0")


def _list(kind: bytes, body: bytes) -> bytes:
    return _chunk(b"LIST", kind + body)


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
