"""Small real inputs: tones as sound files, a folder with a manifest, keys and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from melodymuse.spreadsheets import csv_text
from melodymuse.survey.key import Key, KeyEntry

ANSWER_COLUMNS = (
    "survey",
    "listener",
    "position",
    "piece",
    "emotion",
    "quality",
    "fit",
    "heard",
    "comment",
)


def tone(
    seconds: float = 3.0, rate: int = 22050, pitch: float = 220.0, level: float = 0.2
) -> NDArray[np.float64]:
    """Plucks of a harmonic tone, twice a second."""
    time = np.arange(round(seconds * rate)) / rate
    wave = sum(np.sin(2 * np.pi * pitch * n * time) / n for n in (1, 2, 3))
    return level * wave * np.exp(-4 * (time % 0.5))


def write_tone(path: Path, *, channels: int = 1, rate: int = 22050, **wishes: float) -> Path:
    """A sound file of `tone`."""
    import soundfile

    sound = tone(rate=rate, **wishes)
    soundfile.write(path, np.stack([sound] * channels, axis=1), rate)
    return path


def write_album(folder: Path, *, seconds: float = 3.0) -> Path:
    """Four pieces of two backends on two pictures, unequally loud and at two rates."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    asked = (("rocket", "awe"), ("cat", "contentment"))
    for number, (picture, emotion) in enumerate(asked):
        colour = (40, 60 + 100 * number, 160)
        Image.new("RGB", (60, 40), colour).save(folder / f"{picture}.png")
        for other, (backend, rate) in enumerate((("melodymuse", 44100), ("musicgen", 32000))):
            name = f"{picture}-{backend}.wav"
            write_tone(
                folder / name,
                channels=2 - other,
                rate=rate,
                seconds=seconds,
                pitch=220.0 * (1 + number + 0.5 * other),
                level=0.03 + 0.15 * other,
            )
            rows.append(
                {
                    "file": name,
                    "backend": backend,
                    "emotion": emotion,
                    "picture": f"{picture}.png",
                }
            )
    columns = ("file", "backend", "emotion", "picture")
    text = csv_text(columns, [[row.get(name) for name in columns] for row in rows])
    (folder / "manifest.csv").write_text(text, encoding="utf-8")
    return folder


def small_key() -> Key:
    """Two backends, ``ours`` and ``theirs``, on two pictures of awe and of fear."""
    entries = [
        KeyEntry("p1", "ours", "awe", "a.wav", "rocket.jpg"),
        KeyEntry("p2", "theirs", "awe", "b.wav", "rocket.jpg"),
        KeyEntry("p3", "ours", "fear", "c.wav", "storm.jpg"),
        KeyEntry("p4", "theirs", "fear", "d.wav", "storm.jpg"),
    ]
    return Key("s1", {entry.piece: entry for entry in entries})


Said = tuple[str, int, int | str]
"""What was said of a piece: emotion, quality, fit."""


def write_answers(
    path: Path,
    said: Mapping[str, Sequence[Said]],
    *,
    survey: str = "s1",
    comments: Mapping[str, str] | None = None,
) -> Path:
    """An answer file: for each listener what was said of p1, p2 ... in that order."""
    rows = [
        {
            "survey": survey,
            "listener": listener,
            "position": place,
            "piece": f"p{place}",
            "emotion": emotion,
            "quality": quality,
            "fit": fit,
            "heard": 15,
            "comment": (comments or {}).get(listener, "") if place == 1 else "",
        }
        for listener, given in said.items()
        for place, (emotion, quality, fit) in enumerate(given, 1)
    ]
    path.write_text(
        csv_text(ANSWER_COLUMNS, [[row.get(name) for name in ANSWER_COLUMNS] for row in rows]),
        encoding="utf-8",
    )
    return path
