"""Piano music on two staves, in MIDI files made from printed scores.

Pitfalls: no dynamics (velocity is constant, so it is left unknown), an upbeat shifts all bar lines,
signatures do not tell major from minor, and a few pitches are 0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import mido

from melodymuse.errors import MelodyMuseError
from melodymuse.midi.file import paired_notes, ticks_per_quarter, timed
from melodymuse.music.grid import (
    GRID_PER_QUARTER,
    HIGHEST_PITCH,
    LOWEST_PITCH,
    METRES,
    GridNote,
    Metre,
)
from melodymuse.music.score import Hand
from melodymuse.writing.recall import tune_of
from melodymuse.writing.vocabulary import encode_bar
from training.composer.chord_reading import read_chords
from training.composer.downbeats import find_downbeat
from training.composer.signatures import read_keys
from training.composer.song import Song, into_bars, sung_among

FEWEST_BARS = 12
# Printed metres that are counted like one the network knows.
_LIKE = {"2/2": "4/4"}
# Tempo marks are often missing, and then this or the converter's own filling-in stands there.
_FILLED_IN = 120.0
SLOWEST, FASTEST = 30.0, 240.0

# (onset, duration, pitch, hand) in grid steps.
_Placed = tuple[int, int, int, Hand]


def midi_files(folder: Path, name: str) -> list[Path]:
    """The MIDI files of a set at any depth, in order of their names.

    Raises:
        MelodyMuseError: there is none.
    """
    files = sorted(folder.rglob("*.mid"), key=str)
    if not files:
        raise MelodyMuseError(f"no {name} in {folder}: it should hold MIDI files")
    return files


def printed_song(
    name: str,
    style: str,
    midi: Any,
    hands: Mapping[Hand, Sequence[mido.MidiTrack]],
    voice: Sequence[mido.MidiTrack] = (),
) -> Song | None:
    """The longest part of a piece in one metre; None where that is too short, of a metre that the
    network does not know, or without clear bar lines.

    Args:
        name: the song's name.
        style: one of `STYLES`.
        midi: as `load_midi` gives it.
        hands: the tracks that each hand plays.
        voice: those among them that have the tune; in bars where they rest, and where there is
            none, the right hand's top line is the tune.
    """
    steps = float(ticks_per_quarter(midi)) / GRID_PER_QUARTER
    notes = sorted(
        {note for hand, ts in hands.items() for track in ts for note in _notes(track, steps, hand)}
    )
    metres = _changes(midi, steps, "time_signature")
    if not notes or not metres:
        return None
    begin, until, printed = _longest_span(metres, max(o + d for o, d, _, _ in notes))
    metre = METRES.get(_LIKE.get(printed, printed))
    if metre is None or until - begin < FEWEST_BARS * metre.bar_steps:
        return None
    inside = [(o - begin, d, p, h) for o, d, p, h in notes if begin <= o < until]
    upbeat = find_downbeat([note[:3] for note in inside], metre) if inside else None
    if upbeat is None:
        return None
    inside = [(o - upbeat, d, p, h) for o, d, p, h in inside if o >= upbeat]
    begin += upbeat
    signatures = [(o - begin, key) for o, key in _changes(midi, steps, "key_signature")]
    sung = {(o - begin, p) for track in voice for o, _, p, _ in _notes(track, steps, Hand.RIGHT)}
    return _song(name, style, metre, inside, sung, signatures, _tempo(midi))


def _song(
    name: str,
    style: str,
    metre: Metre,
    notes: Sequence[_Placed],
    sung: Collection[tuple[int, int]],
    signatures: Sequence[tuple[int, str]],
    tempo: float | None,
) -> Song:
    bars = max(onset for onset, *_ in notes) // metre.bar_steps + 1
    shifts, modes = read_keys([n[:3] for n in notes], signatures, bars, metre.bar_steps)
    sounding = [(o, d, p + shifts[o // metre.bar_steps]) for o, d, p, _ in notes]
    placed = (
        (o // metre.bar_steps, GridNote(o % metre.bar_steps, hand, p, d, 0))
        for o, d, p, hand in notes
    )
    by_bar = into_bars(placed, shifts, metre.bar_steps)
    within = [(o, p) for o, p in sung if 0 <= o < bars * metre.bar_steps]
    voice = sung_among(by_bar, within, shifts, metre.bar_steps)
    return Song(
        name=name,
        style=style,
        metre=metre.name,
        mode=modes,
        tempo=tempo,
        notes=by_bar,
        chords=tuple(map(tuple, read_chords(sounding, metre, bars))),
        marks=(None,) * bars,
        tune=tuple(line or _top_line(bar) for line, bar in zip(voice, by_bar, strict=True)),
    )


def _top_line(bar: Sequence[GridNote]) -> tuple[GridNote, ...]:
    top = {(note.position, note.pitch) for note in tune_of(encode_bar(bar, ()))}
    return tuple(
        note for note in bar if note.hand is Hand.RIGHT and (note.position, note.pitch) in top
    )


def _longest_span(changes: Sequence[tuple[int, str]], end: int) -> tuple[int, int, str]:
    """Where the value that stands longest begins and ends, and the value."""
    spans = [
        (begin, until, value) for (begin, value), (until, _) in pairwise([*changes, (end, "")])
    ]
    return max(spans, key=lambda span: span[1] - span[0])


def _notes(track: mido.MidiTrack, steps: float, hand: Hand) -> Iterator[_Placed]:
    for onset, end, pitch, *_ in paired_notes(track):
        if end is not None and LOWEST_PITCH <= pitch <= HIGHEST_PITCH:
            yield round(onset / steps), max(1, round((end - onset) / steps)), pitch, hand


def _changes(midi: Any, steps: float, kind: str) -> list[tuple[int, str]]:
    """(grid step, value) of the signatures of a kind, without repetitions."""
    found = {
        round(tick / steps): _value(message)
        for track in midi.tracks
        for tick, message in timed(track)
        if message.type == kind
    }
    kept: list[tuple[int, str]] = []
    for onset, value in sorted(found.items()):
        if not kept or kept[-1][1] != value:
            kept.append((onset, value))
    return kept


def _value(message: Any) -> str:
    if message.type == "key_signature":
        return str(message.key)
    return f"{message.numerator}/{message.denominator}"


def _tempo(midi: Any) -> float | None:
    """The first tempo mark, unless it is what stands where none was printed."""
    marks = (m.tempo for track in midi.tracks for m in track if m.type == "set_tempo")
    for microseconds in marks:
        bpm = float(mido.tempo2bpm(microseconds))
        return None if abs(bpm - _FILLED_IN) < 0.01 else min(max(bpm, SLOWEST), FASTEST)
    return None
