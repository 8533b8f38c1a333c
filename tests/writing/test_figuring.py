"""Which keys a figure leaves to the left hand, and what is then written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import pytest

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.grid import METRES, TICKS_PER_GRID, GridChord
from melodymuse.music.score import Hand, Note, Score
from melodymuse.music.theory import QUALITIES
from melodymuse.planning.accompaniment import FIGURES, Pattern
from melodymuse.planning.controls import controls_for
from melodymuse.planning.levels import ANY_HANDS
from melodymuse.planning.plan import Plan
from melodymuse.planning.planner import plan_for
from melodymuse.writing.composer import write_many
from melodymuse.writing.figuring import Strike, strikes_of

COMMON = METRES["4/4"]
TONIC, DOMINANT = GridChord(0, 0, "major"), GridChord(24, 7, "dominant-seventh")


def keys(strikes: Sequence[Strike]) -> list[list[int]]:
    return [sorted(strike.first) for strike in strikes]


def test_alberti_goes_lowest_highest_middle_highest_and_begins_anew_with_a_chord() -> None:
    strikes = strikes_of(Pattern("lhmhlhmh", 50), (TONIC, DOMINANT), COMMON, 60)
    assert [strike.position for strike in strikes] == list(range(0, 48, 6))
    assert keys(strikes) == [[48], [55], [52], [55], [47], [55], [50], [55]]


def test_where_a_phrase_begins_chords_stand_on_their_roots() -> None:
    strikes = strikes_of(Pattern("lhmhlhmh", 50), (TONIC, DOMINANT), COMMON, 64, firm=True)
    assert keys(strikes)[4:] == [[55], [62], [59], [62]]


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("metre", METRES)
def test_all_figures_stay_within_chord_and_hand(name: str, metre: str) -> None:
    chords = [GridChord(0, root, quality) for root in range(12) for quality in QUALITIES]
    for signs, chord, highest in product(FIGURES[name][metre], chords, (50, 62)):
        found = strikes_of(Pattern(signs, 50), (chord,), METRES[metre], highest)
        assert found and found[0].position == 0
        for strike in found:
            struck = strike.first | strike.further
            assert {(p - chord.root) % 12 for p in struck} <= set(QUALITIES[chord.quality])
            assert min(struck) >= 24 and max(struck) <= highest
            assert len(struck) >= strike.least and max(struck) - min(struck) <= 16


def test_what_falls_between_halves_of_a_beat_in_three_moves_to_its_thirds() -> None:
    strikes = strikes_of(Pattern("lhmhlhmh", 50), (TONIC,), COMMON, 60, in_thirds=frozenset({0, 2}))
    assert [strike.position for strike in strikes] == [0, 8, 12, 18, 24, 32, 36, 42]


@pytest.fixture(scope="module")
def waltzes() -> list[tuple[Plan, Score]]:
    """A piece of every figure in every other metre, the emotions in turn."""
    plans = []
    for index, name in enumerate(FIGURES):
        for metre in list(METRES)[index % 2 :: 2]:
            profile = EmotionProfile.of(EMOTIONS[index % len(EMOTIONS)])
            controls = controls_for(
                profile, seed=index, accompaniment=name, bars=5, time_signature=metre
            )
            plans.append(plan_for(profile, profile, controls))
    return list(zip(plans, write_many(plans), strict=True))


def struck_in(score: Score, bar: int) -> dict[int, list[Note]]:
    """Grid step -> what the left hand strikes there."""
    ticks = score.time_signature.bar_ticks
    found: dict[int, list[Note]] = {}
    for note in score.notes:
        if note.hand is Hand.LEFT and note.onset // ticks == bar:
            found.setdefault(note.onset % ticks // TICKS_PER_GRID, []).append(note)
    return found


def test_the_left_hand_strikes_where_the_figure_does(waltzes: list[tuple[Plan, Score]]) -> None:
    hits = asked = full = 0
    for plan, score in waltzes:
        for bar, planned in enumerate(plan.bars[:-1]):
            assert planned.accompaniment and planned.harmony
            wanted = strikes_of(planned.accompaniment, planned.harmony, plan.metre, 55)
            found = struck_in(score, bar)
            moved = {s.position - s.position % 12 for s in wanted if s.position % 12}
            free = {step for step in found if step - step % 12 in moved}
            assert set(found) - free <= {strike.position for strike in wanted}
            for strike in wanted:
                asked += 1
                notes = found.get(strike.position, ())
                hits += bool(notes)
                full += strike.least <= len(notes) <= strike.most
    assert hits / asked > 0.94
    # Fewer keys or more only where the tune leaves the hand less or more room.
    assert full / asked > 0.93


def test_figures_can_be_played(waltzes: list[tuple[Plan, Score]]) -> None:
    for _, score in waltzes:
        for bar in range(score.bars):
            for notes in struck_in(score, bar).values():
                pitches = [note.pitch for note in notes]
                assert max(pitches) - min(pitches) <= 16 and len(pitches) <= 5


def test_the_network_still_chooses_what_a_figure_leaves_open(
    waltzes: list[tuple[Plan, Score]],
) -> None:
    voicings: dict[str, set[tuple[int, ...]]] = {}
    loudness = set()
    for plan, score in waltzes:
        for bar in range(score.bars - 1):
            for notes in struck_in(score, bar).values():
                loudness |= {note.velocity for note in notes}
                pitches = sorted(note.pitch for note in notes)
                steps = tuple(pitch - pitches[0] for pitch in pitches)
                voicings.setdefault(plan.controls.accompaniment, set()).add(steps)
    assert len(voicings["waltz"]) > 5 and len(voicings["block"]) > 3 and len(loudness) > 20


def test_a_figure_too_quick_for_a_hand_goes_on_more_slowly_and_with_fewer_keys() -> None:
    small = replace(ANY_HANDS, finest=12, left=1)
    strikes = strikes_of(Pattern("lulululu", 50), (TONIC,), COMMON, 60, bounds=small)
    assert [strike.position for strike in strikes] == [0, 12, 24, 36]
    assert keys(strikes) == [[48], [52], [48], [52]] and {s.most for s in strikes} == {1}
