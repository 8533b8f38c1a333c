"""Tiny sets of tunes in the layouts of POP909's structure annotations and of OpenEWLD."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random

import mido

from tests.training.pop909_set import TICKS, track
from tests.training.printed_set import write_piece

NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_ROOTS = (0, 5, 7, 0)
_CHORD = (0, 4, 7)


def sung(bars: int, tonic: int, seed: int = 0, quarters: int = 4) -> list[tuple[int, int]]:
    """(pitch, sixteenths) of quarters in the chords I IV V I; bar 5 is bar 1 again, and so on; the
    fourth bar of each phrase is one long note and a rest."""
    tune: list[list[tuple[int, int]]] = []
    for bar in range(bars):
        random = Random(f"{seed} {bar % 4}")
        root = tonic + _ROOTS[bar % 4]
        if bar % 4 == 3:
            tune.append([(root, 4 * quarters - 4), (0, 4)])
        else:
            tune.append([(root + random.choice(_CHORD), 4) for _ in range(quarters)])
    return [note for bar in tune for note in bar]


def write_sung(
    folder: Path, *, bars: int = 16, tonic: int = 62, seed: int = 0, quarters: int = 4
) -> Path:
    """A song's folder as the structure annotations have it, in major."""
    folder.mkdir(parents=True)
    lines = [f"{pitch} {length}" for pitch, length in sung(bars, tonic, seed, quarters)]
    (folder / "melody.txt").write_text("\n".join(lines) + "\n")
    chords = []
    for bar in range(bars):
        root = (tonic + _ROOTS[bar % 4]) % 12
        tones = sorted((root + step) % 12 for step in _CHORD)
        chords.append(f"{NAMES[root]}:maj {tones} {root} {quarters} ")
    (folder / "finalized_chord.txt").write_text("\n".join(chords) + "\n")
    (folder / "analyzed_key.txt").write_text(f"{NAMES[tonic % 12]}:maj\n")
    (folder / "human_label1.txt").write_text("A4B4" * (bars // 8))
    return folder


def write_lead_sheets(
    folder: Path, *, songs: int = 2, bars: int = 16, tonic: int = 65, upbeat: int = 0
) -> Path:
    """A folder with `midi/` and `chords.json`; an upbeat of so many quarters shifts all bars."""
    symbols: dict[str, list[list[object]]] = {}
    for number in range(songs):
        name = f"set/song{number}/song{number}"
        midi = mido.MidiFile(ticks_per_beat=TICKS)
        meta = mido.MidiTrack(
            [
                mido.MetaMessage("time_signature", numerator=4, denominator=4),
                mido.MetaMessage("key_signature", key=NAMES[tonic % 12]),
            ]
        )
        notes = [(quarter * TICKS, TICKS, tonic - 5, 72) for quarter in range(upbeat)]
        onset = upbeat * TICKS
        for pitch, sixteenths in sung(bars, tonic, number):
            length = sixteenths * TICKS // 4
            if pitch:
                notes.append((onset, length, pitch, 72))
            onset += length
        midi.tracks += [meta, track("|staff1", notes)]
        path = folder / "midi" / f"{name}.mid"
        path.parent.mkdir(parents=True)
        midi.save(path)
        symbols[name] = [
            [
                upbeat + 4.0 * bar,
                NAMES[(tonic + _ROOTS[bar % 4]) % 12],
                "dominant" if bar % 4 == 2 else "major",
                "",
                "",
            ]
            for bar in range(bars)
        ]
    (folder / "chords.json").write_text(json.dumps(symbols))
    return folder


def write_tunes(data: Path, songs: Sequence[int] = (1, 2, 3)) -> Path:
    """A data folder with some of all three sets."""
    for number in songs:
        write_sung(data / "pop909_structure" / f"{number:03d}", seed=number)
    write_lead_sheets(data / "openewld")
    write_piece(data / "openscore_lieder" / "one.mid")
    return data
