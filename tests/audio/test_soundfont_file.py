"""Sound and damaged soundfonts."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from melodymuse.audio.soundfont_file import Preset, read_soundfont
from melodymuse.audio.soundfonts import built_in
from melodymuse.errors import SoundfontError
from tests.audio.tiny_soundfont import tiny_soundfont

TABLES = ("phdr", "pbag", "pmod", "pgen", "inst", "ibag", "imod", "igen", "shdr")


def refused(path: Path, data: bytes) -> str:
    """The complaint about a damaged file: one line that names it."""
    path.write_bytes(data)
    with pytest.raises(SoundfontError) as caught:
        read_soundfont(path)
    message = str(caught.value)
    assert "\n" not in message
    assert path.name in message
    return message


def test_the_built_in_one_is_general_midi() -> None:
    font = read_soundfont(built_in())
    assert (font.name, font.kind) == ("TimGM6mb", "sf2")
    melodic = {preset.program for preset in font.presets if preset.bank == 0}
    assert melodic == set(range(128))
    assert font.presets[0] == Preset(0, 0, "Piano 1")


def test_a_tiny_one_is_sound(tiny: Path) -> None:
    font = read_soundfont(tiny)
    assert font.presets == (Preset(0, 0, "Tiny"),)
    assert font.size == tiny.stat().st_size


@pytest.mark.parametrize("data", [b"", b"RIFF", b"no soundfont" * 10, b"RIFF\4\0\0\0WAVE"])
def test_other_files_are_no_soundfonts(tmp_path: Path, data: bytes) -> None:
    assert "is no soundfont" in refused(tmp_path / "x.sf2", data)


def test_every_truncation_is_noticed(tmp_path: Path) -> None:
    whole = tiny_soundfont()
    for length in range(12, len(whole), 97):
        message = refused(tmp_path / "x.sf2", whole[:length])
        assert f"{length} of {len(whole)} bytes" in message


@pytest.mark.parametrize("table", TABLES)
def test_a_missing_or_crooked_table_is_named(tmp_path: Path, table: str) -> None:
    whole = tiny_soundfont()
    assert table in refused(tmp_path / "x.sf2", whole.replace(table.encode(), b"gone"))
    at = whole.rindex(table.encode()) + 4
    (size,) = struct.unpack_from("<I", whole, at)
    crooked = bytearray(whole)
    struct.pack_into("<I", crooked, at, size - 2)
    refused(tmp_path / "x.sf2", bytes(crooked))


@pytest.mark.parametrize(
    ("table", "offset", "value", "message"),
    [
        ("phdr", 24, 9, "phdr leads past pbag"),
        ("pbag", 4, 9, "pbag leads past pgen"),
        ("pgen", 2, 9, "pgen leads past inst"),
        ("inst", 42, 9, "inst leads past ibag"),
        ("ibag", 6, 9, "ibag leads past imod"),
        ("igen", 2, 9, "igen leads past shdr"),
        ("shdr", 26, 9, "outside the file"),
        ("shdr", 24, 0, "holds no sample"),
    ],
)
def test_tables_that_lead_nowhere_are_noticed(
    tmp_path: Path, table: str, offset: int, value: int, message: str
) -> None:
    data = bytearray(tiny_soundfont())
    struct.pack_into("<H", data, data.rindex(table.encode()) + 8 + offset, value)
    assert message in refused(tmp_path / "x.sf2", bytes(data))


def test_samples_in_a_sound_cards_rom_lie_outside_the_file(tmp_path: Path) -> None:
    data = bytearray(tiny_soundfont())
    at = data.rindex(b"shdr") + 8
    rom = bytearray(data[at : at + 46])
    struct.pack_into("<2I", rom, 20, 0, 10**6)
    struct.pack_into("<H", rom, 44, 0x8001)
    data[at + 46 : at + 46] = rom
    for size in (4, data.rindex(b"LIST") + 4, at - 4):
        struct.pack_into("<I", data, size, struct.unpack_from("<I", data, size)[0] + 46)
    path = tmp_path / "x.sf2"
    path.write_bytes(data)
    assert read_soundfont(path).presets == (Preset(0, 0, "Tiny"),)
    struct.pack_into("<H", data, at + 46 + 44, 1)
    assert "a sample lies outside the file" in refused(path, bytes(data))


def test_a_soundfont_of_rom_samples_alone_is_silent(tmp_path: Path) -> None:
    data = bytearray(tiny_soundfont())
    struct.pack_into("<H", data, data.rindex(b"shdr") + 8 + 44, 0x8001)
    assert "it holds no sample" in refused(tmp_path / "x.sf2", bytes(data))


@given(st.integers(0, 2**32))
@settings(max_examples=200)
def test_any_damage_gives_an_answer_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    dice = random.Random(seed)
    data = bytearray(tiny_soundfont())
    for _ in range(dice.choice((1, 4, 40))):
        data[dice.randrange(len(data))] = dice.randrange(256)
    path = tmp_path_factory.getbasetemp() / "damaged.sf2"
    path.write_bytes(data)
    try:
        assert read_soundfont(path).presets
    except SoundfontError as error:
        assert path.name in str(error)


def test_compressed_samples_make_an_sf3(tmp_path: Path) -> None:
    data = bytearray(tiny_soundfont())
    struct.pack_into("<H", data, data.rindex(b"shdr") + 8 + 44, 0x11)
    path = tmp_path / "x.sf3"
    path.write_bytes(data)
    assert read_soundfont(path).kind == "sf3"


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(SoundfontError, match=r"there is no soundfont .*gone\.sf2"):
        read_soundfont(tmp_path / "gone.sf2")
    with pytest.raises(SoundfontError, match="is a folder"):
        read_soundfont(tmp_path)
