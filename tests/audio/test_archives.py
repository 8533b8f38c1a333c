"""Taking a soundfont out of a Debian package and out of a 7z archive."""

from __future__ import annotations

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
