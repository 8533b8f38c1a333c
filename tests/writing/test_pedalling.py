"""The pedal: changed with the harmony, lifted before rests, and what a file says of it."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise

import mido
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.midi.writer import midi_bytes
from melodymuse.music.score import ChordSymbol, Hand, Note, Pedal, Score, TempoMark, TimeSignature
from melodymuse.music.theory import Key
from melodymuse.writing.pedalling import pedal_strokes

BEAT, BAR = 480, 1920
C, G = 0, 7


def left(onset: int, duration: int = BEAT, pitch: int = 48) -> Note:
    return Note(onset, duration, pitch, 60, Hand.LEFT)


def right(onset: int, duration: int = BEAT, pitch: int = 72) -> Note:
    return Note(onset, duration, pitch, 60, Hand.RIGHT)


def chord(onset: int, duration: int, root: int) -> ChordSymbol:
    return ChordSymbol(onset, duration, root, "major")


def test_the_pedal_changes_with_the_bass_of_each_harmony() -> None:
    notes = [left(0, BAR // 2), left(BAR // 2, BAR // 2, 43), left(BAR, BAR)]
    chords = [chord(0, BAR // 2, C), chord(BAR // 2, BAR // 2, G), chord(BAR, BAR, C)]
    found = pedal_strokes(notes, chords, BAR, 2 * BAR, tempo=60)
    # At 60 a quarter lasts a second, so a beat has 480 ticks: 60 ms are 29.
    assert found == (
        Pedal(29, BAR // 2),
        Pedal(BAR // 2 + 29, BAR),
        Pedal(BAR + 29, 2 * BAR),
    )


def test_a_harmony_that_stays_is_pedalled_anew_in_every_bar() -> None:
    notes = [left(bar * BAR, BAR) for bar in range(3)]
    found = pedal_strokes(notes, [chord(0, 3 * BAR, C)], BAR, 3 * BAR, tempo=60)
    assert [stroke.release for stroke in found] == [BAR, 2 * BAR, 3 * BAR]


def test_the_pedal_waits_for_a_late_bass_and_not_for_the_tune() -> None:
    notes = [right(0), left(BEAT, 3 * BEAT), right(BAR), left(BAR + BEAT, 3 * BEAT)]
    found = pedal_strokes(notes, [chord(0, 2 * BAR, C)], BAR, 2 * BAR, tempo=60)
    assert [stroke.onset - 29 for stroke in found] == [BEAT, BAR + BEAT]
    assert found[0].release == BAR + BEAT


def test_a_rest_is_silent_and_what_follows_it_is_caught() -> None:
    notes = [left(0), left(3 * BEAT), left(BAR, BAR)]
    found = pedal_strokes(notes, [chord(0, 2 * BAR, C)], BAR, 2 * BAR, tempo=60)
    assert found == (Pedal(29, BEAT), Pedal(3 * BEAT + 29, BAR), Pedal(BAR + 29, 2 * BAR))


def test_a_gap_between_short_notes_is_no_rest() -> None:
    notes = [left(beat * BEAT, BEAT // 2) for beat in range(3)] + [left(3 * BEAT)]
    found = pedal_strokes(notes, [chord(0, BAR, C)], BAR, BAR, tempo=60)
    assert found == (Pedal(29, BAR),)


def test_a_piece_that_ends_in_silence_is_not_held_into_it() -> None:
    assert pedal_strokes([left(0)], [], BAR, BAR, tempo=60) == (Pedal(29, BEAT),)
    assert pedal_strokes([], [], BAR, BAR, tempo=60) == ()


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30), st.sampled_from(Hand)), max_size=40),
    st.lists(st.integers(0, 60), max_size=12, unique=True),
    st.floats(30, 240),
)
def test_strokes_follow_strikes_and_never_overlap_or_fill_a_rest(
    played: list[tuple[int, int, Hand]], changes: list[int], tempo: float
) -> None:
    unit, end = BEAT // 4, 8 * BAR
    notes = sorted(Note(a * unit, d * unit, 60, 60, hand) for a, d, hand in played)
    chords = [chord(change * unit, unit, C) for change in sorted(changes)]
    found = pedal_strokes(notes, chords, BAR, end, tempo)
    onsets = {note.onset for note in notes}
    for before, after in pairwise(found):
        assert before.release <= after.onset
    for stroke in found:
        assert 0 <= stroke.onset < stroke.release <= end
        assert any(stroke.onset - 60 <= onset <= stroke.onset - 20 for onset in onsets)
        for tick in range(stroke.onset, stroke.release, unit):
            sounds = any(note.onset <= tick < note.end for note in notes)
            near = any(tick - BEAT < note.end <= tick for note in notes)
            assert sounds or near
    for change in changes:
        # Nothing of an old harmony is held once the left hand has struck the new one.
        strike = change * unit
        if any(note.onset == strike and note.hand is Hand.LEFT for note in notes):
            assert not any(stroke.onset < strike < stroke.release for stroke in found)


def test_a_file_has_the_strokes_in_both_hands_as_another_library_reads_them() -> None:
    notes = (left(0, BAR), left(BAR, BAR, 43))
    pedals = pedal_strokes(notes, [chord(0, BAR, C), chord(BAR, BAR, G)], BAR, 2 * BAR, tempo=100)
    score = Score(
        notes=notes,
        time_signature=TimeSignature(),
        key=Key("C", "major"),
        bars=2,
        tempos=(TempoMark(0, 100.0),),
        pedals=pedals,
    )
    file = mido.MidiFile(file=BytesIO(midi_bytes(score)))
    assert len(file.tracks) == 3
    for track in file.tracks[1:]:
        now, seen = 0, []
        for message in track:
            now += message.time
            if message.type == "control_change" and message.control == 64:
                seen.append((now, message.value))
        assert seen == [(48, 127), (BAR, 0), (BAR + 48, 127), (2 * BAR, 0)]
