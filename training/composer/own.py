"""Music of your own: any piano MIDI files in one metre, bar lines where they should be.

The folder wanted holds MIDI files at any depth.  Hands are taken from two tracks, or told apart
where there is one; chords are read off the notes unless the file has a chord track.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from melodymuse.midi.reader import read_midi
from melodymuse.music.grid import METRES, TICKS_PER_GRID, GridChord, GridNote
from melodymuse.music.score import Score
from training.composer.chord_reading import read_chords
from training.composer.printed import midi_files
from training.composer.song import Song, into_bars, nearest_shift


def read_own(folder: Path) -> Iterator[Song]:
    """All pieces in a metre that the network knows, in order of the names of their files."""
    for path in midi_files(folder, "MIDI files of your own"):
        score = read_midi(path)
        if score.notes and str(score.time_signature) in METRES:
            yield as_song(f"own/{path.stem}", score)


def as_song(name: str, score: Score) -> Song:
    """A score as a piece of training music."""
    metre = METRES[str(score.time_signature)]
    shift = nearest_shift(score.key.pitch_class, 0)
    placed = []
    for note in score.notes:
        bar, position = divmod(round(note.onset / TICKS_PER_GRID), metre.bar_steps)
        length = max(1, round(note.duration / TICKS_PER_GRID))
        placed.append((bar, GridNote(position, note.hand, note.pitch, length, note.velocity)))
    bars = max(score.bars, max(bar for bar, _ in placed) + 1)
    return Song(
        name=name,
        style=None,
        metre=metre.name,
        mode=(score.key.mode,) * bars,
        tempo=score.tempos[0].bpm,
        notes=into_bars(placed, [shift] * bars, metre.bar_steps),
        chords=tuple(tuple(bar) for bar in _chords(score, shift, bars)),
        marks=(None,) * bars,
    )


def _chords(score: Score, shift: int, bars: int) -> Sequence[Sequence[GridChord]]:
    metre = METRES[str(score.time_signature)]
    if not score.chords:
        sounding = [
            (round(n.onset / TICKS_PER_GRID), round(n.duration / TICKS_PER_GRID), n.pitch + shift)
            for n in score.notes
        ]
        return read_chords([(o, max(1, d), p) for o, d, p in sounding], metre, bars)
    found: list[list[GridChord]] = [[] for _ in range(bars)]
    for chord in score.chords:
        bar, position = divmod(round(chord.onset / TICKS_PER_GRID), metre.bar_steps)
        found[bar].append(GridChord(position, (chord.root + shift) % 12, chord.quality))
    return found
