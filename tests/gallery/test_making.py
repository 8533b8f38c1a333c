"""A gallery: a folder that plays, from a disk, in a browser where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from melodymuse.errors import ImageError, OutputError
from melodymuse.midi.reader import read_midi

pytest.importorskip("soundfile", reason="a gallery that plays needs soundfile")

from melodymuse.gallery.making import make_gallery


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rooms") / "gallery"
    return make_gallery(["@rocket", "@coffee"], folder, title="<Two> & more", seed=3, bars=2)


def test_the_folder_holds_all_that_the_page_names(page: Path) -> None:
    names = {path.name for path in page.parent.iterdir()}
    assert names == {"index.html", "gallery.css", "gallery.js"} | {
        f"00{number}{suffix}" for number in (1, 2) for suffix in (".jpg", ".mp3", ".mid")
    }
    text = page.read_text(encoding="utf-8")
    assert "&lt;Two&gt; &amp; more" in text and "http" not in text
    score = read_midi(page.with_name("002.mid"))
    assert score.bars == 2 and score.provenance is not None and score.provenance.seed == 4
    assert f"{score.bars} bars" in text.replace("two", "2") and "feels like" in text


def test_what_cannot_be_leaves_nothing(page: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="exists already"):
        make_gallery(["@rocket"], page.parent)
    with pytest.raises(ImageError):
        make_gallery([tmp_path / "none.png"], tmp_path / "room", bars=2)
    with pytest.raises(ImageError, match="at least one"):
        make_gallery([], tmp_path / "room")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from tests.studio import browsing

    if browsing.BROWSER is None:
        pytest.skip("needs Chromium or Chrome")
    yield from browsing.launch()


@pytest.mark.slow
@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_one_walks_along_and_hears_what_one_stands_before(
    page: Path, browser: Any, motion: str
) -> None:
    context = browser.new_context(offline=True, reduced_motion=motion)
    problems: list[str] = []
    room = context.new_page()
    room.on("pageerror", lambda error: problems.append(str(error)))
    room.on("console", lambda said: problems.append(said.text))
    room.goto(page.as_uri())
    assert room.locator("[aria-current]").count() == 1
    room.get_by_role("button", name="Enter").click()
    room.keyboard.press("ArrowRight")
    assert room.locator("#where").inner_text() == "2 of 2"
    assert "piano piece made by a machine" in room.locator("#said").text_content()
    assert room.locator(".place[aria-current] img").get_attribute("src") == "002.jpg"
    room.wait_for_function("() => sounds[1].volume === 1 && sounds[0].paused")
    assert room.evaluate("sounds[1].currentTime") > 0
    room.wait_for_function(
        """() => {
          const box = document.querySelector(".place[aria-current] img").getBoundingClientRect();
          return Math.abs(box.left + box.width / 2 - innerWidth / 2) < 100;
        }"""
    )
    assert room.locator("#on").is_disabled()
    assert problems == []
    context.close()
