"""The rules hold for whatever the network proposes: here it proposes anything at random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from random import Random

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from melodymuse.music.grid import METRES, GridChord, GridNote
from melodymuse.music.score import Hand
from melodymuse.music.theory import QUALITIES
from melodymuse.planning.accompaniment import FIGURES, Pattern
from melodymuse.planning.numerals import place_chords
from melodymuse.planning.plan import BarPlan
from melodymuse.planning.recall import NOTHING, Recall
from melodymuse.writing.figuring import strikes_of
from melodymuse.writing.rules import MOST_EVENTS, BarRules
from melodymuse.writing.vocabulary import (
    BAR_EVENT,
    BAR_POSITION,
    Event,
    chord_item,
    decode_bar,
    is_chord,
    is_note,
)
from tests.writing.untold import bar_controls

PLAN = BarPlan(bar_controls(), Recall(None, NOTHING))
RANGE = (26, 102)
COMMON = METRES["4/4"]


def write_at_random(
    plan: BarPlan,
    seed: int,
    metre: str = "4/4",
    stale_chord: int | None = None,
    tune: Sequence[GridNote] = (),
    figure: Sequence[int] = (),
) -> list[Event]:
    """A bar by a composer who knows nothing but the rules."""
    random = Random(seed)
    rules = BarRules(1)
    rules.begin(0, plan, METRES[metre], stale_chord, tune, figure)
    written = [BAR_EVENT]
    while True:
        position = random.choice(np.flatnonzero(rules.positions()[0]).tolist())
        if position == BAR_POSITION:
            return written
        here = np.array([position])
        items = np.flatnonzero(rules.items(here)[0]).tolist()
        assert items, f"nothing may stand at {position} after {written}"
        item = random.choice(items)
        told = rules.told(here, np.array([item]))
        duration, velocity = (0, 0) if told is None else told[0].tolist()
        note = is_note(item)
        written.append(Event(position, item, duration or 5 * note, velocity or 8 * note))
        rules.place(here, np.array([item]))
        if len(written) > MOST_EVENTS:
            rules.fill(0)


seeds = st.integers(0, 100_000)


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_events_ascend_and_the_bar_ends(seed: int) -> None:
    written = write_at_random(PLAN, seed)
    places = [event[:2] for event in written[1:]]
    assert places == sorted(set(places))
    assert 1 < len(written) <= MOST_EVENTS + 60
    assert any(is_note(event.item) for event in written)


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_each_hand_can_strike_what_it_is_given(seed: int) -> None:
    notes, _ = decode_bar(write_at_random(PLAN, seed))
    for _, struck in groupby(sorted(notes), key=lambda note: note.position):
        chord = list(struck)
        by_hand = {h: [n.pitch for n in chord if n.hand is h] for h in Hand}
        for pitches in by_hand.values():
            assert len(pitches) <= 5
            assert not pitches or max(pitches) - min(pitches) <= 16
        if by_hand[Hand.LEFT] and by_hand[Hand.RIGHT]:
            assert max(by_hand[Hand.LEFT]) < min(by_hand[Hand.RIGHT])
    assert all(RANGE[0] <= note.pitch <= RANGE[1] for note in notes)


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_a_beat_is_divided_by_two_or_by_three(seed: int) -> None:
    written = write_at_random(PLAN, seed)[1:]
    for beat in range(4):
        within = {e.position % 12 for e in written if e.position // 12 == beat} - {0}
        assert within <= {3, 6, 9} or within <= {4, 8}


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_a_harmony_that_has_lasted_moves_on(seed: int) -> None:
    stale = chord_item(0, "minor")
    first = write_at_random(PLAN, seed, stale_chord=stale)[1]
    assert first.position == 0 and is_chord(first.item) and first.item != stale


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_compound_beats_have_sixteenths_only(seed: int) -> None:
    written = write_at_random(PLAN, seed, "6/8")[1:]
    assert all(event.position % 3 == 0 for event in written)


chords = st.tuples(st.integers(0, 11), st.sampled_from(sorted(QUALITIES)))


@given(seeds, st.lists(chords, min_size=1, max_size=4), st.sampled_from(sorted(METRES)))
@settings(max_examples=80, deadline=None)
def test_planned_harmony_comes_exactly(
    seed: int, wanted: list[tuple[int, str]], metre: str
) -> None:
    harmony = place_chords(tuple(wanted), METRES[metre])
    notes, found = decode_bar(write_at_random(replace(PLAN, harmony=harmony), seed, metre))
    assert found == harmony
    for number, chord in enumerate(harmony):
        until = harmony[number + 1].position if number + 1 < len(harmony) else 48
        here = [n for n in notes if chord.position <= n.position < until]
        left = [n for n in here if n.position == chord.position and n.hand is Hand.LEFT]
        above = (min(note.pitch for note in left) - chord.root) % 12
        assert above == 0 or above in {3, 4} & set(QUALITIES[chord.quality])
        # Nothing says another third than the symbol does.
        thirds = {3, 4} - set(QUALITIES[chord.quality])
        if thirds != {3, 4} or QUALITIES[chord.quality][1] in (2, 5):
            assert not {(note.pitch - chord.root) % 12 for note in here} & thirds


@given(seeds, st.sampled_from(["phrase_begins", "phrase_ends"]))
@settings(max_examples=40, deadline=None)
def test_where_a_phrase_begins_or_ends_the_root_is_struck(seed: int, place: str) -> None:
    harmony = (GridChord(0, 5, "minor"), GridChord(24, 7, "dominant-seventh"))
    plan = replace(PLAN, controls=bar_controls(**{place: True}), harmony=harmony)
    notes, _ = decode_bar(write_at_random(plan, seed))
    for chord in harmony:
        left = [n for n in notes if n.position == chord.position and n.hand is Hand.LEFT]
        assert min(note.pitch for note in left) % 12 == chord.root


@given(seeds, st.sampled_from(sorted(METRES)))
@settings(max_examples=40, deadline=None)
def test_on_every_beat_the_left_hand_stands_on_the_planned_chord(seed: int, metre: str) -> None:
    plan = replace(PLAN, harmony=(GridChord(0, 2, "half-diminished"),))
    notes, _ = decode_bar(write_at_random(plan, seed, metre))
    inside = {(2 + step) % 12 for step in QUALITIES["half-diminished"]}
    for beat in range(0, METRES[metre].bar_steps, METRES[metre].beat_steps):
        left = [n.pitch for n in notes if n.position == beat and n.hand is Hand.LEFT]
        assert not left or min(left) % 12 in inside


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_a_chord_between_beats_keeps_its_beat_in_two(seed: int) -> None:
    harmony = place_chords(((0, "minor"), (5, "minor"), (7, "major")), METRES["2/4"])
    written = write_at_random(replace(PLAN, harmony=harmony), seed, "2/4")[1:]
    within = {event.position for event in written if event.position < 12} - {0}
    assert 6 in within and within <= {3, 6, 9}


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_the_final_bar_is_the_tonic_chord(seed: int) -> None:
    plan = replace(PLAN, harmony=(GridChord(0, 0, "minor"),), closes=True)
    notes, chords = decode_bar(write_at_random(plan, seed))
    assert chords == plan.harmony
    assert {note.pitch % 12 for note in notes} <= {0, 3, 7}
    bass = min(notes, key=lambda note: (note.position, note.pitch))
    assert bass.position == 0 and bass.hand is Hand.LEFT and bass.pitch % 12 == 0
    assert max(note.position for note in notes) <= 24


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_each_hand_can_hold_the_final_chord(seed: int) -> None:
    plan = replace(PLAN, harmony=(GridChord(0, 0, "minor"),), closes=True)
    notes, _ = decode_bar(write_at_random(plan, seed))
    for hand in Hand:
        keys = {note.pitch for note in notes if note.hand is hand}
        assert len(keys) <= 5
        assert not keys or max(keys) - min(keys) <= 16


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_the_first_beat_sounds_when_it_must(seed: int) -> None:
    plan = replace(PLAN, harmony=(GridChord(0, 0, "minor"),))
    notes, _ = decode_bar(write_at_random(plan, seed))
    assert min(note.position for note in notes) == 0


@pytest.mark.parametrize("metre", METRES)
def test_nothing_stands_past_the_bar_line(metre: str) -> None:
    for seed in range(20):
        written = write_at_random(PLAN, seed, metre)
        assert all(event.position < METRES[metre].bar_steps for event in written[1:])


@pytest.mark.parametrize("metre", METRES)
def test_the_final_bar_is_struck_in_its_first_half(metre: str) -> None:
    """Whatever its left hand would keep or strike elsewhere."""
    plan = replace(PLAN, harmony=(GridChord(0, 0, "minor"),), closes=True)
    pattern = Pattern(FIGURES["alberti"][metre][0], 50)
    for seed in range(20):
        bar = replace(plan, accompaniment=pattern if seed % 2 else None)
        written = write_at_random(bar, seed, metre, figure=[0, 3, 6, 30])
        assert max(event.position for event in written[1:]) <= METRES[metre].half_steps


tunes = st.lists(
    st.tuples(
        st.integers(0, 15), st.integers(30, 100), st.sampled_from([3, 6, 12]), st.integers(0, 127)
    ),
    min_size=1, max_size=9, unique_by=lambda note: note[0],
)  # fmt: skip


@given(seeds, tunes, st.sampled_from([None, "major", "suspended-fourth"]), st.booleans())
@settings(max_examples=50, deadline=None)
def test_a_given_tune_comes_exactly_and_nothing_above_it(
    seed: int, drawn: list[tuple[int, int, int, int]], quality: str | None, stale: bool
) -> None:
    """On sixteenths, however high or low, over planned chords or free ones."""
    tune = tuple(
        GridNote(3 * place, Hand.RIGHT, pitch, length, velocity)
        for place, pitch, length, velocity in sorted(drawn)
    )
    harmony = None if quality is None else (GridChord(0, 0, quality), GridChord(24, 7, "major"))
    stale_chord = chord_item(0, "minor") if stale else None
    written = write_at_random(
        replace(PLAN, harmony=harmony), seed, stale_chord=stale_chord, tune=tune
    )
    notes, chords = decode_bar(written)
    right = [note for note in notes if note.hand is Hand.RIGHT]
    for note in tune:
        at_once = [n for n in right if n.position == note.position]
        assert max(n.pitch for n in at_once) == note.pitch
        assert note.pitch - min(n.pitch for n in at_once) <= 16 and len(at_once) <= 5
        (found,) = (n for n in at_once if n.pitch == note.pitch)
        assert found.duration == note.duration
        assert not note.velocity or abs(found.velocity - note.velocity) <= 4
        left = [n.pitch for n in notes if n.hand is Hand.LEFT and n.position == note.position]
        assert all(pitch < note.pitch for pitch in left)
    for note in right:
        before = [n for n in tune if n.position <= note.position]
        assert before and note.pitch <= before[-1].pitch
        assert note.position < before[-1].position + before[-1].duration
    if harmony is not None:
        assert chords == harmony
    elif stale:
        assert chords[0].position == 0 and chords[0] != GridChord(0, 0, "minor")


@given(seeds, tunes, st.sets(st.integers(0, 15), min_size=2))
@settings(max_examples=50, deadline=None)
def test_below_a_tune_both_hands_serve_it(
    seed: int, drawn: list[tuple[int, int, int, int]], places: set[int]
) -> None:
    """The left hand keeps its figure, the right one adds on beats alone, both within the chord."""
    tune = tuple(
        GridNote(3 * place, Hand.RIGHT, 40 + pitch // 2, length, velocity)
        for place, pitch, length, velocity in sorted(drawn)
    )
    harmony = (GridChord(0, 0, "major"), GridChord(24, 7, "dominant-seventh"))
    figure = [3 * place for place in sorted(places)]
    notes, _ = decode_bar(
        write_at_random(replace(PLAN, harmony=harmony), seed, tune=tune, figure=figure)
    )
    sung = {(note.position, note.pitch) for note in tune}
    lowest = min(note.pitch for note in tune)
    struck = {note.position for note in notes if note.hand is Hand.LEFT}
    assert struck >= set(figure)
    for note in notes:
        if note.hand is Hand.RIGHT and (note.position, note.pitch) in sung:
            continue
        chord = harmony[note.position >= 24]
        assert (note.pitch - chord.root) % 12 in QUALITIES[chord.quality]
        if note.hand is Hand.LEFT:
            assert note.position in {*figure, 0, 24}
            assert note.pitch < max(lowest, 56) and note.pitch <= 62
        else:
            assert note.position % 12 == 0
            sounding = [n for n in tune if n.position <= note.position]
            assert note.pitch <= sounding[-1].pitch - 3


@given(
    seeds,
    tunes,
    st.sampled_from(sorted(FIGURES)),
    st.sampled_from(sorted(QUALITIES)),
    st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_a_pattern_is_struck_below_any_tune(
    seed: int,
    drawn: list[tuple[int, int, int, int]],
    name: str,
    quality: str,
    planned: bool,
) -> None:
    tune = tuple(
        GridNote(3 * place, Hand.RIGHT, pitch, length, velocity)
        for place, pitch, length, velocity in sorted(drawn)
    )
    harmony = (GridChord(0, 5, quality), GridChord(24, 7, "major")) if planned else None
    pattern = Pattern(FIGURES[name]["4/4"][0], 50)
    notes, chords = decode_bar(
        write_at_random(replace(PLAN, harmony=harmony, accompaniment=pattern), seed, tune=tune)
    )
    highest = max(min((note.pitch for note in tune), default=102) - 1, 55)
    strikes = {
        strike.position: strike for strike in strikes_of(pattern, harmony or (), COMMON, highest)
    }
    left: dict[int, list[int]] = {}
    for note in notes:
        if note.hand is Hand.LEFT:
            left.setdefault(note.position, []).append(note.pitch)
    assert set(left) <= set(strikes)
    for position, pitches in left.items():
        strike = strikes[position]
        over = [n.pitch for n in tune if n.position == position]
        if over and over[0] - 12 < max(strike.first | strike.further):
            continue  # no room for it below the tune
        assert strike.least <= len(pitches) <= strike.most
        assert min(pitches) in strike.first
        assert set(pitches) - {min(pitches)} <= strike.further
    low = [note for note in tune if note.pitch <= 62]
    assert low or set(left) == set(strikes)
    assert harmony is None or chords == harmony


@given(seeds, st.integers(58, 90))
@settings(max_examples=40, deadline=None)
def test_a_tune_may_close_on_anything(seed: int, pitch: int) -> None:
    plan = replace(PLAN, harmony=(GridChord(0, 0, "minor"),), closes=True)
    tune = (
        GridNote(0, Hand.RIGHT, pitch, 12, 80),
        GridNote(30, Hand.RIGHT, pitch + 1, 18, 80),
    )
    notes, _ = decode_bar(write_at_random(plan, seed, tune=tune, figure=[0, 12, 24, 36]))
    found = [(n.position, n.pitch) for n in notes if n.hand is Hand.RIGHT]
    assert {(note.position, note.pitch) for note in tune} <= set(found)
    # The left hand holds what it has: its figure is over.
    assert all(n.position in (0, 12, 24, 30) for n in notes if n.hand is Hand.LEFT)


def test_bars_side_by_side_have_rules_of_their_own() -> None:
    """Whatever stands in the other rows, and after some have been dropped."""
    plans = [
        PLAN,
        replace(PLAN, harmony=(GridChord(0, 0, "minor"),), closes=True),
        replace(PLAN, harmony=(GridChord(0, 5, "minor"), GridChord(24, 7, "major"))),
    ]
    rules = BarRules(3)
    alone = [BarRules(1) for _ in plans]
    for row, plan in enumerate(plans):
        rules.begin(row, plan, METRES["4/4"])
        alone[row].begin(0, plan, METRES["4/4"])
    random = np.random.default_rng(1)
    for step in range(12):
        if step == 8:
            rules.keep(np.array([0, 2]))
            alone = [alone[0], alone[2]]
        masks = rules.positions()
        np.testing.assert_array_equal(masks, [one.positions()[0] for one in alone])
        masks[:, BAR_POSITION] &= masks.sum(axis=1) == 1
        positions = np.array([random.choice(np.flatnonzero(mask)[:2]) for mask in masks])
        masks = rules.items(positions)
        for row, one in enumerate(alone):
            np.testing.assert_array_equal(masks[row], one.items(positions[[row]])[0])
        items = np.array([random.choice(np.flatnonzero(mask)) for mask in masks])
        rules.place(positions, items)
        for row, one in enumerate(alone):
            one.place(positions[[row]], items[[row]])
            if positions[row] == BAR_POSITION:
                rules.again(row)
                one.again(0)
