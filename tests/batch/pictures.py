"""Small pictures for runs, each of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


def draw_pictures(folder: Path, count: int) -> list[Path]:
    """So many pictures of coloured clouds, each unlike the others."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = np.random.default_rng(5)
    paths = [folder / f"cloud-{number:03}.png" for number in range(count)]
    for path in paths:
        coarse = dice.integers(0, 256, (4, 5, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((120, 96)).save(path)
    return paths
