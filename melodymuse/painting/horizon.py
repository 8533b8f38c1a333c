"""A land and its sky: the left hand is ridges, the tune a ribbon of light over them, the form the
lie of the land."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.emotion import EmotionProfile
from melodymuse.painting.canvas import Canvas, smoothed
from melodymuse.painting.colour import Palette, lch
from melodymuse.painting.guide import Guide
from melodymuse.painting.lines import POINTS, climax, contour, dot, steps
from melodymuse.painting.portrait import Portrait

Array = NDArray[Any]
_SKY = 0.62  # share of the height over the farthest ridge


def paint(
    canvas: Canvas,
    portrait: Portrait,
    profile: EmotionProfile,
    colours: Palette,
    guide: Guide | None,
) -> None:
    """Paint a piece; land and light lie where a guide has them."""
    tense = np.clip((profile.arousal + 1) / 2, 0, 1)
    dark = np.clip(-profile.valence, 0, 1)
    light = climax(portrait)
    place = (0.12 + 0.76 * light.start, 0.16 + 0.26 * (1 - light.height) + 0.1 * dark)
    sky = _SKY
    if guide is not None:
        place, sky = (guide.light[0], min(guide.light[1], guide.horizon - 0.1)), guide.horizon
    _sky(canvas, portrait, colours, tense)
    _sun(canvas, place, profile, colours)
    _ribbon(canvas, portrait, colours, tense)
    _land(canvas, portrait, colours, tense, (place[0], sky))


def _sky(canvas: Canvas, portrait: Portrait, colours: Palette, tense: float) -> None:
    """Bands of colour, the calmer the more level; streaks by loudness."""
    bend = 0.02 + 0.1 * tense
    clouds = canvas.field((1.2 + 1.5 * tense, 3.0), 5)
    canvas.gradient(
        [
            (-0.1, colours.above),
            (0.35, 0.5 * (colours.above + colours.below)),
            (0.72, colours.below),
        ],
        bend * clouds,
    )
    # Sections change the air: each letter of the form has a tint of its own.
    x = np.linspace(0, 1, canvas.width)
    air = smoothed(steps(x, portrait.parts) - 0.5, canvas.width * 0.05)
    tint = 0.5 * (colours.accents[2] - colours.below)
    canvas.lab += (
        (0.35 * air)[None, :, None].astype(np.float32) * tint * np.array([0.4, 1, 1], np.float32)
    )
    streaks = canvas.field((2.0, 26.0), 3) * canvas.field((1.5, 2.0), 2)
    canvas.lab[..., 0] += (0.006 + 0.022 * portrait.loud * tense) * streaks
    clouds = canvas.field((1.6, 4.0 + 3 * tense), 6)
    veil = np.clip((clouds - 0.35) / 1.6, 0, 1) * (0.25 + 0.35 * tense)
    canvas.lay(veil.astype(np.float32), 0.7 * colours.below + 0.3 * colours.light)


def _sun(
    canvas: Canvas, place: tuple[float, float], profile: EmotionProfile, colours: Palette
) -> None:
    """What shines, at the climax: wide and warm where the feeling is pleasant, a pale coin else."""
    bright = (profile.valence + 1) / 2
    radius = 0.06 + 0.05 * bright
    canvas.shine(canvas.glow(place, 0.22 + 0.4 * bright), colours.light, 0.25 + 0.5 * bright)
    canvas.lay((0.55 + 0.4 * bright) * canvas.disc(place, radius, 0.08), colours.light)


def _ribbon(canvas: Canvas, portrait: Portrait, colours: Palette, tense: float) -> None:
    """The tune's contour as a curtain of light, its strands, and a spark for every note."""
    apart = POINTS / min(max(len(portrait.tune), 8), 64)
    x, y, force = contour(portrait.tune, apart * (0.6 + 1.6 * (1 - tense)))
    y = 0.5 - (0.2 + 0.14 * tense) * y
    echoes = 8 + round(18 * portrait.busy + 8 * tense)
    waver = 6 * smoothed(canvas.chance.standard_normal(POINTS), 90)
    lines = []
    for echo in range(echoes):
        away = echo / (echoes - 1) - 0.5
        sway = 0.2 * away * (0.3 + 0.7 * np.sin(np.pi * x) ** 2 + 0.5 * waver * (0.5 + tense))
        strength = (0.2 + 0.8 * (1 - 2 * abs(away))) * (0.25 + 0.5 * float(force.mean()))
        width = 0.0006 + 0.0022 * (1 - 2 * abs(away)) * (0.3 + portrait.loud)
        lines.append((np.stack([x * 1.1 - 0.05, y + sway], axis=1), width, strength))
    across = np.linspace(0, 1, canvas.width, dtype=np.float32)[None, :, None]
    blend = (colours.accents[0] * (1 - across) + colours.accents[1] * across).astype(np.float32)
    canvas.shine(_curtain(canvas, x, y, force), blend, 0.5 + 0.3 * portrait.loud)
    mask = canvas.strokes(lines)
    canvas.shine(canvas.blurred(mask, 0.015), blend, 0.8)
    canvas.lay(0.75 * mask, 0.5 * blend + 0.5 * colours.light)
    sparks = np.zeros_like(mask)
    for touch in portrait.tune:
        at = int(np.clip(touch.start, 0, 1) * (POINTS - 1))
        rise = 0.02 * float(canvas.chance.standard_exponential()) * (0.4 + touch.force)
        radius = 0.0011 + 0.0042 * touch.force**2 * min((touch.end - touch.start) * 24, 1.6)
        np.maximum(sparks, dot(canvas, (x[at] * 1.1 - 0.05, y[at] - rise), radius), out=sparks)
    canvas.shine(canvas.blurred(sparks, 0.01), colours.light, 1.3)
    canvas.lay(0.9 * sparks, 0.5 * (colours.light + lch(1, 0, 0)))


def _curtain(canvas: Canvas, x: Array, y: Array, force: Array) -> Array:
    """(H, W): light that hangs over a line and fades upwards, in folds."""
    wide = np.linspace(0, 1, canvas.width)
    line = np.interp(wide, x * 1.1 - 0.05, y)
    fold = smoothed(canvas.chance.standard_normal(canvas.width), canvas.width / 160)
    fold = 0.65 + 0.35 * np.tanh(fold / (fold.std() + 1e-6))
    up = line[None, :] - np.arange(canvas.height)[:, None] / canvas.height
    reach = 0.05 + 0.2 * np.interp(wide, x, force)
    edge = np.clip(up / 0.02 + 0.5, 0, 1)
    return np.asarray(edge * np.exp(-np.clip(up, 0, 1) / reach) * fold, np.float32)


def _land(
    canvas: Canvas, portrait: Portrait, colours: Palette, tense: float, lie: tuple[float, float]
) -> None:
    """Ridges out of the left hand, the farther the paler; sharp where the feeling is tense."""
    x = np.linspace(0, 1, canvas.width)
    _, low, _ = contour(portrait.low, 10)
    low = np.interp(x, np.linspace(0, 1, POINTS), low)
    sun, top = lie
    form = smoothed(steps(x, portrait.parts) - 0.5, canvas.width * 0.06)
    layers = 4 + round(2 * portrait.busy + tense)
    for layer in range(layers):
        depth = layer / (layers - 1)
        waves = 2 + 3 * depth + 3 * tense
        rough = _rough(canvas, waves, tense)
        carried = smoothed(low, canvas.width * (0.05 - 0.035 * tense) * (1.3 - depth))
        carried = (carried if layer % 2 else carried[::-1]) - 0.5
        height = 0.05 + 0.09 * tense
        line = top + (0.98 - top) * depth**1.15 - 0.05 * form * (1 - depth)
        line = line - 0.08 * carried - height * (1.05 - 0.5 * depth) * rough
        colour = colours.far + depth**0.8 * (colours.near - colours.far)
        harmony = smoothed(steps(x, portrait.chords), canvas.width * 0.012)
        sway = 0.03 * np.cos(2 * np.pi * harmony + 2 * layer)
        shade = np.broadcast_to(colour, (canvas.width, 3)).copy()
        shade[:, 1] += sway
        shade[:, 2] += 0.03 * np.sin(2 * np.pi * harmony + 2 * layer)
        # Light falls on what lies under the sun, and fades down each slope into mist.
        shade[:, 0] += 0.07 * (1 - depth) * np.exp(-(((x - sun) / 0.22) ** 2))
        mask = canvas.below(line)
        down = np.clip(
            np.arange(canvas.height, dtype=np.float32)[:, None] / canvas.height - line[None, :],
            0,
            1,
        )
        mist = np.exp(-down / 0.09)[..., None] * (1 - depth) * (0.55 - 0.3 * tense)
        body = shade[None].astype(np.float32)
        body = body + (0.55 - mist.astype(np.float32)) * 0.25 * (colours.below - body) * (1 - depth)
        texture = canvas.field((14 + 20 * depth, 22.0), 4)
        body[..., 0] += (0.004 + 0.016 * portrait.loud * (0.3 + tense)) * texture
        canvas.lay(mask, body.astype(np.float32))
        rim = np.exp(-down / 0.0035) * mask
        canvas.shine(
            rim.astype(np.float32), colours.light, (0.1 + 0.35 * tense) * (1 - 0.8 * depth)
        )


def _rough(canvas: Canvas, waves: float, tense: float) -> Array:
    """A skyline (W,): rolling hills that break into peaks as tension grows."""
    line = np.zeros(canvas.width)
    for octave in range(5):
        count = max(int(waves * 2**octave), 2)
        knots = canvas.chance.standard_normal(count + 4)
        across = np.linspace(1, count + 1, canvas.width)
        straight = np.interp(across, np.arange(count + 4), knots)
        soft = smoothed(straight, canvas.width / count * 0.45)
        weight = (0.32 + 0.24 * tense) ** octave
        line += weight * (tense * straight + (1 - tense) * soft * 1.3)
    return np.asarray(line - line.mean())
