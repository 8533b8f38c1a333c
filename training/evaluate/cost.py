"""Time and memory of composing, in a process of its own that does nothing else.

`python -m training.evaluate.cost --pieces N [--model DIR]` prints one JSON object; the evaluation
starts it, because its own process holds the training libraries too.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from melodymuse.errors import MelodyMuseError

_PER_MEGABYTE = 1e6
# What getrusage counts in: kilobytes, but bytes on macOS.
_UNIT = 1 if sys.platform == "darwin" else 1024


def measure_cost(pieces: int, model: Path | None) -> dict[str, float]:
    """As `compose_and_count`, in a fresh process on one thread."""
    words = [sys.executable, "-m", "training.evaluate.cost", "--pieces", str(pieces)]
    words += ["--model", str(model)] if model else []
    threads = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    paths = os.pathsep.join(entry for entry in sys.path if entry)
    run = subprocess.run(
        words,
        env=os.environ | threads | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        last = run.stderr.strip().splitlines()[-1:] or ["no message"]
        raise MelodyMuseError(f"composing in a process of its own failed: {last[0]}")
    result: dict[str, float] = json.loads(run.stdout)
    return result


def compose_and_count(pieces: int, model: Path | None) -> dict[str, float]:
    """Compose pieces of sixteen bars.

    Returns:
        "seconds_to_load" (imports and network); "seconds_a_piece" (mean), "events_a_second" (what
        the network wrote over all the time composing took), and both by the processor's time, which
        a busy machine does not spoil; "peak_megabytes" (0 on Windows).
    """
    begin = time.perf_counter()
    from melodymuse.music.emotion import EMOTIONS, EmotionProfile
    from melodymuse.planning.controls import controls_for
    from melodymuse.writing.composer import compose_score
    from melodymuse.writing.network import NoteNetwork

    class Counting(NoteNetwork):
        """The network, counting its steps."""

        steps = 0

        def step(self, *inputs: Any, **named: Any) -> Any:
            features, state = super().step(*inputs, **named)
            self.steps += len(features)
            return features, state

    network = Counting(model) if model else Counting.shipped()
    loaded = time.perf_counter()
    spent = time.process_time()
    for index in range(pieces):
        profile = EmotionProfile.of(EMOTIONS[index % len(EMOTIONS)])
        compose_score(controls_for(profile, seed=index), profile, network=network)
    seconds, spent = time.perf_counter() - loaded, time.process_time() - spent
    steps = network.steps if isinstance(network, Counting) else 0
    return {
        "pieces": pieces,
        "seconds_to_load": loaded - begin,
        "seconds_a_piece": seconds / pieces,
        "processor_seconds_a_piece": spent / pieces,
        "events_a_second": steps / seconds,
        "events_a_processor_second": steps / spent,
        "peak_megabytes": _peak_bytes() / _PER_MEGABYTE,
    }


def _peak_bytes() -> int:
    status = Path("/proc/self/status")
    if status.exists():
        # Linux hands getrusage's peak on from the process that started this one.
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:  # Windows has none
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="training.evaluate.cost", description=__doc__)
    parser.add_argument("--pieces", type=int, required=True)
    parser.add_argument("--model", type=Path)
    options = parser.parse_args()
    print(json.dumps(compose_and_count(options.pieces, options.model)))
