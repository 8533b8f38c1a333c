"""Taking a soundfont out of a Debian package and out of a 7z archive."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from melodymuse.audio.archives import extract
from melodymuse.errors import MissingExtraError, SoundfontError
from tests.audio.packages import debian_package, seven_zip

MEMBER = "usr/share/sounds/sf2/piano.sf2"
CONTENT = bytes(range(256)) * 300


@pytest.mark.parametrize("compression", ["xz", "gz", "bz2", ""])
def test_a_debian_package(tmp_path: Path, compression: str) -> None:
    package = tmp_path / "piano.deb"
    package.write_bytes(debian_package({MEMBER: CONTENT}, compression))
    extract(package, "deb", MEMBER, tmp_path / "out.sf2")
    assert (tmp_path / "out.sf2").read_bytes() == CONTENT


def test_a_7z_archive(tmp_path: Path) -> None:
    archive = seven_zip(tmp_path / "piano.7z", {MEMBER: CONTENT, "readme.txt": b"hello"})
    (tmp_path / "there").mkdir()
    extract(archive, "7z", MEMBER, tmp_path / "there" / "out.sf2")
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["out.sf2"]
    assert (tmp_path / "there" / "out.sf2").read_bytes() == CONTENT


@pytest.mark.parametrize("kind", ["deb", "7z"])
def test_a_missing_member_is_named(tmp_path: Path, kind: str) -> None:
    archive = tmp_path / f"piano.{kind}"
    if kind == "deb":
        archive.write_bytes(debian_package({MEMBER: CONTENT}))
    else:
        seven_zip(archive, {MEMBER: CONTENT})
    with pytest.raises(SoundfontError, match=r"holds no other\.sf2"):
        extract(archive, kind, "other.sf2", tmp_path / "out.sf2")


@pytest.mark.parametrize("kind", ["deb", "7z"])
@pytest.mark.parametrize("part", [0.0, 0.02, 0.5, 0.9])
def test_a_damaged_archive_is_named(tmp_path: Path, kind: str, part: float) -> None:
    archive = tmp_path / f"piano.{kind}"
    if kind == "deb":
        archive.write_bytes(debian_package({MEMBER: CONTENT}))
    else:
        seven_zip(archive, {MEMBER: CONTENT})
    data = archive.read_bytes()
    archive.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(SoundfontError, match=r"piano.* is damaged"):
        extract(archive, kind, MEMBER, tmp_path / "out.sf2")


def test_a_7z_archive_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "py7zr", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'melodymuse\[audio\]'"):
        extract(tmp_path / "x.7z", "7z", MEMBER, tmp_path / "out.sf2")


@pytest.mark.parametrize("size", ["-60", "-1", "+4", "1_0", "0x10", ""])
def test_a_size_that_is_no_number_of_bytes_is_named(tmp_path: Path, size: str) -> None:
    package = tmp_path / "piano.deb"
    header = f"{'debian-binary':<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{size:<10}`\n"
    package.write_bytes(b"!<arch>\n" + header.encode() + b"2.0\n")
    with pytest.raises(SoundfontError, match="a size in it is no number"):
        extract(package, "deb", MEMBER, tmp_path / "out.sf2")


@pytest.mark.parametrize("method", ["FILTER_DEFLATE", "FILTER_LZMA2", "FILTER_BZIP2"])
@pytest.mark.parametrize("seed", range(4))
def test_damage_within_a_7z_archive_is_named(tmp_path: Path, method: str, seed: int) -> None:
    py7zr = pytest.importorskip("py7zr")
    archive = tmp_path / "piano.7z"
    noise = random.Random(seed).randbytes(3000)
    with py7zr.SevenZipFile(archive, "w", filters=[{"id": getattr(py7zr, method)}]) as files:
        files.writestr(noise + CONTENT, MEMBER)
    data = bytearray(archive.read_bytes())
    # Behind the 32 bytes of the header lies what was compressed.
    for place in random.Random(seed).sample(range(32, 400), 60):
        data[place] ^= 0xFF
    archive.write_bytes(data)
    with pytest.raises(SoundfontError, match=r"piano\.7z' is damaged"):
        extract(archive, "7z", MEMBER, tmp_path / "out.sf2")


def test_a_member_of_a_7z_archive_that_is_no_file_is_refused(tmp_path: Path) -> None:
    import py7zr

    (tmp_path / "piano.sf2").mkdir()
    archive = tmp_path / "x.7z"
    with py7zr.SevenZipFile(archive, "w") as files:
        files.write(tmp_path / "piano.sf2", "piano.sf2")
    with pytest.raises(SoundfontError, match=r"is no file|holds no"):
        extract(archive, "7z", "piano.sf2", tmp_path / "out.sf2")
    assert not (tmp_path / "out.sf2").exists()
