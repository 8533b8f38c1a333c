"""An eye behind an address: what is sent, what is read, and what is refused."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest
import skimage.data
from PIL import Image

from melodymuse.errors import ModelError
from melodymuse.music.emotion import EMOTIONS
from melodymuse.vision import analyze, load_eye
from melodymuse.vision.eyes.opening import open_eye
from melodymuse.vision.eyes.server import KEY_VARIABLE, LONG_SIDE, read_answer
from tests.vision.chat_server import chat_server

SHARES = dict(zip(EMOTIONS, (0, 2, 1, 0, 0, 0, 0, 1), strict=True))
ANSWER = json.dumps({"valence": 0.4, "arousal": -0.3, "emotions": SHARES})


def test_the_picture_is_sent_and_the_answer_read() -> None:
    cat = skimage.data.chelsea()
    with chat_server(text=f"Here you are:\n```json\n{ANSWER}\n```") as server:
        seen = load_eye(open_eye(server.address))(cat)
    assert seen.profile.valence == 0.4
    assert seen.profile.arousal == -0.3
    assert seen.profile.probabilities == (0, 0.5, 0.25, 0, 0, 0, 0, 0.25)
    assert seen.eye == "seer-7b, vision-language model"
    assert seen.features == analyze(cat).features
    assert seen.doubt is None
    assert seen.as_dict()["eye"] == seen.eye
    ((body, headers),) = server.asked
    assert body["model"] == "seer-7b"
    assert "Authorization" not in headers
    text, picture = body["messages"][0]["content"]
    assert all(emotion in text["text"] for emotion in EMOTIONS)
    data = base64.b64decode(picture["image_url"]["url"].removeprefix("data:image/jpeg;base64,"))
    sent = np.asarray(Image.open(io.BytesIO(data)), np.int16)
    assert sent.shape == cat.shape
    assert np.abs(sent - cat).mean() < 4


def test_a_large_picture_is_made_smaller_first() -> None:
    with chat_server(text=ANSWER) as server:
        load_eye(open_eye(server.address))(np.zeros((900, 1800, 3), np.uint8))
    url = server.asked[0][0]["messages"][0]["content"][1]["image_url"]["url"]
    with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as sent:
        assert sent.size == (LONG_SIDE, LONG_SIDE // 2)


def test_model_and_key_are_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "secret")
    with chat_server(text=ANSWER) as server:
        load_eye(open_eye(f"{server.address}/#other-model"))(skimage.data.chelsea())
    body, headers = server.asked[0]
    assert body["model"] == "other-model"
    assert headers["Authorization"] == "Bearer secret"


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"text": "I cannot look at pictures."}, "gave no profile but 'I cannot look"),
        ({"text": '{"valence": 1}'}, "gave no profile"),
        ({"text": ANSWER.replace("0.4", "NaN")}, "gave no profile"),
        ({"text": ANSWER.replace("2", "-2")}, "impossible shares"),
        ({"text": ANSWER.replace("1", "0").replace("2", "0")}, "impossible shares"),
        ({"text": None}, "gave no profile"),
        ({"text": "{" * 5000 + "}" * 5000}, "gave no profile"),
        ({"models": ()}, "lists no model"),
        ({"status": 404}, "refused: 404"),
        ({"status": 302}, "refused: 302"),
        ({"body": b"<html>"}, "does not speak OpenAI's protocol"),
        ({"body": b"[]"}, "lists no model"),
    ],
)
def test_what_makes_no_sense_is_told_in_one_line(facts: dict[str, Any], message: str) -> None:
    with chat_server(**facts) as server, pytest.raises(ModelError, match=message) as caught:
        load_eye(open_eye(server.address))(skimage.data.chelsea())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/v1", "http://[", "http://127.0.0.1:x/v1"])
def test_no_server_is_told_in_one_line(address: str) -> None:
    with pytest.raises(ModelError, match="server at") as caught:
        open_eye(address)
    assert "\n" not in str(caught.value)


def test_places_beyond_the_plane_are_drawn_to_its_edge() -> None:
    profile = read_answer(ANSWER.replace("0.4", "7").replace("-0.3", "-7"), "m")
    assert (profile.valence, profile.arousal) == (1, -1)


def test_the_command_line_looks_through_it(run: Callable[..., Any], photograph: Path) -> None:
    with chat_server(text=ANSWER) as server:
        outcome = run("analyze", photograph, "--eye", server.address, "--json")
        shown = run("analyze", photograph, "--eye", server.address)
        made = run(
            "compose",
            photograph,
            "--eye",
            server.address,
            "--bars",
            "4",
            "--seed",
            "1",
            "-o",
            "x.mid",
        )
    assert outcome.status == 0, outcome.err
    facts = json.loads(outcome.out)
    assert facts["emotion"] == "awe"
    assert facts["eye"] == "seer-7b, vision-language model"
    assert facts["doubt"] is None
    assert "seer-7b" in shown.out
    assert "±" not in shown.out
    assert made.status == 0, made.err
    texts = [message.text for message in mido.MidiFile("x.mid").tracks[0] if message.type == "text"]
    assert any("eye seer-7b, vision-language model" in text for text in texts)


def test_reasons_are_the_built_in_eyes(run: Callable[..., Any], photograph: Path) -> None:
    outcome = run("analyze", photograph, "--eye", "http://127.0.0.1:9/v1", "--explain", "why.png")
    assert "built-in eye" in outcome.complaint
    assert "name one" in run("compose", "--emotion", "awe", "--eye", "x").complaint
