"""A browser for tests of the page; skipped, with the reason, where there is none."""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="driving a browser needs playwright")
# The first opens a page for a tenth of what the others need, which draw a window around it.
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, _BROWSERS)), None)
Open = Callable[..., Any]
# What a browser says in its console of a server that answers with an error, or is gone.
EXPECTED = "Failed to load resource"


def launch() -> Iterator[Any]:
    """A browser that plays without being clicked, and makes no noise."""
    with playwright.sync_playwright() as play:
        arguments = ["--no-sandbox", "--mute-audio", "--autoplay-policy=no-user-gesture-required"]
        found = play.chromium.launch(executable_path=BROWSER, args=arguments)
        yield found
        found.close()


def opener(browser: Any, address: str) -> Iterator[Open]:
    """Open the page, each time in a profile of its own; nothing may fail on it."""
    contexts: list[Any] = []
    problems: list[str] = []

    def opened(piece: str = "", context: Any = None, **wishes: Any) -> Any:
        if context is None:
            context = browser.new_context(**wishes)
            contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda said: said.text.startswith(EXPECTED) or problems.append(said.text),
        )
        page.goto(f"{address}#{piece}" if piece else address)
        page.locator(".note").first.wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def post(address: str, path: str, said: dict[str, Any]) -> dict[str, Any]:
    """Ask a server as a program does."""
    request = urllib.request.Request(
        f"{address}{path}", json.dumps(said).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def fetch(address: str) -> bytes:
    """The bytes at an address."""
    with urllib.request.urlopen(address, timeout=60) as answer:
        data: bytes = answer.read()
    return data
