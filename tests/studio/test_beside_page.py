"""The page's part for MusicGen, in a real browser on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="needs the extra studio")

from tests.studio import browsing
from tests.studio.browsing import Open, post
from tests.studio.serving import Server, start
from tests.waveform import tiny


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("studio")
    model = tiny.save(tiny.musicgen(), folder / "tiny")
    found = start(folder / "pieces.sqlite", None, "--musicgen", str(model))
    yield found
    found.stop()


@pytest.fixture
def open_page(server: Server) -> Iterator[Open]:
    for browser in browsing.launch():
        yield from browsing.opener(browser, lambda: server.address)


def test_the_page_plays_it_with_its_words_and_licence(open_page: Open, server: Server) -> None:
    asked: dict[str, Any] = {"emotion": "awe", "bars": 2, "seed": 7}
    page = open_page(str(post(server.address, "api/compose", asked)["id"]))
    page.locator("#beside-licence", has_text="CC BY-NC 4.0: not for commercial use").wait_for()
    page.fill("#beside-seconds", "1")
    page.click("#beside-go")
    page.locator("#beside-prompt", has_text="solo piano").wait_for()
    page.wait_for_function("document.getElementById('beside-sound').duration > 0.9")
    assert page.locator("#beside-sound").is_visible()
