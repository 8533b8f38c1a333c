"""The door of a studio: who comes in, with how much, how often."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="needs the extra studio")
pytest.importorskip("httpx", reason="asking the app needs httpx")

from fastapi.testclient import TestClient

from melodymuse.engine import Engine
from melodymuse.studio.app import create_app
from melodymuse.studio.settings import Settings
from tests.studio.test_api import ASKED, problem

ENGINE = Engine()  # it loads its networks once, for all tests


def _client(base: str = "http://localhost", **settings: Any) -> TestClient:
    return TestClient(create_app(Settings(**settings), ENGINE), base_url=base)


def test_another_name_or_another_sites_page_stays_outside() -> None:
    with _client() as client:
        assert client.get("/api/about").status_code == 200
        problem(client.get("/api/about", headers={"Host": "evil.example"}), 421)
        for host in ("localhost:1234", "127.0.0.1", "[::1]:80"):
            assert client.get("/api/about", headers={"Host": host}).status_code == 200
        evil = {"Origin": "http://evil.example"}
        assert "another site" in problem(client.post("/api/plan", json=ASKED, headers=evil), 403)
        ours = {"Origin": "http://localhost"}
        assert client.post("/api/plan", json=ASKED, headers=ours).status_code == 200


def test_the_token_is_asked_for_and_given_as_a_cookie() -> None:
    with _client(token="open sesame", hosts=()) as client:
        assert client.get("/health").status_code == 200
        for path in ("/", "/api/about", "/page/main.js", "/metrics", "/api/openapi.json"):
            assert "token" in problem(client.get(path), 401)
        bearer = {"Authorization": "Bearer open sesame"}
        assert client.get("/api/about", headers=bearer).status_code == 200
        wrong = {"Authorization": "Bearer open barley", "Cookie": "melodymuse_token=x"}
        problem(client.get("/api/about", headers=wrong), 401)
        problem(client.get("/?token=open+barley"), 401)
        home = client.get("/?token=open+sesame", follow_redirects=False)
        assert home.status_code == 303 and home.headers["location"] == "/"
        cookie = home.headers["set-cookie"].lower()
        assert "httponly" in cookie and "samesite=strict" in cookie
        assert client.get("/api/about").status_code == 200


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELODYMUSE_MAX_UPLOAD_BYTES", "1000")
    with _client() as client:
        large = {"file": ("x.png", b"x" * 10_000)}
        assert "too large" in problem(client.post("/api/analyze", files=large), 413)

        def pieces() -> Any:
            yield from [b"x" * 1000] * 10

        told = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = client.post("/api/analyze", content=pieces(), headers=told)
        assert answer.status_code in (400, 413)


def test_too_often_is_told_with_a_time_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELODYMUSE_MAX_REQUESTS", "12")
    with _client() as client:
        answers = [client.post("/api/plan", json=ASKED) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert "wait" in problem(answers[-1], 429)
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 5
        assert client.get("/health").status_code == 200


def test_browsers_are_told_to_trust_nothing_else() -> None:
    with _client(frames=("https://huggingface.co",)) as client:
        for path in ("/", "/api/about", "/api/nothing"):
            policy = client.get(path).headers["content-security-policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy
            assert "frame-ancestors https://huggingface.co" in policy
            assert client.get(path).headers["x-content-type-options"] == "nosniff"


def test_a_fault_is_told_without_its_insides(monkeypatch: pytest.MonkeyPatch) -> None:
    from melodymuse.studio.desk import Desk

    def broken(*_: object) -> None:
        raise RuntimeError("/srv/secret/place")

    monkeypatch.setattr(Desk, "plan", broken)
    with _client() as client:
        answer = client.post("/api/plan", json=ASKED)
        assert "secret" not in problem(answer, 500)
        assert "default-src" in answer.headers["content-security-policy"]


def test_the_app_of_a_space_serves_the_same_studio(repository: Path) -> None:
    space = runpy.run_path(str(repository / "examples" / "space" / "app.py"))
    with TestClient(space["app"], base_url="https://someone.example") as client:
        answer = client.get("/")
        assert answer.status_code == 200 and "MelodyMuse" in answer.text
        assert "frame-ancestors https://huggingface.co" in answer.headers["content-security-policy"]
