"""The written page: voices, lengths, ties, accidentals."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from melodymuse.engraving.written_page import Bar, Glyph, engrave
from melodymuse.music.score import ChordSymbol, Hand, Note, Score
from melodymuse.music.theory import Key
from tests.music.strategies import scores, small_score


def _right(*notes: tuple[int, int, int], key: str = "C major", bars: int = 1) -> tuple[Bar, ...]:
    """The upper staff of notes (onset, duration, pitch) in 4/4."""
    score = Score(
        notes=tuple(sorted(Note(*note, 80, Hand.RIGHT) for note in notes)),
        time_signature=small_score().time_signature,
        key=Key.parse(key),
        bars=bars,
        tempos=small_score().tempos,
    )
    return engrave(score)[Hand.RIGHT].bars


def _shown(voice: tuple[Glyph, ...]) -> list[str]:
    return [
        " ".join(str(head.pitch) for head in glyph.heads)
        + ("-" if glyph.tied_to else "")
        + f" {glyph.value.kind}"
        + "." * glyph.value.dots
        for glyph in voice
    ]


def test_a_note_is_written_up_to_the_next_one() -> None:
    ((voice,),) = _right((0, 280, 60), (480, 430, 62), (960, 900, 64))
    assert _shown(voice) == ["C4 quarter", "D4 quarter", "E4 half"]


def test_a_real_rest_is_written() -> None:
    ((voice,),) = _right((0, 450, 60), (1440, 480, 62))
    assert _shown(voice) == ["C4 quarter", " quarter", " quarter", "D4 quarter"]


def test_slightly_overlapping_notes_are_one_voice() -> None:
    ((voice,),) = _right((0, 600, 60), (480, 600, 62), (960, 960, 64))
    assert _shown(voice) == ["C4 quarter", "D4 quarter", "E4 half"]


def test_a_note_held_below_others_is_a_second_voice() -> None:
    ((upper, lower),) = _right((0, 1920, 60), (0, 480, 72), (480, 480, 74), (960, 960, 76))
    assert _shown(upper) == ["C5 quarter", "D5 quarter", "E5 half"]
    assert _shown(lower) == ["C4 whole"]


def test_a_note_held_above_others_is_the_first_voice() -> None:
    ((upper, lower),) = _right((0, 960, 76), (480, 480, 60), (960, 960, 62))
    assert _shown(upper)[0] == "E5 half"
    assert all(glyph.hidden for glyph in upper[1:])
    assert _shown(lower) == [" quarter", "C4 quarter", "D4 half"]


def test_a_short_overlap_is_not_worth_a_voice() -> None:
    ((voice,),) = _right((0, 480, 60), (240, 240, 67), (480, 480, 72), (960, 960, 76))
    assert _shown(voice) == ["C4 eighth", "G4 eighth", "C5 quarter", "E5 half"]


def test_a_line_of_short_overlaps_is() -> None:
    line = [(n * 480, 480, 72 + n) for n in range(4)]
    others = [(n * 480 + 240, 240, 60) for n in range(4)]
    ((upper, lower),) = _right(*line, *others)
    assert _shown(upper) == ["C5 quarter", "C#5 quarter", "D5 quarter", "Eb5 quarter"]
    assert _shown(lower) == [" eighth", "C4 eighth"] * 4


def test_a_bar_holds_notes_above_or_below_but_not_both() -> None:
    ((upper, lower),) = _right(
        (0, 1920, 48), (0, 480, 60), (480, 480, 62), (960, 960, 79), (960, 480, 64), (1440, 480, 65)
    )
    assert _shown(lower) == ["C3 whole"]
    assert [str(head.pitch) for head in upper[2].heads] == ["E4", "G5"]


def test_chord_tones_are_spelled_within_their_chord() -> None:
    score = replace(
        small_score(),
        key=Key.parse("C major"),
        chords=(ChordSymbol(0, 1920, 4, "dominant-seventh"), ChordSymbol(1920, 1920, 5, "minor")),
        notes=(Note(0, 1920, 68, 80, Hand.RIGHT), Note(1920, 1920, 68, 80, Hand.RIGHT)),
    )
    bars = engrave(score)[Hand.RIGHT].bars
    assert [str(bar[0][0].heads[0].pitch) for bar in bars] == ["G#4", "Ab4"]


def test_a_note_over_the_bar_line_is_tied() -> None:
    first, second = _right((1440, 960, 60), (2400, 1440, 64), bars=2)
    assert _shown(first[0])[-1] == "C4- quarter"
    assert _shown(second[0]) == ["C4 quarter", "E4 half."]
    assert [glyph.heads[0].tied_from for glyph in second[0]] == [True, False]


def test_an_empty_bar_has_no_voice() -> None:
    assert _right((0, 1920, 60), bars=2)[1] == ()


def test_short_notes_in_a_row_are_staccato_and_a_lone_one_is_not() -> None:
    ((voice,),) = _right((0, 100, 60), (480, 100, 62), (960, 960, 64))
    assert [glyph.staccato for glyph in voice] == [True, True, False]
    ((voice,),) = _right((0, 480, 60), (480, 100, 62), (960, 960, 64))
    assert not any(glyph.staccato for glyph in voice)


def test_accidentals_hold_for_their_bar_and_octave() -> None:
    pitches = [66, 66, 65, 78, 61, 61, 60, 60]
    (voice,), (again,) = _right(
        *((n * 240, 240, pitch) for n, pitch in enumerate(pitches)),
        (1920, 1920, 66),
        key="D major",
        bars=2,
    )
    written = [(str(g.heads[0].pitch), g.heads[0].accidental) for g in (*voice, *again)]
    assert written == [
        ("F#4", False),
        ("F#4", False),
        ("F4", True),
        ("F#5", True),  # a courtesy: another octave
        ("C#4", False),
        ("C#4", False),
        ("C4", True),
        ("C4", False),
        ("F#4", True),  # a courtesy: the signature is valid again
    ]


def test_an_accidental_is_not_repeated_after_a_tie_but_for_a_new_note() -> None:
    _, (voice,) = _right((1440, 960, 66), (2400, 480, 66), (2880, 960, 67), bars=2)
    assert [glyph.heads[0].accidental for glyph in voice] == [False, True, False]


@given(scores())
@settings(max_examples=80, deadline=None)
def test_every_note_is_written_once_at_its_onset_and_every_bar_is_full(score: Score) -> None:
    length = score.time_signature.bar_ticks
    for hand, staff in engrave(score).items():
        bars = staff.bars
        assert len(bars) == len(staff.clefs) == score.bars
        written = []
        for number, bar in enumerate(bars):
            for voice in bar:
                assert sum(glyph.value.ticks for glyph in voice) == length
                written += [
                    (number * length + glyph.value.start, str(head.pitch))
                    for glyph in voice
                    for head in glyph.heads
                    if not head.tied_from
                ]
        assert len(written) == len(score.hand(hand))
        assert {onset for onset, _ in written} == {note.onset for note in score.hand(hand)}


@given(scores(grid=7))
@settings(max_examples=60, deadline=None)
def test_any_onset_can_be_written(score: Score) -> None:
    for hand, staff in engrave(score).items():
        bars = staff.bars
        full = {sum(glyph.value.ticks for glyph in voice) for bar in bars for voice in bar}
        assert full <= {score.time_signature.bar_ticks}
        heads = [h for bar in bars for voice in bar for glyph in voice for h in glyph.heads]
        struck = [head for head in heads if not head.tied_from]
        assert len(struck) <= len(score.hand(hand))
        assert bool(struck) == bool(score.hand(hand))


@given(scores())
@settings(max_examples=40, deadline=None)
def test_a_tie_always_leads_to_the_same_pitch(score: Score) -> None:
    for staff in engrave(score).values():
        bars = staff.bars
        into, out_of = [], []
        for number, bar in enumerate(bars):
            for voice in bar:
                for glyph in voice:
                    start = number * score.time_signature.bar_ticks + glyph.value.start
                    pitches = [head.pitch for head in glyph.heads]
                    into += [
                        (start, pitch)
                        for pitch, h in zip(pitches, glyph.heads, strict=True)
                        if h.tied_from
                    ]
                    out_of += [
                        (start + glyph.value.ticks, pitch) for pitch in pitches if glyph.tied_to
                    ]
        assert sorted(into) == sorted(out_of)


def test_both_hands_are_there() -> None:
    page = engrave(replace(small_score(), notes=()))
    assert {hand: staff.bars for hand, staff in page.items()} == {hand: ((), ()) for hand in Hand}
