"""The end of a MIDI file, from which it goes on: its last bars as a score, and its tempo there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from melodymuse.errors import MidiError
from melodymuse.midi.bars import BarMap
from melodymuse.midi.document import Document
from melodymuse.midi.free_playing import is_free
from melodymuse.midi.layout import SUSTAIN
from melodymuse.midi.reader import Hands
from melodymuse.midi.stretch import Place, Reading, places_of, players_of, read_stretch, reading_of
from melodymuse.midi.tempos import tempo_map
from melodymuse.midi.view import bars_of, key_changes, parts_of
from melodymuse.music.keyfinding import settled_key
from melodymuse.music.score import Hand, Score
from melodymuse.music.theory import Key

# What the composer reads of a piece: further back than themes return from.
MOST_TAIL_BARS = 64
# Where the music has arrived: its key, its loudness, its pedal.
LOCAL_BARS = 8
# A tempo under this share of the usual one is a ritardando that ends with the piece.
_SLOWED = 0.95
_CONTROL = 0xB0


@dataclass(frozen=True, slots=True)
class Tail:
    """The end of a file.

    Attributes:
        score: its last bars as the composer reads them, in the key where the music has arrived.
        start: the tick of the file at which they begin.
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
    start: int
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
    players, harmonies = players_of(document, tracks, hands)
    parts = [part for part in parts_of(document) if (part.track, part.channel) in players]
    bars = bars_of(document, pickup)
    reading = reading_of(bars.metre)
    first, last = _window(bars, max(note.onset for part in parts for note in part.notes))
    start, end = bars.bars[first].start, bars.bars[last].end
    score = read_stretch(document, players, bars, first, last)
    score = replace(score, key=key or _local_key(document, score, end))
    return Tail(
        score,
        start,
        reading,
        bars,
        players,
        places_of(document, players, start),
        _pedal_places(document, players, bars),
        harmonies,
        _steady_tempo(document, bars),
        is_free(document, parts),
    )


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
