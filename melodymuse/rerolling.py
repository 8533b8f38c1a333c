"""Writing some bars of a MIDI file anew, everything else in it left as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, TypedDict, Unpack

from melodymuse.errors import ControlError
from melodymuse.midi.bars import BarMap
from melodymuse.midi.document import Document
from melodymuse.midi.file import RawNote
from melodymuse.midi.plan_event import plan_in
from melodymuse.midi.reader import Hands
from melodymuse.midi.rewriting import between_others, change_notes, with_notes, with_track
from melodymuse.midi.stretch import Place as Part
from melodymuse.midi.stretch import places_of, players_of
from melodymuse.midi.view import bars_of, key_changes
from melodymuse.midi.window import Window, alike
from melodymuse.music.grid import METRES, TICKS_PER_GRID, GridNote
from melodymuse.music.keyfinding import settled_key
from melodymuse.music.score import Hand, Note, Score
from melodymuse.music.theory import Key
from melodymuse.planning.controls import DEFAULT_TEMPERATURE, LIMITS
from melodymuse.planning.places import Place, part_of, read_places
from melodymuse.writing.keeping import bass_of
from melodymuse.writing.original import no_nearer_than
from melodymuse.writing.rewriting import BASS, CHORDS, KEEPS, MELODY, rewrite_bars

if TYPE_CHECKING:
    from melodymuse.writing.network import NoteNetwork
    from melodymuse.writing.originality import TrainingMelodies

# How far around the bars the composer reads.
_BARS_BEFORE, _BARS_AFTER = 32, 4
# In a file that tells what each bar recalls.
_BARS_BEFORE_KNOWN = 64


class RerollWishes(TypedDict, total=False):
    """What may be said of bars that are written anew, and of their file.

    `temperature`: from tame to wild, 1 as learned, 0.1..2.  `hand`: the only one to write; the
    other one stays, and the chords with it.  `keep`: one or several of
    `rewriting.KEEPS`.  `key`: of the bars; else the one that is heard around them.  `tracks`,
    `hands`, `pickup`, `max_copy`: as in `extending.ExtensionWishes`.
    """

    temperature: float
    hand: Hand | None
    keep: str | Collection[str] | None
    key: Key | None
    tracks: Collection[int]
    hands: tuple[int, int] | None
    pickup: Fraction | None
    max_copy: int | None


@dataclass(frozen=True, slots=True)
class Reroll:
    """A MIDI file of which bars were written anew.

    Attributes:
        document: the file.
        key: in which they were written.
        removed, added: how many notes went and came.
        heard: the bars around them, and they among them.
        seed: that they were composed from.
    """

    document: Document
    key: Key
    removed: int
    added: int
    heard: Score
    seed: int


def reroll(
    document: Document,
    first: int,
    last: int,
    *,
    seed: int,
    network: NoteNetwork | None = None,
    melodies: TrainingMelodies | None = None,
    **wishes: Unpack[RerollWishes],
) -> Reroll:
    """A document with some bars of its piano written anew, so that they lead into what follows.

    Args:
        document: the file.
        first, last: numbers of the bars, both included.
        seed: the only source of randomness.
        network: the note generator; None loads the shipped one.
        melodies: those of the training music; None loads them where `max_copy` needs them.
        **wishes: as `RerollWishes` has them.

    Raises:
        MidiError: bars that are not there, no piano, or a metre in which none can be written.
        ControlError: an impossible seed or temperature, an unknown `keep`, or one that leaves
            nothing to write.
    """
    hand, said = wishes.get("hand"), wishes.get("keep") or ()
    keeps = (said,) if isinstance(said, str) else tuple(said)
    temperature = wishes.get("temperature", DEFAULT_TEMPERATURE)
    check(seed, temperature)
    _check_keeps(hand, keeps)
    players, _ = players_of(document, wishes.get("tracks", ()), wishes.get("hands"))
    bars = bars_of(document, wishes.get("pickup"))
    begin, end = bars.span(first, last)
    window, inside = window_around(
        document, players, bars, bars.index_at(begin), bars.index_at(end - 1)
    )
    stated = [key for tick, key in key_changes(document) if tick < end]
    key = wishes.get("key") or settled_key(stated[-1] if stated else None, window.score.notes)
    score = replace(window.score, key=key)
    new = rewrite_bars(
        score,
        inside,
        seed=seed,
        temperature=temperature,
        keeps=keeps if hand is None else (*keeps, CHORDS),
        # Planned chords are counted from the piece's own tonic.
        places=() if wishes.get("key") else places_in(document, score, window.start),
        allowed=no_nearer_than(wishes.get("max_copy"), melodies, score, inside),
        network=network,
    )
    span = tuple(bar * score.time_signature.bar_ticks for bar in (inside.start, inside.stop))
    old = [note for note in score.notes if span[0] <= note.onset < span[1]]
    stays: dict[tuple[int, int], Note] = {}
    if MELODY in keeps:
        stays |= _top(old)
    if BASS in keeps:
        stays |= _bass(old, score)
    told = {(note.onset, note.pitch): note.hand for note in old}

    def goes(note: RawNote, known: Hand | None) -> bool:
        place = window.place(note.onset), note.pitch
        plays = known or told.get(place, Hand.RIGHT)
        return begin <= note.onset < end and hand in (None, plays) and place not in stays

    places = places_of(document, players, begin)
    cleared, removed = _cleared(document, players, goes)
    wanted = [n for n in new if hand in (None, n.hand) and not _stands(n, stays)]
    found, added = filled(cleared, places, wanted, window)
    gone = {
        n for n in old if hand in (None, n.hand) and (n.onset, n.pitch) not in stays
    }  # fmt: skip
    stand = [note for note in score.notes if note not in gone]
    heard = replace(score, notes=tuple(sorted([*stand, *wanted])))
    return Reroll(found, key, removed, added, heard, seed)


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


def filled(
    document: Document, places: Mapping[Hand, Part], notes: Iterable[Note], window: Window
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


def check(seed: int, temperature: float) -> None:
    """See that these may be asked for.

    Raises:
        ControlError: one lies outside its limits.
    """
    for name, value in (("seed", seed), ("temperature", temperature)):
        low, high = LIMITS[name]
        if not low <= value <= high:
            raise ControlError(f"{name} must lie between {low} and {high}, not {value}")


def _check_keeps(hand: Hand | None, keeps: Collection[str]) -> None:
    for keep in keeps:
        if keep not in KEEPS:
            raise ControlError(f"unknown keep '{keep}': use {', '.join(KEEPS)}")
    if MELODY in keeps and hand is Hand.RIGHT:
        raise ControlError("the melody kept leaves nothing to write in the right hand: use 'left'")


def window_around(
    document: Document, players: Hands, bars: BarMap, first: int, last: int
) -> tuple[Window, range]:
    """The bars of one metre around some, and which of them those are."""
    if not all(alike(bars, first, index) for index in range(first, last + 1)):
        raise ControlError("the metre changes within the bars: write those before and after apart")
    start = first
    before = _BARS_BEFORE_KNOWN if plan_in(document) else _BARS_BEFORE
    while start > max(0, first - before) and alike(bars, first, start - 1):
        start -= 1
    stop = last
    while stop + 1 < min(len(bars.bars), last + 1 + _BARS_AFTER) and alike(bars, first, stop + 1):
        stop += 1
    window = Window.of(document, players, bars, start, stop)
    count = window.reading.bars
    return window, range((first - start) * count, (last + 1 - start) * count)


def places_in(document: Document, score: Score, start: int) -> tuple[Place, ...]:
    """The places in the form of the bars that a score has of a document, in a file of ours; else
    none.

    Args:
        document: the file.
        score: some of its bars.
        start: the tick of the file at which they begin.
    """
    metre = score.time_signature
    bar = document.quarter * 4 * metre.numerator / metre.denominator
    first = start / bar
    if first.denominator != 1:
        return ()
    places = read_places(plan_in(document), METRES[str(metre)])
    return part_of(places, range(int(first), int(first) + score.bars))


def _top(notes: Collection[Note]) -> Mapping[tuple[int, int], Note]:
    """The melody, the highest note of the right hand at each onset, by onset and pitch."""
    top: dict[int, Note] = {}
    for note in notes:
        if note.hand is Hand.RIGHT and (
            note.onset not in top or note.pitch > top[note.onset].pitch
        ):
            top[note.onset] = note
    return {(note.onset, note.pitch): note for note in top.values()}


def _bass(notes: Collection[Note], score: Score) -> Mapping[tuple[int, int], Note]:
    """The bass, as `bass_of` has it, by onset and pitch."""
    metre, bar_ticks = METRES[str(score.time_signature)], score.time_signature.bar_ticks
    by_bar: dict[int, dict[GridNote, Note]] = defaultdict(dict)
    for note in notes:
        bar, onset = divmod(note.onset, bar_ticks)
        last = bar_ticks // TICKS_PER_GRID - 1
        place = min(round(onset / TICKS_PER_GRID), last)
        by_bar[bar][GridNote(place, note.hand, note.pitch, 1, note.velocity)] = note
    found = [bar[low] for bar in by_bar.values() for low in bass_of(list(bar), metre)]
    return {(note.onset, note.pitch): note for note in found}


def _stands(note: Note, stays: Mapping[tuple[int, int], Note]) -> bool:
    """Whether a new note is one of those that stay, or strikes a key that they hold."""
    return any(
        note.pitch == kept.pitch
        and kept.onset - TICKS_PER_GRID < note.end
        and note.onset < max(kept.end, kept.onset + TICKS_PER_GRID)
        for kept in stays.values()
    )
