"""Looking into a MIDI file: what it holds, and what it shares with the music that the networks
learned from."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from os import PathLike
from typing import NamedTuple

from melodymuse.midi.document import Document
from melodymuse.midi.file import load_document
from melodymuse.midi.inspection import Inspection, inspect_document
from melodymuse.midi.reader import score_of
from melodymuse.midi.view import DRUM_CHANNEL, Part, bars_of, parts_of
from melodymuse.music.melody import melody_of
from melodymuse.music.score import TICKS_PER_QUARTER, Hand, Note, Score
from melodymuse.writing.originality import Originality, TrainingMelodies


class Look(NamedTuple):
    """What was seen in a file."""

    inspection: Inspection
    originality: Originality


def look_into(source: str | PathLike[str] | bytes, name: str, encoding: str = "") -> Look:
    """Inspect a MIDI file, its path or its bytes, under a name; its texts are in an encoding, or it
    is guessed.

    Raises:
        MidiError: the file is missing, empty, cut off, damaged, or no MIDI file at all.
        ModelError: what is remembered of the training music is missing or damaged.
    """
    document = load_document(source, encoding)
    score = score_of(document)
    return Look(
        inspect_document(document, score, name),
        compare(document, score, TrainingMelodies.shipped()),
    )


def compare(document: Document, score: Score, melodies: TrainingMelodies) -> Originality:
    """What a file's melody shares with the training music: the piano's, or that of a voice or an
    instrument where it shares more.  Of a piece of ours it is the right hand's.

    Args:
        document: the file.
        score: its piano (`midi.reader.score_of`).
        melodies: those of the training music.
    """
    bars = bars_of(document)
    scale = TICKS_PER_QUARTER / document.quarter
    right = [note for note in score.notes if note.hand is Hand.RIGHT]
    parts = [part for part in parts_of(document) if part.channel != DRUM_CHANNEL]
    lines: list[Sequence[Note]] = [right]
    if score.provenance is None:
        lines += [score.notes, *(_notes(part, scale) for part in parts)]
    return melodies.compare_melodies(
        map(melody_of, lines), lambda tick: int(bars.number_at(round(tick / scale)))
    )


def _notes(part: Part, scale: Fraction) -> list[Note]:
    """A part's notes in ticks of a score, of no hand in particular."""
    return [
        Note(
            round(note.onset * scale),
            max(round(((note.end or note.onset) - note.onset) * scale), 1),
            note.pitch,
            note.velocity,
            Hand.RIGHT,
        )
        for note in part.notes
    ]
