"""A tiny data set in the layouts of POP909-CL and of its structure annotations: scales over broken
chords, four-bar phrases."""

from __future__ import annotations

from pathlib import Path
from random import Random

import mido

TICKS = 480
STEP = TICKS // 12
TONICS = {"C": 60, "D": 62, "Am": 57, "Gb": 66}
ROOTS = (0, 5, 7, 0)
_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def write_song(
    path: Path, *, key: str = "D", bars: int = 8, metre: int = 4, seed: int = 0, late: int = 0
) -> Path:
    """One song: a piano track with a tune and broken chords, a track of block chords.

    Args:
        path: the file.
        key: one of `TONICS`.
        bars: how many.
        metre: quarters a bar.
        seed: of the tune.
        late: grid steps by which all music stands after the bar line where it belongs.
    """
    random = Random(seed)
    midi = mido.MidiFile(ticks_per_beat=TICKS)
    meta = mido.MidiTrack(
        [
            mido.MetaMessage("time_signature", numerator=metre, denominator=4),
            mido.MetaMessage("key_signature", key=key),
            mido.MetaMessage("set_tempo", tempo=500_000),
        ]
    )
    third = _third(key)
    played, harmony = [], []
    for bar in range(bars):
        root = TONICS[key] + ROOTS[bar % 4]
        start = bar * metre * TICKS + late * STEP
        harmony += [(start, metre * TICKS, p, 60) for p in (root, root + third, root + 7)]
        for beat in range(metre):
            onset = start + beat * TICKS
            played.append((onset, TICKS, root - 24 + (0, 7, 12, 7)[beat % 4], 60 + 4 * beat))
            tune = root + 12 + random.choice((0, 2, third, 7))
            played.append((onset, TICKS // 2, tune, 80 + random.randrange(20)))
    midi.tracks += [meta, track("piano", played), track("chords", harmony)]
    path.parent.mkdir(parents=True, exist_ok=True)
    midi.save(path)
    return path


def write_structure(
    folder: Path, *, key: str = "D", bars: int = 8, metre: int = 4, tempo: float = 92
) -> Path:
    """What people have marked in the same song: a tempo, a chord a bar, four-bar phrases of which
    the last is an instrumental end; and a tune of root and fifth."""
    folder.mkdir(parents=True)
    quality = "min" if key.endswith("m") else "maj"
    roots = [(TONICS[key] + ROOTS[bar % 4]) % 12 for bar in range(bars)]
    chords = [f"{_NAMES[r]}:{quality} [{r}, {(r + 7) % 12}] {r} {metre} \n" for r in roots]
    (folder / "finalized_chord.txt").write_text("".join(chords))
    phrases = bars // 4
    labels = "".join(f"{'A' if i < phrases - 1 else 'o'}4" for i in range(phrases))
    (folder / "human_label1.txt").write_text(f"{labels}\n")
    (folder / "tempo.txt").write_text(f"{tempo}\n")
    tune = [60 + root for root in roots]
    (folder / "melody.txt").write_text(
        "".join(f"{p} 4\n0 4\n{p + 7} {4 * metre - 8}\n" for p in tune)
    )
    tonic, mode = key.removesuffix("m"), "min" if key.endswith("m") else "maj"
    (folder / "analyzed_key.txt").write_text(f"{tonic}:{mode}\n")
    return folder


def write_set(folder: Path, songs: int = 10, bars: int = 8, first: int = 1) -> Path:
    """A data folder with `pop909_cl/midi` and `pop909_structure`; returns it.

    Args:
        folder: written to.
        songs: how many.
        bars: of each.
        first: number of the first song; the others follow it.
    """
    for number in range(first, first + songs):
        key = ("C", "D", "Am", "Gb")[number % 4]
        name = f"{number:03d}"
        write_song(folder / "pop909_cl" / "midi" / f"{name}.mid", key=key, bars=bars, seed=number)
        write_structure(
            folder / "pop909_structure" / name, key=key, bars=bars, tempo=81 + number - first
        )
    return folder


def _third(key: str) -> int:
    return 3 if key.endswith("m") else 4


def track(name: str, notes: list[tuple[int, int, int, int]]) -> mido.MidiTrack:
    """(onset, duration, pitch, velocity) in ticks as a track, named unless the name is empty."""
    changes = []
    for onset, duration, pitch, velocity in notes:
        changes.append((onset, 1, pitch, velocity))
        changes.append((onset + duration, 0, pitch, 0))
    found = mido.MidiTrack([mido.MetaMessage("track_name", name=name)] if name else [])
    now = 0
    for tick, _, pitch, velocity in sorted(changes):
        found.append(mido.Message("note_on", note=pitch, velocity=velocity, time=tick - now))
        now = tick
    return found
