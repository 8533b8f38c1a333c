"""A sample of what `benchmarks/two_hundred.py` asks of two hundred pieces."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest

from benchmarks.two_hundred import KEYS, LONGEST, SHORTEST, Wish, attempt, wishes
from melodymuse.music.emotion import EMOTIONS


def test_two_hundred_wishes_cover_all_emotions_and_keys() -> None:
    asked = list(islice(wishes(), 200))
    assert {(wish.emotion, wish.key) for wish in asked} == {(e, k) for e in EMOTIONS for k in KEYS}
    assert min(Counter(wish.emotion for wish in asked).values()) >= 24
    lengths = {wish.bars for wish in asked}
    assert (min(lengths), max(lengths)) == (SHORTEST, LONGEST)
    assert len({wish.seed for wish in asked}) == 200


# The first wish of each emotion, so that none is left out; the longest ones are for the benchmark.
SAMPLE = [next(w for w in wishes() if w.emotion == e and w.bars <= 24) for e in EMOTIONS]


@pytest.mark.parametrize("wish", SAMPLE, ids=lambda wish: wish.emotion)
def test_no_piece_is_faulty(wish: Wish) -> None:
    outcome = attempt(wish, seconds_a_bar=5)
    assert outcome.faults == ()
    assert outcome.notes >= wish.bars
