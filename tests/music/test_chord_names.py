"""Names of chords as people read them at sight."""

from __future__ import annotations

import pytest

from melodymuse.music.chord_names import chord_name
from melodymuse.music.score import ChordSymbol
from melodymuse.music.theory import Key


@pytest.mark.parametrize(
    ("key", "root", "quality", "name"),
    [
        # Borrowed chords keep a name that is read at sight, however far the key is.
        (Key("E", "major"), 0, "minor", "Cm"),
        (Key("E", "major"), 5, "minor", "Fm"),
        (Key("Gb", "major"), 4, "major", "E"),
        # What is in the key keeps the key's own name.
        (Key("F#", "major"), 5, "diminished", "E#dim"),
        (Key("Gb", "major"), 11, "major", "Cb"),
        (Key("C", "major"), 1, "major", "Db"),
        (Key("C", "major"), 1, "diminished", "C#dim"),
    ],
)
def test_roots(key: Key, root: int, quality: str, name: str) -> None:
    assert chord_name(ChordSymbol(0, 480, root, quality), key) == name
