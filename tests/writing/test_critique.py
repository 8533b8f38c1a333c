"""One drawn bar for each fault, and clean ones."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from melodymuse.music.grid import GridChord, GridNote
from melodymuse.music.score import Hand
from melodymuse.planning.bar_controls import BarControls
from melodymuse.planning.plan import BarPlan
from melodymuse.planning.recall import CLOSE, FAINT, SAME, Recall
from melodymuse.writing.critique import (
    HIGHEST_TUNE,
    LOWEST_TUNE,
    weigh_bar,
    weigh_close,
    weigh_faults,
)
from melodymuse.writing.generator import DEFAULT_SAMPLING
from tests.writing.untold import bar_controls

C_MAJOR = GridChord(0, 0, "major")
CALM = bar_controls(mode="major", leaps=3.0, dissonance=0.05, melodic=True)


def right(position: int, pitch: int, duration: int = 6) -> GridNote:
    return GridNote(position, Hand.RIGHT, pitch, duration, 60)


def left(position: int, pitch: int, duration: int = 6) -> GridNote:
    return GridNote(position, Hand.LEFT, pitch, duration, 60)


def faults(
    *notes: GridNote, before: tuple[GridNote, ...] = (), controls: BarControls = CALM
) -> float:
    return weigh_faults((notes, (C_MAJOR,)), before, None, controls)


# Broken chord under a tune of steps: C D E G | over C G E G.
ACCOMPANIMENT = (left(0, 48), left(12, 55), left(24, 52), left(36, 55))
CLEAN = (*ACCOMPANIMENT, right(0, 72), right(12, 74), right(24, 76), right(36, 77))


def test_a_clean_bar_has_no_fault() -> None:
    assert faults(*CLEAN) == 0
    assert faults(*CLEAN, before=(right(24, 69), right(36, 71))) == 0


def test_bare_parallel_octaves() -> None:
    assert faults(left(0, 48), right(0, 72), left(12, 52), right(12, 76)) > 0
    # With a voice between them, by a held octave, or in contrary motion they are none.
    filled = (left(0, 48), right(0, 67), right(0, 72), left(12, 52), right(12, 67), right(12, 76))
    assert faults(*filled) == 0
    assert faults(left(0, 48), right(0, 72), left(12, 48), right(12, 72)) == 0
    assert faults(left(0, 48), right(0, 72), left(12, 52), right(12, 74)) == 0


def test_bare_parallel_octaves_across_the_bar_line() -> None:
    held = (left(36, 50), right(36, 74))
    assert faults(left(0, 48), right(0, 72), before=held) > 0
    assert faults(left(0, 48), right(0, 72), before=(*held, right(36, 69))) == 0
    later = (left(24, 50), right(24, 74), left(36, 53), right(36, 69))
    assert faults(left(0, 48), right(0, 72), before=later) == 0, "the last onset counts"


def test_close_intervals_low_in_the_bass() -> None:
    tune = right(0, 72)
    assert faults(left(0, 36), left(0, 40), tune) > 0
    assert faults(left(0, 48), left(0, 52), tune) == 0, "an octave higher they are clear"
    assert faults(left(0, 36), left(0, 43), tune) == 0, "fifths and octaves are clear anywhere"


def test_a_theme_that_does_not_come_back() -> None:
    bar = (CLEAN, (C_MAJOR,))
    returning = BarPlan(CALM, Recall(0, SAME))
    weights = [weigh_bar(bar, (), None, returning, similarity) for similarity in (0.0, 0.3, 0.5)]
    assert weights[0] > weights[1] > weights[2] == 0
    close = BarPlan(CALM, Recall(0, CLOSE))
    assert weigh_bar(bar, (), None, close, 0.1) > weigh_bar(bar, (), None, close, 0.25) == 0
    assert weigh_bar(bar, (), None, BarPlan(CALM, Recall(0, FAINT)), 0.0) == 0


@pytest.mark.parametrize(("pitch", "worse"), [(72, 76), (76, 79), (75, 67), (60, 74)])
def test_the_final_chord_has_the_tonic_on_top(pitch: int, worse: int) -> None:
    assert weigh_close((right(0, 55), right(24, pitch))) < weigh_close((right(24, worse),))
    assert weigh_close((right(0, 79), right(24, 72))) > 0, "what is higher is still held"
    assert weigh_close(()) > 0


def test_only_the_final_bar_has_to_close() -> None:
    bar = ((left(0, 48), right(0, 76)), (C_MAJOR,))
    open_end = BarPlan(CALM, Recall(0, FAINT))
    final = BarPlan(CALM, Recall(0, FAINT), closes=True)
    assert weigh_bar(bar, (), None, open_end, 0.0) == 0
    assert weigh_bar(bar, (), None, final, 0.0) == weigh_close(bar[0]) > 0


def test_a_leap_that_nothing_resolves() -> None:
    resolved = (left(0, 48), right(0, 60), right(12, 72), right(24, 71))
    assert faults(*resolved) == 0
    assert faults(left(0, 48), right(0, 60), right(12, 72), right(24, 74)) > 0  # further up
    assert faults(left(0, 48), right(0, 60), right(12, 72), right(24, 65)) > 0  # too far back
    assert faults(left(0, 48), right(0, 74), before=(right(24, 60), right(36, 72))) > 0


def test_one_leap_is_borne_and_two_are_not() -> None:
    """What weighs more than the tolerance is written anew, also a single clash."""
    leap = faults(left(0, 48), right(0, 60), right(12, 72), right(24, 74))
    clash = faults(left(0, 48), right(0, 71), right(0, 72))
    assert 0 < leap <= DEFAULT_SAMPLING.tolerance < min(2 * leap, clash)


def test_wild_emotions_may_leap() -> None:
    leaping = (left(0, 48), right(0, 60), right(12, 72), right(24, 84))
    wild = bar_controls(mode="major", leaps=9.0, dissonance=0.05, melodic=True)
    assert faults(*leaping) > 0
    assert faults(*leaping, controls=wild) == 0


def test_a_clash_where_no_dissonance_is_asked_for() -> None:
    clashing = (left(0, 48), right(0, 71), right(0, 72))
    harsh = bar_controls(mode="major", leaps=3.0, dissonance=0.4, melodic=True)
    assert faults(*clashing) > 0
    assert faults(*clashing, controls=harsh) == 0
    assert faults(left(0, 48), right(0, 70), right(0, 72)) == 0, "a whole tone is mild"


def test_a_foreign_bass_on_a_beat() -> None:
    assert faults(left(12, 53), right(0, 72)) > 0
    assert faults(left(6, 53), right(0, 72)) == 0, "between the beats it passes"
    assert faults(left(0, 41), left(12, 48), right(0, 72)) > 0


def test_beats_are_those_of_the_metre() -> None:
    compound = bar_controls(mode="major", metre="6/8", leaps=3.0, dissonance=0.05, melodic=True)
    assert faults(left(12, 53), right(0, 72), controls=compound) == 0
    assert faults(left(18, 53), right(0, 72), controls=compound) > 0


def test_a_foreign_note_on_the_chords_accent() -> None:
    assert faults(left(0, 48), right(0, 74, duration=12)) > 0
    assert faults(left(0, 48), right(0, 74, duration=6)) == 0, "a short one is an ornament"
    assert faults(left(0, 48), right(12, 74, duration=12)) == 0, "off the accent it passes"


def test_notes_outside_the_chord_pass_by_step() -> None:
    bass = left(0, 48)
    stray = faults(bass, right(0, 72), right(6, 77), right(12, 72))
    assert stray > 0
    assert faults(bass, right(0, 72), right(6, 77), right(12, 76)) == 0, "left by a step"
    assert faults(bass, right(0, 76), right(6, 77), right(12, 72)) == 0, "entered by one"
    assert faults(bass, right(0, 72), right(6, 76), right(12, 67)) == 0, "of the chord"
    assert faults(bass, right(0, 72), right(6, 77)) == 0, "it may still resolve"
    # On a beat it leans, and has to resolve however it is entered.
    assert faults(bass, right(0, 76), right(12, 77), right(18, 76)) == 0
    assert 0 < faults(bass, right(0, 76), right(12, 77), right(18, 72)) < stray
    assert faults(bass, right(0, 76), right(18, 77), right(24, 72)) == 0


def test_a_stray_may_have_been_entered_from_the_bar_before() -> None:
    bar = (left(0, 48), right(6, 77), right(12, 72))
    assert faults(*bar, before=(right(36, 72),)) > 0
    assert faults(*bar, before=(right(36, 76),)) == 0


def test_the_chord_of_the_bar_before_goes_on() -> None:
    notes = (left(0, 53), right(0, 72))
    f_major, c_major = GridChord(0, 5, "major"), GridChord(0, 0, "major")
    assert weigh_faults((notes, ()), (), f_major, CALM) == 0
    assert weigh_faults((notes, ()), (), c_major, CALM) > 0
    assert weigh_faults((notes, ()), (), None, CALM) == 0


def test_a_tune_out_of_its_compass() -> None:
    assert faults(left(0, 48), right(0, HIGHEST_TUNE - 9 + 12)) > 0
    assert faults(left(0, 36), right(0, LOWEST_TUNE - 4)) > 0
    assert faults(left(0, 48), right(0, 84)) == 0


def test_a_bar_that_shall_sing_and_does_not() -> None:
    introduction = bar_controls(mode="major", leaps=3.0, dissonance=0.05, melodic=False)
    assert faults(*ACCOMPANIMENT) > 0
    assert faults(*ACCOMPANIMENT, controls=introduction) == 0


def test_faults_add_up() -> None:
    clash = (left(0, 48), right(0, 71), right(0, 72))
    both = (*clash, left(12, 53))
    assert faults(*both) > faults(*clash) > 0


@given(
    st.lists(
        st.builds(
            GridNote,
            st.integers(0, 47),
            st.sampled_from(list(Hand)),
            st.integers(21, 108),
            st.integers(1, 48),
            st.integers(1, 127),
        ),
        max_size=20,
    )
)
def test_any_bar_can_be_weighed(notes: list[GridNote]) -> None:
    assert weigh_faults((notes, (C_MAJOR,)), notes[:4], None, bar_controls()) >= 0
