"""Reading in a process of its own: what it gives, what it raises, and that it is stopped."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from melodymuse.errors import ImageError, LimitError, MidiError, MissingExtraError
from melodymuse.guarded import guarded
from melodymuse.midi.reader import read_midi
from melodymuse.vision.loading import load_image, read_picture
from tests.music.strategies import small_score

PROGRAM = """
from melodymuse.guarded import guarded

if __name__ == "__main__":
    print(guarded(abs, -2))
"""


def grow() -> int:
    """Take memory until there is none."""
    taken = []
    while True:
        taken.append(bytearray(2**26))


def missing() -> None:
    """Raise an error whose class takes other words than its message."""
    raise MissingExtraError("verovio", "score", "printing")


def test_it_gives_what_the_function_gives(tmp_path: Path, photograph: Path) -> None:
    path = small_score().write(tmp_path / "x.mid")
    assert guarded(read_midi, path) == read_midi(path)
    picture = guarded(read_picture, photograph)
    assert picture.name == str(photograph)
    np.testing.assert_array_equal(load_image(picture), load_image(photograph))


def test_it_raises_what_the_function_raises(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no such picture"):
        guarded(read_picture, tmp_path / "x.png")
    with pytest.raises(MidiError, match="no file"):
        guarded(read_midi, tmp_path / "x.mid")
    with pytest.raises(MissingExtraError, match=r"melodymuse\[score\]"):
        guarded(missing)


def test_it_has_the_environment_of_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    for said in ("one", "two"):
        monkeypatch.setenv("MELODYMUSE_SAID", said)
        assert guarded(os.getenv, "MELODYMUSE_SAID") == said


@pytest.mark.skipif(sys.platform != "linux", reason="a new interpreter elsewhere")
def test_it_is_forked_off_one_that_has_imported_the_readers() -> None:
    """`eval` runs there, and knows none of this file's imports."""
    assert guarded(eval, "{'melodymuse.vision.loading'} <= set(__import__('sys').modules)")


@pytest.mark.parametrize("temporary", ["temporary", 120 * "t"])
def test_neither_where_a_program_runs_nor_where_its_temporary_files_lie_matters(
    tmp_path: Path, temporary: str
) -> None:
    """A Python file of anybody's lies in the one, no name of a socket fits into the other."""
    (tmp_path / "fractions.py").write_text("raise SystemExit('run')")
    for name in (temporary, "programs"):
        (tmp_path / name).mkdir()
    program = tmp_path / "programs" / "program.py"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, str(program)],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path / temporary)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("2\n", "")


def test_time_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELODYMUSE_MAX_SAFE_SECONDS", "1")
    begun = time.monotonic()
    with pytest.raises(LimitError, match=r"more than 1 seconds.*MELODYMUSE_MAX_SAFE_SECONDS"):
        guarded(time.sleep, 60)
    assert time.monotonic() - begun < 30


@pytest.mark.skipif(os.name == "nt", reason="no limit of memory there")
def test_memory_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELODYMUSE_MAX_SAFE_MEMORY", str(2**30))
    with pytest.raises(LimitError, match=r"more than 1024 MiB.*MELODYMUSE_MAX_SAFE_MEMORY"):
        guarded(grow)


def test_a_crash_is_an_error() -> None:
    with pytest.raises(LimitError, match="ended with status"):
        guarded(os.abort)
