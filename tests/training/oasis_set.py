"""A tiny set in OASIS's shape, drawn for the tests."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from PIL import Image

from melodymuse.music.emotion import EMOTIONS

COLUMNS = ["file", "theme_group", "valence_mean", "arousal_mean", "weak_emotion"]


def draw_set(folder: Path, n_themes: int = 12, per_theme: int = 3) -> Path:
    """A set in OASIS's shape: warm bright pictures are pleasant, busy ones are exciting."""
    rng = np.random.default_rng(5)
    (folder / "images").mkdir(parents=True)
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        for theme in range(n_themes):
            warmth, noise = rng.random(2)
            for i in range(per_theme):
                ground = np.array([255 * warmth, 90, 255 * (1 - warmth)])
                pixels = ground + rng.normal(0, 5 + 70 * noise, (64, 96, 3))
                name = f"theme{theme}_{i}.png"
                Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(
                    folder / "images" / name
                )
                pleasant = EMOTIONS[theme % 4 + (0 if warmth > 0.5 else 4)]
                table.writerow(
                    {
                        "file": name,
                        "theme_group": f"Theme {theme}",
                        "valence_mean": 1 + 6 * warmth,
                        "arousal_mean": 2 + 4 * noise,
                        "weak_emotion": pleasant if theme % 3 else "",
                    }
                )
    return folder
