"""Room in the midst of a file: what is before stays, what is behind moves, nothing is lost."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from melodymuse.midi.document import Document, Track
from melodymuse.midi.events import Event
from melodymuse.midi.file import paired_events
from melodymuse.midi.gap import with_gap
from melodymuse.midi.tempos import tempo_at, tempo_map
from tests.test_extending import metre, tempo, track

# (onset, length, pitch); ends and onsets often fall on the gap at 480.
placed_notes = st.lists(
    st.tuples(
        st.sampled_from((0, 120, 240, 479, 480, 481, 720)),
        st.sampled_from((1, 120, 240, 480, 900)),
        st.integers(60, 63),
    ),
    max_size=8,
)


def as_track(notes: list[tuple[int, int, int]]) -> Track:
    """Notes without overlaps of a pitch, ends before beginnings."""
    kept: list[tuple[int, int, int]] = []
    for onset, length, pitch in sorted(notes):
        if all(p != pitch or o + n <= onset for o, n, p in kept):
            kept.append((onset, length, pitch))
    events = [(o + n, 0, Event(o + n, bytes([0x80, p, 64]))) for o, n, p in kept]
    events += [(o, 1, Event(o, bytes([0x90, p, 70]))) for o, _, p in kept]
    return track(*(event for *_, event in sorted(events)), Event(2000, b"\xff\x01end"))


@given(placed_notes, st.integers(1, 4000))
def test_notes_keep_their_lengths_and_those_behind_move(
    notes: list[tuple[int, int, int]], length: int
) -> None:
    before = as_track(notes)
    (after,) = with_gap(Document(1, 480, (before,)), 480, length).tracks
    moved = Counter(
        note
        if note.onset < 480
        else note._replace(onset=note.onset + length, end=(note.end or 0) + length)
        for note in paired_events(before.events)
    )
    assert Counter(paired_events(after.events)) == moved
    assert [event.tick for event in after.events] == sorted(e.tick for e in after.events)
    assert after.end == before.end + length
    assert not [n for n in paired_events(after.events) if 480 <= n.onset < 480 + length]


def test_tempo_metre_and_texts_behind_move_and_the_gap_has_what_was_in_force() -> None:
    conductor = track(metre(0, 4, 2), tempo(0, 100), tempo(480, 50), metre(480, 3, 2))
    after = with_gap(Document(1, 480, (conductor,)), 480, 960)
    assert tempo_at(tempo_map(after), 900) == 600_000
    assert tempo_at(tempo_map(after), 1440) == 1_200_000
    assert [e.tick for e in after.tracks[0].events if e.data[:2] == b"\xff\x58"] == [0, 1440]


def test_a_pedal_that_is_down_is_lifted_in_the_gap_and_pressed_again() -> None:
    down, up = b"\xb0\x40\x50", b"\xb0\x40\x00"
    held = track(Event(100, down), Event(700, up))
    (after,) = with_gap(Document(1, 480, (held,)), 480, 960).tracks
    assert after.events[:4] == (
        Event(100, down), Event(480, up), Event(1440, down), Event(1660, up)
    )  # fmt: skip
    changed = track(Event(100, down), Event(480, up), Event(480, down), Event(700, up))
    (after,) = with_gap(Document(1, 480, (changed,)), 480, 960).tracks
    assert [event.tick for event in after.events[:-1]] == [100, 480, 1440, 1660]
