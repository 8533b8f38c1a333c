"""`melodymuse studio` and `melodymuse gallery`: what is refused, before anything is opened."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.conftest import RunCommand

pytest.importorskip("fastapi", reason="needs the extra studio")


def test_others_are_let_in_with_a_token_alone(run: RunCommand) -> None:
    said = run("studio", "--host", "0.0.0.0").complaint
    assert "--host 0.0.0.0 lets others in" in said and "--token auto" in said
    assert "too short" in run("studio", "--host", "0.0.0.0", "--token", "abc").complaint


def test_a_port_that_is_taken_is_told(run: RunCommand, tmp_path: Path) -> None:
    store = tmp_path / "x.sqlite"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        words = ["studio", "--host", "127.0.0.1", "--port", port, "--store", store]
        assert "choose another --port" in run(*words, "--no-browser").complaint
    assert "between 0 and 65535" in run("studio", "--port", "65536").complaint


def test_a_store_that_is_none_is_told(run: RunCommand, tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_bytes(b"something else" * 500)
    assert "--store" in run("studio", "--no-browser", "--store", "x.sqlite").complaint


def test_what_is_missing_is_told(run: RunCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib.util import find_spec

    def without(name: str, package: str | None = None) -> object:
        return None if name == "uvicorn" else find_spec(name, package)

    monkeypatch.setattr("melodymuse.optional.find_spec", without)
    assert "pip install 'melodymuse[studio]'" in run("studio").complaint


def test_a_musicgen_that_is_none_is_told(run: RunCommand, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    (tmp_path / "empty").mkdir()
    assert "holds no model" in run("studio", "--no-browser", "--musicgen", "empty").complaint


def test_a_gallery_is_made_and_never_over_another(run: RunCommand, tmp_path: Path) -> None:
    pytest.importorskip("soundfile")
    words = ["gallery", "@coffee", "-o", "room", "--bars", "2", "--seed", "3"]
    outcome = run(*words)
    assert outcome.status == 0, outcome.err
    assert outcome.out.splitlines()[0] == "room/index.html"
    assert (tmp_path / "room" / "001.mp3").exists()
    assert "exists already" in run(*words).complaint
