"""The catalogue: complete, consistent, true of what is at hand."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from melodymuse.audio.catalogue import load_catalogue, parse_catalogue
from melodymuse.audio.soundfonts import built_in
from melodymuse.errors import SoundfontError

MINIMAL = """
[[soundfont]]
id = "mine"
title = "Mine"
file = "mine.sf2"
licence = "CC0-1.0"
author = "me"
sound = "good"
source = "https://example.org"
by_hand = "ask me"
"""


def test_every_entry_says_all_there_is_to_say() -> None:
    for name, entry in load_catalogue().items():
        assert re.fullmatch(r"[a-z0-9-]+", name)
        for text in (entry.title, entry.licence, entry.author, entry.sound, entry.by_hand):
            assert text.strip(), name
        assert entry.source.startswith("https://")
        assert entry.kind in ("sf2", "sf3")
        for digest in filter(None, (entry.sha256, entry.font_sha256)):
            assert re.fullmatch(r"[0-9a-f]{64}", digest), name
        if entry.installable:
            assert entry.hash_origin in ("computed", "published"), name
            assert bool(entry.archive) == bool(entry.member)
            assert all(address.startswith("https://") for address in entry.addresses)
        if entry.hash_origin == "computed":
            assert entry.font_size and entry.font_sha256, name


def test_the_soundfonts_people_ask_for_are_there() -> None:
    catalogue = load_catalogue()
    wanted = {"timgm6mb", "fluidr3-gm", "musescore-general", "upright-piano-kw"}
    assert wanted <= set(catalogue)
    assert sum(entry.installable for entry in catalogue.values()) >= 5


def test_the_built_in_one_is_the_one_described() -> None:
    entry = load_catalogue()["timgm6mb"]
    data = built_in().read_bytes()
    assert entry.file == built_in().name
    assert len(data) == entry.font_size
    assert hashlib.sha256(data).hexdigest() == entry.font_sha256


def test_the_readme_tells_of_each(repository: Path) -> None:
    text = (repository / "soundfonts" / "README.md").read_text(encoding="utf-8")
    for name, entry in load_catalogue().items():
        assert f"`{name}`" in text, name
        assert entry.licence in text


def test_a_catalogue_of_ones_own_is_put_over_the_shipped_one(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.toml"
    assert load_catalogue(path) == load_catalogue()
    path.write_text(MINIMAL + MINIMAL.replace('"mine"', '"timgm6mb"'))
    catalogue = load_catalogue(path)
    assert catalogue["mine"].kind == "sf2"
    assert not catalogue["mine"].installable
    assert catalogue["timgm6mb"].author == "me"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[soundfont]", "no TOML file"),
        (MINIMAL + "colour = 3", "unknown field 'colour'"),
        (MINIMAL.replace('sound = "good"', ""), "incomplete entry"),
        (MINIMAL.replace("mine.sf2", "../mine.sf2"), "wrong file name"),
        (MINIMAL.replace("mine.sf2", "mine.exe"), "wrong file name"),
        ('soundfont = "all"', "must hold tables"),
        ("soundfont = [1]", "must hold tables"),
        # How deep Python reads is for others to say, too.
        ("soundfont = " + 5000 * "[" + 5000 * "]", "no TOML file|must hold tables"),
        (MINIMAL.replace('"me"', "5"), "'mine': author must be a text, not 5"),
        (MINIMAL.replace('"mine"', "[1]"), "id must be a text"),
        (MINIMAL + "addresses = [1]", "addresses must be a list of texts"),
        (MINIMAL + 'addresses = "https://example.org"', "addresses must be a list of texts"),
        (MINIMAL + 'size = "5"', "size must be a number of bytes, not '5'"),
        (MINIMAL + "size = true", "size must be a number of bytes"),
        (MINIMAL + "font_size = -5", "font_size must be a number of bytes"),
        (MINIMAL + "sha256 = 5", "sha256 must be a text"),
        (MINIMAL.replace('"mine"', '"/home/me/.profile"'), "wrong id '/home/me/.profile'"),
        (MINIMAL.replace('"mine"', '"../mine"'), "wrong id"),
        (MINIMAL.replace('"mine"', '""'), "wrong id"),
        (MINIMAL + 'member = "/etc/passwd"', "wrong member"),
        (MINIMAL + 'member = "a/../../b.sf2"', "wrong member"),
        (MINIMAL + 'archive = "rar"', "unknown archive 'rar'"),
        (MINIMAL + 'addresses = ["file:///etc/passwd"]', "not http or https"),
    ],
)
def test_a_wrong_catalogue_is_refused(text: str, message: str) -> None:
    with pytest.raises(SoundfontError, match=message):
        list(parse_catalogue(text, "x.toml"))
