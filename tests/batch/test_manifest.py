"""The manifest: each item once, whatever happened on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from melodymuse.batch.items import Item
from melodymuse.batch.making import Made, Run, record_of
from melodymuse.batch.manifest import ERRORS, MANIFEST, Manifest, write_errors
from melodymuse.errors import BatchError

RUN = Run(3)
ITEMS = [Item(f"{number}.jpg") for number in range(5)]


def _filled(folder: Path, items: list[Item]) -> None:
    with Manifest(str(folder), RUN) as manifest:
        for item in items:
            manifest.add(record_of(Made(item, error="=no")))


def test_what_is_done_is_not_left(tmp_path: Path) -> None:
    _filled(tmp_path / "new" / "run", ITEMS[:2])
    with Manifest(str(tmp_path / "new" / "run"), RUN, resume=True) as manifest:
        assert list(manifest.left([*ITEMS, ITEMS[4]])) == ITEMS[2:]


def test_a_line_that_was_cut_short_is_taken_off(tmp_path: Path) -> None:
    _filled(tmp_path, ITEMS[:3])
    whole = (tmp_path / MANIFEST).read_bytes()
    for cut in range(1, len(whole.splitlines()[-1])):
        (tmp_path / MANIFEST).write_bytes(whole[:-cut])
        with Manifest(str(tmp_path), RUN, resume=True) as manifest:
            assert list(manifest.left(ITEMS)) == ITEMS[2:]
            manifest.add(record_of(Made(ITEMS[2], error="=no")))
        assert (tmp_path / MANIFEST).read_bytes() == whole


def test_another_run_is_not_gone_on_with(tmp_path: Path) -> None:
    _filled(tmp_path, ITEMS[:1])
    with pytest.raises(BatchError, match="--resume goes on"):
        Manifest(str(tmp_path), RUN)
    with pytest.raises(BatchError, match="a run with seed 3, not 4"):
        Manifest(str(tmp_path), Run(4), resume=True)
    with pytest.raises(BatchError, match=r'formats \["\.mid"\], not'):
        Manifest(str(tmp_path), Run(3, (".pdf",)), resume=True)


def test_two_processes_cannot_be_at_one_run(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    with Manifest(str(tmp_path), RUN), pytest.raises(BatchError, match="another process"):
        Manifest(str(tmp_path), RUN, resume=True)


def test_a_strange_manifest_is_refused(tmp_path: Path) -> None:
    _filled(tmp_path, ITEMS[:1])
    with (tmp_path / MANIFEST).open("a") as file:
        file.write("hello\n")
    with pytest.raises(BatchError, match="line 2: not of a manifest"):
        Manifest(str(tmp_path), RUN, resume=True)


def test_the_table_of_errors_is_safe_to_open(tmp_path: Path) -> None:
    _filled(tmp_path, ITEMS[:2])
    with Manifest(str(tmp_path), RUN, resume=True) as manifest:
        assert write_errors(str(tmp_path), manifest.records()) == 2
    assert (tmp_path / ERRORS).read_text() == "image,error\n0.jpg,'=no\n1.jpg,'=no\n"
