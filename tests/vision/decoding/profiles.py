"""Small ICC profiles, written by hand: primaries and a gamma, grey, and inks by a table.

Source: ICC.1:2001-04 (profile format 2.4), sections 6.1-6.5 and 6.5.7 (lut8Type).
"""

from __future__ import annotations

import struct

import numpy as np

# Linear RGB (columns) to XYZ under D50, as in the profiles of the same names.
DISPLAY_P3 = np.array(
    [[0.5151, 0.2920, 0.1571], [0.2412, 0.6922, 0.0666], [-0.0011, 0.0419, 0.7841]]
)
PROPHOTO = np.array([[0.7977, 0.1352, 0.0313], [0.2880, 0.7119, 0.0001], [0.0, 0.0, 0.8249]])
# sRGB's, and how it encodes (IEC 61966-2-1, adapted to D50 by Bradford's method).
SRGB = np.array([[0.4361, 0.3851, 0.1431], [0.2225, 0.7169, 0.0606], [0.0139, 0.0971, 0.7141]])
_WHITE = (0.9642, 1.0, 0.8249)


def colours_profile(matrix: np.ndarray, gamma: float) -> bytes:
    """A profile of three primaries with one gamma."""
    tags = {
        name: _xyz(column)
        for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), matrix.T, strict=True)
    }
    curves = {name: _curve(gamma) for name in (b"rTRC", b"gTRC", b"bTRC")}
    return _profile(b"RGB ", b"XYZ ", {**tags, **curves})


def grey_profile(gamma: float) -> bytes:
    """A profile of grey with a gamma."""
    return _profile(b"GRAY", b"XYZ ", {b"kTRC": _curve(gamma)})


def inks_profile() -> bytes:
    """A profile of four inks of which black alone darkens, and the others leave paper as it is."""
    lightness = [255 if not black else 0 for black in (0, 1)]
    # The last ink varies fastest; Lab as bytes: L 0..255, a and b around 128.
    grid = [byte for _ in range(8) for level in lightness for byte in (level, 128, 128)]
    matrix = struct.pack(">9i", *(65536 * int(i % 4 == 0) for i in range(9)))
    straight = bytes(range(256))
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + matrix
    table += straight * 4 + bytes(grid) + straight * 3
    return _profile(b"CMYK", b"Lab ", {b"A2B0": table, b"A2B1": table}, kind=b"prtr")


def to_srgb(linear_rgb: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """What linear values 0..1 (..., 3) of a space are in sRGB, 0..255, by the definition."""
    linear = np.clip(linear_rgb @ matrix.T @ np.linalg.inv(SRGB).T, 0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def _profile(
    space: bytes, connection: bytes, tags: dict[bytes, bytes], kind: bytes = b"mntr"
) -> bytes:
    text = b"drawn for a test\0"
    description = b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(78)
    tags = {b"desc": description, b"wtpt": _xyz(_WHITE), b"cprt": b"text" + bytes(4) + text, **tags}
    offset = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += name + struct.pack(">II", offset + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    size = offset + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"test", 0x02400000, kind, space, connection)
    head += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + bytes(24)
    head += struct.pack(">I", 1) + struct.pack(">3i", *(round(v * 65536) for v in _WHITE))
    return head.ljust(128, b"\0") + table + body


def _xyz(values: object) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(float(v) * 65536) for v in values))


def _curve(gamma: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))
