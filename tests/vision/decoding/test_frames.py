"""Which picture of an animation stands for it."""

from __future__ import annotations

import io

import numpy as np
import pytest
import skimage.data
from PIL import Image

from melodymuse.vision.decoding.frames import representative
from melodymuse.vision.loading import load_image, read_picture

CAT = skimage.data.chelsea()[:96, :128]
ROCKET = np.asarray(Image.fromarray(skimage.data.rocket()).resize((128, 96)))
BLACK, WHITE = np.zeros_like(CAT), np.full_like(CAT, 255)


def mixed(one: np.ndarray, other: np.ndarray, share: float) -> np.ndarray:
    return np.rint(one * (1 - share) + other.astype(float) * share).astype(np.uint8)


def film(kind: str, frames: list[np.ndarray], milliseconds: int | list[int] = 100) -> bytes:
    first, *others = [Image.fromarray(frame) for frame in frames]
    file = io.BytesIO()
    options = {"lossless": True} if kind == "WEBP" else {}
    first.save(file, kind, save_all=True, append_images=others, duration=milliseconds, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
@pytest.mark.parametrize("ground", [BLACK, WHITE], ids=["black", "white"])
def test_a_film_that_fades_in_is_judged_by_what_it_shows(kind: str, ground: np.ndarray) -> None:
    frames = [mixed(ground, CAT, share) for share in np.linspace(0, 1, 6)] + [CAT] * 2
    picture = read_picture(film(kind, frames))
    assert np.abs(picture.pixels.astype(int) - CAT).mean() < 8
    (remark,) = picture.remarks
    assert "an animation" in remark


def test_a_fade_in_and_out_without_a_hold_is_judged_by_its_height() -> None:
    shares = [0, 0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25, 0]
    pixels = load_image(film("WEBP", [mixed(BLACK, CAT, share) for share in shares]))
    np.testing.assert_array_equal(pixels, CAT)


def test_of_frames_as_typical_the_one_that_shows_most_stands() -> None:
    shares = [0, 0.5, 0.97, 1]
    pixels = load_image(film("WEBP", [mixed(BLACK, CAT, share) for share in shares]))
    np.testing.assert_array_equal(pixels, CAT)


def test_a_film_that_shows_something_from_the_start_is_judged_by_that() -> None:
    moved = [np.roll(CAT, 3 * step, axis=1) for step in range(4)]
    picture = read_picture(film("WEBP", moved))
    assert any(np.array_equal(picture.pixels, frame) for frame in moved)
    still = read_picture(film("WEBP", [CAT, mixed(CAT, BLACK, 0.4), mixed(CAT, BLACK, 0.8)]))
    np.testing.assert_array_equal(still.pixels, CAT)
    assert still.remarks == ()


def test_a_short_title_does_not_stand_for_the_film() -> None:
    title = np.zeros_like(CAT)
    title[40:56, ::2] = 255
    frames = [title, *[mixed(ROCKET, CAT, 0.01 * step) for step in range(9)]]
    pixels = load_image(film("WEBP", frames, [60, *[200] * 9]))
    assert np.abs(pixels.astype(int) - ROCKET).mean() < 5


def test_an_endless_film_is_looked_at_for_a_while() -> None:
    rng = np.random.default_rng(0)
    frames = [rng.integers(0, 256, (4, 4, 3), np.uint8) for _ in range(260)]
    image = Image.open(io.BytesIO(film("GIF", frames)))
    assert representative(image)[1] == 200


def test_a_broken_end_leaves_what_was_before() -> None:
    data = film("GIF", [BLACK, CAT, CAT, ROCKET])
    pixels = load_image(data[: len(data) - 3000])
    assert pixels.mean() > 40


def test_pages_of_a_document_are_no_film() -> None:
    file = io.BytesIO()
    Image.fromarray(BLACK).save(file, "TIFF", save_all=True, append_images=[Image.fromarray(CAT)])
    picture = read_picture(file.getvalue())
    assert not picture.pixels.any()
    assert picture.remarks == ()
