"""How a tune stands on its chords."""

from __future__ import annotations

from statistics import fmean

from training.evaluate.tune.piece import Sound, TunePiece

_STEP = 2


def stray(piece: TunePiece) -> float | None:
    """Notes of the tune outside the chord, entered and left by more than two semitones, in a
    hundred bars."""
    if not piece.chords:
        return None
    count = sum(
        abs(b.pitch - a.pitch) > _STEP and abs(c.pitch - b.pitch) > _STEP and _outside(piece, b)
        for a, b, c in zip(piece.tune, piece.tune[1:], piece.tune[2:], strict=False)
    )
    return 100 * count / piece.bars


def outside_on_beats(piece: TunePiece) -> float | None:
    """Share 0..1 of the tune's notes on beats that are no chord tone."""
    found = [_outside(piece, note) for note in piece.tune if _on_beat(piece, note)]
    return fmean(found) if piece.chords and found else None


def resolved(piece: TunePiece) -> float | None:
    """Share 0..1 of those that the tune leaves by one or two semitones."""
    left = [
        1 <= abs(b.pitch - a.pitch) <= _STEP
        for a, b in zip(piece.tune, piece.tune[1:], strict=False)
        if _on_beat(piece, a) and _outside(piece, a)
    ]
    return fmean(left) if left else None


def time_inside(piece: TunePiece) -> float | None:
    """Share 0..1 of the right hand's time that lies inside the chord: each note from its onset
    until it ends or the chord changes."""
    inside = whole = 0
    changes = [chord.onset for chord in piece.chords[1:]]
    for note in piece.right:
        chord = piece.chord_at(note.onset)
        if chord is None:
            continue
        until = next((change for change in changes if change > note.onset), note.end)
        length = min(note.end, until) - note.onset
        whole += length
        inside += length * (note.pitch % 12 in chord.tones)
    return inside / whole if whole else None


def chord_changes(piece: TunePiece) -> float | None:
    """Chord changes a bar."""
    return (len(piece.chords) - 1) / piece.bars if piece.chords else None


def _on_beat(piece: TunePiece, note: Sound) -> bool:
    return note.onset % piece.metre.beat_steps == 0


def _outside(piece: TunePiece, note: Sound) -> bool:
    chord = piece.chord_at(note.onset)
    return chord is not None and note.pitch % 12 not in chord.tones
