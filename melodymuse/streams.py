"""Random streams by place: what is drawn in one place never moves what is drawn in another.

Every draw of a piece comes from a stream that is named by the seed and by where it is used: a
stage, and within it a section, a bar, a candidate.  An option that is not used in a place leaves
its draws as they were, and one bar can be written anew alone.
"""

from __future__ import annotations

from hashlib import blake2b
from random import Random


def stream(seed: int, *place: str | int) -> Random:
    """The random numbers of a place, the same ones whenever and wherever they are asked for.

    Args:
        seed: of the piece.
        place: the stage, and what tells the place within it apart, for example
            ``"tune", 3, 0``: the first candidate of the fourth bar of the tune.

    Returns:
        A Mersenne twister started from the 128-bit BLAKE2b hash of seed and place; different names
        give streams that have nothing to do with each other.
    """
    name = "\0".join(map(str, (seed, *place)))
    return Random(int.from_bytes(blake2b(name.encode(), digest_size=16).digest(), "big"))
