"""The studio under load: many clients at once, on this machine.

    python -m benchmarks.studio [--clients 50] [--seconds 60]

Each client has an address of its own (127.0.0.2 and so on, which Linux has without being told), so
that the limit on requests counts it by itself.  It composes, opens, writes a bar anew and exports,
one after the other, and waits when it is told to.  The table tells what was answered, how long it
took, that every piece is still there at the end, and how the server's memory went.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from benchmarks.figures import Figure, as_markdown

PART = "studio"
_PORT = 8799
_ADDRESS = f"http://127.0.0.1:{_PORT}"
_BARS = 4
_PATIENCE = 300.0  # seconds that a client waits for an answer


@dataclass(slots=True)
class Found:
    """What came of a run: answers by status, seconds of those that were 200, ids, memory."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    lost: int = 0


async def _client(number: int, until: float, found: Found) -> None:
    """One who works at pieces until the time is up."""
    place = f"127.0.{1 + number // 250}.{2 + number % 250}"
    transport = httpx.AsyncHTTPTransport(local_address=place)
    random = Random(number)
    async with httpx.AsyncClient(
        base_url=_ADDRESS, transport=transport, timeout=_PATIENCE
    ) as client:

        async def ask(method: str, path: str, **said: Any) -> httpx.Response | None:
            begun = time.perf_counter()
            try:
                answer = await client.request(method, path, **said)
            except httpx.HTTPError:
                found.lost += 1
                return None
            found.statuses[answer.status_code] += 1
            if answer.status_code == 429:
                await asyncio.sleep(int(answer.headers["retry-after"]))
                return None
            found.seconds.append(time.perf_counter() - begun)
            return answer

        while time.monotonic() < until:
            said = {"emotion": "awe", "bars": _BARS, "seed": random.randrange(10**9)}
            made = await ask("POST", "/api/compose", json=said)
            if made is None or made.status_code != 200:
                continue
            piece = made.json()["id"]
            found.pieces.append(piece)
            await ask("GET", f"/api/pieces/{piece}")
            bar = {"first": 2, "last": 2, "seed": 1}
            await ask("POST", f"/api/pieces/{piece}/reroll", json=bar)
            await ask("GET", f"/api/pieces/{piece}/export", params={"suffix": ".mid"})


async def _watched(process: int, until: float, found: Found) -> None:
    """Note the server's resident memory, in MiB, every second."""
    while time.monotonic() < until:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        resident = next(line for line in lines if line.startswith("VmRSS"))
        found.memory.append(int(resident.split()[1]) / 1024)
        await asyncio.sleep(1)


async def _run(process: int, clients: int, seconds: float) -> Found:
    found = Found()
    until = time.monotonic() + seconds
    work = [_client(number, until, found) for number in range(clients)]
    await asyncio.gather(_watched(process, until, found), *work)
    async with httpx.AsyncClient(base_url=_ADDRESS, timeout=_PATIENCE) as client:
        for piece in found.pieces:
            while (answer := await client.get(f"/api/pieces/{piece}")).status_code == 429:
                await asyncio.sleep(int(answer.headers["retry-after"]))
            found.lost += answer.status_code != 200
    return found


def measure(clients: int, seconds: float) -> list[Figure]:
    """Start a studio, let clients work at it, and sum up."""
    with TemporaryDirectory() as folder:
        words = ["studio", "--no-browser", "--host", "127.0.0.1", "--port", str(_PORT)]
        command = [sys.executable, "-m", "melodymuse", *words, "--store", f"{folder}/x.sqlite"]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            for _ in range(600):
                try:
                    httpx.get(f"{_ADDRESS}/health")
                    break
                except httpx.HTTPError:
                    time.sleep(0.1)
            found = asyncio.run(_run(server.pid, clients, seconds))
        finally:
            server.kill()
            server.wait()
    times = sorted(found.seconds)
    third = max(len(found.memory) // 3, 1)
    figures = [
        Figure(PART, f"answers {status}", count, "")
        for status, count in sorted(found.statuses.items())
    ]
    return [
        *figures,
        Figure(PART, "lost", found.lost, ""),
        Figure(PART, "median", statistics.median(times), "s"),
        Figure(PART, "99th percentile", times[int(len(times) * 0.99)], "s"),
        Figure(PART, "memory, first third", statistics.fmean(found.memory[:third]), "MiB"),
        Figure(PART, "memory, last third", statistics.fmean(found.memory[-third:]), "MiB"),
    ]


def main() -> int:
    """Measure, and print the table; 1 where anything but 200 and 429 was answered, or lost."""
    parser = argparse.ArgumentParser(prog="benchmarks.studio", description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    before = os.getloadavg()[0]
    figures = measure(options.clients, options.seconds)
    print(as_markdown(figures))
    print(f"{options.clients} clients, {options.seconds:g} s; load {before:.1f} before.")
    bad = [f for f in figures if f.name.startswith("answers") and f.name[-3:] not in ("200", "429")]
    return int(bool(bad) or any(f.value for f in figures if f.name == "lost"))


if __name__ == "__main__":
    sys.exit(main())
