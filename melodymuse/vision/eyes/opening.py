"""From what a user calls an eye to the eye: an address, a fitted head, or a model."""

from __future__ import annotations

import re
from pathlib import Path

from melodymuse.vision.eyes.head import HEAD_FILE, Head
from melodymuse.vision.eyes.model import EmotionModel

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


def open_eye(name_or_path: str) -> EmotionModel:
    """A model by the name that `--eye` takes, loaded and ready to look.

    Args:
        name_or_path: the address of a server that speaks OpenAI's protocol (``http://HOST/v1``,
            with ``#MODEL`` behind it where the server has several); a folder in which
            `training.eye.clip` left a head; or a CLIP or SigLIP of transformers, as a folder or a
            name on the hub.

    Raises:
        ModelError: nothing of that name can be opened.
        MissingExtraError: PyTorch or transformers is not installed.
    """
    if _ADDRESS.match(name_or_path):
        from melodymuse.vision.eyes.server import ServerEye

        return ServerEye.at(name_or_path)
    from melodymuse.vision.eyes.clip import ClipEncoder, FittedEye, ZeroShotEye

    folder = Path(name_or_path)
    if (folder / HEAD_FILE).is_file():
        head = Head.read(folder)
        name = f"{_told(head.model)}, fitted head"
        return FittedEye(name, ClipEncoder.load(head.model), head)
    return ZeroShotEye.of(_told(name_or_path), ClipEncoder.load(name_or_path))


def _told(name_or_path: str) -> str:
    """What files say of a model: its name on the hub, or its folder's without its place."""
    path = Path(name_or_path)
    return path.resolve().name if path.exists() else name_or_path
