"""Single notes of a MIDI file taken out and put in, everything else left as it is; and the score of
a piece whose file was changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from functools import partial
from itertools import groupby

from melodymuse.errors import ControlError
from melodymuse.midi.document import Document
from melodymuse.midi.file import RawNote
from melodymuse.midi.reader import score_of
from melodymuse.midi.rewriting import between_others, change_notes, with_notes, with_track
from melodymuse.midi.stretch import places_of, players_of
from melodymuse.midi.view import bars_of
from melodymuse.music.chord_hearing import heard_chords
from melodymuse.music.grid import METRES
from melodymuse.music.score import TICKS_PER_QUARTER, ChordSymbol, Hand, Note, Score
from melodymuse.writing.continuing import grid_bars
from melodymuse.writing.setting import place_chords

# What a piano has.
LOWEST, HIGHEST = 21, 108


def retouch(document: Document, removed: Collection[Note], added: Collection[Note]) -> Document:
    """A document without some notes of its piano, and with others.  A note that is moved, stretched
    or struck otherwise is removed as it was and added as it shall be.

    Args:
        document: the file.
        removed: by onset, pitch and hand, in ticks of 1/480 quarter note, as `score_of` reads them.
        added: notes within the piece and on the piano; a key that is held already is struck when it
            is let go.

    Raises:
        MidiError: no piano plays in the file.
        ControlError: a note to remove that is not there, or one to add outside piece or piano.
    """
    players, _ = players_of(document)
    scale = document.quarter / TICKS_PER_QUARTER
    last = bars_of(document).end
    for note in added:
        if not LOWEST <= note.pitch <= HIGHEST:
            raise ControlError(f"a piano has the pitches {LOWEST} to {HIGHEST}, not {note.pitch}")
        if round(note.onset * scale) >= last:
            raise ControlError(f"tick {note.onset} lies beyond the last bar: add bars first")
    told = {(n.onset, n.pitch): n.hand for n in score_of(document, hands=players).notes}
    wanted = Counter((note.onset, note.pitch, note.hand) for note in removed)

    def kept(note: RawNote, track: int) -> RawNote | None:
        place = track, note.channel
        onset = round(note.onset / scale)
        if place in players:
            hand = players[place] or told.get((onset, note.pitch), Hand.RIGHT)
            if wanted[onset, note.pitch, hand]:
                wanted[onset, note.pitch, hand] -= 1
                return None
        return note

    document = document.with_tracks(
        tuple(
            change_notes(track, partial(kept, track=index))
            for index, track in enumerate(document.tracks)
        )
    )
    missing = next(iter(+wanted), None)
    if missing is not None:
        onset, pitch, hand = missing
        raise ControlError(f"the {hand} hand has no note of pitch {pitch} at tick {onset}")
    places = places_of(document, players, 0) if added else {}
    for hand, place in places.items():
        ours = sorted(note for note in added if note.hand is hand)
        raw = [
            RawNote(
                round(n.onset * scale),
                min(max(round(n.end * scale), round(n.onset * scale) + 1), last),
                n.pitch,
                n.velocity,
                place.channel,
            )
            for n in ours
        ]
        track_now = document.tracks[place.track]
        document = with_track(
            document, place.track, with_notes(track_now, between_others(track_now, raw))
        )
    return document


def changed_score(document: Document, before: Score | None = None, anew: range = range(0)) -> Score:
    """The score of a document with chord symbols, which a file need not have.

    Args:
        document: the file.
        before: the piece before the file was changed, whose chords stand; None where it is new to
            us, and all its chords are heard.
        anew: indices of the bars whose harmony is new, and is heard in their notes.
    """
    score = score_of(document)
    if score.chords:
        return score
    if before is None:
        return replace(score, chords=_heard(score, range(score.bars)))
    given = [chord for chord in before.chords if chord.onset < score.end]
    if anew:
        bar = score.time_signature.bar_ticks
        first, stop = anew.start * bar, anew.stop * bar
        # What began within the bars, or before them, and sounds on behind them.
        on = [replace(c, onset=stop) for c in given if c.onset < stop < c.onset + c.duration]
        given = [
            *(chord for chord in given if chord.onset < first),
            *_heard(score, anew),
            *(on if stop < score.end else ()),
            *(chord for chord in given if chord.onset >= stop),
        ]
    played = {(note.onset, note.pitch) for note in score.notes if note.hand is Hand.RIGHT}
    return replace(
        score,
        key=before.key,
        chords=_following(given, score.end),
        loops=before.loops,
        tune=before.tune & played,
    )


def _heard(score: Score, bars: range) -> tuple[ChordSymbol, ...]:
    metre = METRES.get(str(score.time_signature))
    if metre is None or not bars:
        return ()
    heard = [
        heard_chords(notes, metre) if index in bars else ()
        for index, (notes, _) in enumerate(grid_bars(score))
    ]
    return place_chords(heard, metre.bar_steps, score.key.shift_from_c, score.end)


def _following(chords: Collection[ChordSymbol], end: int) -> tuple[ChordSymbol, ...]:
    """Chords that each last until the next, those that come again joined."""
    runs = [next(run) for _, run in groupby(chords, key=lambda c: (c.root, c.quality))]
    ends = [*(chord.onset for chord in runs[1:]), end]
    return tuple(replace(c, duration=until - c.onset) for c, until in zip(runs, ends, strict=True))
