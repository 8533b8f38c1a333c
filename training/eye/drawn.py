"""Pictures that no set has and people bring all the same: blank, plain, noise, pages, screens.

They teach the eye a flat, calm answer: where nothing is shown that could move anyone, no emotion
may lead by far.  What they ought to say is a design choice of this project, not a rating.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from melodymuse.vision.features import Pixels
from training.eye.picture_sets import FeltPicture

SOURCE = "drawn"
# Neither pleasant nor unpleasant, as calm as OASIS's calmest photos; contentment before the others,
# in EmoSet's order, by enough that it still leads when rare emotions are given more room.
VALENCE, AROUSAL = 0.0, -0.45
EMOTIONS = (0.11, 0.11, 0.23, 0.11, 0.11, 0.11, 0.11, 0.11)

_SYLLABLES = (
    "ta", "re", "mi", "so", "lu", "ven", "dor", "is", "an", "the", "con", "pro", "men", "ti",
    "al", "er", "os", "qui", "na", "ber",
)  # fmt: skip

Draw = Callable[[np.random.Generator, int, int], Pixels]


def blank(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """A sheet of white, black or grey."""
    level = rng.choice([0, 255, int(rng.integers(256))])
    return np.full((height, width, 3), level, np.uint8)


def plain(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """One colour."""
    return np.full((height, width, 3), rng.integers(0, 256, 3), np.uint8)


def gradient(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """From one colour to another, in any direction or from a point outwards."""
    y, x = np.mgrid[0 : 1 : complex(0, height), 0 : 1 : complex(0, width)]
    angle = rng.uniform(0, 2 * np.pi)
    along = np.cos(angle) * x + np.sin(angle) * y
    if rng.random() < 0.3:
        along = np.hypot(x - rng.random(), y - rng.random())
    share = (along - along.min()) / np.ptp(along)
    first, second = rng.integers(0, 256, (2, 3))
    return _bytes(first + (second - first) * share[..., None])


def noise(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """Noise around one level, grey or coloured, of grains from a pixel to a sixteenth."""
    grain = int(rng.choice([1, 1, 2, 4, 16]))
    channels = int(rng.choice([1, 3]))
    rough = rng.normal(
        rng.uniform(60, 200),
        rng.uniform(8, 90),
        (-(-height // grain), -(-width // grain), channels),
    )
    fine = rough.repeat(grain, axis=0).repeat(grain, axis=1)[:height, :width]
    return _bytes(np.broadcast_to(fine, (height, width, 3)))


def page(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """A printed page: paragraphs, a heading or columns on paper, sometimes a table's rules."""
    paper = rng.integers(225, 256) - np.array([0, rng.integers(12), rng.integers(25)])
    sheet = Image.new("RGB", (width, height), tuple(int(level) for level in paper))
    pen = ImageDraw.Draw(sheet)
    margin, columns = int(width * rng.uniform(0.04, 0.14)), int(rng.choice([1, 1, 2]))
    size = float(rng.uniform(7, 16))
    ink = (int(rng.integers(0, 70)),) * 3
    top = float(margin)
    if rng.random() < 0.5:
        pen.text((margin, top), _words(rng, 3), ink, _font(2 * size))
        top += 3.2 * size
    across = (width - margin * (columns + 1)) / columns
    for column in range(columns):
        left = margin + column * (across + margin)
        _paragraphs(rng, pen, (left, top, left + across, height - margin), size, ink)
    if rng.random() < 0.2:
        for y in np.linspace(top, height - margin, int(rng.integers(4, 12))):
            pen.line((margin, y, width - margin, y), ink)
    return np.asarray(sheet, np.uint8)


def screenshot(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """A window: a bar with buttons, a list beside, lines of text or code, light or dark."""
    dark = rng.random() < 0.4
    ground, panel, ink = (
        ((24, 26, 32), (40, 44, 52), (205, 210, 215)) if dark
        else ((252, 252, 252), (233, 236, 240), (45, 48, 52))
    )  # fmt: skip
    accent = tuple(int(level) for level in rng.integers(40, 220, 3))
    screen = Image.new("RGB", (width, height), ground)
    pen = ImageDraw.Draw(screen)
    bar = int(height * rng.uniform(0.06, 0.12))
    side = int(width * rng.choice([0.0, 0.2, 0.28]))
    pen.rectangle((0, 0, width, bar), panel)
    pen.rectangle((0, bar, side, height), panel)
    for i in range(int(rng.integers(2, 6))):
        x = 6 + i * width // 7
        pen.rounded_rectangle(
            (x, bar // 4, x + width // 9, bar - bar // 4), 3, accent if i == 0 else ground
        )
    size = float(rng.uniform(7, 12))
    if side:
        _paragraphs(rng, pen, (6, bar + 6, side - 4, height), size, ink)
    _paragraphs(rng, pen, (side + 8, bar + 8, width - 8, height - 6), size, ink)
    if rng.random() < 0.5:
        x, y = side + 10, int(height * rng.uniform(0.5, 0.8))
        pen.rounded_rectangle((x, y, x + width // 4, y + height // 10), 4, accent)
    return np.asarray(screen, np.uint8)


KINDS: dict[str, Draw] = {
    draw.__name__: draw for draw in (blank, plain, gradient, noise, page, screenshot)
}


def draw(kind: str, index: int) -> Pixels:
    """The `index`-th picture of a kind in `KINDS`: uint8 (H, W, 3), short side 224 px.

    The same index always gives the same picture.
    """
    rng = np.random.default_rng((sorted(KINDS).index(kind), index))
    long = int(rng.choice([224, 288, 320, 352]))
    height, width = (224, long) if rng.random() < 0.5 else (long, 224)
    return KINDS[kind](rng, height, width)


def drawn_pictures(each: int) -> list[FeltPicture]:
    """`each` pictures of every kind in `KINDS`, with flat, calm answers."""
    return [
        FeltPicture(Path(str(index)), f"{kind} {index}", kind, (VALENCE, AROUSAL), EMOTIONS, SOURCE)
        for kind in KINDS
        for index in range(each)
    ]


def _paragraphs(
    rng: np.random.Generator,
    pen: ImageDraw.ImageDraw,
    box: tuple[float, float, float, float],
    size: float,
    ink: tuple[int, int, int],
) -> None:
    """Fills a box (left, top, right, bottom) with lines of made-up words."""
    left, y, right, bottom = box
    font = _font(size)
    fits = max(1, int((right - left) / (size * 3.2)))
    while y + size < bottom:
        if rng.random() < 0.12:
            y += size
        pen.text((left, y), _words(rng, max(1, fits - int(rng.integers(0, 2)))), ink, font)
        y += 1.35 * size


def _words(rng: np.random.Generator, count: int) -> str:
    lengths = rng.integers(1, 4, count)
    return " ".join("".join(rng.choice(_SYLLABLES, length)) for length in lengths)


def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _bytes(levels: npt.NDArray[np.float64]) -> Pixels:
    return np.asarray(np.clip(np.rint(levels), 0, 255), np.uint8)
