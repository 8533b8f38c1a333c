"""A Score as a MIDI file that drops into a DAW on the grid, written through music21.

music21 would choose 10080 ticks a quarter, a tail of silence and channels of its own when it
translates a stream; its event classes write exactly what they are told, and fast.  So the events
are laid out here and music21 turns them into bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from melodymuse.describing import in_short
from melodymuse.errors import MidiError
from melodymuse.midi.chord_track import SOFT, block_chords
from melodymuse.midi.layout import (
    ACOUSTIC_GRAND,
    CHANNELS,
    CHORD_CHANNEL,
    CHORD_TRACK_NAME,
    MICROSECONDS_A_MINUTE,
    PLAN_MARK,
    SUSTAIN,
    TRACK_NAMES,
    TUNE_CHANNEL,
    TUNE_TRACK_NAME,
    WORDS_MARK,
    encode_text,
)
from melodymuse.music.score import TICKS_PER_QUARTER, Hand, Note, Pedal, Score, TimeSignature

if TYPE_CHECKING:
    from music21.midi.base import MidiEvent, MidiFile, MidiTrack

_LARGEST_TICK = 0x0FFFFFFF  # what a delta time of four bytes holds
_LARGEST_TEMPO = 0xFFFFFF  # microseconds a quarter in three bytes
_LARGEST_NUMERATOR = 255
_DENOMINATORS = {2**power: power for power in range(7)}
_CLOCKS_A_QUARTER = 24
_PEDAL_DOWN, _PEDAL_UP = 127, 0
_RELEASE_VELOCITY = 0


class _Timed(NamedTuple):
    """An event at a tick; `rank` orders the events of one tick."""

    tick: int
    rank: int
    event: MidiEvent


def midi_bytes(score: Score, *, chord_track: bool = False, tune_track: bool = False) -> bytes:
    """The score as a MIDI file: format 1, 480 ticks a quarter, one named track and channel a hand.

    Track 0 holds title, provenance (also in words), tempo map, time and key signature and section
    markers, all from tick 0.  Every track ends on the final bar line.  Text is UTF-8.  The same
    score gives the same bytes.

    Args:
        score: what to write.
        chord_track: add a third track, "Chords", on channel 3: the chord symbols as soft block
            chords (`chord_track.block_chords`).
        tune_track: put the tune (`Score.sung`) on a track "Tune" on channel 4, after the hands',
            the right one without it; what sounds is the same.

    Raises:
        MidiError: the score holds what a MIDI file cannot: two overlapping notes of one pitch in a
            hand, a tempo, metre or length out of range, a pedal that is not released; or a track is
            asked for of chords that it does not name, or of a tune where the right hand is silent.
    """
    # Imported here because music21 costs a quarter of a second that reading a score need not pay.
    from music21.midi.base import MidiFile

    _check(score)
    file: MidiFile = MidiFile()
    file.ticksPerQuarterNote = TICKS_PER_QUARTER
    sung = frozenset(score.sung if tune_track else ())
    if tune_track and not sung:
        raise MidiError("the right hand plays nothing: there is no tune for a track")
    file.tracks = [_conductor_track(score), *(_hand_track(score, h, sung) for h in TRACK_NAMES)]
    if tune_track:
        tune = map(_sounding, score.sung)
        file.tracks.append(
            _piano_track(TUNE_TRACK_NAME, TUNE_CHANNEL, tune, score.pedals, score.end)
        )
    if chord_track:
        file.tracks.append(_chord_track(score))
    data: bytes = file.writestr()
    return data


def _conductor_track(score: Score) -> MidiTrack:
    from music21.midi.base import MetaEvents

    metre = score.time_signature
    events = []
    if score.title:
        events.append(_meta(0, MetaEvents.SEQUENCE_TRACK_NAME, encode_text(score.title)))
    if score.provenance is not None:
        events.append(_meta(0, MetaEvents.TEXT_EVENT, encode_text(str(score.provenance))))
        words = encode_text(WORDS_MARK + in_short(score))
        events.append(_meta(0, MetaEvents.TEXT_EVENT, words))
        if score.provenance.bars:
            plan = encode_text(PLAN_MARK + score.provenance.bars)
            events.append(_meta(0, MetaEvents.TEXT_EVENT, plan))
    events.append(_meta(0, MetaEvents.TIME_SIGNATURE, _metre_data(metre)))
    signature = bytes((score.key.fifths & 0xFF, score.key.mode == "minor"))
    events.append(_meta(0, MetaEvents.KEY_SIGNATURE, signature))
    for mark in score.tempos:
        tempo = round(MICROSECONDS_A_MINUTE / mark.bpm).to_bytes(3, "big")
        events.append(_meta(mark.onset, MetaEvents.SET_TEMPO, tempo))
    for section in score.sections:
        events.append(_meta(section.onset, MetaEvents.MARKER, encode_text(section.name)))
    return _track(0, sorted(events, key=lambda event: event.tick), score.end)


def _hand_track(score: Score, hand: Hand, without: Collection[Note]) -> MidiTrack:
    sounding = (_sounding(note) for note in score.hand(hand) if note not in without)
    return _piano_track(TRACK_NAMES[hand], CHANNELS[hand], sounding, score.pedals, score.end)


def _sounding(note: Note) -> tuple[int, int, int, int]:
    return note.onset, note.end, note.pitch, note.velocity


def _chord_track(score: Score) -> MidiTrack:
    """Without pedal: a chord is held by its keys."""
    sounding = (
        (chord.onset, chord.end, pitch, SOFT)
        for chord in block_chords(score)
        for pitch in chord.pitches
    )
    return _piano_track(CHORD_TRACK_NAME, CHORD_CHANNEL, sounding, (), score.end)


def _piano_track(
    name: str,
    channel: int,
    sounding: Iterable[tuple[int, int, int, int]],
    pedals: Iterable[Pedal],
    end: int,
) -> MidiTrack:
    """A track of notes, each given as onset, end, pitch and velocity."""
    from music21.midi.base import ChannelVoiceMessages, MetaEvents, MidiEvent

    def voice(tick: int, rank: int, kind: Any, first: int, second: int | None = None) -> _Timed:
        event = MidiEvent(type=kind, channel=channel)
        event.parameter1, event.parameter2 = first, second
        return _Timed(tick, rank, event)

    # Within a tick: let go of keys, then of the pedal, press the pedal, then strike.
    events = [
        _meta(0, MetaEvents.SEQUENCE_TRACK_NAME, encode_text(name)),
        voice(0, -1, ChannelVoiceMessages.PROGRAM_CHANGE, ACOUSTIC_GRAND),
    ]
    for onset, until, pitch, velocity in sounding:
        events.append(voice(onset, 3, ChannelVoiceMessages.NOTE_ON, pitch, velocity))
        events.append(voice(until, 0, ChannelVoiceMessages.NOTE_OFF, pitch, _RELEASE_VELOCITY))
    for pedal in pedals:
        sustain = ChannelVoiceMessages.CONTROLLER_CHANGE, SUSTAIN
        events.append(voice(pedal.onset, 2, *sustain, _PEDAL_DOWN))
        events.append(voice(pedal.release, 1, *sustain, _PEDAL_UP))
    # Sorting is stable, so notes of one tick keep the score's order: rising pitch.
    return _track(channel, sorted(events, key=lambda event: event[:2]), end)


def _track(index: int, events: Iterable[_Timed], end: int) -> MidiTrack:
    from music21.midi.base import DeltaTime, MetaEvents, MidiTrack

    track = MidiTrack(index)
    now = 0
    for tick, _, event in (*events, _meta(end, MetaEvents.END_OF_TRACK, b"")):
        track.events += (DeltaTime(track, time=tick - now), event)
        now = tick
    track.updateEvents()
    return track


def _meta(tick: int, kind: Any, data: bytes) -> _Timed:
    from music21.midi.base import MidiEvent

    event = MidiEvent(type=kind)
    event.data = data
    return _Timed(tick, -1, event)


def _metre_data(metre: TimeSignature) -> bytes:
    """Numerator, power of the denominator, MIDI clocks a metronome click, 32nds a quarter."""
    click = _CLOCKS_A_QUARTER * 4 // metre.denominator
    if metre.is_compound:
        click *= 3
    return bytes((metre.numerator, _DENOMINATORS[metre.denominator], max(click, 1), 8))


def _check(score: Score) -> None:
    metre = score.time_signature
    if not 1 <= metre.numerator <= _LARGEST_NUMERATOR or metre.denominator not in _DENOMINATORS:
        raise MidiError(f"a MIDI file cannot hold the metre {metre}: the lower number must be 1-64")
    if score.end > _LARGEST_TICK:
        raise MidiError(f"{score.bars} bars are too many for a MIDI file: shorten the piece")
    for mark in score.tempos:
        if not mark.bpm > 0 or not 1 <= MICROSECONDS_A_MINUTE / mark.bpm <= _LARGEST_TEMPO:
            raise MidiError(f"a MIDI file cannot hold a tempo of {mark.bpm:g}: use 4 to 60000000")
    for hand in Hand:
        _check_overlaps(score.hand(hand), hand)
    _check_pedals(score.pedals, score.end)
    onsets = [mark.onset for mark in score.tempos] + [part.onset for part in score.sections]
    if any(not 0 <= onset <= score.end for onset in onsets):
        raise MidiError("a tempo mark or a section lies outside the piece")


def _check_overlaps(notes: Iterable[Note], hand: Hand) -> None:
    ends: dict[int, int] = {}
    for note in sorted(notes):
        if note.onset < ends.get(note.pitch, 0):
            raise MidiError(
                f"two notes of pitch {note.pitch} overlap at tick {note.onset} in the {hand} hand: "
                "one note-off would end both"
            )
        ends[note.pitch] = note.end


def _check_pedals(pedals: tuple[Pedal, ...], end: int) -> None:
    if any(not 0 <= pedal.onset < pedal.release <= end for pedal in pedals):
        raise MidiError("a pedal stroke is not released within the piece")
    if any(later.onset < earlier.release for earlier, later in pairwise(pedals)):
        raise MidiError("two pedal strokes overlap")
