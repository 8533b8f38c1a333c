"""The tune network as its twin in PyTorch reads it."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from melodymuse.writing.tune.told import TOLD
from training.tune.network import GIVEN, HEADS, Shape
from training.twin import Batch, Plan


def plan(shape: Shape) -> Plan:
    """How `training_network` is made."""
    tables = [f"told_{name}" for name in TOLD]
    tables += [f"{role}_{part}" for role in ("event", "recalled") for part in HEADS]
    dense = {"pitch": "pitch_chords"}
    return Plan(tuple(tables), "beat_chords", shape.layers, GIVEN, dense, shape.dropout)


def batch_of(
    inputs: Mapping[str, Tensor], targets: Mapping[str, Tensor], weights: Mapping[str, Tensor]
) -> Batch:
    """What `as_batch` gives, for the twin."""
    target, aligned = inputs["target"], inputs["aligned"]
    given = {
        "duration": torch.cat([target[..., :1], aligned[..., :1]], -1),
        "pitch": torch.cat([target[..., :2], aligned[..., 1:]], -1),
    }
    classes = torch.cat([inputs[name] for name in ("told", "event", "recalled")], -1)
    dense = {"pitch": inputs["chords"]}
    return Batch(classes, inputs["beats"], given, dense, targets, weights)
