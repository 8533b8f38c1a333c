"""The composer's network as its twin in PyTorch reads it."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from training.composer.network import PART_NAMES, TABLES, Shape
from training.twin import Batch, Plan


def plan(shape: Shape) -> Plan:
    """How `training_network` is made."""
    heads = {
        name: tuple(f"{name}_given_{earlier}" for earlier in PART_NAMES[:index])
        for index, name in enumerate(PART_NAMES)
    }
    return Plan(TABLES, "bar_controls", shape.layers, heads, {}, shape.dropout)


def batch_of(
    inputs: Mapping[str, Tensor], targets: Mapping[str, Tensor], weights: Mapping[str, Tensor]
) -> Batch:
    """What `as_batch` gives, for the twin."""
    likeness = inputs["likeness"].unsqueeze(-1)
    classes = [inputs["events"], inputs["recalled"], likeness, inputs["hints"]]
    given = {name: inputs["chosen"][..., :index] for index, name in enumerate(PART_NAMES) if index}
    return Batch(torch.cat(classes, -1), inputs["controls"], given, {}, targets, weights)
