"""The end of a MIDI file, from which it goes on: its last bars as a score, and where new ones go.

The composer knows four metres; others that beat like one of them are read as that one, in other
note values, and written back under the file's own metre.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import cos, hypot, sin, tau
from statistics import fmean
from types import MappingProxyType
from typing import NamedTuple

from melodymuse.errors import MidiError
from melodymuse.midi.bars import BarMap
from melodymuse.midi.cutting import cut
from melodymuse.midi.document import Document
from melodymuse.midi.file import as_mido
from melodymuse.midi.layout import SUSTAIN
from melodymuse.midi.reader import Hands, chord_track_of, hands_of, score_of
from melodymuse.midi.tempos import tempo_map
from melodymuse.midi.view import Part, bars_of, key_changes, parts_of
from melodymuse.music.keyfinding import settled_key
from melodymuse.music.score import (
    Hand,
    Note,
    Pedal,
    Score,
    TempoMark,
    TimeSignature,
)
from melodymuse.music.theory import Key

# What the composer reads of a piece: further back than themes return from.
MOST_TAIL_BARS = 64
# Where the music has arrived: its key, its loudness, its pedal.
LOCAL_BARS = 8
# A tempo under this share of the usual one is a ritardando that ends with the piece.
_SLOWED = 0.95
_CONTROL = 0xB0
# 78 of 80 clips of EMOPIA, which were transcribed from recordings without a beat, lie below it, and
# 1 of 160 songs of POP909 (played to a click) and OpenScore Lieder (written).
_LEAST_CONCENTRATION = 0.3
_FEWEST_ONSETS = 32


class Reading(NamedTuple):
    """How bars of a metre are read: as which metre, with notes how many times as long, and how
    many bars each."""

    metre: TimeSignature
    stretch: Fraction = Fraction(1)
    bars: int = 1


_FOUR, _THREE, _TWO = TimeSignature(4, 4), TimeSignature(3, 4), TimeSignature(2, 4)
_SIX = TimeSignature(6, 8)
READINGS: Mapping[str, Reading] = MappingProxyType(
    {
        "4/4": Reading(_FOUR),
        "3/4": Reading(_THREE),
        "2/4": Reading(_TWO),
        "6/8": Reading(_SIX),
        "2/2": Reading(_FOUR),
        "4/8": Reading(_FOUR, Fraction(2)),
        "4/2": Reading(_FOUR, Fraction(1, 2)),
        "3/8": Reading(_THREE, Fraction(2)),
        "3/2": Reading(_THREE, Fraction(1, 2)),
        "2/8": Reading(_TWO, Fraction(2)),
        "6/4": Reading(_SIX, Fraction(1, 2)),
        "6/16": Reading(_SIX, Fraction(2)),
        "12/8": Reading(_SIX, bars=2),
        "12/16": Reading(_SIX, Fraction(2), bars=2),
        "8/8": Reading(_FOUR),
        "8/4": Reading(_FOUR, bars=2),
    }
)


class Place(NamedTuple):
    """Where in a document something is played: index of the track, channel 0..15."""

    track: int
    channel: int


@dataclass(frozen=True, slots=True)
class Tail:
    """The end of a file.

    Attributes:
        score: its last bars as the composer reads them, in the key where the music has arrived.
        reading: how bars of the file became bars of the score.
        bars: all bars of the file.
        hands: the piano's parts.
        places: where each hand's new notes go.
        pedals: where the sustain pedal's new strokes go; empty after music without pedal.
        chords: the index of the track of harmonies, None without one.
        tempo: microseconds a quarter in which the piece goes on, None to stay in that of its end.
        is_free: whether the notes were played beside the file's bar lines.
    """

    score: Score
    reading: Reading
    bars: BarMap
    hands: Hands
    places: Mapping[Hand, Place]
    pedals: Collection[Place]
    chords: int | None
    tempo: int | None
    is_free: bool

    @property
    def seam(self) -> int:
        """The tick of the file at which it goes on."""
        return self.bars.end


def tail_of(
    document: Document,
    *,
    tracks: Collection[int] = (),
    hands: tuple[int, int] | None = None,
    pickup: Fraction | None = None,
    key: Key | None = None,
) -> Tail:
    """The end of a file, as `Tail` has it.

    Args:
        document: the file.
        tracks: those that are the piano; none takes what a piano plays.
        hands: the tracks of the right and of the left hand, where names and pitch do not tell.
        pickup: length of the upbeat in quarter notes, where the metres do not tell.
        key: of the new bars, None for the one that the last ones are in.

    Raises:
        MidiError: no note of a piano, or a metre in which no bars can be written.
    """
    harmonies = chord_track_of(as_mido(document))
    if hands is not None:
        right, left = hands
        played = hands_of(document, (right, left))
        players: Hands = {place: Hand.RIGHT if place[0] == right else Hand.LEFT for place in played}
    else:
        players = hands_of(document, tracks, without=harmonies)
    parts = [part for part in parts_of(document) if (part.track, part.channel) in players]
    if not parts:
        raise MidiError("there is no note to go on from: no piano plays in the file")
    bars = bars_of(document, pickup)
    reading = READINGS.get(str(bars.metre))
    if reading is None:
        known = ", ".join(READINGS)
        raise MidiError(f"no bars can be written in {bars.metre}: the end must be in {known}")
    first, last = _window(bars, max(note.onset for part in parts for note in part.notes))
    start, end = bars.bars[first].start, bars.bars[last].end
    score = read_stretch(document, players, bars, first, last)
    score = replace(score, key=key or _local_key(document, score, end))
    return Tail(
        score,
        reading,
        bars,
        players,
        places_of(document, players, start),
        _pedal_places(document, players, bars),
        harmonies,
        _steady_tempo(document, bars),
        is_free(document, parts),
    )


def players_of(
    document: Document, tracks: Collection[int] = (), hands: tuple[int, int] | None = None
) -> tuple[Hands, int | None]:
    """The piano's parts with their hands, and the index of the track of harmonies, if any.

    Raises:
        MidiError: no piano plays in the file.
    """
    harmonies = chord_track_of(as_mido(document))
    if hands is not None:
        right, _ = hands
        told = hands_of(document, hands)
        players: Hands = {place: Hand.RIGHT if place[0] == right else Hand.LEFT for place in told}
    else:
        players = hands_of(document, tracks, without=harmonies)
    if not players:
        raise MidiError("there is no note to go on from: no piano plays in the file")
    return players, harmonies


def reading_of(metre: TimeSignature) -> Reading:
    """How bars of a metre are read.

    Raises:
        MidiError: none can be written in it.
    """
    reading = READINGS.get(str(metre))
    if reading is None:
        known = ", ".join(READINGS)
        raise MidiError(f"no bars can be written in {metre}: there they must be in {known}")
    return reading


def read_stretch(document: Document, players: Hands, bars: BarMap, first: int, last: int) -> Score:
    """Some bars of one metre, by their indices and both included, as the composer reads them."""
    cut_off = cut(document, bars.bars[first].start, bars.bars[last].end)
    reading = reading_of(bars.bars[first].metre)
    return _reread(score_of(cut_off, hands=players), reading, last - first + 1)


def places_of(document: Document, players: Hands, start: int) -> Mapping[Hand, Place]:
    """Each hand's part; of several the one with most notes from a tick on."""

    def busy(part: Part) -> int:
        return sum(note.onset >= start for note in part.notes)

    parts = [part for part in parts_of(document) if (part.track, part.channel) in players]
    ranked = sorted(parts, key=busy, reverse=True)
    places = {}
    for hand in Hand:
        own = [part for part in ranked if players[part.track, part.channel] is hand]
        either = [part for part in ranked if players[part.track, part.channel] is None]
        part = (own or either or ranked)[0]
        places[hand] = Place(part.track, part.channel)
    return places


def is_free(document: Document, parts: Collection[Part]) -> bool:
    """Whether notes were played without regard to the bar lines of their file, as by a pianist who
    was recorded without a click: their onsets lie anywhere between its sixteenths, and its
    triplets."""
    onsets = [note.onset for part in parts for note in part.notes]
    return len(onsets) >= _FEWEST_ONSETS and all(
        _concentration(onsets, float(document.quarter) / per_quarter) < _LEAST_CONCENTRATION
        for per_quarter in (4, 6)
    )


def _concentration(onsets: Collection[int], step: float) -> float:
    """The length 0..1 of the mean of onsets as directions on a circle of a grid step: 1 where all
    lie on the grid, or equally late; 0 where they lie anywhere (Rayleigh)."""
    turns = [tau * onset / step for onset in onsets]
    return hypot(fmean(map(cos, turns)), fmean(map(sin, turns)))


def _window(bars: BarMap, onset: int) -> tuple[int, int]:
    """Index of the first and the last of the bars that are read: up to that of the last note, whole
    and in the metre of the end.

    Raises:
        MidiError: the piano is silent since the metre changed.
    """
    last = bars.index_at(onset)
    length = bars.bars[-1].end - bars.bars[-1].start
    first = last + 1
    while (
        first > max(0, last + 1 - MOST_TAIL_BARS)
        and bars.bars[first - 1].metre == bars.metre
        and bars.bars[first - 1].end - bars.bars[first - 1].start >= length - 1
    ):
        first -= 1
    if first > last:
        raise MidiError(
            f"the piano is silent in the last bars, which are in {bars.metre}: name the tracks to "
            "go on from with --track"
        )
    return first, last


def _reread(score: Score, reading: Reading, bars: int) -> Score:
    """A score in the composer's metre."""
    stretch, count = reading.stretch, bars * reading.bars
    end = count * reading.metre.bar_ticks

    def moved(tick: int) -> int:
        return round(tick * stretch)

    notes = (
        Note(moved(n.onset), moved(n.end) - moved(n.onset), n.pitch, n.velocity, n.hand)
        for n in score.notes
    )
    chords = (
        replace(chord, onset=moved(chord.onset), duration=moved(chord.duration))
        for chord in score.chords
    )
    return replace(
        score,
        notes=tuple(
            replace(note, duration=min(note.duration, end - note.onset))
            for note in notes
            if note.onset < end and note.duration > 0
        ),
        time_signature=reading.metre,
        bars=count,
        tempos=tuple(
            TempoMark(moved(mark.onset), mark.bpm * float(stretch))
            for mark in score.tempos
            if moved(mark.onset) < end
        ),
        chords=tuple(chord for chord in chords if chord.onset < end),
        sections=(),
        pedals=tuple(
            Pedal(moved(pedal.onset), min(moved(pedal.release), end))
            for pedal in score.pedals
            if moved(pedal.onset) < end
        ),
    )


def _local_key(document: Document, score: Score, end: int) -> Key:
    """The key of the last bars, under the signature there."""
    start = (score.bars - 2 * LOCAL_BARS) * score.time_signature.bar_ticks
    local = [note for note in score.notes if note.onset >= start]
    stated = [key for tick, key in key_changes(document) if tick < end]
    return settled_key(stated[-1] if stated else None, local)


def _pedal_places(document: Document, players: Hands, bars: BarMap) -> Collection[Place]:
    """Where the pedal is used in the last bars, on the channels of the piano."""
    start = bars.bars[max(len(bars.bars) - LOCAL_BARS, 0)].start
    channels = {channel for _, channel in players}
    return {
        Place(index, event.channel)
        for index, track in enumerate(document.tracks)
        for event in track.events
        if start <= event.tick
        and event.channel in channels
        and event.data[0] & 0xF0 == _CONTROL
        and event.data[1] == SUSTAIN
        and event.data[2] > 0
    }


def _steady_tempo(document: Document, bars: BarMap) -> int | None:
    """The tempo of the last bars where the piece ends slower, None where it does not."""
    start = bars.bars[max(len(bars.bars) - LOCAL_BARS, 0)].start
    marks = [mark for mark in tempo_map(document) if mark[0] < bars.end]
    lasting: dict[int, int] = {}
    for (tick, tempo), (until, _) in pairwise([*marks, (bars.end, 0)]):
        lasting[tempo] = lasting.get(tempo, 0) + max(0, until - max(tick, start))
    heard, usual = 0, marks[-1][1]
    for tempo in sorted(lasting):
        heard += lasting[tempo]
        if 2 * heard >= bars.end - start:
            usual = tempo
            break
    return usual if usual < _SLOWED * marks[-1][1] else None
