"""The page as composers use it: in a browser, with a real server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="needs the extra studio")

from melodymuse.studio.settings import Settings
from tests.studio import browsing
from tests.studio.browsing import Open, fetch, post
from tests.studio.serving import here, start

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(browsing.BROWSER is None, reason="needs Chromium or Chrome"),
]
ASKED = {"emotion": "contentment", "bars": 4, "seed": 7, "time_signature": "2/4"}
MOST_BYTES = 300_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with here(Settings(tmp_path_factory.mktemp("studio") / "pieces.sqlite")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    yield from browsing.launch()


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[Open]:
    yield from browsing.opener(browser, address)


@pytest.fixture(scope="module")
def piece(address: str) -> str:
    """A short piece, so that a page is there at once."""
    return str(post(address, "api/compose", ASKED)["id"])


def shown(page: Any) -> dict[str, Any]:
    """The version that the page shows, as the server has it."""
    name = page.evaluate("location.hash.slice(1)")
    address = page.url.partition("#")[0]
    found: dict[str, Any] = page.evaluate(
        "address => fetch(address).then(answer => answer.json())", f"{address}api/pieces/{name}"
    )
    return found


def after(page: Any, act: Any) -> dict[str, Any]:
    """What the page shows once something that makes a new version is done."""
    before = page.evaluate("location.hash")
    act()
    page.wait_for_function("before => location.hash !== before", arg=before)
    return shown(page)


def told(page: Any, text: str) -> None:
    """Wait until the page says so to a screen reader."""
    page.wait_for_function(
        "text => document.getElementById('said').textContent.includes(text)", arg=text
    )


def notes(piece: dict[str, Any]) -> set[tuple[Any, ...]]:
    return {tuple(note.values()) for note in piece["notes"]}


def test_the_first_visit_has_an_example_and_asks_nobody_else(
    browser: Any, address: str, open_page: Open
) -> None:
    context = browser.new_context()
    sizes: dict[str, int] = {}
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))

    def weigh(answer: Any) -> None:
        if answer.url == address or "/page/" in answer.url:
            sizes[answer.url] = len(answer.body())

    context.on("response", weigh)
    page = open_page(context=context)
    assert page.locator("#view").is_visible()
    assert "picture" in page.locator("#view").get_attribute("alt")
    assert "feels like" in page.locator("#feeling-words").inner_text()
    assert "piano piece made by a machine" in page.locator("#said").text_content()
    ours = (address, "data:", f"blob:{address}")
    assert [url for url in asked if not url.startswith(ours)] == []
    page.wait_for_timeout(200)
    assert len(sizes) > 20 and sum(sizes.values()) <= MOST_BYTES
    context.close()


def test_a_picture_is_heard_bent_and_taken_away(
    open_page: Open, address: str, piece: str, photograph: Path
) -> None:
    page = open_page(piece)
    composed = after(page, lambda: page.locator("#choose").set_input_files(photograph))
    assert composed["picture"] and composed["name"].startswith("rocket-")
    assert composed["asked"]["bars"] == 4  # what was wished stays
    # Chosen by a hand, it is heard at once.
    page.locator("#play").click() if page.locator("#play").inner_text() == "Play" else None
    page.wait_for_function("() => document.getElementById('clock').textContent >= '0:01'")
    assert page.locator("#play").get_attribute("aria-pressed") == "true"
    page.locator("#play").click()
    assert page.locator("#play").inner_text() == "Play"

    page.locator("#control-key").fill("D major")
    keyed = after(page, lambda: page.keyboard.press("Enter"))
    assert keyed["key"] == "D major"
    page.locator("#control-tempo").fill("120")
    faster = after(page, lambda: page.locator("#control-tempo").dispatch_event("input"))
    assert faster["tempo"] == 120 and notes(faster) == notes(keyed)
    told(page, "every note stays, at another tempo")
    assert "proposed" in page.locator("output[for=control-tempo]").inner_text()
    released = after(page, lambda: page.get_by_role("button", name="Release tempo").click())
    assert released["tempo"] == keyed["tempo"]
    undone = after(page, lambda: page.locator("#undo").click())
    assert undone["id"] == faster["id"]
    redone = after(page, lambda: page.keyboard.press("Control+y"))
    assert redone["id"] == released["id"]

    with page.expect_download() as download:
        page.locator("#exports a").first.click()
    file = fetch(f"{address}api/pieces/{released['id']}/export?suffix=.mid")
    assert Path(download.value.path()).read_bytes() == file
    assert download.value.suggested_filename == f"{released['name']}.mid"


def test_the_plane_is_dragged_and_released(open_page: Open, piece: str) -> None:
    page = open_page(piece)
    box = page.locator("#wheel").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] - 50, middle[1] - 60, steps=4)
    dragged = after(page, page.mouse.up)
    assert dragged["feeling"]["valence"] < 0 < dragged["feeling"]["arousal"]
    assert set(dragged["asked"]) >= {"valence", "arousal"}
    named = after(page, lambda: page.locator("[data-emotion=awe].chip").click())
    assert named["feeling"]["emotion"] == "awe"
    page.locator("#valence").focus()
    moved = after(page, lambda: page.keyboard.press("ArrowLeft"))
    assert moved["asked"]["valence"] == pytest.approx(0.35, abs=0.06)


def test_own_notes_stay_when_another_bar_is_written_anew(open_page: Open, piece: str) -> None:
    page = open_page(piece)
    before = shown(page)
    rect = page.locator(".note.right").first
    rect.scroll_into_view_if_needed()
    box = rect.bounding_box()
    at = box["x"] + 4, box["y"] + box["height"] / 2
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0], at[1] - 18, steps=3)
    edited = after(page, page.mouse.up)
    (gone,), (new,) = notes(before) - notes(edited), notes(edited) - notes(before)
    assert (new[2], new[:2], new[3:]) == (gone[2] + 2, gone[:2], gone[3:])
    anew = after(page, lambda: page.locator("#bar-3").dblclick())
    size = anew["bar_ticks"]
    for bar in (0, 1, 3):
        own = {note for note in notes(edited) if note[0] // size == bar}
        assert {note for note in notes(anew) if note[0] // size == bar} == own
    told(page, "Bar 3 anew")
    assert page.locator(".note.new").count() > 0
    page.locator("#bar-1").click()
    page.locator("#bar-2").click(modifiers=["Shift"])
    page.locator("#anew-hand").select_option("left")
    left = after(page, lambda: page.locator("#anew-go").click())
    assert left["told"].startswith("bars 1-2 anew, left hand")
    assert {n for n in notes(left) if n[-1] == "right"} == {
        n for n in notes(anew) if n[-1] == "right"
    }


def test_the_keyboard_is_enough(open_page: Open, piece: str) -> None:
    page = open_page(piece)
    press = page.keyboard.press
    press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    press("Enter")
    seen = set()
    for _ in range(40):
        press("Tab")
        seen.add(page.evaluate("document.activeElement.id"))
        if "notes" in seen:
            break
    assert {"play", "loop", "tab-roll", "bar-1", "notes"} <= seen
    press("ArrowRight")
    told(page, "bar 1")
    before = shown(page)
    press("ArrowRight")
    press("Alt+ArrowUp")
    press("+")
    press("Shift+ArrowRight")
    edited = after(page, lambda: None)
    (new,) = notes(edited) - notes(before)
    (old,) = notes(before) - notes(edited)
    assert (new[2], new[3]) == (old[2] + 1, min(old[3] + 8, 127)) and new[1] > old[1]
    assert page.evaluate("document.activeElement.id") == "notes"
    deleted = after(page, lambda: press("Delete"))
    assert len(deleted["notes"]) == len(before["notes"]) - 1
    page.locator("#bar-1").focus()
    press("ArrowRight")
    press("Space")
    assert page.locator("#bar-2").get_attribute("aria-selected") == "true"
    anew = after(page, lambda: press("Enter"))
    assert anew["told"].startswith("bar 2 anew")
    assert page.evaluate("document.activeElement.id") == "bar-2"
    undone = after(page, lambda: press("Control+z"))
    assert undone["id"] == deleted["id"]
    page.locator("#tab-roll").focus()
    press("ArrowRight")
    assert page.locator("#tab-score").get_attribute("aria-selected") == "true"


def test_the_sound_and_the_playhead_go_together(open_page: Open, piece: str) -> None:
    page = open_page(piece)
    page.locator("#play").click()
    page.wait_for_function("() => document.getElementById('clock').textContent >= '0:01'")
    # The playhead's own place, against the audio clock: readings that lie half a second apart.
    reading = """() => new Promise(done => requestAnimationFrame(async () => {
      const { audio } = await import("/page/sounds.js");
      const { position } = await import("/page/player.js");
      const { state } = await import("/page/state.js");
      const { secondsAt } = await import("/page/timeline.js");
      const { tickOf } = await import("/page/roll.js");
      requestAnimationFrame(() => {
        const head = document.querySelector(".playhead").getAttribute("transform");
        const x = Number(/[0-9.]+/.exec(head)[0]);
        const seen = secondsAt(state.piece, tickOf(x));
        done([audio().currentTime, position(), seen]);
      });
    }))"""
    readings = []
    for _ in range(5):
        readings.append(page.evaluate(reading))
        page.wait_for_timeout(100)
    (clock, heard, _), (later, after_all, _) = readings[0], readings[-1]
    assert after_all - heard == pytest.approx(later - clock, abs=0.03)
    # Of several, since a busy machine may come between the two readings of one frame.
    assert min(abs(seen - heard) for _, heard, seen in readings) <= 0.03
    page.locator("#metronome").check()
    page.locator("#loop").check()
    page.locator("#bar-2").click()
    page.wait_for_timeout(300)
    where = page.evaluate("import('/page/player.js').then(({ position }) => position())")
    bar = shown(page)["bar_ticks"] / 480 * 60 / shown(page)["tempo"]
    assert bar * 0.9 <= where <= bar * 2.1
    page.locator("#play").click()


def test_takes_and_a_and_b(open_page: Open, piece: str) -> None:
    page = open_page(piece)
    page.locator("#hold").click()
    page.locator("#make-takes").click()
    page.locator("#takes li").nth(2).wait_for()
    second = page.locator("#takes li").nth(1)
    chosen = after(page, lambda: second.get_by_role("button", name="Take 2", exact=True).click())
    assert second.get_attribute("aria-current") == "true"
    other = after(page, lambda: page.locator("#swap").click())
    assert other["id"] == piece
    assert after(page, lambda: page.locator("#swap").click())["id"] == chosen["id"]


def test_a_midi_file_is_opened_and_goes_on(
    open_page: Open, address: str, piece: str, tmp_path: Path
) -> None:
    path = tmp_path / "my song.mid"
    path.write_bytes(fetch(f"{address}api/pieces/{piece}/export?suffix=.mid"))
    page = open_page(piece)
    opened = after(page, lambda: page.locator("#choose").set_input_files(path))
    assert opened["name"] == "my song" and page.locator("#control-tempo").is_disabled()
    page.locator("#more-bars").fill("2")
    longer = after(page, lambda: page.locator("#more").click())
    assert longer["bars"] == 6 and page.locator("#bars [role=option]").count() == 6


def test_what_is_dragged_out_is_the_file(open_page: Open, address: str, piece: str) -> None:
    page = open_page(piece)
    carried = page.locator("#handles a").evaluate_all(
        """all => all.map(grip => {
          const dataTransfer = new DataTransfer();
          grip.dispatchEvent(new DragEvent("dragstart", { dataTransfer, bubbles: true }));
          return dataTransfer.getData("DownloadURL");
        })"""
    )
    assert len(carried) == 2
    kind, name, place = carried[0].split(":", 2)
    assert (kind, name) == ("audio/midi", f"{shown(page)['name']}.mid")
    assert fetch(place) == fetch(f"{address}api/pieces/{piece}/export?suffix=.mid")
    assert carried[1].startswith("audio/wav:")


def test_bad_files_are_told(open_page: Open, piece: str, tmp_path: Path) -> None:
    page = open_page(piece)
    for name, words in (("x.png", "not a picture"), ("x.mid", "MIDI")):
        path = tmp_path / name
        path.write_bytes(b"nothing of the kind")
        page.locator("#choose").set_input_files(path)
        page.wait_for_function(
            "words => document.getElementById('trouble').textContent.includes(words)", arg=words
        )
        assert page.locator("#trouble").is_visible()
    assert shown(page)["id"] == piece
    after(page, lambda: page.locator("[data-emotion=awe].chip").click())
    assert page.locator("#trouble").is_hidden()


def test_a_reload_in_the_middle_loses_nothing(open_page: Open, piece: str) -> None:
    page = open_page(piece)
    made = after(page, lambda: page.locator("[data-emotion=fear].chip").click())
    page.reload()
    page.locator(".note").first.wait_for()
    assert shown(page)["id"] == made["id"]
    assert page.locator("#undo").is_enabled()
    # While something is being composed: it is composed again.
    page.route("**/api/compose", lambda route: None)
    with page.expect_request("**/api/compose"):
        page.locator("[data-emotion=anger].chip").click()
    page.unroute("**/api/compose")
    page.reload()
    page.wait_for_function(
        "() => document.querySelector('[data-emotion=anger][aria-pressed=true]')"
    )
    assert shown(page)["feeling"]["emotion"] == "anger"


def test_two_tabs_do_not_meet(browser: Any, open_page: Open, piece: str) -> None:
    context = browser.new_context()
    one, two = open_page(piece, context=context), open_page(piece, context=context)
    first = after(one, lambda: one.locator("[data-emotion=fear].chip").click())
    second = after(two, lambda: two.locator("[data-emotion=awe].chip").click())
    assert shown(one)["id"] == first["id"] != second["id"] == shown(two)["id"]
    assert after(one, lambda: one.locator("#undo").click())["id"] == piece
    assert shown(two)["id"] == second["id"]
    context.close()


def test_a_slow_server_is_waited_for_and_can_be_left(open_page: Open, piece: str) -> None:
    page = open_page(piece)
    waiting: list[Any] = []
    page.route("**/api/compose", lambda route: waiting.append(route))
    page.locator("[data-emotion=fear].chip").click()
    page.locator("#progress").wait_for()
    assert "Composing" in page.locator("#progress-text").inner_text()
    page.locator("#cancel").click()
    page.locator("#progress").wait_for(state="hidden")
    told(page, "ended")
    page.unroute("**/api/compose")
    assert shown(page)["id"] == piece
    again = after(page, lambda: page.locator("[data-emotion=awe].chip").click())
    assert again["feeling"]["emotion"] == "awe"


def test_a_server_that_was_killed_is_told_and_comes_back(browser: Any, tmp_path: Path) -> None:
    server = start(tmp_path / "pieces.sqlite")
    made = str(post(server.address, "api/compose", ASKED)["id"])
    with contextmanager(browsing.opener)(browser, server.address) as open_page:
        page = open_page(made)
        server.stop()
        page.locator("[data-emotion=fear].chip").click()
        page.wait_for_function(
            "() => document.getElementById('trouble').textContent.includes('does not answer')"
        )
        with page.expect_event("requestfailed", lambda asked: asked.url.endswith("/health")):
            pass
        slow: list[Any] = []
        page.route("**/health", lambda asked: slow.append(asked))
        asked_for: list[str] = []
        page.on("request", lambda asked: asked_for.append(asked.url))
        with here(Settings(server.store), server.port):
            while len(slow) < 2:
                page.wait_for_timeout(50)
            for asked in slow:
                asked.continue_()
            # What was asked for is composed once it is back, however many questions it answers.
            page.wait_for_function(
                "() => document.querySelector('[data-emotion=fear][aria-pressed=true]')"
            )
            assert page.locator("#trouble").is_hidden()
            assert shown(page)["feeling"]["emotion"] == "fear"
            assert sum(url.endswith("/api/compose") for url in asked_for) == 1
            assert after(page, lambda: page.locator("#undo").click())["id"] == made


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_axe_finds_nothing_serious(
    open_page: Open, piece: str, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = open_page(piece, color_scheme=scheme, viewport={"width": 320, "height": 640})
    for details in page.locator("details").all():
        details.evaluate("box => { box.open = true; }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    small = page.locator("button:visible, select:visible, a.button:visible").evaluate_all(
        "all => all.filter(e => Math.min(e.offsetWidth, e.offsetHeight) < 24).map(e => e.outerHTML)"
    )
    assert small == []
    page.evaluate("Promise.all(document.getAnimations().map(each => each.finished))")
    found = axe.Axe().run(page).response["violations"]
    serious = [(v["id"], v["nodes"][0]["html"]) for v in found
               if v["impact"] in ("serious", "critical")]  # fmt: skip
    assert serious == []
