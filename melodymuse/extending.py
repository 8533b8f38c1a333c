"""Going on from a MIDI file: its end is read, the composer writes more of the same, and the new
notes are put behind those that are there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from statistics import fmean
from typing import TYPE_CHECKING, TypedDict, Unpack

from melodymuse.errors import ControlError
from melodymuse.midi.document import Document
from melodymuse.midi.extension import extended, tick_of
from melodymuse.midi.reader import score_of
from melodymuse.midi.tail import LOCAL_BARS, Tail, tail_of
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.score import TICKS_PER_QUARTER, Hand, Note, Pedal, Score, Section
from melodymuse.music.theory import Key
from melodymuse.planning.controls import DEFAULT_TEMPERATURE, LIMITS
from melodymuse.rerolling import places_in
from melodymuse.writing.continuing import LEAST_BARS, continue_score
from melodymuse.writing.original import no_nearer_than
from melodymuse.writing.pedalling import pedal_strokes

if TYPE_CHECKING:
    from melodymuse.writing.network import NoteNetwork
    from melodymuse.writing.originality import TrainingMelodies

# What a close takes; a piece that shall not close is written this much longer and cut.
_CLOSE_BARS = 2
# By how much the new bars' dynamics may be moved to meet the last bars'.
_FURTHEST_VELOCITY = 40
# How far they meet them where they say something else.
_MEETS_FEELING = 0.3


class ExtensionWishes(TypedDict, total=False):
    """What may be said of new bars, and of the file that they go on from.

    `temperature`: from tame to wild, 1 as learned, 0.1..2.  `feeling`: what they shall say; None
    for more of the same.  `key`: of the new bars; else the one that the last bars are in.
    `closes`: whether they end on their tonic.  `tracks`: those that are the piano.
    `hands`: the tracks of the right and the left hand.  `pickup`: the upbeat in quarter notes.
    `chord_track`: put their chords on a track of their own.  `max_copy`: the most notes in a row
    that their melody may share with the training music.
    """

    temperature: float
    feeling: EmotionProfile | None
    key: Key | None
    closes: bool
    tracks: Collection[int]
    hands: tuple[int, int] | None
    pickup: Fraction | None
    max_copy: int | None
    chord_track: bool


@dataclass(frozen=True, slots=True)
class Extension:
    """A MIDI file that was gone on from.

    Attributes:
        document: the file with its new bars.
        tail: what was read of its end.
        longer: the tail with the new bars, as they were composed.
        seed: that they were composed from.
    """

    document: Document
    tail: Tail
    longer: Score
    seed: int

    @property
    def new_notes(self) -> int:
        """How many notes were added."""
        return sum(note.onset >= self.tail.score.end for note in self.longer.notes)

    @property
    def heard(self) -> Score:
        """The new bars behind the last ones."""
        return self.longer

    @property
    def score(self) -> Score:
        """The piano of the whole file as it is printed and drawn."""
        scale = TICKS_PER_QUARTER / self.document.quarter

        def place(tick: int) -> int:
            return round(tick_of(self.tail, tick) * scale)

        seam = round(self.tail.seam * scale)
        whole = score_of(self.document, hands=self.tail.hands)
        new = (
            replace(c, onset=place(c.onset), duration=place(c.onset + c.duration) - place(c.onset))
            for c in self.longer.chords
            if c.onset >= self.tail.score.end
        )
        given = (chord for chord in whole.chords if chord.onset < seam)
        sections = whole.sections
        if sections[0].onset:
            sections = (Section(0, "opening"), *sections)
        return replace(whole, key=self.longer.key, chords=(*given, *new), sections=sections)


def extend(
    document: Document,
    bars: int,
    *,
    seed: int,
    network: NoteNetwork | None = None,
    melodies: TrainingMelodies | None = None,
    **wishes: Unpack[ExtensionWishes],
) -> Extension:
    """A document with more bars, in the manner of its last ones.

    Args:
        document: the file.
        bars: how many to add, 2..256, in the file's own metre.
        seed: the only source of randomness.
        network: the note generator; None loads the shipped one.
        melodies: those of the training music; None loads them where `max_copy` needs them.
        **wishes: as `ExtensionWishes` has them.

    Raises:
        MidiError: as `tail_of`.
        ControlError: an impossible number of bars, seed or temperature.
    """
    most = LIMITS["bars"][1]
    if not LEAST_BARS <= bars <= most:
        raise ControlError(f"bars to add must lie between {LEAST_BARS} and {most}, not {bars}")
    tail = tail_of(
        document,
        tracks=wishes.get("tracks", ()),
        hands=wishes.get("hands"),
        pickup=wishes.get("pickup"),
        key=wishes.get("key"),
    )
    count = bars * tail.reading.bars
    closing = 0 if wishes.get("closes", True) else _CLOSE_BARS
    if count + closing > most:
        raise ControlError(f"{bars} bars of {tail.bars.metre} are too many to add at once")
    longer = continue_score(
        tail.score,
        count + closing,
        seed=seed,
        temperature=wishes.get("temperature", DEFAULT_TEMPERATURE),
        feeling=wishes.get("feeling"),
        places=places_in(document, tail.score, tail.start),
        allowed=no_nearer_than(
            wishes.get("max_copy"),
            melodies,
            tail.score,
            range(tail.score.bars, tail.score.bars + count + closing),
        ),
        network=network,
    )
    # A feeling turns louder or softer by itself.
    meets = 1.0 if wishes.get("feeling") is None else _MEETS_FEELING
    longer = _carried_on(tail, _shortened(longer, tail.score.bars + count), meets)
    chord_track = wishes.get("chord_track", False)
    return Extension(extended(document, tail, longer, chord_track=chord_track), tail, longer, seed)


def _shortened(score: Score, bars: int) -> Score:
    """The first bars of a score."""
    end = bars * score.time_signature.bar_ticks
    notes = (note for note in score.notes if note.onset < end)
    return replace(
        score,
        notes=tuple(replace(n, duration=min(n.duration, end - n.onset)) for n in notes),
        chords=tuple(chord for chord in score.chords if chord.onset < end),
        bars=bars,
    )


def _carried_on(tail: Tail, longer: Score, meets: float) -> Score:
    """The new bars louder or softer, by a share of what they lack to the last ones hand by hand,
    and pedalled where those are."""
    score = tail.score
    seam, bar = score.end, score.time_signature.bar_ticks
    last = [note for note in score.notes if note.onset >= seam - LOCAL_BARS * bar]
    new = [note for note in longer.notes if note.onset >= seam]
    begun = [note for note in new if note.onset < seam + LOCAL_BARS * bar]
    shifts = {hand: round(meets * _louder(last, begun, hand)) for hand in Hand}
    voiced = tuple(
        replace(note, velocity=min(max(note.velocity + shifts[note.hand], 1), 127)) for note in new
    )
    return replace(
        longer,
        notes=tuple(sorted([*(n for n in longer.notes if n.onset < seam), *voiced])),
        pedals=_pedals(tail, longer, voiced),
    )


def _louder(last: Sequence[Note], new: Sequence[Note], hand: Hand) -> int:
    before = [note.velocity for note in last if note.hand is hand] or [n.velocity for n in last]
    after = [note.velocity for note in new if note.hand is hand]
    if not before or not after:
        return 0
    shift = round(fmean(before) - fmean(after))
    return min(max(shift, -_FURTHEST_VELOCITY), _FURTHEST_VELOCITY)


def _pedals(tail: Tail, longer: Score, notes: Sequence[Note]) -> tuple[Pedal, ...]:
    """The strokes of the new bars."""
    if not tail.pedals:
        return ()
    seam = tail.score.end
    strokes = pedal_strokes(
        [replace(note, onset=note.onset - seam) for note in notes],
        [replace(c, onset=c.onset - seam) for c in longer.chords if c.onset >= seam],
        longer.time_signature.bar_ticks,
        longer.end - seam,
        longer.tempos[-1].bpm,
    )
    return tuple(Pedal(stroke.onset + seam, stroke.release + seam) for stroke in strokes)
