"""What may be said of files and takes, in every command that writes bars into them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from melodymuse.errors import ControlError
from melodymuse.midi.document import Document, Track
from melodymuse.midi.events import Event
from melodymuse.midi.file import load_document
from melodymuse.midi.view import bars_of
from melodymuse.writing.choosing import NEVER, choose
from tests.midi.test_beats import played, rubato
from tests.test_extending import rich, song

Run = Callable[..., Any]

# A title and the two hands in Shift-JIS, as old sequencers write them; and Cyrillic in its code
# page, of which nothing tells that it is no Latin.
NAMES = {"cp932": ("月光", "右手", "左手"), "cp1251": ("Тихо", "Правая", "Левая")}


def named(encoding: str) -> bytes:
    piece = song(ticks=range(0, 7680, 480))
    tracks = (
        Track((Event(0, b"\xff\x03" + name.encode(encoding)), *events))
        for name, events in zip(
            NAMES[encoding],
            ([e for e in t.events if e.data[:2] != b"\xff\x03"] for t in piece.tracks),
            strict=True,
        )
    )
    return Document(1, 480, tuple(tracks)).to_bytes()


@pytest.mark.parametrize("encoding", NAMES)
def test_names_are_read_in_the_encoding_that_is_said(
    run: Run, tmp_path: Path, encoding: str
) -> None:
    (tmp_path / "x.mid").write_bytes(named(encoding))
    facts = json.loads(run("inspect", "x.mid", "--json", "--encoding", encoding).out)
    assert [facts["title"], *(track["name"] for track in facts["tracks"])] == [
        NAMES[encoding][0], *NAMES[encoding]
    ]  # fmt: skip
    guessed = json.loads(run("inspect", "x.mid", "--json").out)
    assert (guessed["title"] == NAMES[encoding][0]) == (encoding == "cp932")
    # Bytes that are none in it are shown as such; the file itself keeps them.
    wrong = json.loads(run("inspect", "x.mid", "--json", "--encoding", "ascii").out)
    assert "\ufffd" in wrong["title"]
    run("edit", "x.mid", "--tempo", 90, "--encoding", "ascii", "-o", "y.mid")
    title = NAMES[encoding][0].encode(encoding)
    assert any(e.data[2:] == title for e in load_document(tmp_path / "y.mid").tracks[0].events)


def test_bars_are_laid_and_gone_on_from(run: Run, tmp_path: Path) -> None:
    _, struck = rubato(3, bars=8)
    (tmp_path / "free.mid").write_bytes(played(struck).to_bytes())
    words = ("continue", "free.mid", "--bars", 2, "--seed", 1, "-o", "x.mid", "--beats", "estimate")
    assert run(*words).status == 0
    laid = bars_of(load_document(tmp_path / "x.mid"))
    assert 9 <= laid.count <= 12 and str(laid.metre) == "4/4"


def test_takes_are_ranked_and_keys_are_german(run: Run, tmp_path: Path) -> None:
    (tmp_path / "song.mid").write_bytes(rich().to_bytes())
    words = ("--bars", 2, "--takes", 2, "--ranked", "--key", "a-Moll", "--german")
    lines = run("reroll", "song.mid", *words, "--seed", 1, "--json").out.splitlines()
    told = [json.loads(line) for line in lines]
    assert sorted(take["seed"] for take in told) == [1, 2]
    assert {take["key"] for take in told} == {"A minor"}
    assert [take["midi"] for take in told] == ["song-rerolled.mid", "song-rerolled-take-2.mid"]
    one = ("--bars", 2, "--seed", told[0]["seed"], "--key", "A minor", "-o", "x.mid")
    assert run("reroll", "song.mid", *one).status == 0
    best = (tmp_path / "song-rerolled.mid").read_bytes()
    assert (tmp_path / "x.mid").read_bytes() == best


def test_versions_are_written_until_one_fits() -> None:
    asked: list[tuple[range, int | None]] = []

    def write(takes: range, best: int | None) -> list[int]:
        asked.append((takes, best))
        return list(takes)

    far = {0: 5.0, 1: 3.0, 2: 4.0, 3: 0.0}
    assert choose(write, far.__getitem__, each=2, rounds=3) == 3
    assert asked == [(range(0, 2), None), (range(2, 4), 1)]
    assert choose(write, lambda take: 9.0 - take, each=2, rounds=2) == 3
    with pytest.raises(ControlError, match="none of 4 versions"):
        choose(write, lambda take: NEVER, each=2, rounds=2)
