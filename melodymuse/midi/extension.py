"""A MIDI file with bars added at its end: every event that was there stays, in its track."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from melodymuse.midi.chord_track import SOFT, block_chords
from melodymuse.midi.document import Document, Track
from melodymuse.midi.events import END_OF_TRACK, Event
from melodymuse.midi.file import RawNote, paired_events
from melodymuse.midi.layout import CHORD_CHANNEL, CHORD_TRACK_NAME, SUSTAIN, encode_text
from melodymuse.midi.rewriting import between_others, ended_at, with_events, with_notes, with_track
from melodymuse.midi.tail import LOCAL_BARS, Tail
from melodymuse.midi.tempos import tempo_event
from melodymuse.music.score import Pedal, Score

_CONTROL = 0xB0
_NAME, _TEXT, _MARKER = b"\xff\x03", b"\xff\x01", b"\xff\x06"
# What the new bars say themselves: tempo, metre, key.
_CONDUCTS = (b"\xff\x51", b"\xff\x58", b"\xff\x59")
_DOWN, _UP = 127, 0
# Channel volume and expression, and what share of their loudest value is a fade-out.
_LOUDNESS = (7, 11)
_FADED = 0.6


def extended(
    document: Document, tail: Tail, longer: Score, *, chord_track: bool = False
) -> Document:
    """A document with the bars that a score has more than its tail.

    Tempo, metre and key marks from the last bar line on give way; a pedal that is down there is
    lifted.  New notes that would strike a key which still sounds wait until it is let go.

    Args:
        document: the file.
        tail: of it.
        longer: the tail's score with more bars; its pedal strokes are those of the new bars.
        chord_track: put the new bars' chords on a track of their own where there is none.
    """
    end = tick_of(tail, longer.end)
    document = _faded_in(_conducted(document, tail, longer), tail)
    for hand, place in tail.places.items():
        notes = [
            RawNote(tick_of(tail, n.onset), tick_of(tail, n.end), n.pitch, n.velocity, place[1])
            for n in longer.hand(hand)
            if n.onset >= tail.score.end
        ]
        track = document.tracks[place.track]
        added = with_notes(track, between_others(track, notes))
        document = with_track(document, place.track, added)
    document = _pedalled(document, tail, longer.pedals)
    document = _with_chords(document, tail, longer, chord_track=chord_track)
    ours = {0, *(place.track for place in tail.places.values()), tail.chords}
    return document.with_tracks(
        tuple(
            ended_at(track, end) if index in ours or track.end > end else track
            for index, track in enumerate(document.tracks)
        )
    )


def tick_of(tail: Tail, tick: int) -> int:
    """The tick of the file at which a tick of the score's new bars lies."""
    scale = tail.bars.bars[-1].end - tail.bars.bars[-1].start
    bar = tail.reading.bars * tail.reading.metre.bar_ticks
    return tail.seam + round((tick - tail.score.end) * scale / bar)


def _conducted(document: Document, tail: Tail, longer: Score) -> Document:
    """With the tempo, a marker and a word on where the bars come from at the seam."""
    kept = tuple(
        Track(tuple(e for e in track.events if e.tick < tail.seam or e.data[:2] not in _CONDUCTS))
        for track in document.tracks
    )
    document = document.with_tracks(kept)
    said = [Event(tail.seam, _MARKER + encode_text("continued"))]
    if longer.provenance is not None:
        said.append(Event(tail.seam, _TEXT + encode_text(str(longer.provenance))))
    if tail.tempo is not None:
        said.append(tempo_event(tail.seam, tail.tempo))
    return with_track(document, 0, with_events(document.tracks[0], said))


def _pedalled(document: Document, tail: Tail, strokes: Iterable[Pedal]) -> Document:
    strokes = [pedal for pedal in strokes if pedal.onset >= tail.score.end]
    for place in sorted(tail.pedals):
        track = document.tracks[place.track]
        status = bytes([_CONTROL | place.channel, SUSTAIN])
        before = [e for e in track.events if e.data[:2] == status and e.tick <= tail.seam]
        moves = [] if not before or not before[-1].data[2] else [Event(tail.seam, status + b"\0")]
        # What stood after the last bar line would press or lift in the midst of new strokes.
        kept = Track(tuple(e for e in track.events if e.data[:2] != status or e.tick <= tail.seam))
        for pedal in strokes:
            moves.append(Event(tick_of(tail, pedal.onset), status + bytes([_DOWN])))
            moves.append(Event(tick_of(tail, pedal.release), status + bytes([_UP])))
        document = with_track(document, place.track, with_events(kept, moves))
    return document


def _faded_in(document: Document, tail: Tail) -> Document:
    """With the volume and the expression that the hands had before a piece faded out."""
    start = tail.bars.bars[max(len(tail.bars.bars) - LOCAL_BARS, 0)].start
    for place in {place.channel: place for place in tail.places.values()}.values():
        for controller in _LOUDNESS:
            status = bytes([_CONTROL | place.channel, controller])
            set_to = sorted(
                (event.tick, event.data[2])
                for track in document.tracks
                for event in track.events
                if event.data[:2] == status and event.tick < tail.seam
            )
            before = [value for tick, value in set_to if tick <= start][-1:]
            loudest = max([*before, *(value for tick, value in set_to if tick > start)], default=0)
            if set_to and set_to[-1][1] < _FADED * loudest:
                back = Event(tail.seam, status + bytes([loudest]))
                track = with_events(document.tracks[place.track], [back])
                document = with_track(document, place.track, track)
    return document


def _with_chords(document: Document, tail: Tail, longer: Score, *, chord_track: bool) -> Document:
    """With the new chords on the track of harmonies, or on a new one."""
    if tail.chords is None and not chord_track:
        return document
    new = tuple(chord for chord in longer.chords if chord.onset >= tail.score.end)
    if not new:
        return document
    if tail.chords is None:
        channel = CHORD_CHANNEL - 1
        opening = (Event(0, _NAME + encode_text(CHORD_TRACK_NAME)), Event(0, END_OF_TRACK))
        document = document.with_tracks((*document.tracks, Track(opening)))
        index = len(document.tracks) - 1
    else:
        index = tail.chords
        channel = paired_events(document.tracks[index].events)[0].channel
    notes = [
        RawNote(tick_of(tail, chord.onset), tick_of(tail, chord.end), pitch, SOFT, channel)
        for chord in block_chords(replace(longer, chords=new))
        for pitch in chord.pitches
    ]
    return with_track(document, index, with_notes(document.tracks[index], notes))
