from __future__ import annotations

import pytest

from melodymuse.music.grid import GRID_PER_QUARTER, METRES, TICKS_PER_GRID, Metre


@pytest.mark.parametrize("metre", METRES.values(), ids=METRES)
def test_a_metre_is_what_its_name_says(metre: Metre) -> None:
    assert METRES[str(metre.time_signature)] is metre
    assert metre.bar_steps * TICKS_PER_GRID == metre.time_signature.bar_ticks
    assert metre.bar_steps % metre.beat_steps == 0
    compound = metre.time_signature.denominator == 8
    assert metre.beat_steps == (GRID_PER_QUARTER * 3 // 2 if compound else GRID_PER_QUARTER)
    assert 0 < metre.half_steps < metre.bar_steps and metre.half_steps % metre.beat_steps == 0
