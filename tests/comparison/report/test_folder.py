"""A folder that arrives whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from melodymuse.comparison.report.folder import whole_folder
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
