"""MusicGen beside a piece: of the studio's choice, told the piece's words, or not there at all; and
the page's part for it, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="needs the extra studio")
pytest.importorskip("httpx", reason="asking the app needs httpx")

from fastapi.testclient import TestClient

from melodymuse.audio.clip import read_clip
from melodymuse.studio.app import create_app
from melodymuse.studio.settings import Settings
from melodymuse.waveform.musicgen import MusicGen
from melodymuse.waveform.wording import Wishes, find_words
from tests.studio.test_api import problem
from tests.waveform import tiny


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tiny.musicgen(), tmp_path_factory.mktemp("secret") / "tiny")


@pytest.fixture(scope="module")
def client(model: Path) -> Iterator[Any]:
    app = create_app(Settings(musicgen=str(model)))
    with TestClient(app, base_url="http://localhost") as found:
        yield found


def test_it_plays_for_the_same_picture_and_seed(
    client: Any, model: Path, photograph: Path, tmp_path: Path
) -> None:
    files = {"file": (photograph.name, photograph.read_bytes())}
    seen = client.post("/api/analyze", files=files).json()
    asked = {"picture": seen["id"], "bars": 4, "seed": 3}
    piece = client.post("/api/compose", json=asked).json()
    address = f"/api/pieces/{piece['id']}/waveform"
    answer = client.post(address, json={"seconds": 1})
    assert answer.status_code == 200, answer.text
    made = answer.json()
    words = find_words(Wishes(image=photograph), seed=3)
    assert made["prompt"] == words.prompt and made["seed"] == 3
    assert made["model"] == "tiny" and str(model.parent) not in answer.text
    assert made["licence"] == "CC BY-NC 4.0" and made["commercial_use"] is False
    sound = client.get(f"/api/waveforms/{made['id']}")
    assert sound.headers["content-type"] == "audio/wav"
    assert b"CC BY-NC 4.0" in sound.content
    (tmp_path / "made.wav").write_bytes(sound.content)
    ours = MusicGen.load(str(model)).generate(words.prompt, seconds=1, seed=3)
    heard = read_clip(tmp_path / "made.wav")
    assert heard.samples == pytest.approx(ours.samples, abs=1e-4)
    assert client.post(address, json={"seconds": 1}).json() == made


def test_what_is_asked_is_checked(client: Any) -> None:
    told = client.get("/api/about").json()["musicgen"]
    assert told == {"model": "tiny", "licence": "CC BY-NC 4.0", "commercial_use": False}
    piece = client.post("/api/compose", json={"emotion": "awe", "bars": 2, "seed": 1}).json()
    address = f"/api/pieces/{piece['id']}/waveform"
    assert "seconds" in problem(client.post(address, json={"seconds": 31}), 422)
    for field in ("model", "prompt", "adapter"):
        assert field in problem(client.post(address, json={field: "x"}), 422)
    problem(client.post("/api/pieces/nothing/waveform", json={}), 404)
    problem(client.get("/api/waveforms/nothing"), 404)
    problem(client.get(f"/api/waveforms/{piece['id']}"), 404)
    midi = client.get(f"/api/pieces/{piece['id']}/export").content
    own = client.post("/api/pieces", files={"file": ("own.mid", midi)}).json()
    assert "compose" in problem(client.post(f"/api/pieces/{own['id']}/waveform", json={}), 422)


def test_without_a_model_nothing_is_offered() -> None:
    with TestClient(create_app(), base_url="http://localhost") as client:
        assert client.get("/api/about").json()["musicgen"] is None
        assert "--musicgen" in problem(client.post("/api/pieces/x/waveform", json={}), 404)


@pytest.mark.slow
def test_the_page_plays_it_with_its_words_and_licence(model: Path) -> None:
    pytest.importorskip("playwright", reason="driving a browser needs playwright")
    from tests.studio import browsing
    from tests.studio.serving import here

    if browsing.BROWSER is None:
        pytest.skip("needs Chromium or Chrome")
    asked = {"emotion": "awe", "bars": 2, "seed": 7}
    with (
        here(Settings(musicgen=str(model))) as address,
        contextmanager(browsing.launch)() as browser,
        contextmanager(browsing.opener)(browser, address) as open_page,
    ):
        page = open_page(str(browsing.post(address, "api/compose", asked)["id"]))
        told = "CC BY-NC 4.0: not for commercial use"
        page.locator("#beside-licence", has_text=told).wait_for()
        page.fill("#beside-seconds", "1")
        page.click("#beside-go")
        page.locator("#beside-prompt", has_text="solo piano").wait_for()
        page.wait_for_function("document.getElementById('beside-sound').duration > 0.9")
        assert page.locator("#beside-sound").is_visible()
