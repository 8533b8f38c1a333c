"""New bars in the midst of a MIDI file: what follows moves, and the new bars lead into it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, TypedDict, Unpack

from melodymuse.errors import ControlError, MidiError
from melodymuse.midi.document import Document
from melodymuse.midi.events import Event
from melodymuse.midi.gap import with_gap
from melodymuse.midi.layout import encode_text
from melodymuse.midi.plan_event import plan_in, with_plan
from melodymuse.midi.rewriting import with_events, with_track
from melodymuse.midi.stretch import places_of, players_of, reading_of
from melodymuse.midi.view import bars_of, key_changes
from melodymuse.music.grid import METRES
from melodymuse.music.keyfinding import settled_key
from melodymuse.music.score import Score
from melodymuse.music.theory import Key
from melodymuse.planning.controls import DEFAULT_TEMPERATURE
from melodymuse.planning.places import read_places, spell_places, with_room
from melodymuse.rerolling import check, filled, places_in, window_around
from melodymuse.version import __version__
from melodymuse.writing.original import no_nearer_than
from melodymuse.writing.rewriting import insert_bars

if TYPE_CHECKING:
    from melodymuse.writing.network import NoteNetwork
    from melodymuse.writing.originality import TrainingMelodies

MOST_BARS = 64
_METRE, _TEXT, _MARKER = b"\xff\x58", b"\xff\x01", b"\xff\x06"
_CLOCKS, _THIRTY_SECONDS = 24, 8


class InsertionWishes(TypedDict, total=False):
    """What may be said of new bars, and of their file.

    `temperature`: from tame to wild, 1 as learned, 0.1..2.  `key`: of the bars; else the one that
    is heard around them.  `tracks`, `hands`, `pickup`, `max_copy`: as in
    `extending.ExtensionWishes`.
    """

    temperature: float
    key: Key | None
    tracks: Collection[int]
    hands: tuple[int, int] | None
    pickup: Fraction | None
    max_copy: int | None


@dataclass(frozen=True, slots=True)
class Insertion:
    """A MIDI file with new bars in its midst.

    Attributes:
        document: the file.
        first, last: the numbers that the new bars have.
        key: in which they were written.
        added: how many notes they have.
        heard: the bars around them, and they among them.
        seed: that they were composed from.
    """

    document: Document
    first: int
    last: int
    key: Key
    added: int
    heard: Score
    seed: int


def insert(
    document: Document,
    after: int,
    bars: int,
    *,
    seed: int,
    network: NoteNetwork | None = None,
    melodies: TrainingMelodies | None = None,
    **wishes: Unpack[InsertionWishes],
) -> Insertion:
    """A document with new bars behind one of its bars; they lead into what follows.

    The new bars are in the metre and the tempo of the bar before them.  Everything behind them
    moves, on every track; the other instruments are silent in them.

    Args:
        document: the file.
        after: number of the bar behind which they come, not the last one.
        bars: how many, 1..64.
        seed: the only source of randomness.
        network: the note generator; None loads the shipped one.
        melodies: those of the training music; None loads them where `max_copy` needs them.
        **wishes: as `InsertionWishes` has them.

    Raises:
        MidiError: no such bar, no piano, or a metre in which no bars can be written.
        ControlError: an impossible number of bars, seed or temperature.
    """
    temperature = wishes.get("temperature", DEFAULT_TEMPERATURE)
    check(seed, temperature)
    if not 1 <= bars <= MOST_BARS:
        raise ControlError(f"bars to insert must lie between 1 and {MOST_BARS}, not {bars}")
    players, _ = players_of(document, wishes.get("tracks", ()), wishes.get("hands"))
    pickup = wishes.get("pickup")
    whole = bars_of(document, pickup)
    if after == whole.count:
        raise MidiError(f"bar {after} is the last one: add bars with 'melodymuse continue'")
    tick = whole.span(after, after)[1]
    index = whole.index_at(tick - 1)
    metre = whole.bars[index].metre
    reading = reading_of(metre)
    bar = round(document.quarter * 4 * metre.numerator / metre.denominator)
    places = places_of(document, players, whole.bars[index].start)
    opened = with_gap(document, tick, bars * bar)
    said = [
        Event(tick, _MARKER + encode_text("inserted")),
        Event(tick, _TEXT + encode_text(f"inserted by MelodyMuse {__version__}; seed {seed}")),
    ]
    if whole.bars[index].end - whole.bars[index].start < bar:
        # A bar that was cut short is followed by whole ones.
        power = metre.denominator.bit_length() - 1
        numbers = bytes([metre.numerator, power, _CLOCKS, _THIRTY_SECONDS])
        said.insert(0, Event(tick, _METRE + numbers))
    opened = with_track(opened, 0, with_events(opened.tracks[0], said))
    laid = bars_of(opened, pickup)
    if planned := read_places(plan_in(document), METRES[str(reading.metre)]):
        opened = with_plan(opened, spell_places(with_room(planned, after, bars)))
    window, inside = window_around(
        opened, players, laid, laid.index_at(tick), laid.index_at(tick) + bars - 1
    )
    stated = [key for at, key in key_changes(document) if at < tick]
    key = wishes.get("key") or settled_key(stated[-1] if stated else None, window.score.notes)
    score = replace(window.score, key=key)
    new = insert_bars(
        score,
        inside,
        seed=seed,
        temperature=temperature,
        places=() if wishes.get("key") else places_in(opened, score, window.start),
        allowed=no_nearer_than(wishes.get("max_copy"), melodies, score, inside),
        network=network,
    )
    found, added = filled(opened, places, new, window)
    heard = replace(score, notes=tuple(sorted([*score.notes, *new])))
    return Insertion(found, after + 1, after + bars, key, added, heard, seed)
