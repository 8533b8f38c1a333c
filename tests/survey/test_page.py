"""The page as listeners use it: in a browser, from the disk, where there is one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from melodymuse.music.emotion import EMOTIONS
from melodymuse.survey.answers import choose_sheets, read_answers
from melodymuse.survey.key import read_key
from melodymuse.survey.making import Design, Survey, make_survey
from melodymuse.survey.stimuli import find_stimuli
from tests.survey.makers import write_album

pytest.importorskip("soundfile", reason="matching loudness needs soundfile")

from tests.studio import browsing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(browsing.BROWSER is None, reason="needs Chromium or Chrome"),
]

CONSENT = "We ask for your ear & nothing else.\n</script><b>"


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    folder = tmp_path_factory.mktemp("survey")
    stimuli = find_stimuli(write_album(folder / "album"))
    design = Design(least_seconds=2, consent=CONSENT, contact="Send it to Anna.", suffix=".wav")
    return make_survey(stimuli, folder / "out", folder / "key.csv", design)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    yield from browsing.launch()


Open = Callable[..., Any]


@pytest.fixture
def open_page(browser: Any, survey: Survey) -> Iterator[Open]:
    """Open the page in a browser of its own, offline; nothing may fail on it."""
    contexts: list[Any] = []
    problems: list[str] = []

    def opened(listener: str = "", **wishes: Any) -> Any:
        context = browser.new_context(offline=True, **wishes)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text))
        query = f"?listener={listener}" if listener else ""
        page.goto(survey.page.absolute().as_uri() + query)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def _start(page: Any) -> None:
    page.locator("#consent-given").check()
    page.get_by_role("button", name="Start").click()


def _listen(page: Any) -> None:
    page.evaluate("const s = document.getElementById('sound'); s.playbackRate = 8; s.play()")
    page.wait_for_function("!document.getElementById('hearing').disabled")


def _hear(page: Any, emotion: str, quality: int) -> None:
    _listen(page)
    page.locator(f"input[name=emotion][value={emotion}]").check()
    page.locator(f"input[name=quality][value='{quality}']").check()
    page.get_by_role("button", name="Go on to the picture").click()


def _judge(page: Any, emotion: str, quality: int, fit: int) -> None:
    _hear(page, emotion, quality)
    page.locator(f"input[name=fit][value='{fit}']").check()
    page.locator("#next").click()


def _save(page: Any, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save my answers").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def _piece(page: Any) -> str:
    return Path(page.locator("#sound").get_attribute("src")).stem


def test_a_listener_goes_through_and_the_answers_are_read(
    open_page: Open, survey: Survey, tmp_path: Path
) -> None:
    page = open_page("P01")
    assert CONSENT in page.locator("#consent").inner_text()
    _start(page)
    order = []
    for place in range(4):
        assert page.locator("#progress-text").inner_text() == f"{place} of 4 done"
        order.append(_piece(page))
        _judge(page, EMOTIONS[place], place + 1, 10 - place)
    assert page.locator("#contact").inner_text() == "Send it to Anna."
    page.locator("#comment").fill('=1+1, "nice"\nand short')
    path = _save(page, tmp_path)
    assert path.name == f"answers-{survey.survey}-P01.csv"
    assert path.read_text("utf-8") == page.locator("#text").input_value()

    key = read_key(survey.key)
    (sheet,) = choose_sheets(read_answers([path], key), key).sheets
    assert sheet.listener == "P01"
    # The apostrophe, which keeps a spreadsheet from running it, is taken off again.
    assert "'=1+1" in path.read_text("utf-8")
    assert sheet.comment == '=1+1, "nice" and short'
    assert [answer.entry.piece for answer in sheet.answers] == order
    assert [answer.emotion for answer in sheet.answers] == list(EMOTIONS[:4])
    assert [(answer.quality, answer.fit) for answer in sheet.answers] == [
        (1, 10),
        (2, 9),
        (3, 8),
        (4, 7),
    ]
    assert all(2 <= answer.heard <= 3 for answer in sheet.answers)


def test_the_piece_must_be_played_and_all_be_answered(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("button", name="Start").click()
    assert "tick the box" in page.locator("#start-problem").inner_text()
    _start(page)
    problem = page.locator("#answer-problem")
    assert page.locator("input[name=emotion]").first.is_disabled()
    # Skipping ahead is not hearing.
    page.evaluate("const s = document.getElementById('sound'); s.currentTime = 2.8; s.play()")
    page.wait_for_function("document.getElementById('sound').ended")
    assert "at least 2 seconds of it (0 heard)" in page.locator("#heard").inner_text()
    page.locator("#next").click()
    assert problem.inner_text() == "Please play the piece first."
    _listen(page)
    page.locator("#next").click()
    assert problem.inner_text() == "Please choose an emotion."
    page.locator("input[name=emotion]").first.check()
    page.locator("#next").click()
    assert problem.inner_text() == "Please rate how good it is."
    assert not page.locator("#picture").is_visible()
    page.locator("input[name=quality]").first.check()
    page.locator("#next").click()
    # A picture has no size, and so is not visible, until it is loaded.
    page.locator("#picture").wait_for(state="visible")
    assert page.locator("#picture").is_visible()
    assert page.evaluate("document.getElementById('picture').naturalWidth") == 60
    # What was heard without the picture stands.
    assert page.locator("input[name=emotion]").first.is_disabled()
    page.locator("#next").click()
    assert problem.inner_text() == "Please rate how well it fits the picture."
    assert page.locator("#progress-text").inner_text() == "0 of 4 done"


def test_a_reload_loses_nothing(open_page: Open) -> None:
    page = open_page()
    _start(page)
    _judge(page, "awe", 3, 4)
    _hear(page, "fear", 9)
    piece, order = _piece(page), page.locator("#emotions").text_content()
    page.reload()
    assert page.locator("#progress-text").inner_text() == "1 of 4 done"
    assert _piece(page) == piece
    assert page.locator("#emotions").text_content() == order
    assert page.locator("#said").inner_text() == "You heard fear and rated the quality 9."
    assert page.locator("#picture").is_visible()
    page.locator("input[name=fit][value='2']").check()
    page.locator("#next").click()
    page.locator("#stop").click()
    lines = page.locator("#text").input_value().splitlines()
    assert [line.split(",")[4:7] for line in lines[1:]] == [["awe", "3", "4"], ["fear", "9", "2"]]


def test_each_listener_has_an_order_of_their_own_that_repeats(open_page: Open) -> None:
    def order(page: Any, listener: str) -> tuple[str, str]:
        page.goto(f"{page.url.split('?')[0]}?listener={listener}")
        _start(page)
        return _piece(page), page.locator("#emotions").inner_text()

    page = open_page()
    orders = [order(page, f"P{number}") for number in range(5)]
    assert len({first for first, _ in orders}) > 1
    assert len({emotions for _, emotions in orders}) > 1
    # On another device as well.
    assert order(open_page(), "P4") == orders[-1]


def test_stopping_early_saves_what_is_there(
    open_page: Open, survey: Survey, tmp_path: Path
) -> None:
    page = open_page("P02")
    _start(page)
    page.locator("#stop").click()
    assert page.get_by_role("button", name="Save my answers").is_disabled()
    page.get_by_role("button", name="Go on with the survey").click()
    _judge(page, "anger", 5, 5)
    page.locator("#stop").click()
    key = read_key(survey.key)
    sample = choose_sheets(read_answers([_save(page, tmp_path)], key), key)
    assert [out.reason for out in sample.excluded] == ["unfinished, 1 of 4 pieces"]
    # Saved: the next person may begin without being asked.
    page.get_by_role("button", name="Let another person").click()
    assert page.get_by_role("button", name="Start").is_visible()
    page.reload()
    assert page.get_by_role("button", name="Start").is_visible()


def test_the_keyboard_is_enough(open_page: Open) -> None:
    page = open_page()
    press = page.keyboard.press
    page.locator("#consent-given").focus()
    press("Space")
    press("Tab")
    page.keyboard.type("K1")
    press("Enter")
    assert page.evaluate("document.activeElement.id") == "piece-title"
    press("Tab")
    assert page.evaluate("document.activeElement.id") == "sound"
    page.evaluate("document.getElementById('sound').playbackRate = 8")
    press("Space")
    page.wait_for_function("!document.getElementById('hearing').disabled")
    page.locator("input[name=emotion]").first.focus()
    press("ArrowDown")
    press("Tab")
    press("Space")
    press("ArrowRight")
    press("Enter")
    assert page.evaluate("document.activeElement.name") == "fit"
    press("ArrowLeft")
    press("Enter")
    assert page.locator("#progress-text").inner_text() == "1 of 4 done"
    page.locator("#stop").click()
    row = page.locator("#text").input_value().splitlines()[1].split(",")
    assert (row[1], row[5], row[6]) == ("K1", "2", "10")
    emotions = page.locator("input[name=emotion]").evaluate_all("all => all.map(i => i.value)")
    assert row[4] == emotions[1]


def test_a_bad_listener_number_is_told(open_page: Open) -> None:
    page = open_page()
    page.locator("#listener").fill("Anna <b>")
    _start(page)
    assert "letters, digits" in page.locator("#start-problem").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_can_be_read(open_page: Open, scheme: str) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": 320, "height": 640})
    _start(page)
    _hear(page, "awe", 5)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    # Targets as large as WCAG 2.2 asks for (2.5.8: 24 pixels), and its contrast (1.4.3: 4.5).
    sizes = page.locator("#fit label").evaluate_all(
        "all => all.map(e => Math.min(e.offsetWidth, e.offsetHeight))"
    )
    assert min(sizes) >= 24
    for selector in ("h1", "#heard", "#next", "#said", "#stop"):
        assert _contrast(page, selector) >= 4.5, selector


def _contrast(page: Any, selector: str) -> float:
    """The contrast of an element's text with what lies behind it (WCAG 2.2)."""
    colours = page.locator(f"section:not([hidden]) {selector}").first.evaluate(
        """element => {
          let behind = element;
          while (getComputedStyle(behind).backgroundColor.endsWith(", 0)")) {
            behind = behind.parentElement;
          }
          return [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor]
            .map(colour => colour.match(/[0-9]+/g).slice(0, 3).map(Number));
        }"""
    )

    def luminance(colour: list[int]) -> float:
        shares = [value / 255 for value in colour]
        linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return sum(weight * s for weight, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    dark, light = sorted(map(luminance, colours))
    return (light + 0.05) / (dark + 0.05)


def test_sounds_that_are_gone_are_told(
    open_page: Open, browser: Any, survey: Survey, tmp_path: Path
) -> None:
    shutil.copy(survey.page, tmp_path / "index.html")
    context = browser.new_context()
    page = context.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    _start(page)
    page.wait_for_function("document.getElementById('answer-problem').textContent !== ''")
    assert "cannot be played" in page.locator("#answer-problem").inner_text()
    context.close()


def test_without_storage_the_survey_works_and_warns(open_page: Open, survey: Survey) -> None:
    page = open_page()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } })"
    )
    page.reload()
    assert page.locator("#storage-warning").is_visible()
    _start(page)
    _judge(page, "awe", 5, 5)
    assert page.locator("#progress-text").inner_text() == "1 of 4 done"


def test_pieces_without_pictures_ask_for_no_fit(browser: Any, tmp_path: Path) -> None:
    album = write_album(tmp_path / "album")
    lines = (album / "manifest.csv").read_text().splitlines()
    (album / "manifest.csv").write_text(
        "\n".join(line.rpartition(",")[0] for line in lines[:3]) + "\n"
    )
    made = make_survey(
        find_stimuli(album), tmp_path / "out", tmp_path / "key.csv", Design(least_seconds=2)
    )
    context = browser.new_context()
    page = context.new_page()
    page.goto(made.page.as_uri())
    assert "picture" not in page.locator("#welcome").inner_text()
    page.get_by_role("button", name="Start").click()
    for label in ("Next piece", "Finish"):
        _listen(page)
        page.locator("input[name=emotion][value=fear]").check()
        page.locator("input[name=quality][value='4']").check()
        page.get_by_role("button", name=label).click()
    key = read_key(made.key)
    (sheet,) = choose_sheets(read_answers([_save(page, tmp_path)], key), key).sheets
    assert [(answer.emotion, answer.quality, answer.fit) for answer in sheet.answers] == [
        ("fear", 4, None)
    ] * 2
    context.close()


def _preset(folder: Path, preset: str) -> Survey:
    album = write_album(folder / "album")
    lines = (album / "manifest.csv").read_text().splitlines()
    lines = [lines[0] + ",caption", *(f"{line},a <b>rocket</b>" for line in lines[1:])]
    (album / "manifest.csv").write_text("\n".join(lines) + "\n")
    design = Design(least_seconds=1, suffix=".wav", preset=preset)
    return make_survey(find_stimuli(album), folder / "out", folder / "key.csv", design)


def _read(page: Any, made: Survey, folder: Path) -> Any:
    key = read_key(made.key)
    (sheet,) = choose_sheets(read_answers([_save(page, folder)], key), key).sheets
    return sheet


def test_imaudible_shows_the_picture_while_it_is_heard(browser: Any, tmp_path: Path) -> None:
    made = _preset(tmp_path, "imaudible")
    page = browser.new_page()
    page.goto(made.page.as_uri())
    assert "emotion" not in page.locator("#welcome").inner_text()
    page.get_by_role("button", name="Start").click()
    for place in range(4):
        page.locator("#picture").wait_for(state="visible")
        assert page.locator("input[name=fit]").first.is_disabled()
        assert "a <b>rocket</b>" in page.locator("#ask-caption").inner_text()
        page.evaluate("const s = document.getElementById('sound'); s.playbackRate = 8; s.play()")
        page.wait_for_function("!document.getElementById('seeing').disabled")
        page.locator(f"input[name=fit][value='{place + 1}']").check()
        page.locator("#next").click()
        assert "how well the words tell" in page.locator("#answer-problem").inner_text()
        page.locator("input[name=caption][value='9']").check()
        page.locator("#next").click()
    answers = _read(page, made, tmp_path).answers
    assert [(a.emotion, a.fit, a.caption) for a in answers] == [(None, n, 9) for n in (1, 2, 3, 4)]
    page.close()


def test_melody_muse_plays_one_piece_and_tells_its_emotion(browser: Any, tmp_path: Path) -> None:
    made = _preset(tmp_path, "melody-muse")
    assert not (made.page.parent / "pictures").exists()
    page = browser.new_page()
    page.goto(made.page.as_uri())
    page.get_by_role("button", name="Start").click()
    assert page.locator("#told").inner_text() in ("awe", "contentment")
    _listen(page)
    page.locator("input[name=agrees][value=no]").check()
    page.get_by_role("button", name="Finish").click()
    (answer,) = _read(page, made, tmp_path).answers
    assert answer.agrees is False and answer.quality is None
    page.close()
