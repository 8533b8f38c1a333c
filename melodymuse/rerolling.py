"""Writing some bars of a MIDI file anew, everything else in it left as it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, TypedDict, Unpack

from melodymuse.errors import ControlError
from melodymuse.midi.bars import BarMap
from melodymuse.midi.document import Document
from melodymuse.midi.file import RawNote
from melodymuse.midi.reader import Hands
from melodymuse.midi.rewriting import between_others, change_notes, with_notes, with_track
from melodymuse.midi.stretch import (
    Place,
    Reading,
    places_of,
    players_of,
    read_stretch,
    reading_of,
)
from melodymuse.midi.view import bars_of, key_changes
from melodymuse.music.grid import TICKS_PER_GRID
from melodymuse.music.keyfinding import settled_key
from melodymuse.music.score import TICKS_PER_QUARTER, Hand, Note, Score
from melodymuse.music.theory import Key
from melodymuse.planning.controls import DEFAULT_TEMPERATURE, LIMITS
from melodymuse.writing.rewriting import rewrite_bars

if TYPE_CHECKING:
    from melodymuse.writing.network import NoteNetwork

# What of a bar may stay while the rest is written anew.
KEEPS = ("melody", "chords")
# How far around the bars the composer reads.
_BARS_BEFORE, _BARS_AFTER = 32, 4


class RerollWishes(TypedDict, total=False):
    """What may be said of bars that are written anew, and of their file.

    `temperature`: from tame to wild, 1 as learned, 0.1..2.  `hand`: the only one to write; the
    other one stays, and the chords with it.  `keep`: one of `KEEPS`.  `key`: of the bars; else the
    one that is heard around them.  `tracks`, `hands`, `pickup`: as in `extending.ExtensionWishes`.
    """

    temperature: float
    hand: Hand | None
    keep: str | None
    key: Key | None
    tracks: Collection[int]
    hands: tuple[int, int] | None
    pickup: Fraction | None


@dataclass(frozen=True, slots=True)
class Reroll:
    """A MIDI file of which bars were written anew.

    Attributes:
        document: the file.
        key: in which they were written.
        removed, added: how many notes went and came.
        seed: that they were composed from.
    """

    document: Document
    key: Key
    removed: int
    added: int
    seed: int


@dataclass(frozen=True, slots=True)
class _Window:
    """The bars around those to be written, as the composer reads them."""

    score: Score
    reading: Reading
    start: int
    quarter: Fraction

    def tick(self, tick: int) -> int:
        """The tick of the file at a tick of the score."""
        scale = self.quarter / TICKS_PER_QUARTER / self.reading.stretch
        return self.start + round(tick * scale)

    def place(self, tick: int) -> int:
        """The tick of the score at a tick of the file."""
        quarters = (tick - self.start) / self.quarter
        return round(round(quarters * TICKS_PER_QUARTER) * self.reading.stretch)


def reroll(
    document: Document,
    first: int,
    last: int,
    *,
    seed: int,
    network: NoteNetwork | None = None,
    **wishes: Unpack[RerollWishes],
) -> Reroll:
    """A document with some bars of its piano written anew, so that they lead into what follows.

    Args:
        document: the file.
        first, last: numbers of the bars, both included.
        seed: the only source of randomness.
        network: the note generator; None loads the shipped one.
        **wishes: as `RerollWishes` has them.

    Raises:
        MidiError: bars that are not there, no piano, or a metre in which none can be written.
        ControlError: an impossible seed or temperature, an unknown `keep`, or one that leaves
            nothing to write.
    """
    hand, keep = wishes.get("hand"), wishes.get("keep")
    temperature = wishes.get("temperature", DEFAULT_TEMPERATURE)
    _check(seed, temperature, hand, keep)
    players, _ = players_of(document, wishes.get("tracks", ()), wishes.get("hands"))
    bars = bars_of(document, wishes.get("pickup"))
    begin, end = bars.span(first, last)
    window, inside = _window(document, players, bars, bars.index_at(begin), bars.index_at(end - 1))
    stated = [key for tick, key in key_changes(document) if tick < end]
    key = wishes.get("key") or settled_key(stated[-1] if stated else None, window.score.notes)
    score = replace(window.score, key=key)
    new = rewrite_bars(
        score,
        inside,
        seed=seed,
        temperature=temperature,
        keeps_chords=hand is not None or keep == "chords",
        keeps_melody=keep == "melody",
        network=network,
    )
    span = tuple(bar * score.time_signature.bar_ticks for bar in (inside.start, inside.stop))
    old = [note for note in score.notes if span[0] <= note.onset < span[1]]
    melody = _top(old) if keep == "melody" else {}
    told = {(note.onset, note.pitch): note.hand for note in old}

    def goes(note: RawNote, known: Hand | None) -> bool:
        place = window.place(note.onset), note.pitch
        plays = known or told.get(place, Hand.RIGHT)
        return begin <= note.onset < end and hand in (None, plays) and place not in melody

    places = places_of(document, players, begin)
    cleared, removed = _cleared(document, players, goes)
    wanted = [n for n in new if hand in (None, n.hand) and not _stands(n, melody)]
    filled, added = _filled(cleared, places, wanted, window)
    return Reroll(filled, key, removed, added, seed)


def _cleared(
    document: Document, players: Hands, goes: Callable[[RawNote, Hand | None], bool]
) -> tuple[Document, int]:
    """A document without some of the piano's notes, and how many those were."""
    removed = 0

    def kept(index: int, note: RawNote) -> RawNote | None:
        nonlocal removed
        place = index, note.channel
        if place in players and goes(note, players[place]):
            removed += 1
            return None
        return note

    tracks = tuple(
        change_notes(track, partial(kept, index)) for index, track in enumerate(document.tracks)
    )
    return document.with_tracks(tracks), removed


def _filled(
    document: Document, places: Mapping[Hand, Place], notes: Iterable[Note], window: _Window
) -> tuple[Document, int]:
    """A document with notes in the hands' places, and how many those are."""
    added = 0
    new = list(notes)
    for hand, place in places.items():
        raw = [
            RawNote(window.tick(n.onset), window.tick(n.end), n.pitch, n.velocity, place.channel)
            for n in new
            if n.hand is hand
        ]
        fitting = between_others(document.tracks[place.track], raw)
        added += len(fitting)
        track = with_notes(document.tracks[place.track], fitting)
        document = with_track(document, place.track, track)
    return document, added


def _check(seed: int, temperature: float, hand: Hand | None, keep: str | None) -> None:
    for name, value in (("seed", seed), ("temperature", temperature)):
        low, high = LIMITS[name]
        if not low <= value <= high:
            raise ControlError(f"{name} must lie between {low} and {high}, not {value}")
    if keep is not None and keep not in KEEPS:
        raise ControlError(f"unknown keep '{keep}': use {' or '.join(KEEPS)}")
    if keep == "melody" and hand is Hand.RIGHT:
        raise ControlError("the melody kept leaves nothing to write in the right hand: use 'left'")


def _window(
    document: Document, players: Hands, bars: BarMap, first: int, last: int
) -> tuple[_Window, range]:
    """The bars of one metre around some, and which of them those are."""
    reading = reading_of(bars.bars[first].metre)
    length = bars.bars[first].end - bars.bars[first].start

    def alike(index: int) -> bool:
        bar = bars.bars[index]
        return bar.metre == bars.bars[first].metre and abs(bar.end - bar.start - length) <= 1

    if not all(map(alike, range(first, last + 1))):
        raise ControlError("the metre changes within the bars: write those before and after apart")
    start = first
    while start > max(0, first - _BARS_BEFORE) and alike(start - 1):
        start -= 1
    stop = last
    while stop + 1 < min(len(bars.bars), last + 1 + _BARS_AFTER) and alike(stop + 1):
        stop += 1
    score = read_stretch(document, players, bars, start, stop)
    window = _Window(score, reading, bars.bars[start].start, document.quarter)
    count = reading.bars
    return window, range((first - start) * count, (last + 1 - start) * count)


def _top(notes: Collection[Note]) -> Mapping[tuple[int, int], Note]:
    """The melody, the highest note of the right hand at each onset, by onset and pitch."""
    top: dict[int, Note] = {}
    for note in notes:
        if note.hand is Hand.RIGHT and (
            note.onset not in top or note.pitch > top[note.onset].pitch
        ):
            top[note.onset] = note
    return {(note.onset, note.pitch): note for note in top.values()}


def _stands(note: Note, melody: Mapping[tuple[int, int], Note]) -> bool:
    """Whether a new note is one of the melody that stayed, or strikes a key that it holds."""
    return any(
        note.pitch == kept.pitch
        and kept.onset - TICKS_PER_GRID < note.end
        and note.onset < max(kept.end, kept.onset + TICKS_PER_GRID)
        for kept in melody.values()
    )
