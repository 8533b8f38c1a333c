"""What the studio is made of: the line, the buckets, the store, problems, metrics."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from melodymuse.engine import Engine
from melodymuse.errors import ImageError, LimitError, MissingExtraError, OutputError
from melodymuse.music.score import Score

pytest.importorskip("fastapi", reason="needs the extra studio")

from melodymuse.studio.kept import Kept
from melodymuse.studio.limiting import RateLimiter
from melodymuse.studio.metrics import Metrics
from melodymuse.studio.problems import BusyError, UnknownPieceError, problem_of
from melodymuse.studio.store import Seen, Store
from melodymuse.studio.workroom import Workroom


@pytest.fixture(scope="module")
def kept() -> Kept:
    piece = Engine().compose("awe", bars=4, seed=1)
    return Kept(piece.score, "x", piece.plan, b"MThd", "p", "q", "composed", 2, {"tempo": 3})


def test_the_line_is_served_in_order_and_knows_its_places() -> None:
    async def scene() -> None:
        room, gate = Workroom(1, 2), threading.Event()
        places: dict[str, list[int]] = {"b": [], "c": []}
        done: list[str] = []

        def work(name: str) -> None:
            gate.wait(10)
            done.append(name)

        first = asyncio.ensure_future(room.do(lambda: work("a")))
        await asyncio.sleep(0)
        waiting = [
            asyncio.ensure_future(room.do(lambda n=name: work(n), places[name].append))  # type: ignore[misc]
            for name in "bc"
        ]
        await asyncio.sleep(0)
        with pytest.raises(BusyError, match="2 requests wait"):
            await room.do(lambda: None)
        gate.set()
        await asyncio.gather(first, *waiting)
        assert done == ["a", "b", "c"]
        assert places == {"b": [1, 0], "c": [2, 1, 0]}
        assert room.waiting == 0
        room.close()

    asyncio.run(scene())


def test_who_goes_away_leaves_the_line() -> None:
    async def scene() -> None:
        room, gate = Workroom(1, 9), threading.Event()
        first = asyncio.ensure_future(room.do(lambda: gate.wait(10)))
        await asyncio.sleep(0)
        gone = asyncio.ensure_future(room.do(lambda: pytest.fail("nobody waits for it")))
        stays = asyncio.ensure_future(room.do(lambda: "here"))
        await asyncio.sleep(0)
        gone.cancel()
        # One at work goes too: the thread is waited for before the next begins.
        first.cancel()
        await asyncio.sleep(0.05)
        assert not stays.done()
        gate.set()
        assert await stays == "here"
        assert await room.do(lambda: "free") == "free"
        room.close()

    asyncio.run(scene())


def test_a_bucket_fills_up_again() -> None:
    now = [0.0]
    limiter = RateLimiter(60, clock=lambda: now[0])
    assert [limiter.wait("a") for _ in range(16)] == [0] * 15 + [1]
    assert limiter.wait("b") == 0
    now[0] = 1.0
    assert (limiter.wait("a"), limiter.wait("a")) == (0, 1)
    now[0] = 1000.0
    assert [limiter.wait("a") for _ in range(16)] == [0] * 15 + [1]


def test_the_store_gives_back_what_was_put(tmp_path: Path, kept: Kept) -> None:
    path = tmp_path / "folder" / "x.sqlite"
    store = Store(path)
    name = store.put(kept)
    analysis = Engine().analyze(np.full((40, 60, 3), 200, np.uint8))
    seen = Seen(analysis, b"file", b"view")
    picture = store.put_picture(seen)
    assert store.put_picture(seen) == picture
    store.close()
    store = Store(path)
    assert store.piece(name) == kept
    assert store.picture(picture) == seen
    assert store.pieces == 1
    for wrong in (store.piece, store.picture):
        with pytest.raises(UnknownPieceError, match="not here"):
            wrong("nothing")
    assert path.stat().st_mode & 0o077 == 0


def test_the_store_forgets_the_old_and_the_too_many(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setenv("MELODYMUSE_MAX_STORE_DAYS", "2")
    probe = Store(None)
    probe.put(kept)
    # Room for three: a little more is freed than need be.
    most = round(probe.size * 3.2)
    monkeypatch.setenv("MELODYMUSE_MAX_STORE_BYTES", str(most))
    store = Store(None, clock=lambda: now[0])
    names = []
    for hour in range(5):
        now[0] = hour * 7200.0
        names.append(store.put(kept))
        if hour == 2:
            now[0] += 60.0
            store.piece(names[0])  # opened: it stays longer than the second and the third
    assert store.size <= most
    assert store.piece(names[0]) and store.piece(names[-1])
    with pytest.raises(UnknownPieceError):
        store.piece(names[1])
    now[0] += 3 * 86400
    last = store.put(kept)
    assert store.pieces == 1 and store.piece(last) == kept


def test_a_damaged_store_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    path.write_bytes(b"no data base" * 1000)
    with pytest.raises(OutputError, match=r"x\.sqlite.*--store"):
        Store(path)


def test_many_threads_may_use_the_store(kept: Kept) -> None:
    store = Store(None)
    names: list[str] = []
    threads = [
        threading.Thread(target=lambda: names.append(store.put(kept)) or store.piece(names[-1]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == store.pieces == 8


def test_problems_say_what_and_never_where() -> None:
    told = problem_of(ImageError("cannot read '/srv/secret/deep/x.png': C:\\Users\\a\\y.png"))
    assert told["detail"] == "cannot read 'x.png': y.png"
    assert (told["status"], told["type"]) == (422, "urn:melodymuse:image-error")
    assert problem_of(ImageError("4/4 and 1/16 at http://a/b/c"))["detail"].startswith("4/4 and 1/")
    assert problem_of(LimitError("x"))["status"] == 413
    assert problem_of(MissingExtraError("verovio", "score", "printing"))["status"] == 501
    assert problem_of(BusyError("x", 3))["status"] == 429


def test_metrics_count_and_add_up() -> None:
    metrics = Metrics()
    for seconds in (0.02, 0.02, 20.0):
        metrics.count("GET", "/x", 200, seconds)
    text = metrics.text({"depth": ("How deep.", 3)})
    assert 'melodymuse_requests_total{method="GET",route="/x",status="200"} 3' in text
    assert 'melodymuse_request_seconds_bucket{route="/x",le="0.05"} 2' in text
    assert 'melodymuse_request_seconds_bucket{route="/x",le="+Inf"} 3' in text
    assert "melodymuse_depth 3\n" in text


def test_a_guard_is_quick_and_ends_what_runs_wild(monkeypatch: pytest.MonkeyPatch) -> None:
    from melodymuse.guarded import Guard

    monkeypatch.setenv("MELODYMUSE_MAX_SAFE_SECONDS", "3")
    guard = Guard(["json"])
    try:
        assert guard(abs, -3) == 3
        with pytest.raises(LimitError, match="more than 3 seconds"):
            guard(time.sleep, 60)
        with pytest.raises(RuntimeError, match="ZeroDivisionError"):
            guard(divmod, 1, 0)
    finally:
        guard.close()


def test_all_of_a_score_is_kept(kept: Kept) -> None:
    told = kept.as_dict()["score"]
    assert set(told) == {field.name for field in fields(Score)}
    loop = replace(kept, score=replace(kept.score, loops=True, tune=frozenset({(0, 60)})))
    store = Store(None)
    back = store.piece(store.put(loop)).score
    assert back.loops and back.tune == {(0, 60)}
