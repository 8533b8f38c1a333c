"""Downloads from a server on this machine: what arrives is what was meant, or nothing does."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from melodymuse.audio.catalogue import Entry
from melodymuse.audio.download import install
from melodymuse.audio.soundfont_file import read_soundfont
from melodymuse.errors import MelodyMuseError, SoundfontError
from tests.audio.packages import debian_package, seven_zip
from tests.audio.server import cut, redirect, serving, status, trickling, unmeasured, whole
from tests.audio.tiny_soundfont import tiny_soundfont

FONT = tiny_soundfont()
MEMBER = "usr/share/sounds/sf2/tiny.sf2"


def entry(*addresses: str, body: bytes = FONT, **fields: Any) -> Entry:
    """A catalogue's entry for a download."""
    made = Entry(
        id="tiny",
        title="Tiny",
        file="tiny.sf2",
        licence="CC0-1.0",
        author="the tests",
        sound="a plucked sine",
        source="https://example.org",
        by_hand="make it",
        addresses=addresses,
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        hash_origin="computed",
    )
    return replace(made, **fields)


def refusal(what: Entry, folder: Path) -> str:
    """Why it was not installed; nothing may be left behind."""
    with pytest.raises(MelodyMuseError) as caught:
        install(what, folder)
    assert list(folder.iterdir()) == []
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_good_file_arrives_and_its_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    folder = tmp_path / "new" / "folder"
    with serving({"/tiny.sf2": whole(FONT)}) as address:
        path = install(entry(f"{address}/tiny.sf2"), folder, lambda *news: told.append(news))
    assert path == folder / "tiny.sf2"
    assert path.read_bytes() == FONT
    assert list(folder.iterdir()) == [path]
    assert told[-1] == (len(FONT), len(FONT))


def test_a_redirect_is_followed(tmp_path: Path) -> None:
    with serving({"/old": redirect("/new"), "/new": whole(FONT)}) as address:
        assert install(entry(f"{address}/old"), tmp_path).read_bytes() == FONT


def test_a_redirect_in_a_circle_ends(tmp_path: Path) -> None:
    with serving({"/a": redirect("/b"), "/b": redirect("/a")}) as address:
        assert "302" in refusal(entry(f"{address}/a"), tmp_path)


def test_a_redirect_to_a_local_file_is_not_followed(tmp_path: Path) -> None:
    with serving({"/a": redirect("file:///etc/hostname")}) as address:
        assert "302" in refusal(entry(f"{address}/a"), tmp_path)


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/tiny.sf2", "data:,x", "gopher://127.0.0.1/"])
def test_a_redirect_away_from_the_web_is_not_followed(tmp_path: Path, target: str) -> None:
    with serving({"/a": redirect(target)}) as address:
        assert "answers 302" in refusal(entry(f"{address}/a"), tmp_path)


def test_a_server_that_trickles_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("melodymuse.audio.download.LONGEST_SECONDS", 0.3)
    with serving({"/slow": trickling(FONT, 0.05), "/fast": whole(FONT)}) as address:
        began = time.monotonic()
        message = refusal(entry(f"{address}/slow"), tmp_path)
        assert "not done after 0.3 s" in message
        assert time.monotonic() - began < 2
        install(entry(f"{address}/slow", f"{address}/fast"), tmp_path)


def test_an_archives_download_has_no_name_of_the_catalogues(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(b"mine")
    package = debian_package({MEMBER: b"no soundfont"})
    with serving({"/a.deb": whole(package)}) as address, pytest.raises(SoundfontError):
        install(
            entry(f"{address}/a.deb", body=package, id=str(kept), archive="deb", member=MEMBER),
            tmp_path / "fonts",
        )
    assert kept.read_bytes() == b"mine"


def test_a_wrong_hash_is_refused(tmp_path: Path) -> None:
    other = bytearray(FONT)
    other[3000] ^= 1
    with serving({"/tiny.sf2": whole(bytes(other)), "/good": whole(FONT)}) as address:
        message = refusal(entry(f"{address}/tiny.sf2", f"{address}/good"), tmp_path)
    assert hashlib.sha256(other).hexdigest() in message
    assert "not what the catalogue means" in message


def test_a_length_that_is_another_is_refused_unread(tmp_path: Path) -> None:
    with serving({"/tiny.sf2": whole(FONT + b"!")}) as address:
        message = refusal(entry(f"{address}/tiny.sf2"), tmp_path)
    assert f"has {len(FONT) + 1} bytes, not {len(FONT)}" in message


def test_more_bytes_than_there_should_be_are_refused(tmp_path: Path) -> None:
    with serving({"/tiny.sf2": unmeasured(FONT * 3)}) as address:
        assert f"more than {len(FONT)} bytes" in refusal(entry(f"{address}/tiny.sf2"), tmp_path)


@pytest.mark.parametrize("after", [0, 100, len(FONT) - 1])
def test_a_cut_connection_leaves_nothing(tmp_path: Path, after: int) -> None:
    with serving({"/tiny.sf2": cut(FONT, after)}) as address:
        message = refusal(entry(f"{address}/tiny.sf2"), tmp_path)
    assert "the connection was cut" in message
    with serving({"/tiny.sf2": unmeasured(FONT[:after])}) as address:
        assert "was cut" in refusal(entry(f"{address}/tiny.sf2"), tmp_path)


@pytest.mark.parametrize("code", [403, 404, 500])
def test_an_answer_that_is_no_file(tmp_path: Path, code: int) -> None:
    with serving({"/tiny.sf2": status(code)}) as address:
        message = refusal(entry(f"{address}/tiny.sf2"), tmp_path)
    assert f"answers {code}" in message
    assert "make it" in message


def test_no_server_at_all(tmp_path: Path) -> None:
    with serving({}) as address:
        pass
    assert "no connection" in refusal(entry(f"{address}/tiny.sf2"), tmp_path)


def test_the_second_address_helps_out(tmp_path: Path) -> None:
    answers = {"/cut": cut(FONT, 99), "/good": whole(FONT)}
    with serving(answers) as address:
        what = entry(f"{address}/gone", f"{address}/cut", f"{address}/good")
        assert install(what, tmp_path).read_bytes() == FONT


def test_what_is_no_soundfont_is_refused(tmp_path: Path) -> None:
    page = b"<html>please log in</html>"
    with serving({"/tiny.sf2": whole(page)}) as address:
        message = refusal(entry(f"{address}/tiny.sf2", body=page), tmp_path)
    assert "'tiny.sf2' is no soundfont" in message


def archive_of(kind: str, folder: Path) -> bytes:
    if kind == "deb":
        return debian_package({MEMBER: FONT})
    return seven_zip(folder / "tiny.7z", {MEMBER: FONT}).read_bytes()


@pytest.mark.parametrize("kind", ["deb", "7z"])
def test_an_archive_is_verified_and_unpacked(tmp_path: Path, kind: str) -> None:
    body = archive_of(kind, tmp_path)
    folder = tmp_path / "there"
    fields = {
        "archive": kind,
        "member": MEMBER,
        "font_size": len(FONT),
        "font_sha256": hashlib.sha256(FONT).hexdigest(),
    }
    with serving({"/a": whole(body)}) as address:
        path = install(entry(f"{address}/a", body=body, **fields), folder)
        assert list(folder.iterdir()) == [path]
        assert read_soundfont(path).name == "Tiny"
        path.unlink()
        wrong = entry(f"{address}/a", body=body, **fields | {"font_sha256": "0" * 64})
        assert "not what the catalogue means" in refusal(wrong, folder)
        lost = entry(f"{address}/a", body=body, **fields | {"member": "other.sf2"})
        assert "holds no other.sf2" in refusal(lost, folder)


def test_without_a_hash_nothing_is_downloaded(tmp_path: Path) -> None:
    with serving({"/tiny.sf2": whole(FONT)}) as address:
        message = refusal(entry(f"{address}/tiny.sf2", sha256=""), tmp_path)
    assert "make it, then put tiny.sf2 into" in message


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "tiny.sf2").write_bytes(b"mine")
    with (
        serving({"/tiny.sf2": whole(FONT)}) as address,
        pytest.raises(SoundfontError, match="is there already"),
    ):
        install(entry(f"{address}/tiny.sf2"), tmp_path)
    assert (tmp_path / "tiny.sf2").read_bytes() == b"mine"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MelodyMuseError, match="cannot make the folder"):
        install(entry("http://127.0.0.1:9/x"), tmp_path / "file" / "folder")
