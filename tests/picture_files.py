"""Pictures that cameras, editors, web pages and accidents produce, each written by one function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image


def _gradient(width: int = 64, height: int = 48) -> Image.Image:
    across = np.linspace(0, 255, width, dtype=np.uint8)
    pixels = np.stack([np.tile(across, (height, 1))] * 3, axis=2)
    pixels[..., 1] = 255 - pixels[..., 1]
    return Image.fromarray(pixels)


def missing(folder: Path) -> Path:
    return folder / "missing.jpg"


def text_named_jpg(folder: Path) -> Path:
    path = folder / "text.jpg"
    path.write_text("This is not a picture.\n")
    return path


def empty_file(folder: Path) -> Path:
    path = folder / "empty.png"
    path.write_bytes(b"")
    return path


def truncated_jpeg(folder: Path) -> Path:
    path = folder / "truncated.jpg"
    _gradient(640, 480).save(path, quality=90)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def folder_named_png(folder: Path) -> Path:
    path = folder / "folder.png"
    path.mkdir()
    return path


def twenty_thousand_square(folder: Path) -> Path:
    path = folder / "huge.png"
    Image.new("1", (20000, 20000)).save(path)
    return path


def one_pixel(folder: Path) -> Path:
    path = folder / "one.png"
    Image.new("RGB", (1, 1), (200, 30, 30)).save(path)
    return path


def cmyk(folder: Path) -> Path:
    path = folder / "cmyk.jpg"
    _gradient().convert("CMYK").save(path)
    return path


def sixteen_bit(folder: Path) -> Path:
    path = folder / "sixteen.png"
    Image.fromarray(np.linspace(0, 65535, 64 * 48).reshape(48, 64).astype(np.uint16)).save(path)
    return path


def animated_gif(folder: Path) -> Path:
    path = folder / "animated.gif"
    frames = [_gradient().rotate(90 * turn) for turn in range(3)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=50)
    return path


def palette_png(folder: Path) -> Path:
    path = folder / "palette.png"
    _gradient().convert("P").save(path)
    return path


def transparent_png(folder: Path) -> Path:
    path = folder / "transparent.png"
    picture = _gradient().convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    picture.save(path)
    return path


UNUSABLE: tuple[Callable[[Path], Path], ...] = (
    missing,
    text_named_jpg,
    empty_file,
    truncated_jpeg,
    folder_named_png,
    twenty_thousand_square,
)
USABLE: tuple[Callable[[Path], Path], ...] = (
    one_pixel,
    cmyk,
    sixteen_bit,
    animated_gif,
    palette_png,
    transparent_png,
)
