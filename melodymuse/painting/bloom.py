"""A bloom: time goes round, the left hand is its leaves, the tune the line about it, every note a
spark thrown outwards.  The calmer, the rounder, paler and fewer its leaves; the more excited, the
darker the night that it bursts in, in hotter colours and with a flame for every note."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.emotion import EmotionProfile
from melodymuse.painting.canvas import Canvas, smoothed
from melodymuse.painting.colour import Palette, lch
from melodymuse.painting.guide import Guide
from melodymuse.painting.lines import POINTS, contour, dot, steps
from melodymuse.painting.portrait import Portrait

Array = NDArray[Any]
_MIDDLE = (0.5, 0.5)
# Red, orange and magenta, in degrees of OKLab's hue.
_FIRE, _FIRE_CHROMA = (28.0, 55.0, 5.0), 0.2
# Bumps of paper across the picture.
_PAPER = 190.0
_TURN = np.linspace(0, 2 * np.pi, POINTS)


def paint(
    canvas: Canvas,
    portrait: Portrait,
    profile: EmotionProfile,
    colours: Palette,
    guide: Guide | None,
) -> None:
    """Paint a piece; of a guide it has the colours alone, for a bloom stands in the middle."""
    tense = float(np.clip((profile.arousal + 1) / 2, 0, 1))
    bright = float(np.clip((profile.valence + 1) / 2, 0, 1))
    clouds = canvas.field((2.0 + 2 * tense, 2.0 + 2 * tense), 5)
    canvas.gradient(
        [(-0.2, colours.above), (0.5, colours.below), (1.2, colours.far)],
        (0.05 + 0.08 * tense) * clouds,
    )
    canvas.shine(canvas.glow(_MIDDLE, 0.5), colours.light, 0.35 + 0.4 * bright)
    night = np.clip(1.3 - canvas.glow(_MIDDLE, 0.6), 0, 1) * tense**1.5
    canvas.lay((1 - 0.5 * bright) * night, np.array([0.45, 1, 1], np.float32) * colours.near)
    colours = _heated(colours, tense)
    _flames(canvas, portrait, colours, tense)
    _leaves(canvas, portrait, colours, tense)
    _tune(canvas, portrait, colours, tense)
    _toned(canvas, tense, bright)


def _toned(canvas: Canvas, tense: float, bright: float) -> None:
    """Calm: pale pastel on rough paper; excited: deep shadows, hard lights and much colour."""
    paper = canvas.field((_PAPER, _PAPER * canvas.height / canvas.width), 1)
    canvas.lab[..., 0] += 0.07 * max(1 - 1.4 * tense, 0) * (1 - bright) * paper
    canvas.lab[..., 0] += 0.35 * (0.5 - tense) * (0.75 - 0.5 * bright)
    canvas.lab[..., 0] = 0.5 + (1 + 0.7 * tense**2) * (canvas.lab[..., 0] - 0.5)
    canvas.lab[..., 1:] *= 0.65 + 0.7 * tense


def _heated(colours: Palette, tense: float) -> Palette:
    """Its moving colours, the more excited the nearer to fire, and the farther from each other."""
    share = 0.75 * tense**2
    accents = tuple(
        (1 - share) * accent + share * lch(float(accent[0]), _FIRE_CHROMA, hue)
        for accent, hue in zip(colours.accents, _FIRE, strict=True)
    )
    return replace(colours, accents=accents)


def _flames(canvas: Canvas, portrait: Portrait, colours: Palette, tense: float) -> None:
    """Behind the leaves a flame for every note, as long as it is loud; none where all is calm."""
    heat = max(2 * tense - 0.7, 0.0)
    if not heat:
        return
    share = _TURN / (2 * np.pi)
    for layer, (colour, reach) in enumerate(
        ((colours.accents[0], 0.75), (colours.accents[1], 0.5), (colours.light, 0.3))
    ):
        radius = np.full(POINTS, 0.3)
        for touch in (*portrait.tune, *portrait.low):
            away = np.abs((share - touch.start - 0.004 * layer + 0.5) % 1 - 0.5)
            length = reach * heat * (0.25 + 0.75 * touch.force * (0.5 + touch.height))
            tongue = np.clip(1 - away / 0.012, 0, 1) ** 1.3
            np.maximum(radius, 0.3 + length * tongue, out=radius)
        mask = canvas.filled(_round(canvas, radius))
        canvas.shine(canvas.blurred(mask, 0.03), colour, 0.5)
        canvas.lay(min(0.85 * heat, 0.85) * mask, colour)


def _leaves(canvas: Canvas, portrait: Portrait, colours: Palette, tense: float) -> None:
    """Rings of leaves from the outermost in, pointed where the feeling is tense."""
    _, low, force = contour(portrait.low, 30)
    low, force = _closed(low), _closed(force)
    parts = _closed(smoothed(steps(np.linspace(0, 1, POINTS), portrait.parts), 20))
    rings = 4 + round(3 * portrait.busy + 4 * tense)
    count = 5 + portrait.seed % 4 + round(5 * tense)
    shadow = 0.5 * (colours.near + lch(0.05, 0.0, 0.0))
    for ring in range(rings):
        inner = ring / (rings - 1)
        wave = _petals(count * (2 if ring % 2 else 1), _TURN + 2.4 * ring, tense)
        radius = 0.4 * (1 - inner) ** 0.85 + 0.045
        shape = radius * (1 + (0.5 - 0.22 * inner) * (wave - 0.5) + 0.22 * (low - 0.5))
        shape = shape * (0.94 + 0.12 * parts)
        mask = canvas.filled(_round(canvas, shape))
        canvas.lay((0.15 + 0.4 * tense) * canvas.blurred(mask, 0.012), shadow)
        along = inner**0.8
        deep = colours.accents[ring % 3] * 0.55 + 0.45 * colours.near
        colour = (1 - along) * deep + along * (0.45 * colours.accents[1] + 0.55 * colours.light)
        # Excited rings stand out from each other, calm ones melt together.
        colour = colour + (0.4 * tense**1.5 * (ring % 2)) * (colours.near - colour)
        body: Array = np.broadcast_to(colour, canvas.lab.shape).astype(np.float32)
        veins = canvas.field((9.0, 9.0), 4)
        shade = canvas.glow(_MIDDLE, radius)[..., None] - 0.55
        body = body + np.array([0.3, 0, 0], np.float32) * shade
        body[..., 0] += (0.004 + 0.014 * portrait.loud * (0.3 + tense)) * veins
        canvas.lay(mask, body)
        edge = canvas.strokes([(_round(canvas, shape), 0.0012, 0.5 + 0.4 * float(force.mean()))])
        canvas.shine(edge, colours.light, 0.2 + 0.5 * tense)


def _tune(canvas: Canvas, portrait: Portrait, colours: Palette, tense: float) -> None:
    """The tune's contour about it all, in strands, and a ray and a spark for every note."""
    apart = POINTS / min(max(len(portrait.tune), 8), 64)
    x, height, force = contour(portrait.tune, apart * (0.6 + 1.2 * (1 - tense)))
    height, force = _closed(height), _closed(force)
    strands = 6 + round(10 * portrait.busy + 6 * tense)
    lines = []
    for strand in range(strands):
        away = strand / (strands - 1) - 0.5
        radius = 0.36 + 0.09 * height + 0.05 * away * (1 + np.sin(3 * _TURN + strand * 0.2))
        strength = (1 - 1.5 * abs(away)) * (0.3 + 0.5 * portrait.loud)
        lines.append((_round(canvas, radius), 0.0008 + 0.0016 * portrait.loud, strength))
    mask = canvas.strokes(lines)
    canvas.shine(canvas.blurred(mask, 0.012), colours.accents[0], 0.9)
    canvas.lay(0.7 * mask, 0.4 * colours.accents[1] + 0.6 * colours.light)
    rays, sparks = [], np.zeros_like(mask)
    for touch in portrait.tune:
        turn = 2 * np.pi * touch.start
        begin = 0.37 + 0.09 * float(np.interp(touch.start, x, height))
        end = begin + 0.01 + (0.03 + 0.3 * tense**2) * touch.force
        ends = np.array([_place(canvas, turn, begin), _place(canvas, turn, end)])
        rays.append((ends, 0.0009, 0.15 + 0.5 * touch.force))
        size = 0.0014 + 0.005 * touch.force**2 * min((touch.end - touch.start) * 24, 1.6)
        np.maximum(sparks, dot(canvas, _place(canvas, turn, end), size), out=sparks)
    canvas.lay(0.7 * canvas.strokes(rays), colours.light)
    canvas.shine(canvas.blurred(sparks, 0.01), colours.light, 1.2)
    canvas.lay(0.9 * sparks, 0.5 * (colours.light + lch(1, 0, 0)))


def _petals(count: int, turn: Array, tense: float) -> Array:
    """So many round leaves about a circle, 0..1, that become thorns as tension grows."""
    wave = np.abs(np.cos(count * turn / 2))
    soft = np.sqrt(wave)
    sharp = (1 - np.abs(((count * turn / np.pi) % 2) - 1)) ** 1.6
    return np.asarray((1 - tense) * soft + tense * sharp)


def _closed(row: Array) -> Array:
    """A row whose end has been led back to its beginning."""
    lead = np.clip((np.linspace(0, 1, len(row)) - 0.9) / 0.1, 0, 1)
    return np.asarray((1 - lead) * row + lead * row[0])


def _round(canvas: Canvas, radius: Array) -> Array:
    """(N, 2): radii, shares of the shorter side, as places, clockwise from the top."""
    wide = radius * canvas.side
    x = _MIDDLE[0] + wide * np.sin(_TURN) / canvas.width
    y = _MIDDLE[1] - wide * np.cos(_TURN) / canvas.height
    return np.stack([x, y], axis=1)


def _place(canvas: Canvas, turn: float, radius: float) -> tuple[float, float]:
    wide = radius * canvas.side
    x = _MIDDLE[0] + wide * np.sin(turn) / canvas.width
    return float(x), float(_MIDDLE[1] - wide * np.cos(turn) / canvas.height)
