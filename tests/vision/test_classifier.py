"""The shipped eye, on real photographs: a profile that makes sense, the same wherever it runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data
from PIL import Image

from melodymuse.errors import ModelError
from melodymuse.music.emotion import EMOTIONS
from melodymuse.vision import UNITS, Analysis, analyze, load_eye
from melodymuse.vision.classifier import MODEL, load_model, network_pixels

CAT = skimage.data.chelsea()
PHOTOS = {name: getattr(skimage.data, name)() for name in ("rocket", "coffee", "astronaut")}


@pytest.fixture(scope="module")
def cat() -> Analysis:
    return analyze(CAT)


def test_the_answer_is_a_profile(cat: Analysis) -> None:
    assert sum(cat.profile.probabilities) == pytest.approx(1, abs=1e-6)
    assert -1 <= cat.profile.valence <= 1
    assert -1 <= cat.profile.arousal <= 1


def test_the_contract_of_the_json_line(cat: Analysis) -> None:
    found = json.loads(json.dumps(cat.as_dict()))
    assert list(found) == [
        "image", "emotion", "probabilities", "valence", "arousal", "features", "doubt",
    ]  # fmt: skip
    assert tuple(found["probabilities"]) == EMOTIONS
    assert found["emotion"] == max(found["probabilities"], key=found["probabilities"].get)
    assert list(found["features"]) == list(UNITS)
    assert found["image"] == "array"


def test_photos_are_felt_as_most_people_would(cat: Analysis) -> None:
    coffee, rocket = analyze(PHOTOS["coffee"]), analyze(PHOTOS["rocket"])
    gravel = analyze(skimage.data.gravel())
    assert cat.profile.emotion in ("amusement", "contentment")
    assert coffee.profile.emotion == "contentment"
    assert rocket.profile.emotion in ("awe", "excitement")
    assert cat.profile.valence > coffee.profile.valence > 0 > gravel.profile.valence
    assert gravel.profile.arousal < rocket.profile.arousal


@pytest.mark.parametrize("name", PHOTOS)
def test_probabilities_and_valence_agree(name: str) -> None:
    profile = analyze(PHOTOS[name]).profile
    pleasant = sum(profile.probabilities[:4])
    if abs(profile.valence) > 0.3:
        assert (pleasant > 0.5) == (profile.valence > 0)


@pytest.mark.parametrize("name", PHOTOS)
def test_the_answer_hardly_moves_when_the_picture_is_mirrored_resized_or_recompressed(
    name: str, tmp_path: Path
) -> None:
    pixels = PHOTOS[name]
    plain = analyze(pixels).profile
    height, width = pixels.shape[:2]
    path = tmp_path / "again.jpg"
    Image.fromarray(pixels).save(path, quality=75)
    for changed in (
        pixels[:, ::-1],
        cv2.resize(pixels, (width * 2, height * 2), interpolation=cv2.INTER_CUBIC),
        path,
    ):
        profile = analyze(changed).profile
        assert profile.valence == pytest.approx(plain.valence, abs=0.2)
        assert profile.arousal == pytest.approx(plain.arousal, abs=0.2)


def test_the_same_picture_gives_the_same_answer_to_the_bit() -> None:
    look = load_eye()
    assert analyze(CAT) == look(CAT) == look(CAT)


def test_every_kind_of_picture_gets_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "cat.png"
    Image.fromarray(CAT).save(path)
    sources = [path, str(path), path.read_bytes(), Image.open(path), CAT, CAT / 255]
    answers = list(map(load_eye(), sources))
    assert len({answer.profile for answer in answers}) == 1
    assert [answer.name for answer in answers[:3]] == [str(path), str(path), "image"]


@pytest.mark.parametrize("level", [0, 40, 128, 255])
def test_a_blank_picture_stirs_nothing(level: int) -> None:
    seen = analyze(np.full((300, 400, 3), level, np.uint8))
    # What leads a little is calm, not whichever emotion is rarest.
    assert seen.profile.emotion == "contentment"
    assert max(seen.profile.probabilities) < 0.35
    assert abs(seen.profile.valence) < 0.1
    assert seen.profile.arousal < -0.3
    assert seen.doubt is not None and seen.doubt.emotion_chance < 0.4


def test_a_page_of_print_is_calm() -> None:
    page = np.full((700, 500, 3), 250, np.uint8)
    for y in range(60, 640, 24):
        cv2.putText(page, "lorem ipsum dolor sit amet", (40, y), 0, 0.8, (20, 20, 20), 1)
    profile = analyze(page).profile
    assert profile.arousal < -0.2
    assert abs(profile.valence) < 0.2
    assert max(profile.probabilities) < 0.6


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (31, 33), (2000, 40)])
def test_odd_sizes_get_an_answer(shape: tuple[int, int]) -> None:
    grey = np.full((*shape, 3), 90, np.uint8)
    assert analyze(grey).profile.emotion in EMOTIONS


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((300, 300), (224, 224)),
        ((224, 280), (224, 288)),
        ((3000, 4000), (224, 288)),
        ((600, 400), (352, 224)),
        ((100, 1000), (224, 448)),
        ((1, 1), (224, 224)),
    ],
)
def test_the_network_sees_the_whole_picture_in_its_proportions(
    shape: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert network_pixels(np.zeros((*shape, 3), np.uint8)).shape == (1, *expected, 3)


def test_missing_weights_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        load_model(tmp_path / "none.onnx")


def test_damaged_weights_are_told_in_one_line(tmp_path: Path) -> None:
    whole = MODEL.read_bytes()
    for content in (b"", b"hello", whole[: len(whole) // 2]):
        path = tmp_path / "damaged.onnx"
        path.write_bytes(content)
        with pytest.raises(ModelError) as caught:
            load_model(path)
        assert "\n" not in str(caught.value)


def test_another_network_is_no_eye(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="drawing a foreign network needs onnx")
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Identity", ["x"], ["y"])],
        "foreign",
        [value("x", onnx.TensorProto.FLOAT, [1])],
        [value("y", onnx.TensorProto.FLOAT, [1])],
    )
    opset = onnx.helper.make_opsetid("", 17)
    path = tmp_path / "foreign.onnx"
    onnx.save(onnx.helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
    with pytest.raises(ModelError, match="not the eye"):
        load_model(path)


def test_the_weights_stay_small() -> None:
    assert MODEL.stat().st_size <= 16 * 10**6


def test_looking_needs_no_training_framework() -> None:
    code = (
        "import sys, skimage.data; from melodymuse.vision import analyze; "
        "analyze(skimage.data.coffee()); "
        "print({'tensorflow', 'keras', 'jax', 'torch', 'matplotlib', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
