"""The same run on a Ray cluster of two actors, one of them killed on the way."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from melodymuse.api import engine
from melodymuse.batch.cluster import Maker, as_text
from melodymuse.batch.items import Item, read_items
from melodymuse.batch.making import Run, make
from melodymuse.batch.manifest import write_errors
from melodymuse.batch.parts import Parts, write_part
from melodymuse.batch.places import files_under, join, read, read_bytes, write
from melodymuse.batch.running import write_down
from melodymuse.errors import BatchError, OutputError
from tests.batch.pictures import draw_pictures

pytest.importorskip("pyarrow")
pytest.importorskip("fsspec")

RUN = Run(7, asked=(("bars", 2),))
WORDS = ("--seed", "7", "--bars", "2", "--runner", "ray", "--workers", "2")


def _truth(items: list[Item]) -> dict[str, bytes]:
    return {name: data for made in make(engine, RUN, items, read) for name, data in made.files}


def test_parts_in_memory_are_read_back_and_replaced(tmp_path: Path) -> None:
    (path, other) = draw_pictures(tmp_path, 2)
    folder = "memory://run"
    items = [Item(str(path)), Item(str(tmp_path / "none.png"))]
    with Parts(folder, RUN) as parts:
        for _ in range(2):
            records = [write_down(made, folder) for made in make(engine, RUN, items, read)]
            write_part(folder, records)
        found = {record["id"]: record for record in parts.records()}
        assert len(list(parts.records())) == 2
        assert write_errors(folder, parts.records()) == 1
    for record in records:
        told = dict(found[record["id"]])
        assert json.loads(told.pop("controls")) == record.pop("controls")
        assert told == record
    assert {n: read_bytes(join(folder, n)) for n in _truth(items)} == _truth(items)
    with Parts(folder, RUN, resume=True) as parts:
        assert list(parts.left([*items, Item(str(other))])) == [Item(str(other))]
    with pytest.raises(BatchError, match="holds a run"):
        Parts(folder, RUN)
    write(join(folder, "manifest/x.parquet"), b"damaged")
    with pytest.raises(BatchError, match=r"x\.parquet' is no part of a manifest"):
        list(parts.records())


def test_a_file_url_is_written_whole(tmp_path: Path) -> None:
    write(f"file://{tmp_path}/new/a.bin", b"1")
    write(f"file://{tmp_path}/new/a.bin", b"22")
    assert read_bytes(str(tmp_path / "new" / "a.bin")) == b"22"
    assert len(list(files_under(f"file://{tmp_path}/new"))) == 1
    with pytest.raises(OutputError, match="cannot write 'nowhere://a'"):
        write("nowhere://a", b"")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of a server that speaks S3's protocol, on this machine."""
    pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    fsspec = pytest.importorskip("fsspec")
    fsspec.filesystem("s3").mkdir("clouds")
    yield "s3://clouds"
    fsspec.filesystem("s3").clear_instance_cache()
    server.stop()


def test_an_actor_reads_and_writes_a_bucket(bucket: str, tmp_path: Path) -> None:
    paths = draw_pictures(tmp_path, 3)
    for path in paths:
        write(f"{bucket}/in/{path.name}", path.read_bytes())
    items = list(read_items([f"{bucket}/in"]))
    assert sorted(item.picture for item in items) == [f"{bucket}/in/{p.name}" for p in paths]
    items.append(Item(f"{bucket}/in/none.png"))
    with Parts(f"{bucket}/out", RUN) as parts:
        actor = Maker(RUN, f"{bucket}/out", str(tmp_path))
        answered = actor({"item": [as_text(item) for item in items]})["record"]
        found = list(parts.records())
    assert {json.loads(record)["id"] for record in answered} == {item.id for item in items}
    assert len(found) == 4
    assert "cannot read" in next(r["error"] for r in found if r["error"])
    truth = _truth([Item(str(path)) for path in paths])
    assert {name: read_bytes(f"{bucket}/out/{name}") for name in truth} == truth
    with Parts(f"{bucket}/out", RUN, resume=True) as parts:
        assert list(parts.left(items)) == []


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes_with_an_actor_killed(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    # Two blocks for two actors.
    draw_pictures(tmp_path / "in", 16)
    command = [sys.executable, "-m", "melodymuse", "batch", f"file://{tmp_path}/in"]
    command = [*command, f"file://{tmp_path}/out", *WORDS]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    killed: list[int] = []
    watcher = threading.Thread(target=_kill_an_actor, args=(process.pid, tmp_path, killed))
    watcher.start()
    out, err = process.communicate(timeout=280)
    watcher.join()
    assert process.returncode == 0, err
    assert len(killed) == 1
    assert "Traceback" not in err and "made    16 in" in out
    items = list(read_items([str(tmp_path / "in")]))
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").glob("[!.]*.mid")} == _truth(items)
    found = list(Parts(f"file://{tmp_path}/out", RUN, resume=True).records())
    assert len({record["id"] for record in found}) == len(found) == 16


def _kill_an_actor(driver: int, folder: Path, killed: list[int]) -> None:
    """Kill one as soon as it has written its first piece."""
    until = time.monotonic() + 240
    while not any((folder / "out").glob("*.mid")):
        if time.monotonic() > until or not psutil.pid_exists(driver):
            return
        time.sleep(0.02)
    for process in psutil.process_iter(["cmdline"]):
        if process.info["cmdline"] and "MapBatches(Maker)" in process.info["cmdline"][0]:
            process.kill()
            killed.append(process.pid)
            return
