"""The demonstration."""

from __future__ import annotations

from pathlib import Path

import pytest

from melodymuse import demo
from melodymuse.errors import OutputError


def test_three_files_with_one_name_and_a_second_run_takes_another(tmp_path: Path) -> None:
    first = demo.run_demo(tmp_path / "new" / "demo")
    assert [path.suffix for path in first.paths] == list(demo.SUFFIXES)
    assert len({path.stem for path in first.paths}) == 1
    before = {path: path.read_bytes() for path in first.paths}
    second = demo.run_demo(tmp_path / "new" / "demo")
    assert {path.stem for path in second.paths} == {f"{first.paths[0].stem}-2"}
    assert {path: path.read_bytes() for path in first.paths} == before
    assert second.paths[0].read_bytes() == first.paths[0].read_bytes()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot make the folder"):
        demo.run_demo(tmp_path / "file" / "demo")
