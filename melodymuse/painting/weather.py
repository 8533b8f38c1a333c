"""What lies over a whole picture: haze where the feeling is calm, motes of light where it is
pleasant, fog or stains and a rain of fine scratches where it is not."""

from __future__ import annotations

import numpy as np

from melodymuse.music.emotion import EmotionProfile
from melodymuse.painting.canvas import Canvas
from melodymuse.painting.colour import Palette, lch

_MOTES, _SCRATCHES = 26, 180


def over(canvas: Canvas, profile: EmotionProfile, colours: Palette) -> None:
    """Lay it over what was painted."""
    tense = (profile.arousal + 1) / 2
    canvas.lab += 0.22 * (1 - tense) ** 2 * (lch(0.78, 0.05, 235) - canvas.lab)
    canvas.lab[..., 0] = np.clip(0.5 + (1 + 0.35 * tense) * (canvas.lab[..., 0] - 0.5), 0, 1)
    if profile.valence > 0:
        _motes(canvas, profile.valence, colours)
    else:
        _gloom(canvas, -profile.valence, tense)


def _motes(canvas: Canvas, pleasant: float, colours: Palette) -> None:
    """Discs of light out of focus, as a lens makes them."""
    mask = np.zeros((canvas.height, canvas.width), np.float32)
    for _ in range(round(_MOTES * pleasant)):
        x, y = canvas.chance.random(2)
        radius = 0.01 + 0.045 * canvas.chance.random() ** 2
        soft = 0.15 + 0.5 * canvas.chance.random()
        strength = 0.1 + 0.3 * canvas.chance.random()
        np.maximum(mask, strength * canvas.disc((x, y), radius, soft), out=mask)
    canvas.shine(mask, colours.light, 0.8 * pleasant)


def _gloom(canvas: Canvas, bitter: float, tense: float) -> None:
    """Fog or stains that have soaked in, dark corners, and a rain of scratches."""
    canvas.lab += 0.45 * bitter * (1 - tense) * (lch(0.42, 0.012, 250) - canvas.lab)
    away = 1 - canvas.glow((0.5, 0.42), 0.8)
    stains = np.clip(canvas.field((3.0, 3.0), 7) - 0.2, 0, 2) / 2
    canvas.lab[..., 0] *= 1 - np.clip(bitter * (0.5 * away + 0.45 * tense * stains), 0, 0.9)
    lines = []
    slant = canvas.chance.normal(1.25, 0.15)
    for _ in range(round(_SCRATCHES * bitter)):
        start = 1.1 * canvas.chance.random(2) - 0.05
        turn = slant + canvas.chance.normal(0, 0.02 + 0.12 * tense)
        length = 0.03 + 0.3 * canvas.chance.random() ** 2
        end = start + length * np.array([np.cos(turn), np.sin(turn)])
        strength = 0.12 + 0.35 * canvas.chance.random() ** 2
        lines.append((np.array([start, end]), 0.0007, strength))
    canvas.lab[..., 0] *= 1 - 0.75 * canvas.strokes(lines)
