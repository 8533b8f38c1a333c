"""What making a piece costs: time, memory and electricity.

Memory is the growth of what the process holds in RAM (resident set), looked at every 20 ms.
Libraries are loaded before and count for nobody, neither onnxruntime nor torch, and a GPU's own
memory is not in it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from melodymuse.energy import NONE, Energy, metered
from melodymuse.optional import optional

_INTERVAL_SECONDS = 0.02


@dataclass(slots=True)
class Usage:
    """Of a block of code, once it is left: wall-clock seconds; bytes held at its beginning, at its
    end, and at most; electricity."""

    seconds: float = 0.0
    before: int = 0
    after: int = 0
    peak: int = 0
    energy: Energy = NONE


@dataclass(frozen=True, slots=True)
class Cost:
    """What a piece took.

    Attributes:
        load_seconds: to get ready, once for all pictures.
        make_seconds: to make the piece, None where nobody knows.
        sound_seconds: of these, to turn notes into sound; None where there are no notes.
        memory: by how many bytes the process grew at most, loading included.
        device: what it ran on.
        energy: what making it used, of the processor alone; None where nobody measured.
    """

    load_seconds: float
    make_seconds: float
    sound_seconds: float | None
    memory: int
    device: str
    energy: Energy | None = None


@contextmanager
def watched() -> Iterator[Usage]:
    """Measure a block of code.

    Raises:
        MissingExtraError: psutil is not installed.
    """
    process = optional("psutil", "measuring memory").Process()
    usage = Usage(before=process.memory_info().rss)
    usage.peak = usage.before
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process, usage, done), daemon=True)
    watcher.start()
    begun = time.perf_counter()
    try:
        with metered() as meter:
            yield usage
    finally:
        usage.seconds = time.perf_counter() - begun
        usage.energy = meter.energy
        done.set()
        watcher.join()
        usage.after = process.memory_info().rss
        usage.peak = max(usage.peak, usage.after)


def growth(loading: Usage, making: Usage) -> int:
    """The most bytes that a maker added to the process, while loading or while making."""
    kept = loading.after - loading.before
    return max(loading.peak - loading.before, making.peak - making.before + kept, 0)


def _watch(process: Any, usage: Usage, done: threading.Event) -> None:
    while not done.wait(_INTERVAL_SECONDS):
        usage.peak = max(usage.peak, process.memory_info().rss)
