"""Files of every kind, damaged anywhere: a picture or an `ImageError` of one line, and soon."""

from __future__ import annotations

import io
import random
import struct
import time

import numpy as np
import pytest
import skimage.data
import tifffile
from PIL import Image

from melodymuse.errors import ImageError
from melodymuse.vision.loading import load_image
from tests.vision.decoding import profiles
from tests.vision.decoding.test_kinds import FIELDS_HEIC, bmp32

CAT = Image.fromarray(skimage.data.chelsea()[:48, :64])
FRAMES = [CAT.rotate(9 * turn) for turn in range(3)]
DEEP = np.asarray(CAT).astype(np.uint16) * 200


def saved(kind: str, image: Image.Image = CAT, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def film(kind: str) -> bytes:
    return saved(kind, FRAMES[0], save_all=True, append_images=FRAMES[1:])


def tiff(array: np.ndarray, **options: object) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, array, **options)
    return file.getvalue()


def whole_files() -> dict[str, bytes]:
    wide = profiles.colours_profile(profiles.PROPHOTO, 1.8)
    exif = Image.Exif()
    exif[274] = 6
    inks = {"image": CAT.convert("CMYK"), "icc_profile": profiles.inks_profile()}
    return {
        "jpeg": saved("JPEG", icc_profile=wide, exif=exif),
        "progressive": saved("JPEG", progressive=True),
        "inks": saved("JPEG", **inks),
        "png": saved("PNG", icc_profile=wide, exif=exif),
        "palette": saved("PNG", CAT.convert("P"), transparency=3),
        "film in png": film("PNG"),
        "gif": film("GIF"),
        "webp": saved("WEBP", icc_profile=wide),
        "film in webp": film("WEBP"),
        "tiff": saved("TIFF", icc_profile=wide),
        "deep": tiff(DEEP, photometric="rgb"),
        "planes": tiff(np.moveaxis(DEEP, -1, 0), photometric="rgb", planarconfig="separate"),
        "floats": tiff(DEEP[..., 0].astype(np.float32)),
        "avif": saved("AVIF", icc_profile=wide),
        "jp2": saved("JPEG2000"),
        "bmp": bmp32(0, True),
        "ppm": saved("PPM"),
        "heic": FIELDS_HEIC,
    }


def damaged(data: bytes, rng: random.Random) -> bytes:
    """The file with a few bytes changed, put in, taken out or cut off, more often near its head."""
    found = bytearray(data)
    for _ in range(rng.choice([1, 2, 8])):
        place = int(rng.random() ** 2 * len(found))
        how = rng.choice(["change", "number", "remove", "insert", "cut"])
        if how == "change":
            found[place : place + 1] = bytes([rng.choice([0, 1, 127, 128, 255])])
        elif how == "number":
            number = rng.choice([0, 12, 2**16 - 1, 2**31 - 1, 2**32 - 1])
            found[place : place + 4] = struct.pack(rng.choice("<>") + "I", number)
        elif how == "remove":
            del found[place : place + rng.choice([1, 4, 60])]
        elif how == "insert":
            found[place:place] = rng.randbytes(rng.choice([1, 4, 40]))
        else:
            del found[max(1, rng.randrange(len(found) + 1)) :]
    return bytes(found)


@pytest.mark.parametrize(("kind", "data"), whole_files().items(), ids=whole_files())
def test_damage_ends_in_a_picture_or_one_line(kind: str, data: bytes) -> None:
    rng = random.Random(kind)
    whole = 0
    for _ in range(25):
        spoiled, start = damaged(data, rng), time.process_time()
        try:
            pixels = load_image(spoiled)
            assert pixels.dtype == np.uint8 and pixels.ndim == 3
            whole += 1
        except ImageError as error:
            assert "\n" not in str(error)
        assert time.process_time() - start < 5
    assert whole < 25
