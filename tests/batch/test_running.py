"""Runs over several processes: killed, short of disk, and always whole."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from melodymuse.batch.items import Item, read_items
from melodymuse.batch.making import Run
from melodymuse.batch.manifest import MANIFEST, Record
from melodymuse.batch.running import run_items
from melodymuse.errors import BatchError
from tests.batch.pictures import draw_pictures

# Two blocks for two processes, which compose eight or more side by side.
PICTURES = 9
RUN = Run(7, asked=(("bars", 2),))
WORDS = ("--seed", "7", "--bars", "2")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    draw_pictures(folder, PICTURES)
    (folder / "bad.jpg").write_text("no picture")
    return folder


@pytest.fixture(scope="module")
def truth(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one process makes of them, in one block."""
    folder = tmp_path_factory.mktemp("truth")
    found = list(_run(pictures, folder, workers=1, rows=64))
    assert sum(record["error"] is not None for record in found) == 1
    return _pieces(folder)


def _run(pictures: Path, folder: Path, *, workers: int, rows: int) -> Iterator[Record]:
    items = read_items([str(pictures)])
    return run_items(items, RUN, str(folder), workers=workers, rows=rows)


def _pieces(folder: Path) -> dict[str, bytes]:
    # Beside them may lie what a killed process had not renamed yet.
    return {path.name: path.read_bytes() for path in folder.glob("[!.]*.mid")}


def _records(folder: Path) -> list[Record]:
    return [json.loads(line) for line in (folder / MANIFEST).read_text().splitlines()]


def _begin(pictures: Path, folder: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "melodymuse", "batch", pictures, folder, *WORDS, *words]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def _wait_for_lines(folder: Path, count: int) -> None:
    path = folder / MANIFEST
    until = time.monotonic() + 120
    while not path.exists() or path.read_bytes().count(b"\n") < count:
        assert time.monotonic() < until, "no line in the manifest after two minutes"
        time.sleep(0.02)


def _end(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, err = process.communicate(timeout=120)
    return process.returncode, err


def test_two_processes_give_the_same_bytes(
    pictures: Path, truth: dict[str, bytes], tmp_path: Path
) -> None:
    found = list(_run(pictures, tmp_path, workers=2, rows=3))
    assert len({record["id"] for record in found}) == len(found) == PICTURES + 1
    assert len(truth) == PICTURES and _pieces(tmp_path) == truth


def test_a_process_that_is_killed_takes_nothing_along(
    pictures: Path, truth: dict[str, bytes], tmp_path: Path
) -> None:
    found = []
    for record in _run(pictures, tmp_path, workers=2, rows=4):
        if len(found) == 1:
            victim, *_ = (p for p in multiprocessing.active_children() if not p.daemon)
            victim.kill()
        found.append(record)
    assert len({record["id"] for record in found}) == len(found) == PICTURES + 1
    assert sum(record["error"] is not None for record in found) == 1
    assert _pieces(tmp_path) == truth


def test_a_safe_run_gives_the_same_bytes(
    pictures: Path, truth: dict[str, bytes], tmp_path: Path
) -> None:
    items = [Item(str(pictures / name)) for name in ("cloud-000.png", "bad.jpg")]
    run = replace(RUN, safe=True)
    good, bad = run_items(items, run, str(tmp_path), workers=1, rows=2)
    assert good["error"] is None and "not a picture" in bad["error"]
    assert len(_pieces(tmp_path)) == 1 and _pieces(tmp_path).items() <= truth.items()


def test_a_run_whose_processes_cannot_start_is_refused(pictures: Path, tmp_path: Path) -> None:
    run = Run(7, eye=_Deadly())
    with pytest.raises(BatchError, match=r"no process can be started: status 9"):
        list(run_items(read_items([str(pictures)]), run, str(tmp_path), workers=2, rows=8))


def test_an_item_that_kills_its_process_is_blamed(pictures: Path, tmp_path: Path) -> None:
    # A pickle that is no item ends the process that opens it, as a bomb in memory would.
    deadly = Item(picture=_Deadly())  # type: ignore[arg-type]
    good = next(read_items([str(pictures / "cloud-000.png")]))
    found = list(run_items([good, deadly], RUN, str(tmp_path), workers=1, rows=2))
    assert [
        record["error"] is None for record in sorted(found, key=lambda r: bool(r["error"]))
    ] == [
        True,
        False,
    ]
    assert any("died (status 9)" in (record["error"] or "") for record in found)


class _Deadly(str):
    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (9,)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_killed_goes_on_where_it_ended(
    run: Callable[..., Any],
    pictures: Path,
    truth: dict[str, bytes],
    tmp_path: Path,
    how: signal.Signals,
) -> None:
    process = _begin(pictures, tmp_path, "--workers", "2")
    _wait_for_lines(tmp_path, 1)
    family = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, how)
    status, err = _end(process)
    assert status != 0 and "Traceback" not in err, err
    # Of one that is killed the others end the file at hand, then see that nobody asks any more.
    assert psutil.wait_procs(family, timeout=60)[1] == []
    before = (tmp_path / MANIFEST).read_bytes()
    outcome = run("batch", pictures, tmp_path, *WORDS, "--workers", "1", "--resume")
    assert outcome.status == 2, outcome.err
    after = (tmp_path / MANIFEST).read_bytes()
    assert after.startswith(before[: before.rfind(b"\n") + 1])
    found = _records(tmp_path)
    assert len({record["id"] for record in found}) == len(found) == PICTURES + 1
    assert _pieces(tmp_path) == truth
    assert {path.suffix for path in tmp_path.iterdir()} == {".mid", ".json", ".jsonl", ".csv"}


@pytest.mark.skipif(os.name == "nt", reason="limits of processes are Unix'")
def test_a_full_disk_ends_the_run_and_leaves_whole_files(
    run: Callable[..., Any], pictures: Path, truth: dict[str, bytes], tmp_path: Path
) -> None:
    # As large as the manifest may grow: a few lines, and no disk is full like a limit is.
    command = f"ulimit -f 4; exec {sys.executable} -m melodymuse batch {pictures} {tmp_path} "
    done = subprocess.run(
        ["bash", "-c", command + " ".join(WORDS)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 2
    assert done.stderr.startswith("melodymuse: cannot write '") and done.stderr.count("\n") == 1
    found = _records(tmp_path)
    assert 0 < len(found) < PICTURES + 1
    pieces = _pieces(tmp_path)
    assert pieces.items() <= truth.items() and not list(tmp_path.glob(".*"))
    assert run("batch", pictures, tmp_path, *WORDS, "--workers", "1", "--resume").status == 2
    assert _pieces(tmp_path) == truth
    found = _records(tmp_path)
    assert len({record["id"] for record in found}) == len(found) == PICTURES + 1
