"""How phrases of a tune end."""

from __future__ import annotations

import pytest

from melodymuse.music.grid import GridChord
from melodymuse.planning.tune_cadences import cadence_of
from melodymuse.planning.tune_plan import FULL, HALF, OPEN

C, F, G = (GridChord(0, root, "major") for root in (0, 5, 7))


@pytest.mark.parametrize(
    ("chord", "kind"),
    [
        (C, FULL),
        (G, HALF),
        (GridChord(0, 7, "dominant-seventh"), HALF),
        (F, OPEN),
        (GridChord(0, 0, "minor"), OPEN),
    ],
)
def test_kinds_of_cadence(chord: GridChord, kind: str) -> None:
    assert cadence_of([(C,), (chord,)], 1, "major") == kind
    assert cadence_of([(chord,), ()], 1, "major") == kind
