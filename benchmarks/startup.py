"""How long a new `melodymuse compose PHOTO -o x.mid` takes, over the bare imports beneath it.

    python -m benchmarks.startup [--runs 15] [--photo FILE]

Both commands run in turn, so that what else the machine does meets both alike; the medians are
compared.  The aim is a ratio of at most 2.5.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure
from melodymuse.example_pictures import picture_file

AIM = 2.5
BASE = [sys.executable, "-c", "import numpy, onnxruntime, cv2, music21"]

# Each in an interpreter of its own.
PARTS = {
    "Python": "pass",
    "numpy": "import numpy",
    "cv2": "import cv2",
    "onnxruntime": "import onnxruntime",
    "music21's MIDI": "import music21.midi.base",
    "Pillow": "import PIL.Image",
    "the eye": "from melodymuse.vision import load_eye; load_eye()",
    "the note network": "from melodymuse.api import engine; engine.network",
}


def measure_parts(runs: int) -> list[Figure]:
    """A new `compose` from a photograph, what it loads one by one, and the imports beneath it."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for name, statement in PARTS.items():
            command = [sys.executable, "-c", statement]
            times = [seconds(command, folder) for _ in range(runs + 1)][1:]
            found.append(Figure("start", f"{name} alone", statistics.median(times) * 1e3, "ms"))
    base, compose = map(statistics.median, measure(picture_file("@rocket"), runs))
    return [
        *found,
        Figure("start", "all imports", base * 1e3, "ms"),
        Figure("start", "compose", compose * 1e3, "ms"),
        Figure("start", "compose over imports", compose / base, "x"),
    ]


def seconds(command: list[str], folder: str) -> float:
    """Wall time of a command, which must succeed."""
    begin = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def measure(photo: Path, runs: int) -> tuple[list[float], list[float]]:
    """Wall times in seconds of the bare imports and of composing, after a warm-up of each."""
    program = Path(sys.executable).with_name("melodymuse")
    start = [str(program)] if program.exists() else [sys.executable, "-m", "melodymuse"]
    compose = [*start, "compose", str(photo.resolve()), "-o", "x.mid", "--force"]
    base_times, compose_times = [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(runs + 1):
            base_times.append(seconds(BASE, folder))
            compose_times.append(seconds(compose, folder))
    return base_times[1:], compose_times[1:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--photo", type=Path, default=None)
    options = parser.parse_args()
    base, compose = measure(options.photo or picture_file("@rocket"), options.runs)
    for name, times in (("bare imports", base), ("compose", compose)):
        print(f"{name:12}  median {statistics.median(times):.3f} s, fastest {min(times):.3f} s")
    ratio = statistics.median(compose) / statistics.median(base)
    verdict = "within" if ratio <= AIM else "over"
    print(f"ratio         {ratio:.2f} ({verdict} the aim of {AIM})")


if __name__ == "__main__":
    main()
