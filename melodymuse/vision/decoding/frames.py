"""Which picture of an animation stands for it: a typical one of those that show most.

The first is often black, because films fade in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from PIL import Image

ANIMATED = frozenset({"GIF", "WEBP", "PNG", "AVIF"})
# What is looked at, at most: more of a long animation tells nothing new, and costs time.
MOST_FRAMES = 200
MOST_PIXELS = 100_000_000
_SIDE = 32
_USUAL_MS = 100.0
# A frame shows enough when it has this share of the detail that nine tenths of the time stay below.
_ENOUGH, _RICH = 0.9, 0.9


@dataclass(frozen=True, slots=True)
class _Frame:
    number: int
    small: npt.NDArray[np.float32]
    seconds: float

    @property
    def detail(self) -> float:
        return float(self.small.std(axis=(0, 1)).sum())


def representative(image: Image.Image) -> tuple[int, int]:
    """The number of the frame that stands for an animation, from 0, and how many were looked at.

    Of the frames that show most it is the one nearest to all others of them, by colours at 32 px.
    """
    frames = _look(image)
    if len(frames) < 2:
        return 0, len(frames)
    enough = _ENOUGH * _detail_at(frames, _RICH)
    rich = [frame for frame in frames if frame.detail >= enough]
    seconds = np.array([frame.seconds for frame in rich])
    stack = np.stack([frame.small for frame in rich])
    apart = [
        float((np.abs(stack - one.small).mean(axis=(1, 2, 3)) * seconds).sum()) for one in rich
    ]
    # Where several are as near, the one that shows most, and of those the first.
    best = min(range(len(rich)), key=lambda i: (round(apart[i], 3), -round(rich[i].detail, 3)))
    return rich[best].number, len(frames)


def _look(image: Image.Image) -> list[_Frame]:
    frames: list[_Frame] = []
    room = min(MOST_FRAMES, max(1, MOST_PIXELS // (image.width * image.height)))
    for number in range(room):
        try:
            image.seek(number)
            image.load()
        except EOFError:
            break
        # A frame that is damaged: those before it stand.
        except Exception:
            if not frames:
                raise
            break
        seconds = float(image.info.get("duration") or _USUAL_MS) / 1000
        frames.append(_Frame(number, _small(image), seconds))
    return frames


def _small(image: Image.Image) -> npt.NDArray[np.float32]:
    from PIL import Image

    layer = image.convert("RGBA").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    ground = Image.new("RGBA", layer.size, "white")
    ground.alpha_composite(layer)
    return np.asarray(ground.convert("RGB"), np.float32)


def _detail_at(frames: list[_Frame], share: float) -> float:
    """The detail that this share of the time stays below."""
    ordered = sorted(frames, key=lambda frame: frame.detail)
    passed = np.cumsum([frame.seconds for frame in ordered])
    return ordered[int(np.searchsorted(passed, share * passed[-1]))].detail
