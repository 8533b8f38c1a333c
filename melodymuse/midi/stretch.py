"""Bars of a MIDI file as the composer reads them, and the places of its hands.

The composer knows four metres; others that beat like one of them are read as that one, in other
note values, and written back under the file's own metre.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from melodymuse.errors import MidiError
from melodymuse.midi.bars import BarMap
from melodymuse.midi.cutting import cut
from melodymuse.midi.document import Document
from melodymuse.midi.file import as_mido
from melodymuse.midi.reader import Hands, chord_track_of, hands_of, score_of
from melodymuse.midi.view import Part, bars_of, parts_of
from melodymuse.music.score import Hand, Note, Pedal, Score, TempoMark, TimeSignature


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


def read_steadily(document: Document) -> Score:
    """A file as the composer reads it: whole where it is in one of the composer's metres
    throughout, else the longest stretch of bars in one metre.

    Raises:
        MidiError: no piano plays in it, or its metre is one in which nothing can be written.
    """
    players, _ = players_of(document)
    bars = bars_of(document)
    metres = [bar.metre for bar in bars.bars]
    if len(set(metres)) == 1 and reading_of(metres[0]) == Reading(metres[0]) and not bars.pickup:
        return score_of(document)
    first = last = int(bars.pickup)
    start = first
    for index in range(start, len(metres)):
        if metres[index] != metres[start]:
            start = index
        if index - start > last - first:
            first, last = start, index
    return read_stretch(document, players, bars, first, last)


def _reread(score: Score, reading: Reading, bars: int) -> Score:
    """A score in the composer's metre."""
    stretch, count = reading.stretch, bars * reading.bars
    end = count * reading.metre.bar_ticks

    def moved(tick: int) -> int:
        return round(tick * stretch)

    notes = (
        Note(moved(n.onset), max(moved(n.duration), 1), n.pitch, n.velocity, n.hand)
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
            if note.onset < end
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
