"""A piece as a diffusion model paints it, asked in words."""

from __future__ import annotations

import numpy as np
from PIL import Image

from melodymuse.errors import ModelError
from melodymuse.optional import need
from melodymuse.painting.canvas import Array
from melodymuse.painting.subject import Subject
from melodymuse.painting.words import words_of
from melodymuse.vision.features import Pixels


def paint_by(
    model: str,
    subject: Subject,
    begin: Pixels,
    *,
    size: tuple[int, int],
    device: str = "auto",
    steps: int | None = None,
) -> Array:
    """The picture that a diffusion model makes of a piece, uint8 (H, W, 3) RGB, of that size.

    Args:
        model: a pipeline of diffusers, by its folder or its name on the hub.
        subject: what is painted.
        begin: a picture to begin with, for a pipeline that takes one.
        size: width and height, pixels.
        device: ``"auto"``, ``"cuda"``, ``"mps"`` or ``"cpu"``.
        steps: how often noise is taken away; the pipeline's own when None.

    Raises:
        ModelError: no such model, or it makes no pictures.
        ControlError: an unknown device.
        MissingExtraError: diffusers is not installed.
    """
    need("torch", "diffusers", purpose="a diffusion model")
    from melodymuse.waveform.diffusion import Diffusion

    painter = Diffusion.load(model, device)
    wishes = {}
    if (name := painter.taken(("image",))) is not None:
        wishes[name] = Image.fromarray(begin)
    prompt = words_of(subject.portrait, subject.profile)
    seed = subject.portrait.seed % 2**63
    made = painter.ask(prompt, seed=seed, steps=steps, **wishes)
    if not getattr(made, "images", None):
        raise ModelError(f"'{model}' makes no pictures: name a pipeline that does")
    return np.asarray(made.images[0].convert("RGB").resize(size, Image.Resampling.LANCZOS))
