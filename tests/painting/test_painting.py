"""Pictures of pieces: what of the music, of the feeling and of a guide is seen in them."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from melodymuse.audio.clip import Clip
from melodymuse.errors import AudioError, ControlError, MidiError
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.score import (
    ChordSymbol,
    Hand,
    Note,
    Provenance,
    Score,
    Section,
    TempoMark,
    TimeSignature,
)
from melodymuse.music.theory import Key
from melodymuse.painting.canvas import Array, Canvas
from melodymuse.painting.colour import lch, light_and_colour, oklab, palette, srgb
from melodymuse.painting.cover import STYLES, paint, png_bytes, read_size
from melodymuse.painting.guide import guide_of, guided
from melodymuse.painting.portrait import portrait_of
from melodymuse.painting.sounding import portrait_of_sound
from melodymuse.painting.words import words_of

SMALL = (120, 96)
JOY, GRIEF = EmotionProfile.at(0.8, 0.6), EmotionProfile.at(-0.8, -0.6)


def piece(*, mode: str = "major", velocity: int = 70, seed: int = 3, fast: int = 1) -> Score:
    """A rising tune over a falling bass, four bars in two sections."""
    step = 480 // fast
    right = [Note(n * step, step, 60 + n % 16, velocity, Hand.RIGHT) for n in range(16 * fast)]
    left = [Note(n * 1920, 1920, 48 - n, velocity - 10, Hand.LEFT) for n in range(4)]
    return Score(
        notes=tuple(sorted(right + left, key=lambda note: (note.onset, note.duration, note.pitch))),
        time_signature=TimeSignature(),
        key=Key("C", mode),
        bars=4,
        tempos=(TempoMark(0, 100.0),),
        chords=(ChordSymbol(0, 3840, 0, "major"), ChordSymbol(3840, 3840, 7, "major")),
        sections=(Section(0, "A"), Section(3840, "B"), Section(5760, "A'")),
        provenance=Provenance("0", seed, "awe"),
    )


PORTRAIT = portrait_of(piece())


def sharpness(pixels: Array) -> float:
    """How much neighbours differ."""
    grey = pixels.astype(float).mean(axis=2)
    # Over the grain.
    grey = grey[:240].reshape(60, 4, -1, 4).mean(axis=(1, 3))
    return float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean())


def test_oklab_is_ottossons() -> None:
    # His table of pairs, and white and black.
    found = oklab(np.array([[1.0, 1, 1], [0, 0, 0], [1, 0, 0]]))
    np.testing.assert_allclose(found[0], [1, 0, 0], atol=1e-3)
    np.testing.assert_allclose(found[1], [0, 0, 0], atol=1e-3)
    np.testing.assert_allclose(found[2], [0.628, 0.225, 0.126], atol=1e-3)
    colours = np.random.default_rng(0).random((50, 3))
    np.testing.assert_allclose(srgb(oklab(colours)), colours, atol=1e-6)


def test_pleasant_is_bright_and_arousing_is_vivid() -> None:
    places = [light_and_colour(EmotionProfile.at(v, a)) for v, a in ((0.7, 0), (-0.7, 0))]
    assert places[0][0] > 0.7 > 0.3 > places[1][0]
    excited, calm = (light_and_colour(EmotionProfile.at(0, a))[1] for a in (0.7, -0.7))
    assert excited > 0.7 and calm < 0.3


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_minor_cools_what_shines(emotion: str) -> None:
    profile = EmotionProfile.of(emotion)
    warm, cool = palette(profile, 1.0).light, palette(profile, -1.0).light
    assert warm[2] > cool[2] and warm[0] == cool[0]


def test_a_portrait_holds_tune_form_and_loudness() -> None:
    heights = [touch.height for touch in PORTRAIT.tune]
    assert heights == sorted(heights) and (heights[0], heights[-1]) == (0.0, 1.0)
    assert [kind for _, kind in PORTRAIT.parts] == [0, 1, 0]
    assert PORTRAIT.parts[1][0] == PORTRAIT.chords[1][0] == 0.5
    assert PORTRAIT.major == 1 and portrait_of(piece(mode="minor")).major == -1
    assert portrait_of(piece(velocity=110)).loud > PORTRAIT.loud + 0.2
    assert portrait_of(piece(fast=4)).busy > PORTRAIT.busy
    with pytest.raises(MidiError, match="nothing to paint"):
        portrait_of(replace(piece(), notes=()))


def test_a_foreign_piece_has_a_seed_of_its_notes() -> None:
    one, same = (portrait_of(replace(piece(), provenance=None)) for _ in range(2))
    other = portrait_of(replace(piece(velocity=71), provenance=None))
    assert one.seed == same.seed != other.seed


@pytest.mark.parametrize("style", STYLES)
def test_the_same_piece_is_the_same_picture(style: str) -> None:
    first = paint(PORTRAIT, JOY, size=SMALL, style=style)
    assert first.shape == (SMALL[1], SMALL[0], 3) and first.dtype == np.uint8
    np.testing.assert_array_equal(first, paint(PORTRAIT, JOY, size=SMALL, style=style))
    other = paint(portrait_of(piece(seed=4)), JOY, size=SMALL, style=style)
    assert np.abs(first.astype(int) - other).mean() > 3


@pytest.mark.parametrize("style", STYLES)
def test_joy_is_brighter_and_more_colourful_than_grief(style: str) -> None:
    joy, grief = (paint(PORTRAIT, p, size=SMALL, style=style) for p in (JOY, GRIEF))
    assert joy.mean() > grief.mean() + 40
    spread = [np.ptp(one.astype(int), axis=2).mean() for one in (joy, grief)]
    assert spread[0] > 1.5 * spread[1]


@pytest.mark.parametrize("style", STYLES)
def test_tension_is_sharp_and_calm_is_soft(style: str) -> None:
    wide = (300, 240)
    tense, calm = (
        paint(PORTRAIT, EmotionProfile.at(0.3, arousal), size=wide, style=style)
        for arousal in (0.9, -0.9)
    )
    assert sharpness(tense) > 1.2 * sharpness(calm)


def test_where_the_tune_goes_the_light_goes() -> None:
    falling = replace(PORTRAIT, tune=tuple(replace(t, height=1 - t.height) for t in PORTRAIT.tune))
    rising, sinking = (paint(one, JOY, size=(240, 240)).astype(int) for one in (PORTRAIT, falling))
    change = np.abs(rising - sinking).sum(axis=2)[:150]
    left, right = change[:, :60].argmax(axis=0).mean(), change[:, 180:].argmax(axis=0).mean()
    assert change.mean() > 3 and abs(left - right) > 5


def test_a_guide_gives_its_colours_and_its_composition() -> None:
    shown = np.zeros((60, 90, 3), np.uint8)
    shown[:33] = (120, 20, 20)
    shown[33:] = (60, 10, 10)
    shown[5:11, 70:78] = (255, 120, 110)
    guide = guide_of(shown)
    assert guide.horizon == pytest.approx(0.55, abs=0.03)
    assert guide.light == pytest.approx((74 / 90, 8 / 60), abs=0.03)
    assert (np.diff(guide.colours[:, 0]) >= 0).all()
    sad = EmotionProfile.of("sadness")
    toned = guided(palette(sad, -1), guide)
    assert toned.above[1] > 0.03 > palette(sad, -1).above[1]
    blue, red = (paint(PORTRAIT, sad, size=SMALL, guide=g).mean(axis=(0, 1)) for g in (None, guide))
    assert blue[2] > blue[0] and red[0] > red[2] + 20


def test_a_sound_is_painted_by_its_strongest_pitches() -> None:
    at = np.arange(4 * 11025) / 11025
    sweep = np.sin(2 * np.pi * (300 * at + 100 * at**2)) * np.linspace(0.2, 1, len(at))
    portrait = portrait_of_sound(Clip(sweep[:, None].astype(np.float32), 11025), 0.5)
    heights = [touch.height for touch in portrait.tune]
    assert len(heights) > 8 and heights == sorted(heights)
    assert portrait.tune[0].force < portrait.tune[-1].force and portrait.major == 0.5
    assert paint(portrait, JOY, size=SMALL).std() > 10
    with pytest.raises(AudioError, match="nothing to paint"):
        portrait_of_sound(Clip(np.zeros((22050, 1), np.float32), 11025), 0.0)


def test_words_name_feeling_light_and_colour() -> None:
    said = words_of(PORTRAIT, EmotionProfile.of("sadness"))
    assert "sadness" in said and "deep blue" in said and "dark" in said and "horizontal" in said
    assert "jagged" in words_of(PORTRAIT, EmotionProfile.of("anger"))


@pytest.mark.parametrize("text", ["1600", "10x10", "7000x100", "axb", "-5x100", ""])
def test_sizes_that_cannot_be_are_refused(text: str) -> None:
    assert read_size("640X480") == (640, 480)
    with pytest.raises(ControlError, match="write WIDTHxHEIGHT"):
        read_size(text)


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(ControlError, match="unknown style 'cubism': use one of horizon, bloom"):
        paint(PORTRAIT, JOY, size=SMALL, style="cubism")


def test_a_png_says_what_it_is() -> None:
    data = png_bytes(np.zeros((4, 4, 3), np.uint8), {"Title": "Übung"})
    assert Image.open(BytesIO(data)).text == {"Title": "Übung"}


def test_masks_are_shares() -> None:
    canvas = Canvas((40, 30), 0)
    line = np.full(40, 0.5)
    masks = [canvas.disc((0.5, 0.5), 0.2, 0.3), canvas.glow((0.2, 0.2), 0.3), canvas.below(line)]
    for mask in masks:
        assert mask.shape == (30, 40) and 0 <= mask.min() < mask.max() <= 1
    assert masks[2][:14].max() == 0 and masks[2][17:].min() == 1
    canvas.lay(masks[2], lch(0.5, 0.1, 90))
    assert canvas.lab[20, 5, 0] == pytest.approx(0.5) and canvas.lab[5, 5, 0] == 0
