"""What a DAW user asks of a MIDI file before dragging it in."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from melodymuse.midi.conventions import Breach, breaches_of
from melodymuse.midi.document import Document
from melodymuse.midi.file import (
    RawNote,
    as_mido,
    load_document,
    paired_notes,
    ticks_per_quarter,
)
from melodymuse.midi.free_playing import is_free
from melodymuse.midi.layout import PLAN_MARK, WORDS_MARK
from melodymuse.midi.reader import chord_track_of, score_of
from melodymuse.midi.view import DRUM_CHANNEL, bars_of, key_changes, parts_of
from melodymuse.music.chord_names import chord_name
from melodymuse.music.keyfinding import settled_key
from melodymuse.music.score import TICKS_PER_QUARTER, Score
from melodymuse.music.spelling import pitch_name


@dataclass(frozen=True, slots=True)
class TrackReport:
    """One track of a file.

    Attributes:
        name: its name, may be empty.
        channels: the channels it plays on, 1..16, ascending.
        programs: the General MIDI programs it calls up, 1..128, in order.
        notes: how many notes.
        lowest, highest: names of its outermost pitches ("C4" = middle C), None without notes.
        softest, loudest: its outermost velocities 1..127, None without notes.
    """

    name: str
    channels: tuple[int, ...]
    programs: tuple[int, ...]
    notes: int
    lowest: str | None
    highest: str | None
    softest: int | None
    loudest: int | None


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a MIDI file holds, what is wrong with it, and which conventions of
    `conventions.CONVENTIONS` it breaks.

    Attributes:
        path: the file.
        format: 0 (all in one track) or 1 (tracks side by side).
        ticks_per_quarter: the resolution; a fraction where the file counts film frames.
        bars: whole bars to the end of the music, without a pickup.
        pickup: length of the upbeat in quarter notes, 0 without one.
        metres: (bar counted from 1, metre such as "3/4") of each metre.
        seconds: playing time to the final bar line.
        key: the key that the file states first, None without a key signature.
        estimated_key: the key that the notes suggest (`keyfinding.settled_key`).
        tempos: (bar counted from 1, quarter notes a minute) of each tempo mark.
        time_signature: the metre that holds longest, such as "4/4".
        notes: notes in all tracks but the chord track.
        tracks: every track of the file, track 0 included.
        sections: (bar counted from 1, name) of each section marker.
        chords: (bar counted from 1, name such as "Dm7") of each chord on a chord track.
        title: the name of the first track where that is the piece's, may be empty.
        texts: the text events, such as the provenance.
        free: whether the notes were played beside the file's bar lines.
        faults: what is wrong with the file, whoever wrote it: its chunks, or `Breach.is_fault`.
        breaches: every broken convention; empty for a file as a DAW likes it.
    """

    path: str
    format: int
    ticks_per_quarter: float
    bars: int
    pickup: float
    metres: tuple[tuple[float, str], ...]
    seconds: float
    key: str | None
    estimated_key: str
    tempos: tuple[tuple[float, float], ...]
    time_signature: str
    notes: int
    tracks: tuple[TrackReport, ...]
    sections: tuple[tuple[float, str], ...]
    chords: tuple[tuple[float, str], ...]
    title: str
    texts: tuple[str, ...]
    free: bool
    faults: tuple[str, ...]
    breaches: tuple[Breach, ...]

    def as_dict(self) -> dict[str, Any]:
        """The inspection in plain dicts, lists and numbers, ready for JSON."""
        return asdict(self)


def inspect_midi(path: str | os.PathLike[str]) -> Inspection:
    """Look into any MIDI file of format 0 or 1.

    Raises:
        MidiError: the file is missing, empty, cut off, damaged, or no MIDI file at all.
    """
    document = load_document(path)
    return inspect_document(document, score_of(document), str(Path(path)))


def inspect_document(document: Document, score: Score, path: str) -> Inspection:
    """Look into a document, with its piano as `score_of` gives it, that was read from a path."""
    file = as_mido(document)
    harmonies = chord_track_of(file) if score.chords else None
    bars, breaches, stated = bars_of(document), breaches_of(file), key_changes(document)
    first = bars.bars[0]
    scale = document.quarter / TICKS_PER_QUARTER

    def bar(tick: int) -> float:
        return bars.number_at(round(tick * scale))

    return Inspection(
        path=path,
        format=file.type,
        ticks_per_quarter=float(ticks_per_quarter(file)),
        # One of ours is as long as it says, silence at its end included.
        bars=score.bars if score.provenance else bars.count,
        pickup=float((first.end - first.start) / document.quarter) if bars.pickup else 0.0,
        metres=tuple(
            (bars.number_at(bar.start), str(bar.metre))
            for before, bar in pairwise([None, *bars.bars])
            if bar is not None and (before is None or before.metre != bar.metre)
        ),
        seconds=score.seconds,
        key=str(stated[0][1]) if stated else None,
        estimated_key=str(settled_key(stated[0][1] if stated else None, score.notes)),
        tempos=tuple((bar(mark.onset), mark.bpm) for mark in score.tempos),
        time_signature=str(score.time_signature),
        notes=sum(
            len(paired_notes(track))
            for index, track in enumerate(file.tracks)
            if index != harmonies
        ),
        tracks=tuple(_report(track, score) for track in file.tracks),
        sections=tuple((bar(part.onset), part.name) for part in score.sections),
        chords=tuple((bar(chord.onset), chord_name(chord, score.key)) for chord in score.chords),
        title=score.title,
        texts=tuple(
            message.text
            for track in file.tracks
            for message in track
            # Not what only programs read, or what says the same in words.
            if message.type == "text" and not message.text.startswith((PLAN_MARK, WORDS_MARK))
        ),
        free=is_free(
            document, [part for part in parts_of(document) if part.channel != DRUM_CHANNEL]
        ),
        faults=(*document.faults, *(breach.message for breach in breaches if breach.is_fault)),
        breaches=breaches,
    )


def _report(track: Any, score: Score) -> TrackReport:
    notes: Sequence[RawNote] = paired_notes(track)
    channels = {m.channel + 1 for m in track if not m.is_meta and hasattr(m, "channel")}
    programs = (m.program + 1 for m in track if m.type == "program_change")
    pitches = [note.pitch for note in notes]
    velocities = [note.velocity for note in notes]
    return TrackReport(
        name=track.name,
        channels=tuple(sorted(channels)),
        programs=tuple(programs),
        notes=len(notes),
        lowest=pitch_name(min(pitches), score.key) if pitches else None,
        highest=pitch_name(max(pitches), score.key) if pitches else None,
        softest=min(velocities, default=None),
        loudest=max(velocities, default=None),
    )
