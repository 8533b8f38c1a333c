"""`melodymuse soundfonts`: the list, and downloads from a server on this machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.audio.server import cut, redirect, serving, status, whole
from tests.audio.tiny_soundfont import tiny_soundfont

Run = Callable[..., Any]
FONT = tiny_soundfont()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for the user's soundfonts, and none of the system's."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "system"))
    monkeypatch.delenv("MELODYMUSE_SOUNDFONT", raising=False)
    return tmp_path / "data" / "melodymuse" / "soundfonts"


def write_catalogue(home: Path, address: str, *, body: bytes = FONT) -> Path:
    """A catalogue of the user's own with one entry, `ours`."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / "catalogue.toml"
    path.write_text(
        f"""
        [[soundfont]]
        id = "ours"
        title = "Ours"
        file = "Ours.sf2"
        licence = "CC0-1.0"
        author = "the tests"
        sound = "a plucked sine"
        source = "https://example.org"
        by_hand = "make it"
        addresses = ["{address}"]
        size = {len(body)}
        sha256 = "{hashlib.sha256(body).hexdigest()}"
        """
    )
    return path


def test_the_list_says_what_is_there_and_what_can_be(run: Run, home: Path) -> None:
    outcome = run("soundfonts")
    assert (outcome.status, outcome.err) == (0, "")
    there, to_be_had = outcome.out.split("To be had")
    assert "TimGM6mb" in there and "sf2, 6 MB" in there
    for name in ("fluidr3-gm", "musescore-general", "upright-piano-kw"):
        assert name in to_be_had
    assert "timgm6mb " not in to_be_had
    assert str(home) in to_be_had


def test_the_list_as_json(run: Run, home: Path) -> None:
    home.mkdir(parents=True)
    (home / "Own.sf2").write_bytes(FONT)
    (home / "Broken.sf2").write_bytes(FONT[:4000])
    (home / "FluidR3_GM.sf2").write_bytes(FONT)
    rows = {
        row["name"]: row for row in map(json.loads, run("soundfonts", "--json").out.splitlines())
    }
    assert rows["TimGM6mb"]["presets"] == 136
    assert rows["Own"]["usable"] and rows["Own"]["size"] == len(FONT)
    assert not rows["Broken"]["usable"] and "cut off" in rows["Broken"]["error"]
    assert rows["FluidR3_GM"]["installed"] and "fluidr3-gm" not in rows
    assert len(rows["musescore-general"]["sha256"]) == 64
    assert not rows["salamander-grand"]["installable"]


@pytest.mark.parametrize("way", ["straight", "redirect"])
def test_install_and_play(run: Run, home: Path, tmp_path: Path, way: str) -> None:
    answers = {"/straight": whole(FONT), "/redirect": redirect("/straight")}
    with serving(answers) as address:
        write_catalogue(home, f"{address}/{way}")
        assert "ours" in run("soundfonts").out
        outcome = run("soundfonts", "install", "Ours")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.splitlines()[0] == str(home / "Ours.sf2")
    assert "CC0-1.0" in outcome.out
    assert (home / "Ours.sf2").read_bytes() == FONT
    rows = [json.loads(line) for line in run("soundfonts", "--json").out.splitlines()]
    assert any(row["name"] == "Ours" and row["installed"] for row in rows)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (whole(bytes(len(FONT))), "has the SHA-256"),
        (cut(FONT, 1000), "the connection was cut"),
        (status(404), "answers 404"),
        (whole(FONT + b"more"), f"has {len(FONT) + 4} bytes"),
    ],
)
def test_what_goes_wrong_is_one_line_and_leaves_nothing(
    run: Run, home: Path, answer: Any, message: str
) -> None:
    with serving({"/x": answer}) as address:
        catalogue = write_catalogue(home, f"{address}/x")
        outcome = run("soundfonts", "install", "ours")
    assert message in outcome.complaint
    assert outcome.out == ""
    assert list(home.iterdir()) == [catalogue]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nothing", "unknown soundfont 'nothing': use one of timgm6mb, fluidr3-gm"),
        ("salamander-grand", "cannot be downloaded and verified here: download Salamander"),
        ("timgm6mb", "is there already"),
    ],
)
def test_what_cannot_be_installed_is_told(run: Run, home: Path, name: str, message: str) -> None:
    assert message in run("soundfonts", "install", name).complaint
    assert not home.exists()


def test_a_broken_catalogue_is_named(run: Run, home: Path) -> None:
    home.mkdir(parents=True)
    (home / "catalogue.toml").write_text("[[soundfont]")
    assert "catalogue.toml' is no TOML file" in run("soundfonts").complaint


def test_installing_twice_says_so(run: Run, home: Path) -> None:
    with serving({"/x": whole(FONT)}) as address:
        write_catalogue(home, f"{address}/x")
        assert run("soundfonts", "install", "ours", "--json").status == 0
        assert "is there already" in run("soundfonts", "install", "ours").complaint
