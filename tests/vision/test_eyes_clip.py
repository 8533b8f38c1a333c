"""Eyes out of CLIP and SigLIP: the words lead, a fitted head is read, what is broken is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage.data

from melodymuse.errors import ModelError
from melodymuse.music.emotion import EMOTIONS
from melodymuse.vision import load_eye
from melodymuse.vision.eyes.clip import ClipEncoder, ZeroShotEye
from melodymuse.vision.eyes.head import HEAD_FILE, Head
from melodymuse.vision.eyes.opening import open_eye
from melodymuse.vision.eyes.words import AXIS_WORDS, EMOTION_WORDS, sentences
from tests.vision.tiny_clip import save_clip, torch

CAT, ROCKET = skimage.data.chelsea(), skimage.data.rocket()


@pytest.fixture(scope="module", params=["clip", "siglip"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_clip(tmp_path_factory.mktemp(request.param) / "model", kind=request.param)


def test_every_emotion_and_axis_has_words() -> None:
    assert tuple(EMOTION_WORDS) == EMOTIONS
    assert tuple(AXIS_WORDS) == ("valence", "arousal")
    said = [text for phrases in EMOTION_WORDS.values() for text in sentences(phrases)]
    assert len(set(said)) == len(said)
    assert not any("{" in text for text in said)


def test_the_answer_is_the_models_own(folder: Path) -> None:
    """The probabilities are those of the model's own softmax over mean text places."""
    eye = open_eye(str(folder))
    seen = load_eye(eye)(CAT)
    assert seen.eye == "model, zero-shot"
    assert seen.profile != load_eye(eye)(ROCKET).profile
    encoder = ClipEncoder.load(str(folder))
    picture = encoder.pictures(images=[CAT], return_tensors="pt")
    with torch.no_grad():
        place = encoder.model.vision_model(**picture).pooler_output
        if hasattr(encoder.model, "visual_projection"):
            place = encoder.model.visual_projection(place)
    place = (place / place.norm())[0].numpy()
    emotions = [encoder.places_of_words(sentences(p)).mean(axis=0) for p in EMOTION_WORDS.values()]
    near = np.array([place @ e / np.linalg.norm(e) for e in emotions]) * encoder.scale
    expected = np.exp(near - near.max()) / np.exp(near - near.max()).sum()
    np.testing.assert_allclose(seen.profile.probabilities, expected, atol=1e-4)


@dataclass(frozen=True)
class Painter:
    """An encoder that knows one word for each direction, and reads a picture's colour."""

    scale: float = 10.0

    def places_of_words(self, texts: Sequence[str]) -> np.ndarray:
        known = {text: i for i, text in enumerate(self.vocabulary())}
        return np.eye(len(known))[[known[text] for text in texts]]

    def places_of_pictures(self, pictures: Sequence[np.ndarray]) -> np.ndarray:
        """Red pictures lie on the words of anger and of both lower ends, others on those of awe."""
        found = []
        for picture in pictures:
            red = picture[..., 0].mean() > picture[..., 2].mean()
            words = sentences(EMOTION_WORDS["anger" if red else "awe"])
            for axis in AXIS_WORDS:
                words = words + sentences(AXIS_WORDS[axis][1 if red else 0])
            place = self.places_of_words(words).sum(axis=0)
            found.append(place / np.linalg.norm(place))
        return np.array(found)

    @staticmethod
    def vocabulary() -> list[str]:
        emotions = [text for phrases in EMOTION_WORDS.values() for text in sentences(phrases)]
        axes = [text for poles in AXIS_WORDS.values() for pole in poles for text in sentences(pole)]
        return [*emotions, *axes]


def test_a_picture_feels_like_the_words_it_is_near_to() -> None:
    eye = ZeroShotEye.of("painter", Painter())
    red, blue = np.zeros((8, 8, 3), np.uint8), np.zeros((8, 8, 3), np.uint8)
    red[..., 0], blue[..., 2] = 200, 200
    angry, awed = load_eye(eye)(red).profile, load_eye(eye)(blue).profile
    assert (angry.emotion, awed.emotion) == ("anger", "awe")
    assert angry.valence < -0.5 < 0.5 < awed.valence
    assert angry.arousal < -0.5 < 0.5 < awed.arousal


def head_for(folder: Path, size: int) -> Head:
    plane = np.zeros((size + 1, 2))
    plane[-1] = 0.25, -0.5
    emotions = np.zeros((size + 1, len(EMOTIONS)))
    emotions[-1, EMOTIONS.index("fear")] = 5
    return Head(str(folder), np.zeros(size), np.ones(size), plane, emotions)


def test_a_fitted_head_is_found_and_read(folder: Path, tmp_path: Path) -> None:
    size = ClipEncoder.load(str(folder)).places_of_pictures([CAT]).shape[1]
    np.savez(tmp_path / HEAD_FILE, **head_for(folder, size).arrays())
    seen = load_eye(open_eye(str(tmp_path)))(CAT)
    assert (seen.profile.valence, seen.profile.arousal) == (0.25, -0.5)
    assert seen.profile.emotion == "fear"
    assert seen.eye == "model, fitted head"
    np.savez(tmp_path / HEAD_FILE, **head_for(folder, size + 1).arrays())
    with pytest.raises(ModelError, match="fit it again"):
        load_eye(open_eye(str(tmp_path)))(CAT)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not an archive", b"\x93NUMPY"])
def test_a_damaged_head_is_told(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / HEAD_FILE).write_bytes(damage)
    with pytest.raises(ModelError, match="damaged"):
        open_eye(str(tmp_path))
    np.savez(tmp_path / HEAD_FILE, **{**head_for(tmp_path, 4).arrays(), "mean": np.zeros(9)})
    with pytest.raises(ModelError, match="do not fit"):
        open_eye(str(tmp_path))
    np.savez(tmp_path / HEAD_FILE, model="x")
    with pytest.raises(ModelError, match="damaged"):
        open_eye(str(tmp_path))


def test_what_is_no_such_model_is_told_in_one_line(
    run: Callable[..., Any], photograph: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "config.json").write_text(json.dumps({"model_type": "bert"}))
    assert "no CLIP or SigLIP" in run("analyze", photograph, "--eye", other).complaint
    assert "no config.json" in run("analyze", photograph, "--eye", tmp_path).complaint
    clip = save_clip(tmp_path / "clip")
    (clip / "model.safetensors").write_bytes(b"cut")
    assert "damaged" in run("analyze", photograph, "--eye", clip).complaint
