"""Fingerprints of runs of melody, and a filter that knows many of them.

A run is told by the intervals and the times between the onsets of its notes, so that neither key
nor octave hides it.  What is known stands in a Bloom filter (Bloom 1970, CACM 13:422-426): a
fingerprint that was put in is always found; of others a few are taken for known.  The filter holds
no notes, and none can be read out of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

import numpy as np

from melodymuse.errors import ModelError
from melodymuse.networks import model_bytes

_HASHES = 4
_LONGEST_STEP = 96

# Onset in grid steps, pitch.
Placed = tuple[int, int]


def fingerprints(notes: Sequence[Placed], length: int) -> list[bytes]:
    """A fingerprint of each run of so many neighbouring notes, 16 bytes."""
    steps = [
        ((b[1] - a[1]) % 256, min(b[0] - a[0], _LONGEST_STEP) % 256) for a, b in pairwise(notes)
    ]
    flat = bytes(number for step in steps for number in step)
    width = 2 * (length - 1)
    return [
        blake2b(flat[begin : begin + width], digest_size=16).digest()
        for begin in range(0, len(flat) - width + 1, 2)
    ]


class Filter:
    """A set of fingerprints that says of every one in it, and of few others, that it is in it.

    Args:
        bits: of the filter; its length is a power of two.

    Raises:
        ModelError: it is not.
    """

    def __init__(self, bits: bytes) -> None:
        if not bits or len(bits) & (len(bits) - 1):
            raise ModelError("the filter of known runs is damaged: reinstall")
        self.bits = bits
        self._size = 8 * len(bits)

    @classmethod
    def load(cls, path: Path) -> Filter:
        """The filter of a file.

        Raises:
            ModelError: it is missing or damaged.
        """
        return cls(model_bytes(path))

    @classmethod
    def of(cls, known: Iterable[bytes], log_bytes: int) -> Filter:
        """The filter of fingerprints, in 2 ** `log_bytes` bytes."""
        bits = np.zeros(1 << log_bytes, np.uint8)
        size = 8 * len(bits)
        for fingerprint in known:
            for place in _places(fingerprint, size):
                bits[place >> 3] |= 1 << (place & 7)
        return cls(bits.tobytes())

    def __contains__(self, fingerprint: bytes) -> bool:
        return all(
            self.bits[place >> 3] >> (place & 7) & 1 for place in _places(fingerprint, self._size)
        )

    def save(self, path: Path) -> None:
        """Write the filter to a file."""
        path.write_bytes(self.bits)


def _places(fingerprint: bytes, size: int) -> list[int]:
    return [
        int.from_bytes(fingerprint[4 * index : 4 * index + 4], "big") % size
        for index in range(_HASHES)
    ]
