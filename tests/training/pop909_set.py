"""A tiny data set in POP909-CL's layout, written note by note: scales over broken chords."""

from __future__ import annotations

from pathlib import Path
from random import Random

import mido

TICKS = 480


def write_song(path: Path, *, key: str = "D", bars: int = 8, metre: int = 4, seed: int = 0) -> None:
    """One song: a piano track with a tune and broken chords, a track of block chords."""
    random = Random(seed)
    midi = mido.MidiFile(ticks_per_beat=TICKS)
    meta = mido.MidiTrack(
        [
            mido.MetaMessage("time_signature", numerator=metre, denominator=4),
            mido.MetaMessage("key_signature", key=key),
            mido.MetaMessage("set_tempo", tempo=500_000),
        ]
    )
    tonic = {"C": 60, "D": 62, "Am": 57, "Gb": 66}[key]
    third = 3 if key.endswith("m") else 4
    played, harmony = [], []
    for bar in range(bars):
        root = tonic + (0, 5, 7, 0)[bar % 4]
        start = bar * metre * TICKS
        harmony += [(start, metre * TICKS, p, 60) for p in (root, root + third, root + 7)]
        for beat in range(metre):
            onset = start + beat * TICKS
            played.append((onset, TICKS, root - 24 + (0, 7, 12, 7)[beat % 4], 60 + 4 * beat))
            tune = root + 12 + random.choice((0, 2, third, 7))
            played.append((onset, TICKS // 2, tune, 80 + random.randrange(20)))
    midi.tracks += [meta, _track("piano", played), _track("chords", harmony)]
    path.parent.mkdir(parents=True, exist_ok=True)
    midi.save(path)


def write_set(folder: Path, songs: int = 10, bars: int = 8) -> Path:
    """A data folder with `pop909_cl/midi` and `pop909_structure`; returns it."""
    for number in range(1, songs + 1):
        key = ("C", "D", "Am", "Gb")[number % 4]
        name = f"{number:03d}"
        write_song(folder / "pop909_cl" / "midi" / f"{name}.mid", key=key, bars=bars, seed=number)
        tempo = folder / "pop909_structure" / name / "tempo.txt"
        tempo.parent.mkdir(parents=True)
        tempo.write_text(f"{80 + number}\n")
    return folder


def _track(name: str, notes: list[tuple[int, int, int, int]]) -> mido.MidiTrack:
    changes = []
    for onset, duration, pitch, velocity in notes:
        changes.append((onset, 1, pitch, velocity))
        changes.append((onset + duration, 0, pitch, 0))
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
    now = 0
    for tick, _, pitch, velocity in sorted(changes):
        track.append(mido.Message("note_on", note=pitch, velocity=velocity, time=tick - now))
        now = tick
    return track
