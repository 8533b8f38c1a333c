"""What a melody shares with those that were learned from."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.errors import ModelError
from melodymuse.music.score import Hand, Note, Score, TempoMark, TimeSignature
from melodymuse.music.theory import Key
from melodymuse.networks import MODELS
from melodymuse.writing.fingerprints import Filter, Placed
from melodymuse.writing.originality import ANY_RHYTHM, SHIPPED, TrainingMelodies


def tune(seed: int, notes: int = 60) -> list[Placed]:
    """A melody of steps and leaps on sixteenths."""
    random = Random(seed)
    onset, pitch, melody = 0, 67, []
    for _ in range(notes):
        melody.append((onset, pitch))
        onset += random.choice((3, 6, 6, 12, 18))
        pitch = min(max(pitch + random.choice((-7, -3, -2, -1, 1, 2, 4, 5)), 55), 88)
    return melody


def moved(melody: list[Placed], by: int, later: int = 0) -> list[Placed]:
    return [(onset + later, pitch + by) for onset, pitch in melody]


def score_with(melody: list[Placed], hand: Hand = Hand.RIGHT) -> Score:
    """A melody over low notes of the left hand, on every quarter."""
    bars = -(-(melody[-1][0] + 12) // 48)
    line = [Note(step * 40, 100, pitch, 70, hand) for step, pitch in melody]
    bass = [Note(beat * 480, 480, 40 + beat % 5, 50, Hand.LEFT) for beat in range(4 * bars)]
    return score_of([*line, *bass], bars)


def score_of(notes: list[Note], bars: int) -> Score:
    return Score(
        notes=tuple(sorted(notes)),
        time_signature=TimeSignature(4, 4),
        key=Key("C", "major"),
        bars=bars,
        tempos=(TempoMark(0, 100),),
    )


KNOWN = TrainingMelodies.of([tune(seed) for seed in range(40)], log_bytes=17)


@given(st.integers(0, 39), st.integers(-12, 12), st.integers(0, 30), st.integers(6, 30), st.data())
def test_a_run_is_found_in_any_key_and_at_its_length(
    seed: int, by: int, begin: int, length: int, data: st.DataObject
) -> None:
    copied = tune(seed)[begin : begin + length]
    # What stands around it is nobody's: leaps that no tune has.
    start, first = copied[0]
    end, last = copied[-1]
    melody = [(start + 40, first + 13), *moved(copied, 0, 49), (end + 60, last - 13)]
    assert KNOWN.shared(moved(melody, by)) == [(1, length)]


def test_a_strange_melody_shares_little() -> None:
    longest = [
        max((last - first + 1 for first, last in KNOWN.shared(tune(seed))), default=0)
        for seed in range(100, 200)
    ]
    assert max(longest) <= 8


def test_in_another_rhythm_a_long_run_is_found_and_a_short_one_is_not() -> None:
    def evenly(notes: int) -> list[Placed]:
        return [(7 * index, pitch) for index, (_, pitch) in enumerate(tune(3)[:notes])]

    assert KNOWN.shared(evenly(ANY_RHYTHM + 4)) == [(0, ANY_RHYTHM + 3)]
    assert KNOWN.shared(evenly(ANY_RHYTHM - 1)) == []


def test_a_melody_put_into_a_piece_is_told_with_its_bars() -> None:
    own, copied = tune(500, 24), tune(7)[10:30]
    start = (own[-1][0] // 48 + 2) * 48
    found = KNOWN.compare(score_with([*own, *moved(copied, 3, start - copied[0][0])]))
    assert found.longest_run == 20
    assert found.runs[0].first_bar == start // 48 + 1
    assert found.melody_notes == 44
    assert found.as_dict()["bars"] == [found.runs[0].first_bar, found.runs[0].last_bar]
    assert "20 notes in a row" in str(found)


def test_a_melody_of_the_left_hand_alone_is_heard() -> None:
    melody = [Note(step * 40, 100, pitch, 70, Hand.LEFT) for step, pitch in tune(2)]
    found = KNOWN.compare(score_of(melody, 20))
    assert found.longest_run == 60


def test_nothing_shared_is_said() -> None:
    found = KNOWN.compare(score_with(tune(500, 5)))
    assert (found.longest_run, found.runs, found.as_dict()["bars"]) == (0, (), None)
    assert str(found).startswith("no 6 notes")


def test_it_is_kept_in_a_file(tmp_path: Path) -> None:
    KNOWN.save(tmp_path / "melodies.bin")
    assert TrainingMelodies.load(tmp_path / "melodies.bin").shared(tune(1)) == [(0, 59)]
    (tmp_path / "short.bin").write_bytes(b"abc")
    with pytest.raises(ModelError, match="damaged"):
        Filter.load(tmp_path / "short.bin")


def test_what_ships_is_small_and_knows_no_stranger() -> None:
    assert (MODELS / SHIPPED).stat().st_size < 5 * 10**6
    shipped = TrainingMelodies.shipped()
    strange = [shipped.compare(score_with(tune(seed))).longest_run for seed in range(20)]
    assert max(strange) < 12
