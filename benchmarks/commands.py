"""What each change of a user's MIDI file costs, beside composing a piece of that length."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

from benchmarks.figures import Figure

PART = "changes"
BARS, NEW = 32, 4


def measure(rounds: int) -> list[Figure]:
    """Seconds of processor for each, networks loaded, and how often composing takes as long; of a
    file of 32 bars, in which four bars are written."""
    from melodymuse.describing import describe
    from melodymuse.engine import Engine
    from melodymuse.inspecting import look_into
    from melodymuse.midi.edits import transpose
    from melodymuse.midi.file import load_document
    from melodymuse.midi.reader import score_of

    engine = Engine()
    data = engine.compose("contentment", bars=BARS, seed=1).score.to_bytes(".mid", tune_track=True)
    document = load_document(data)
    changes: dict[str, Callable[[int], Any]] = {
        "compose": lambda seed: engine.compose("contentment", bars=BARS, seed=seed),
        "continue": lambda seed: engine.extend(document, NEW, seed=seed),
        "reroll": lambda seed: engine.reroll(document, 13, 12 + NEW, seed=seed),
        "insert": lambda seed: engine.insert(document, 16, NEW, seed=seed),
        "harmonize": lambda seed: engine.harmonize(document, tracks=[3], seed=seed),
        "recolor": lambda seed: engine.recolor(document, "sadness", seed=seed),
        "inspect": lambda seed: look_into(data, "x.mid"),
        "describe": lambda seed: describe(score_of(load_document(data))),
        "edit": lambda seed: transpose(load_document(data), 2).to_bytes(),
    }
    seconds = {}
    for name, change in changes.items():
        change(0)
        times = []
        for seed in range(1, rounds + 1):
            begin = process_time()
            change(seed)
            times.append(process_time() - begin)
        seconds[name] = median(times)
    found = [Figure(PART, name, value, "s") for name, value in seconds.items()]
    return found + [
        Figure(PART, f"{name} over composing", value / seconds["compose"], "x")
        for name, value in seconds.items()
        if name != "compose"
    ]
