"""What the frozen networks see in every picture: computed once, kept in a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from melodymuse.vision.classifier import network_colour, network_pixels
from melodymuse.vision.features import Pixels, measure
from melodymuse.vision.loading import load_image
from training.eye import drawn
from training.eye.picture_sets import FeltPicture

# A picture -> what the backbones and the network that knows faces see in its `network_pixels`.
Looks = Callable[[Pixels], tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class Seen:
    """Features of N pictures, float32.

    Attributes:
        scene: (N, F): what the backbones saw, then brightness and colourfulness.
        expression: (N, E): what the network that knows faces saw.
    """

    scene: npt.NDArray[np.float32]
    expression: npt.NDArray[np.float32]

    def __getitem__(self, rows: npt.NDArray[np.int64]) -> Seen:
        """Those of some pictures."""
        return Seen(self.scene[rows], self.expression[rows])


def pixels_of(picture: FeltPicture) -> Pixels:
    """The picture itself, uint8 (H, W, 3), RGB, read or drawn."""
    if picture.source == drawn.SOURCE:
        return drawn.draw(picture.kind, int(picture.path.name))
    return load_image(picture.path)


def see(looks: Looks, pictures: Sequence[Pixels]) -> Seen:
    """What the frozen networks see in pictures, uint8 (H, W, 3) each."""
    scenes, expressions = [], []
    for pixels in pictures:
        scene, expression = looks(network_pixels(pixels))
        scenes.append(np.concatenate([scene, network_colour(measure(pixels))], axis=1)[0])
        expressions.append(expression[0])
    return Seen(np.array(scenes, np.float32), np.array(expressions, np.float32))


def seen_once(looks: Looks, pictures: Sequence[FeltPicture], folder: Path) -> Seen:
    """`see`, or the file in `folder` that an earlier call left for the same pictures."""
    key = json.dumps(
        [f"{picture.source}/{picture.kind}/{picture.path.name}" for picture in pictures]
    )
    path = folder / f"seen-{hashlib.sha256(key.encode()).hexdigest()[:12]}.npz"
    if path.is_file():
        with np.load(path) as stored:
            return Seen(stored["scene"].astype(np.float32), stored["expression"].astype(np.float32))
    parts = [see(looks, [pixels_of(picture)]) for picture in pictures]
    seen = Seen(
        np.concatenate([part.scene for part in parts]),
        np.concatenate([part.expression for part in parts]),
    )
    folder.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part.npz")
    np.savez(
        beside, scene=seen.scene.astype(np.float16), expression=seen.expression.astype(np.float16)
    )
    beside.rename(path)
    return seen
