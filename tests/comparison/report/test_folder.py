"""A folder that arrives whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from melodymuse.comparison.report.folder import check_folder, whole_folder
from melodymuse.errors import OutputError


def fill(path: Path, *, overwrite: bool = False, text: str = "new") -> None:
    with whole_folder(path, overwrite=overwrite) as folder:
        (folder / "inner").mkdir()
        (folder / "a.txt").write_text(text)
        (folder / "inner" / "b.txt").write_text(text)


def content(path: Path) -> dict[str, str]:
    return {
        str(file.relative_to(path)): file.read_text()
        for file in sorted(path.rglob("*"))
        if file.is_file()
    }


@pytest.mark.parametrize("there", [False, True])
def test_a_new_or_empty_folder_is_filled(tmp_path: Path, there: bool) -> None:
    target = tmp_path / "report"
    if there:
        target.mkdir()
    fill(target)
    assert content(tmp_path) == {"report/a.txt": "new", "report/inner/b.txt": "new"}


def test_after_an_exception_nothing_is_there(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "report") as folder:
        (folder / "a.txt").write_text("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    target = tmp_path / "report"
    fill(target, text="old")
    (target / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="not empty"):
        fill(target)
    assert content(target)["a.txt"] == "old"
    fill(target, overwrite=True)
    assert content(target) == {"a.txt": "new", "inner/b.txt": "new", "mine.txt": "mine"}
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_places_that_cannot_be_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for target, complaint in (
        (tmp_path / "file", "is a file"),
        (tmp_path / "a" / "b", "no folder"),
    ):
        with pytest.raises(OutputError, match=complaint):
            fill(target)
    assert content(tmp_path) == {"file": "x"}


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that nobody can fill")
@pytest.mark.parametrize("place", ["/proc/report", "/proc/self/fdinfo", "/proc/self/task"])
def test_a_place_that_nobody_can_fill_is_refused_beforehand(place: str) -> None:
    with pytest.raises(OutputError, match=f"cannot write '{place}'"):
        check_folder(place, overwrite=True)


@pytest.mark.parametrize("name", ["x" * 300, "nul\0"])
def test_names_that_cannot_be_are_refused_beforehand(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="cannot write"):
        check_folder(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    check_folder(tmp_path / "new")
    check_folder(tmp_path / "there")
    assert content(tmp_path) == {}
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_a_folder_without_permission_is_refused_beforehand(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    if os.access(locked, os.W_OK):
        pytest.skip("this user may write everywhere")
    for target in (locked, locked / "report"):
        with pytest.raises(OutputError, match="choose another folder"):
            check_folder(target)
