"""The note network alone: how near to the speed of memory, and how far from `model.predict`.

A step reads every weight once, so that reading them from memory is the least that it can take where
they do not stay in the processor's caches.  The loop over Keras' `model.predict` is how generators
are mostly written: one event a call, the same network with weights by lot (its speed does not
depend on them), its state kept in the model, and the sampling left out, which favours it.
"""

from __future__ import annotations

import os
import statistics
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.figures import Figure
from melodymuse.music.emotion import EMOTIONS
from melodymuse.planning.bar_controls import VECTOR_SIZE

PART = "network"
LANES = (1, 8, 64)
_BARS = 16
# More than any processor's caches hold.
_BLOCK_BYTES = 256 * 2**20


def measure(steps: int) -> list[Figure]:
    """The shipped network: bandwidth, steps in lockstep, and whole pieces' events.

    Args:
        steps: how many steps are timed.
    """
    from melodymuse.engine import Engine
    from melodymuse.writing.composer import write_many
    from melodymuse.writing.network import SHIPPED, STEP_FILE, NoteNetwork

    class Counting(NoteNetwork):
        """Counts the events that it is asked for."""

        events = 0

        def step(self, events: np.ndarray, *rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            self.events += len(events)
            return super().step(events, *rest)

    import melodymuse

    folder = Path(melodymuse.__file__).parent / SHIPPED
    network = Counting(folder)
    size = (folder / STEP_FILE).stat().st_size
    bandwidth = read_bandwidth()
    least = size / bandwidth
    found = [
        Figure(PART, "reading memory", bandwidth / 1e9, "GB/s"),
        Figure(PART, "weights of a step", size / 1e6, "MB"),
        Figure(PART, "reading the weights from memory", least * 1e3, "ms"),
    ]
    engine = Engine(network=network)
    for lanes in LANES:
        taken = _step_seconds(network, lanes, steps)
        found.append(Figure(PART, f"a step of {lanes}", taken * 1e3, "ms"))
        found.append(
            Figure(PART, f"a step of {lanes} over reading the weights", taken / least, "x")
        )
        plans = [engine.plan(EMOTIONS[n % len(EMOTIONS)], bars=_BARS, seed=n) for n in range(lanes)]
        network.events = 0
        begin = perf_counter()
        scores = write_many(plans, network)
        seconds = perf_counter() - begin
        found.append(Figure(PART, f"events, {lanes} pieces", network.events / seconds, "1/s"))
        notes = sum(len(score.notes) for score in scores)
        found.append(Figure(PART, f"notes, {lanes} pieces", notes / seconds, "1/s"))
    return found


def read_bandwidth() -> float:
    """Bytes a second that one core reads from memory: the best of several sums over a block."""
    block = np.ones(_BLOCK_BYTES // 8, np.int64)
    times = []
    for _ in range(7):
        begin = perf_counter()
        block.sum()
        times.append(perf_counter() - begin)
    return block.nbytes / min(times)


def _step_seconds(network: object, rows: int, steps: int) -> float:
    state = network.initial_state(rows)  # type: ignore[attr-defined]
    event = np.zeros((rows, 4), np.int64)
    likeness = np.zeros(rows, np.int64)
    controls = np.zeros((rows, VECTOR_SIZE), np.float32)
    times = []
    for _ in range(steps):
        begin = perf_counter()
        _, state = network.step(event, event, likeness, controls, state)  # type: ignore[attr-defined]
        times.append(perf_counter() - begin)
    return statistics.median(times)


def measure_keras(events: int) -> list[Figure]:
    """The same network in Keras, one `model.predict` an event.

    Args:
        events: how many events are timed.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    from training.composer.network import Shape, training_network

    model = training_network(Shape(), batch=1)
    inputs = {
        "events": np.zeros((1, 1, 4), np.int32),
        "recalled": np.zeros((1, 1, 4), np.int32),
        "likeness": np.zeros((1, 1), np.int32),
        "controls": np.zeros((1, 1, VECTOR_SIZE), np.float32),
        "chosen": np.zeros((1, 1, 3), np.int32),
    }
    model.predict(inputs, verbose=0)
    begin = perf_counter()
    for _ in range(events):
        model.predict(inputs, verbose=0)
    return [Figure(PART, "events, model.predict", events / (perf_counter() - begin), "1/s")]
