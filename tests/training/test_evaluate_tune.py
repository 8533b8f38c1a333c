"""The figures of tunes, on tunes made by hand whose figures one can count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import log2
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("sklearn", reason="evaluation needs scikit-learn: 'melodymuse[train]'")

from melodymuse.errors import MelodyMuseError
from melodymuse.music.grid import METRES
from melodymuse.music.score import ChordSymbol, Hand, Note, Section
from melodymuse.music.theory import Key
from tests.training.evaluate_scores import BAR, QUARTER, score_of
from tests.training.pop909_set import write_set, write_structure
from tests.training.printed_set import write_piece
from training.evaluate import discriminator
from training.evaluate.composer import evaluate_composer
from training.evaluate.material import Material, compose_all, pure_profiles
from training.evaluate.report import composer_report
from training.evaluate.tune import harmony, line, motifs, returns, whole
from training.evaluate.tune.figures import FIGURES, LINE, measure, tell_tunes_apart
from training.evaluate.tune.piece import (
    Part,
    Sound,
    TunePiece,
    chord,
    excerpt,
    piece_of,
    top_line,
)
from training.evaluate.tune.sets import SETS, read_melody

BEAT = 12


def piece(
    bars: Sequence[Sequence[int | None]],
    *,
    chords: str = "",
    parts: Sequence[Part] = (),
    left: Sequence[Sequence[int]] = (),
    tonic: int = 0,
) -> TunePiece:
    """A tune in 4/4: a bar's pitches share it equally, None is a rest.

    Args:
        bars: pitches of each bar.
        chords: a letter for each bar, C and G and so on, all major.
        parts: the sections.
        left: for each bar the grid steps on which the left hand strikes C3.
        tonic: pitch class.
    """
    tune = tuple(
        Sound(bar * 48 + place * (48 // len(pitches)), 48 // len(pitches), pitch)
        for bar, pitches in enumerate(bars)
        for place, pitch in enumerate(pitches)
        if pitch is not None
    )
    roots = {"C": 0, "D": 2, "F": 5, "G": 7}
    return TunePiece(
        name="by hand",
        metre=METRES["4/4"],
        bars=len(bars),
        tonic=tonic,
        tune=tune,
        right=tune,
        left=tuple(Sound(bar * 48 + p, 6, 48) for bar, places in enumerate(left) for p in places),
        chords=tuple(
            chord(bar * 48, roots[name], "major")
            for bar, name in enumerate(chords)
            if bar == 0 or chords[bar - 1] != name
        ),
        parts=tuple(parts),
    )


SCALE = piece([[60, 62, 64, 65], [67, 69, 71, 72]])
LEAPING = piece([[60, 67, 65, 72], [60, 60, 60, None]])


def test_steps_leaps_and_repeats_are_shares_of_neighbours() -> None:
    assert line.steps(SCALE) == 1 and line.leaps(SCALE) == line.repeats(SCALE) == 0
    # 7, -2, 7, -12, 0, 0 semitones.
    assert line.leaps(LEAPING) == pytest.approx(3 / 6)
    assert line.steps(LEAPING) == pytest.approx(1 / 6)
    assert line.repeats(LEAPING) == pytest.approx(2 / 6)
    # Only the first leap is followed by a step back.
    assert line.answered(LEAPING) == pytest.approx(1 / 3)
    assert line.answered(SCALE) is None


def test_what_is_far_apart_is_no_step() -> None:
    near, far = piece([[60, 62]]), piece([[60, None, None, 62]])
    assert line.steps(near) == 1 and line.steps(far) is None


def test_phrases_have_a_range_and_a_breath() -> None:
    four = [[60, 62, 64, 65]] * 3 + [[72, None, None, None]]
    tune = piece([*four, *[[60, 60, 60, 60]] * 4, *[[62, 62, 62, 62]] * 4])
    assert line.phrase_range(tune) == pytest.approx((12 + 0 + 0) / 3)
    # The first phrase rests three beats, the second none; what follows the third is not known.
    assert line.breath(tune) == pytest.approx(1 / 2)
    # Where the sections are known, phrases are theirs.
    later = replace(tune, parts=(Part("A", 4, 4), Part("B", 8, 4)))
    assert line.phrase_range(later) == line.breath(later) == 0


def test_rhythms_have_the_entropy_of_their_shares() -> None:
    assert line.rhythm_entropy(piece([[60, 62]] * 8)) == 0
    two = piece([[60, 62]] * 3 + [[60, 62, 64, 65]])
    assert line.rhythm_entropy(two) == pytest.approx(-(0.75 * log2(0.75) + 0.25 * log2(0.25)))


def test_figures_recur_on_any_degree_and_in_any_key() -> None:
    # E F E D and, a step lower, D E D C: one figure of degrees, not of semitones.
    carried = piece([[64, 65, 64, 62], [62, 64, 62, 60]])
    figures = motifs.figures(carried)
    assert len(figures) == 5 and figures[0] == figures[4] == ((1, 12), (-1, 12), (-1, 12))
    assert motifs.recurring(carried) == pytest.approx(2 / 5)
    assert motifs.recurring(SCALE) == 1
    assert motifs.recurring(piece([[60, 62, 64, 65], [72, 71, 60, 67]])) == 0
    moved = replace(
        carried, tonic=3, tune=tuple(n._replace(pitch=n.pitch + 3) for n in carried.tune)
    )
    assert motifs.figures(moved) == figures


def test_a_figure_that_recurs_late_does_not_recur_soon() -> None:
    motif = [[60, 64, 67, 72]]
    others = [[[62, 72, 61, 67]], [[69, 60, 65, 64]]]
    rest: list[list[int | None]] = [[None]] * 7
    late = piece([*motif, *rest, *motif, *rest])
    assert motifs.recurring(late) and motifs.recurring_soon(late) == 0
    soon = piece([*motif, *rest[:3], *motif, *rest[:3], *others[0], *rest])
    # All figures but the one that crosses into the other half recur in the first eight bars.
    assert motifs.recurring_soon(soon) == pytest.approx((2 / 5 + 0) / 2)


def test_a_sequence_is_the_same_bar_on_other_degrees() -> None:
    carried, repeated = [62, 64, 65, 67], [60, 62, 64, 65]
    assert motifs.sequences(piece([repeated, carried, carried])) == pytest.approx(1 / 2)
    assert motifs.sequences(piece([repeated, [62, None, 64, 65]])) == 0
    assert motifs.sequences(piece([[60, 62], [62, 64]])) == 0


def test_figures_shared_with_other_pieces() -> None:
    assert motifs.shared(SCALE, [LEAPING]) == 0
    assert motifs.shared(SCALE, [LEAPING, piece([[65, 67, 69, 71]])]) == 1


FORM = (Part("A", 0, 4), Part("B", 4, 4), Part("A", 8, 4))


def test_a_theme_returns_note_by_note_or_not() -> None:
    theme = [[60, 62, 64, 65], [67, 65, 64, 62], [60, 64, 67, 72], [72, 71, 67, None]]
    other = [[69, 67, 65, 64]] * 4
    chords = "CFGC" + "FFFF"
    same = piece([*theme, *other, *theme], chords=chords + "CFGC", parts=FORM)
    assert returns.returning_tune(same) == returns.identical_bars(same) == 1
    assert returns.same_chords_first(same) == returns.same_chords_then(same) == 1
    # One note of the second bar differs (three of five pairs are shared), the third bar is new.
    varied = [theme[0], [67, 65, 64, 60], [48, 50, 48, 50], theme[3]]
    again = piece([*theme, *other, *varied], chords=chords + "CFDC", parts=FORM)
    assert returns.returning_tune(again) == pytest.approx((1 + 3 / 5 + 0 + 1) / 4)
    assert returns.identical_bars(again) == pytest.approx(2 / 4)
    assert returns.same_chords_first(again) == 1
    assert returns.same_chords_then(again) == pytest.approx(1 / 2)


def test_without_a_return_there_is_nothing_to_measure() -> None:
    assert returns.returning_tune(SCALE) is None and returns.same_chords_first(SCALE) is None


def test_strays_leap_in_and_out_of_notes_outside_the_chord() -> None:
    # F over C: by leaps; then by a step out; then a chord note by leaps.
    assert harmony.stray(piece([[60, 65, 72, 67]], chords="C")) == 100
    assert harmony.stray(piece([[60, 65, 64, 67]], chords="C")) == 0
    assert harmony.stray(piece([[60, 67, 72, 60]], chords="C")) == 0
    assert harmony.stray(piece([[60, 65, 72, 67]])) is None


def test_accents_outside_the_chord_and_how_they_resolve() -> None:
    # On beats D (resolved), C, B (left by a leap), G.
    tune = piece([[62, 60, 71, 67]], chords="C")
    assert harmony.outside_on_beats(tune) == pytest.approx(2 / 4)
    assert harmony.resolved(tune) == pytest.approx(1 / 2)
    between = piece([[60, 62, 64, 65, 67, 67, 67, 67]], chords="C")
    assert harmony.outside_on_beats(between) == 0 and harmony.resolved(between) is None


def test_time_inside_the_chord_is_clipped_to_it() -> None:
    # G lies in C and in F not; held over the change it counts until then.
    held = piece([[60, 64, 67, 67], [65]], chords="CF")
    long = replace(held, right=(Sound(24, 72, 67),))
    assert harmony.time_inside(long) == 1
    assert harmony.time_inside(replace(held, right=(Sound(24, 24, 67), Sound(48, 72, 67)))) == (
        pytest.approx(24 / 96)
    )


def test_chord_changes_are_counted_in_bars() -> None:
    assert harmony.chord_changes(piece([[60]] * 4, chords="CCFG")) == pytest.approx(2 / 4)


def test_the_left_hand_keeps_its_pattern_or_does_not() -> None:
    block, waltz = (0,), (0, 12, 24)
    tune = piece([[60]] * 4, left=[block, block, waltz, block])
    assert whole.left_patterns(tune) == 2 * 32 / 4
    assert whole.left_again(tune) == pytest.approx(1 / 3)
    assert whole.left_patterns(SCALE) is whole.left_again(SCALE) is None


def test_sections_differ_in_how_full_they_are() -> None:
    quiet, busy = [(0,)] * 8, [(0, 12, 24)] * 8
    assert whole.section_contrast(piece([[60]] * 16, left=[*quiet, *busy])) == pytest.approx(1)
    assert whole.section_contrast(piece([[60]] * 16, left=[*quiet, *quiet])) == 0


def test_the_spread_of_a_bar_is_that_of_both_hands() -> None:
    assert whole.spread(piece([[60]], left=[(0,)])) == 6
    assert whole.spread(SCALE) is None


def test_the_top_line_lies_on_top() -> None:
    held, below, above = Sound(0, 48, 72), Sound(12, 12, 64), Sound(24, 12, 76)
    assert top_line([Sound(0, 12, 60), held, below, above]) == (held, above)
    # A higher note that ends soon gives way to a long one.
    ending, long = Sound(0, 18, 72), Sound(12, 36, 64)
    assert top_line([ending, long]) == (ending, long)
    assert top_line([ending, Sound(12, 12, 64)]) == (ending,)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60), st.integers(40, 90))))
def test_a_top_line_is_one_note_at_a_time_out_of_what_is_played(
    played: list[tuple[int, int, int]],
) -> None:
    notes = [Sound(*note) for note in played]
    found = top_line(notes)
    onsets = [note.onset for note in found]
    assert set(found) <= set(notes) and onsets == sorted(set(onsets))
    assert bool(found) == bool(notes)


def test_a_composed_piece_is_read_from_its_score() -> None:
    notes = [
        Note(BAR, QUARTER, 72, 80, Hand.RIGHT),
        Note(BAR, QUARTER, 64, 80, Hand.RIGHT),
        Note(0, BAR, 48, 70, Hand.LEFT),
    ]
    score = replace(
        score_of(notes, 4),
        key=Key("D", "major"),
        chords=(ChordSymbol(0, BAR, 2, "major"), ChordSymbol(BAR, 3 * BAR, 9, "major")),
        sections=(Section(0, "Introduction"), Section(BAR, "A"), Section(2 * BAR, "A'")),
    )
    found = piece_of(score, "ours")
    assert found.tune == (Sound(48, 12, 72),) and len(found.right) == 2
    assert found.left == (Sound(0, 48, 48),) and found.tonic == 2 and found.bars == 4
    assert found.parts == (Part("A", 1, 1), Part("A", 2, 2))
    assert [c.onset for c in found.chords] == [0, 48]


def test_an_excerpt_keeps_what_sounds_at_its_beginning() -> None:
    whole_piece = piece([[60]] * 8, chords="CCFFGGCC", parts=(Part("A", 0, 3), Part("B", 3, 5)))
    cut = excerpt(whole_piece, 3, 4)
    assert [(c.onset, c.root) for c in cut.chords] == [(0, 5), (48, 7), (144, 0)]
    assert [n.onset for n in cut.tune] == [0, 48, 96, 144] and cut.bars == 4
    assert cut.parts == (Part("B", 0, 4),)


def test_the_melody_of_a_song_is_read_with_chords_and_phrases(tmp_path: Path) -> None:
    folder = write_structure(tmp_path / "001", key="D", bars=8)
    found = read_melody(folder)
    assert found.metre.name == "4/4" and found.bars == 8 and found.tonic == 2
    assert found.parts == (Part("A", 0, 4),)
    # A bar's tune is its root, held for a quarter, a rest, and the fifth for a half.
    assert found.tune[:3] == (Sound(0, 12, 62), Sound(24, 24, 69), Sound(48, 12, 67))
    assert [c.root for c in found.chords[:4]] == [2, 7, 9, 2]


def test_means_lie_in_their_intervals() -> None:
    pieces = [piece([[60, 60 + step, 60, 67]] * 8, chords="CCCCFFGG") for step in range(12)]
    found = measure(pieces, ["one"] * 11 + ["alone"])
    assert set(found) == {*FIGURES, "shared_figures"}
    leaps = found["leaps"]
    assert leaps["pieces"] == 12
    assert leaps["interval"][0] < leaps["mean"] < leaps["interval"][1]
    # Three others of a kind are needed, and an accompaniment, and a return.
    assert found["shared_figures"]["pieces"] == 11
    assert found["left_again"] == {"mean": None, "interval": None, "pieces": 0}


@pytest.fixture
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests ask a few trees know."""
    for name, less in (("TREES", 12), ("ROUNDS", 8), ("SHUFFLES", 1)):
        monkeypatch.setattr(discriminator, name, less)


@pytest.mark.usefixtures("few_trees")
def test_trees_know_leaping_tunes_from_gliding_ones() -> None:
    def tunes(step: int, name: str) -> list[TunePiece]:
        return [
            replace(
                piece([[60 + (i * step + n * step) % 12 for n in range(4)] for i in range(8)]),
                name=f"{name}{i}",
            )
            for i in range(12)
        ]

    told = tell_tunes_apart(tunes(2, "real"), tunes(7, "ours"))
    assert told["trees"] == 1
    assert {row["feature"] for row in told["telling"]} == set(LINE)


@pytest.mark.usefixtures("few_trees")
def test_our_tunes_stand_beside_those_of_every_set(tmp_path: Path) -> None:
    write_set(tmp_path, songs=8, bars=40)
    for number in range(8):
        path = tmp_path / "openscore_lieder" / f"{number}.mid"
        write_piece(path, bars=40, tonic=60 + number)
    material = Material(tmp_path, tmp_path)
    material.long_composed = compose_all(material.network, pure_profiles(8), seed=0, bars=8)
    results = next(evaluate_composer(material, ["tune"]))
    found = results["tune"]["figures"]
    assert list(found) == ["ours", *SETS]
    assert [found[name]["repeats"]["pieces"] for name in found] == [8] * 5
    # The melody of the tiny set is a fifth up in every bar, over one chord.
    melody = found["pop909_melody"]
    assert melody["bar_rhythm_entropy"]["mean"] == melody["stray_notes"]["mean"] == 0
    assert melody["recurring_figures"]["mean"] == melody["time_inside_chord"]["mean"] == 1
    # Its arrangement and the Lied have left hands that keep their patterns; voices have none.
    assert found["pop909_top_line"]["left_again"]["mean"] == 1
    assert found["lied_top_line"]["left_patterns"]["mean"] == 1
    assert found["lied_voice"]["left_patterns"]["pieces"] == melody["spread"]["pieces"] == 0
    report = composer_report(results)
    assert "## Tunes of 32 bars" in report and "| bar rhythm entropy |" in report
    assert list(results["tune"]["told_apart"]) == [*SETS]


def test_sets_that_are_too_small_are_told_in_one_line(tmp_path: Path) -> None:
    write_set(tmp_path, songs=2, bars=16)
    with pytest.raises(MelodyMuseError, match="gives 0 pop909_melody of 32 bars"):
        _ = Material(tmp_path, tmp_path).real_tunes
