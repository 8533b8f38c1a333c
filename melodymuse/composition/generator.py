"""The note generator: the trained LSTM in onnxruntime, and sampling from it bar by bar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.composition.bar_controls import STEERED, as_vector
from melodymuse.composition.plan import BarPlan
from melodymuse.composition.recall import NO_EVENT, next_recalled
from melodymuse.composition.rules import BarRules, Mask
from melodymuse.composition.vocabulary import (
    BAR_EVENT,
    BAR_POSITION,
    DURATIONS,
    VELOCITIES,
    Event,
    is_note,
)
from melodymuse.errors import ModelError

STEP_FILE = "step.onnx"
HEAD_FILES = {name: f"{name}.onnx" for name in ("position", "item", "duration", "velocity")}
SHIPPED = "models/composer"

# Logits are rounded to this fraction before sampling, so that the last bits, in which processors
# differ, hardly ever change a choice.
_LOGIT_GRAIN = 64.0

Floats = NDArray[np.float32]


class NoteNetwork:
    """The exported network: one recurrent step, and a head for each part of an event.

    Args:
        folder: holds `step.onnx` and the heads as `training.composer.export` writes them.

    Raises:
        ModelError: a file is missing or is no ONNX model.
    """

    def __init__(self, folder: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3

        def session(name: str) -> Any:
            path = folder / name
            if not path.is_file():
                raise ModelError(f"no note generator in {folder}: {name} is missing; reinstall")
            try:
                return onnxruntime.InferenceSession(
                    path, options, providers=["CPUExecutionProvider"]
                )
            except Exception as error:  # onnxruntime raises classes of its own, one a reason
                raise ModelError(f"{path} is no usable ONNX model: reinstall") from error

        self._step = session(STEP_FILE)
        self._heads = [session(name) for name in HEAD_FILES.values()]
        state = next(i for i in self._step.get_inputs() if i.name == "state").shape
        features = self._step.get_outputs()[0].shape
        self._state_rows, self._units = state[0], state[2]
        self._head_size = features[1] // len(self._heads)

    @classmethod
    def shipped(cls) -> NoteNetwork:
        """The network that comes with the package."""
        return cls(Path(str(resources.files("melodymuse") / SHIPPED)))

    def initial_state(self, rows: int) -> Floats:
        """An empty memory for `rows` pieces side by side."""
        return np.zeros((self._state_rows, rows, self._units), np.float32)

    def step(
        self, event: Event, recalled: Event, likeness: int, controls: Floats, state: Floats
    ) -> tuple[Floats, Floats]:
        """Read an event; rows differ in `controls` (rows, VECTOR_SIZE) and `state` only.

        Returns:
            Features (rows, 4 * head) for the heads, and the new state.
        """
        rows = len(controls)
        features, new_state = self._step.run(
            None,
            {
                "event": np.array([event] * rows, np.int64),
                "recalled": np.array([recalled] * rows, np.int64),
                "likeness": np.full(rows, likeness, np.int64),
                "controls": controls,
                "state": state,
            },
        )
        return features, new_state

    def logits(self, part: int, features: Floats, chosen: Sequence[int]) -> Floats:
        """Logits (rows, size) of a part of the next event, given the parts chosen before it."""
        size = self._head_size
        inputs = {"features": features[:, part * size : (part + 1) * size]}
        if part:
            inputs["chosen"] = np.array([chosen] * len(features), np.int64)
        result: Floats = self._heads[part].run(None, inputs)[0]
        return result


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to choose from what the network offers.

    Attributes:
        temperature: 1 as learned; lower is safer, higher is wilder.
        least: choices less likely than this share of the likeliest one are left out (min-p,
            Nguyen et al. 2024), which cuts slips but keeps rare rhythms.
        guidance: how strongly the bar's controls are heeded: 1 as learned, above 1 exaggerates
            what they change (classifier-free guidance, Ho & Salimans 2022).
    """

    temperature: float = 1.0
    least: float = 0.03
    guidance: float = 1.0


def write_bars(
    network: NoteNetwork,
    plans: Sequence[BarPlan],
    *,
    bar_steps: int,
    pitch_range: tuple[int, int],
    sampling: Sampling,
    random: Random,
) -> Iterator[tuple[Event, ...]]:
    """Write a piece bar by bar.

    Args:
        network: the trained network.
        plans: one for each bar.
        bar_steps: length of a bar in grid steps.
        pitch_range: lowest and highest pitch (as if the tonic were C) that may be written.
        sampling: how to choose.
        random: the source of all randomness.

    Yields:
        Each bar's events, BAR first.
    """
    rows = 1 if sampling.guidance == 1 else 2
    state = network.initial_state(rows)
    bars: list[tuple[Event, ...]] = []
    for plan in plans:
        controls = np.tile(as_vector(plan.controls), (rows, 1))
        controls[1:, : 2 * len(STEERED)] = 0
        recalled_bar = bars[plan.recall.bar] if plan.recall.bar is not None else None
        rules = BarRules(plan, bar_steps, *pitch_range)
        written = [BAR_EVENT]
        while True:
            last = written[-1]
            recalled = NO_EVENT
            if recalled_bar is not None:
                recalled = next_recalled(recalled_bar, last, BAR_EVENT)
            features, state = network.step(last, recalled, plan.recall.likeness, controls, state)
            event = _choose_event(network, features, rules, written, sampling, random)
            if event == BAR_EVENT:
                break
            written.append(event)
        bars.append(tuple(written))
        yield bars[-1]


_ANY_DURATION = np.arange(DURATIONS) > 0
_ANY_VELOCITY = np.arange(VELOCITIES) > 0


def _choose_event(
    network: NoteNetwork,
    features: Floats,
    rules: BarRules,
    written: Sequence[Event],
    sampling: Sampling,
    random: Random,
) -> Event:
    position = _choose(network.logits(0, features, ()), rules.positions(written), sampling, random)
    if position == BAR_POSITION:
        return BAR_EVENT
    allowed = rules.items(position, written)
    item = _choose(network.logits(1, features, (position,)), allowed, sampling, random)
    if not is_note(item):
        return Event(position, item, 0, 0)
    logits = network.logits(2, features, (position, item))
    duration = _choose(logits, _ANY_DURATION, sampling, random)
    logits = network.logits(3, features, (position, item, duration))
    velocity = _choose(logits, _ANY_VELOCITY, sampling, random)
    return Event(position, item, duration, velocity)


def _choose(logits: Floats, allowed: Mask, sampling: Sampling, random: Random) -> int:
    """Draw one of the allowed choices."""
    choices = np.flatnonzero(allowed)
    if len(choices) == 1:
        return int(choices[0])
    told = np.round(logits[0][choices].astype(np.float64) * _LOGIT_GRAIN) / _LOGIT_GRAIN
    if len(logits) > 1:
        untold = np.round(logits[1][choices].astype(np.float64) * _LOGIT_GRAIN) / _LOGIT_GRAIN
        told = untold + sampling.guidance * (told - untold)
    weights = np.exp((told - told.max()) / sampling.temperature)
    weights[weights < sampling.least] = 0
    sums = np.cumsum(weights)
    drawn = np.searchsorted(sums, random.random() * sums[-1], side="right")
    return int(choices[min(drawn, len(choices) - 1)])
