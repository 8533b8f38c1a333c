"""Playing beside the bar lines."""

from __future__ import annotations

from random import Random

import pytest

from melodymuse.midi.document import Document
from melodymuse.midi.free_playing import is_free
from melodymuse.midi.view import parts_of
from tests.test_extending import metre, piano, track


def played(ticks: list[int]) -> bool:
    document = Document(1, 480, (track(metre(0, 4, 2)), *piano(sorted(ticks), length=90)))
    return is_free(document, parts_of(document))


@pytest.mark.parametrize("seed", range(8))
def test_a_pulse_of_ones_own_is_free_and_a_clicks_is_not(seed: int) -> None:
    random = Random(seed)
    own, now = [], 0.0
    for _ in range(120):
        now += random.choice([240, 480]) * random.uniform(0.75, 1.1)
        own.append(round(now))
    assert played(own)
    # 20 ms beside a click at 120 bpm, and swung.
    on_click = [max(0, round(240 * i + random.gauss(0, 19))) for i in range(120)]
    assert not played(on_click)
    swung = [480 * (i // 2) + 320 * (i % 2) for i in range(120)]
    assert not played(swung)


def test_a_few_notes_say_nothing() -> None:
    assert not played([37 * i * i for i in range(8)])
