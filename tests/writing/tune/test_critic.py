"""What the critic prefers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from melodymuse.music.grid import METRES
from melodymuse.writing.tune.critic import Setting, figures_of, weigh
from melodymuse.writing.tune.notes import TuneNote
from melodymuse.writing.tune.phrase_features import Sung
from melodymuse.writing.vocabulary import chord_item

C, F = chord_item(0, "major"), chord_item(5, "major")
SETTING = Setting(METRES["4/4"], "major", (), None)
# Two bars of quarters and eighths, a leap that is answered, one high point.
GOOD = (64, 65, 67, 72, 71, 69, 67, 64, 62, 60)
RHYTHM = (0, 12, 24, 36, 48, 60, 66, 72, 84, 90)


def line(pitches: Sequence[int], onsets: Sequence[int] = RHYTHM, chord: int = C) -> list[Sung]:
    return [Sung(o, 6, p, chord) for o, p in zip(onsets, pitches, strict=True)]


def worth(pitches: Sequence[int], setting: Setting = SETTING) -> float:
    return weigh(line(pitches), -1.0, setting)


def test_what_the_network_finds_likely_wins() -> None:
    assert weigh(line(GOOD), -0.5, SETTING) > weigh(line(GOOD), -1.0, SETTING)


def test_a_stray_note_costs() -> None:
    stray = (64, 65, 67, 72, 71, 66, 72, 64, 62, 60)
    assert worth(GOOD) > worth(stray)


def test_an_accent_that_does_not_resolve_costs() -> None:
    pitches, onsets = (64, 65, 69, 67), (0, 12, 24, 36)
    over_c, over_f = (weigh(line(pitches, onsets, chord), -1.0, SETTING) for chord in (C, F))
    assert over_f > over_c


def test_a_line_that_hangs_on_one_note_costs() -> None:
    assert worth(GOOD) > worth((64, 64, 64, 67, 64, 64, 64, 67, 64, 64))


def test_a_leap_into_a_leap_costs() -> None:
    assert worth(GOOD) > worth((60, 67, 74, 81, 74, 67, 60, 67, 74, 81))


def test_nothing_but_eighths_costs() -> None:
    even = line(GOOD, tuple(range(0, 60, 6)))
    assert weigh(line(GOOD), -1.0, SETTING) > weigh(even, -1.0, SETTING)


def test_the_high_point_belongs_in_its_place() -> None:
    there = replace(SETTING, climax=(0, 48))
    elsewhere = replace(SETTING, climax=(48, 96))
    assert worth(GOOD, there) > worth(GOOD, SETTING) > worth(GOOD, elsewhere)


def test_a_figure_that_is_stamped_costs_more_than_one_that_comes_back() -> None:
    onsets = tuple(range(0, 16 * 12, 12))
    stamped = line((60, 62, 64, 67) * 4, onsets)
    once = line((60, 62, 64, 67, 69, 67, 65, 64, 60, 62, 64, 67, 72, 71, 67, 64), onsets)
    assert weigh(once, -1.0, SETTING) > weigh(stamped, -1.0, SETTING)


def test_figures_are_the_same_in_every_place_of_the_scale() -> None:
    onsets = (0, 12, 24, 36)
    low = figures_of(line((60, 62, 64, 65), onsets), "major")
    high = figures_of(line((65, 67, 69, 71), onsets), "major")
    assert low == high
    assert len(low) == 1


def test_no_notes_are_worth_what_they_are_likely() -> None:
    assert weigh([], -1.0, SETTING) == -1.0


def test_one_note_alone_can_be_weighed() -> None:
    assert weigh(line((60,), (0,)), -1.0, SETTING) < 0


def test_going_to_and_fro_costs() -> None:
    assert worth(GOOD) > worth((64, 65, 64, 65, 72, 69, 67, 69, 67, 69))


def test_closing_on_a_note_struck_again_costs() -> None:
    begins, closes = (64, 64, *GOOD[2:]), (*GOOD[:-2], 60, 60)
    assert worth(begins) > worth(closes)


def test_a_line_has_as_many_repeats_and_leaps_as_planned() -> None:
    repeating = (64, 64, 67, 67, 65, 65, 69, 69, 62, 60)
    some, many = (replace(SETTING, repeats=share) for share in (0.1, 0.5))
    assert worth(GOOD, some) - worth(repeating, some) > worth(GOOD, many) - worth(repeating, many)
    leaping = (60, 67, 64, 72, 67, 62, 67, 64, 69, 60)
    few, lots = (replace(SETTING, leaps=share) for share in (0.05, 0.6))
    assert worth(GOOD, few) - worth(leaping, few) > worth(GOOD, lots) - worth(leaping, lots)


def test_a_line_spans_what_is_planned() -> None:
    narrow, wide = (replace(SETTING, span=span) for span in (12.0, 19.0))
    assert worth(GOOD, narrow) > worth(GOOD, wide)


def test_a_close_comes_home_from_nearby() -> None:
    closing = replace(SETTING, close=RHYTHM[-1], home=True)
    by_leap, elsewhere = (*GOOD[:-2], 65, 60), (*GOOD[:-2], 65, 64)
    for other in (by_leap, elsewhere):
        assert worth(GOOD, closing) - worth(other, closing) > worth(GOOD) - worth(other) + 0.3
    asking = replace(closing, home=False)
    assert worth(GOOD, closing) > worth(GOOD, asking) > worth(GOOD)


def test_a_bar_with_one_late_note_costs() -> None:
    onsets = (0, 12, 24, 36, 48, 96, 108, 120)
    late = (*onsets[:4], 90, *onsets[5:])
    pitches = (64, 65, 67, 72, 71, 69, 67, 64)
    early, waiting = (weigh(line(pitches, at), -1.0, SETTING) for at in (onsets, late))
    assert early > waiting + 0.4


def test_bars_of_one_pitch_or_nothing_cost() -> None:
    pitches = (64, 65, 67, 69, 67, 67, 64, 60)
    moving = line(pitches, (0, 12, 24, 48, 60, 72, 96, 108))
    stuck = line(pitches, (0, 12, 24, 36, 48, 60, 96, 108))
    gone = line(pitches, (0, 12, 24, 30, 36, 42, 96, 108))
    best, *others = (weigh(notes, -1.0, SETTING) for notes in (moving, stuck, gone))
    assert best > max(others)


def test_a_bar_keeps_the_rhythm_it_recalls_but_is_not_pasted() -> None:
    bar = tuple(TuneNote(at, 6, pitch) for at, pitch in zip(RHYTHM[:4], GOOD, strict=False))
    kept = replace(SETTING, models={0: tuple(n._replace(pitch=n.pitch + 1) for n in bar)})
    pasted = replace(SETTING, models={0: bar})
    lost = replace(SETTING, models={0: tuple(n._replace(position=n.position + 3) for n in bar)})
    assert worth(GOOD) == worth(GOOD, kept) > worth(GOOD, pasted) > worth(GOOD, lost)


def test_reciting_the_tonic_costs() -> None:
    reciting = (60, 64, 60, 67, 60, 62, 60, 64, 60, 62)
    elsewhere = tuple(pitch + 7 for pitch in reciting)
    tonics, fifths = (weigh(line(p, chord=0), -1.0, SETTING) for p in (reciting, elsewhere))
    assert fifths > tonics
