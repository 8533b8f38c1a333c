"""The tune in a MIDI file: which part sings it, and its bars as the composer reads them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from melodymuse.errors import MidiError
from melodymuse.midi.bars import BarMap
from melodymuse.midi.document import Document
from melodymuse.midi.file import RawNote, as_mido
from melodymuse.midi.reader import Hands, chord_track_of
from melodymuse.midi.stretch import players_of
from melodymuse.midi.view import DRUM_CHANNEL, Part, bars_of, key_changes, parts_of
from melodymuse.midi.window import Window, alike
from melodymuse.music.keyfinding import settled_key
from melodymuse.music.score import TICKS_PER_QUARTER, Hand, Note, Pedal, Score
from melodymuse.music.theory import Key

# What programs and people call the part that sings.
_SINGS = re.compile(
    r"melod|vocal|voice|voix|stimme|gesang|\bsing|\bsolo|\btune\b|\btheme\b|\blead\b|canto|chant"
    r"|旋律|メロディ|主旋律|歌",
    re.IGNORECASE,
)
# A part that strikes more of its notes together than this is no tune.
_MOST_TOGETHER = 0.35


@dataclass(frozen=True, slots=True)
class Theme:
    """A tune in a file.

    Attributes:
        window: its whole bars; all its notes are the right hand's, in the key that is heard.
        bars: of the file.
        upbeat: what is sung before the first whole bar, at ticks of the score from the bar line
            that the upbeat's own bar would begin with; empty without.
        parts: (track, channel) of what sings it.
    """

    window: Window
    bars: BarMap
    upbeat: tuple[Note, ...]
    parts: Collection[tuple[int, int]]

    @property
    def score(self) -> Score:
        """Its whole bars."""
        return self.window.score

    @property
    def with_upbeat(self) -> Score:
        """Its bars, one more before them where it begins with an upbeat."""
        if not self.upbeat:
            return self.score
        return after_upbeat(self.score, self.upbeat)


def after_upbeat(score: Score, upbeat: Sequence[Note]) -> Score:
    """A score one bar later, that bar an upbeat alone."""
    bar = score.time_signature.bar_ticks
    first, *marks = score.tempos
    later = [replace(note, onset=note.onset + bar) for note in score.notes]
    return replace(
        score,
        notes=tuple(sorted([*upbeat, *later])),
        bars=score.bars + 1,
        # Its plan counts bars from the first one.
        provenance=score.provenance and replace(score.provenance, bars=""),
        tempos=(first, *(replace(mark, onset=mark.onset + bar) for mark in marks)),
        chords=tuple(replace(chord, onset=chord.onset + bar) for chord in score.chords),
        sections=tuple(replace(part, onset=part.onset + bar) for part in score.sections),
        pedals=tuple(Pedal(p.onset + bar, p.release + bar) for p in score.pedals),
        tune=frozenset(
            [(onset + bar, pitch) for onset, pitch in score.tune]
            + [(note.onset, note.pitch) for note in upbeat]
        ),
    )


def tune_in(
    document: Document,
    tracks: Collection[int] = (),
    *,
    pickup: Fraction | None = None,
    key: Key | None = None,
) -> Theme:
    """The tune of a file: in the tracks named; else what alone plays, or is named as what sings.

    Args:
        document: the file.
        tracks: those that sing.
        pickup: length of an upbeat in quarter notes, where the metres do not tell.
        key: of the tune, None for the one that is heard.

    Raises:
        MidiError: no note, several parts of which none is named as the tune, one that plays chords,
            a metre that changes or in which nothing can be written.
    """
    parts = _singing(document, tracks)
    together = _together([note for part in parts for note in part.notes])
    if together > _MOST_TOGETHER:
        raise MidiError(
            f"track {parts[0].track} plays several notes at once: name the track of the tune with "
            "--track"
        )
    return _theme(document, {(p.track, p.channel): Hand.RIGHT for p in parts}, pickup, key)


def theme_in(
    document: Document,
    tracks: Collection[int] = (),
    hands: tuple[int, int] | None = None,
    *,
    pickup: Fraction | None = None,
    key: Key | None = None,
) -> Theme:
    """The theme of a file: its tune where `tune_in` finds one, else all that its piano plays, hand
    by hand; arguments and errors as there and in `stretch.players_of`."""
    if hands is None:
        try:
            return tune_in(document, tracks, pickup=pickup, key=key)
        except MidiError:
            pass
    players, _ = players_of(document, tracks, hands)
    return _theme(document, players, pickup, key)


def _singing(document: Document, tracks: Collection[int]) -> Sequence[Part]:
    harmonies = chord_track_of(as_mido(document))
    parts = [
        part
        for part in parts_of(document)
        if part.channel != DRUM_CHANNEL and part.track != harmonies
    ]
    if not parts:
        raise MidiError("there is no tune in the file: nothing in it has a pitch")
    if tracks:
        for track in tracks:
            if not any(part.track == track for part in parts):
                known = ", ".join(str(n) for n in sorted({part.track for part in parts}))
                raise MidiError(
                    f"there are no notes in track {track}: those with notes are {known}"
                )
        return [part for part in parts if part.track in tracks]
    if len(parts) == 1:
        return parts
    named = [part for part in parts if _SINGS.search(part.name)]
    if len({part.track for part in named}) != 1:
        known = ", ".join(f"{part.track} {part.name}".strip() for part in parts)
        raise MidiError(f"several parts could be the tune: name its track with --track ({known})")
    return named


def _together(notes: Sequence[RawNote]) -> float:
    """Share of neighbours that begin together."""
    onsets = sorted(note.onset for note in notes)
    return sum(a == b for a, b in pairwise(onsets)) / max(len(onsets), 1)


def _theme(document: Document, players: Hands, pickup: Fraction | None, key: Key | None) -> Theme:
    bars = bars_of(document, pickup)
    notes = [
        note
        for part in parts_of(document)
        if (part.track, part.channel) in players
        for note in part.notes
    ]
    if not notes:
        raise MidiError("there is no note in the file")
    first, last = (bars.index_at(f(n.onset for n in notes)) for f in (min, max))
    upbeat = bars.bars[0] if bars.pickup and first == 0 and len(bars.bars) > 1 else None
    first = max(first, int(upbeat is not None))
    if last < first:
        raise MidiError("the tune is an upbeat and nothing more: give its bars, too")
    for index in range(first, last + 1):
        if not alike(bars, first, index):
            raise MidiError(
                f"the metre changes in bar {index + 1 - bars.pickup}: cut out bars of one metre "
                "with 'melodymuse edit --trim'"
            )
    window = Window.of(document, players, bars, first, last)
    stated = [k for tick, k in key_changes(document) if tick < bars.bars[last].end]
    # Of a piece of ours the signature is meant; who else writes one may not have been told the key.
    ours = stated[0] if stated and window.score.provenance is not None else None
    heard = key or ours or settled_key(stated[0] if stated else None, window.score.notes)
    window = replace(window, score=replace(window.score, key=heard))
    return Theme(window, bars, _upbeat(window, notes), tuple(players))


def _upbeat(window: Window, notes: Sequence[RawNote]) -> tuple[Note, ...]:
    """Notes before the first whole bar, in ticks of the score from one bar before it."""
    bar = window.score.time_signature.bar_ticks
    found = []
    for note in notes:
        if note.onset < window.start:
            onset = bar + window.place(note.onset)
            end = bar + window.place(note.end or note.onset)
            if onset >= 0:
                length = max(min(end, bar) - onset, TICKS_PER_QUARTER // 12)
                found.append(Note(onset, length, note.pitch, note.velocity, Hand.RIGHT))
    return tuple(sorted(found))
