"""Whether a tune goes on too long as a training tune does.

All runs of `RUN` notes of the training tunes, as intervals and times between onsets, so that
neither key nor octave hides one, stand in a Bloom filter (Bloom 1970, CACM 13:422-426): a run that
is in it is always found; of those that are not, fewer than one in a hundred is taken for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

import numpy as np

from melodymuse.errors import ModelError
from melodymuse.networks import MODELS, model_bytes

# Notes of a run that no tune may share with a training tune.
RUN = 10
FILE = "runs.bin"
SHIPPED = f"tune/{FILE}"
_HASHES = 4
_LONGEST_STEP = 96

# Onset in grid steps, pitch.
Placed = tuple[int, int]


def fingerprints(notes: Sequence[Placed], length: int = RUN) -> list[bytes]:
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


class KnownRuns:
    """The runs of the training tunes.

    Args:
        bits: the filter, uint8; its length is a power of two.
    """

    def __init__(self, bits: bytes) -> None:
        if not bits or len(bits) & (len(bits) - 1):
            raise ModelError("the filter of known runs is damaged: reinstall")
        self._bits = bits
        self._size = 8 * len(bits)

    @classmethod
    def shipped(cls) -> KnownRuns:
        """The filter that comes with the package."""
        return cls.load(MODELS / SHIPPED)

    @classmethod
    def load(cls, path: Path) -> KnownRuns:
        """The filter of a file.

        Raises:
            ModelError: it is missing.
        """
        return cls(model_bytes(path))

    @classmethod
    def of(cls, tunes: Iterable[Sequence[Placed]], log_bytes: int = 19) -> KnownRuns:
        """The filter of tunes, in 2 ** `log_bytes` bytes."""
        bits = np.zeros(1 << log_bytes, np.uint8)
        size = 8 * len(bits)
        for notes in tunes:
            for fingerprint in fingerprints(notes):
                for place in _places(fingerprint, size):
                    bits[place >> 3] |= 1 << (place & 7)
        return cls(bits.tobytes())

    def save(self, path: Path) -> None:
        """Write the filter to a file."""
        path.write_bytes(self._bits)

    def has_part_of(self, notes: Sequence[Placed]) -> bool:
        """Whether some run of a tune is a training tune's."""
        return any(
            all(
                self._bits[place >> 3] >> (place & 7) & 1
                for place in _places(fingerprint, self._size)
            )
            for fingerprint in fingerprints(notes)
        )


def _places(fingerprint: bytes, size: int) -> list[int]:
    return [
        int.from_bytes(fingerprint[4 * index : 4 * index + 4], "big") % size
        for index in range(_HASHES)
    ]
