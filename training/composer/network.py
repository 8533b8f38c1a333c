"""The note generator: a two-layer LSTM over events, with four heads that choose an event in turn.

At every step the network reads the event just written, the bar's controls, the likeness class of
the bar it recalls and that bar's next event, the tune that it serves and the figure that its left
hand keeps (`melodymuse.writing.hints`).  It predicts the four parts of the next event in the
order position, item, duration, velocity, each head seeing the parts already chosen.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import keras

from melodymuse.planning.bar_controls import VECTOR_SIZE
from melodymuse.planning.recall import LIKENESSES
from melodymuse.writing.hints import HINTS
from melodymuse.writing.vocabulary import PART_SIZES

PART_NAMES = ("position", "item", "duration", "velocity")
# What a step looks up and adds, in this order.
TABLES = (
    *(f"{role}_{part}" for role in ("event", "recalled") for part in PART_NAMES),
    "likeness_class",
    *HINTS,
)
SHAPE_FILE = "shape.json"
COLUMNS_FILE = "columns.json"


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network."""

    embedding: int = 256
    units: int = 512
    layers: int = 2
    head: int = 256
    dropout: float = 0.2

    @classmethod
    def load(cls, run: Path) -> Shape:
        """The sizes that a training run was started with."""
        return cls(**json.loads((run / SHAPE_FILE).read_text()))

    def save(self, run: Path) -> None:
        """Keep the sizes beside the run's weights."""
        (run / SHAPE_FILE).write_text(json.dumps(asdict(self)) + "\n")


def step_input(shape: Shape, columns: int = VECTOR_SIZE) -> keras.Model:
    """What a step reads, as one vector of `embedding` numbers."""
    events = keras.Input((None, 4), dtype="int32", name="events")
    recalled = keras.Input((None, 4), dtype="int32", name="recalled")
    likeness = keras.Input((None,), dtype="int32", name="likeness")
    controls = keras.Input((None, columns), name="controls")
    hints = keras.Input((None, len(HINTS)), dtype="int32", name="hints")
    parts = [
        keras.layers.Embedding(size, shape.embedding, name=f"{role}_{name}")(source[..., index])
        for role, source in (("event", events), ("recalled", recalled))
        for index, (name, size) in enumerate(zip(PART_NAMES, PART_SIZES, strict=True))
    ]
    parts.append(
        keras.layers.Embedding(LIKENESSES, shape.embedding, name="likeness_class")(likeness)
    )
    parts.append(keras.layers.Dense(shape.embedding, name="bar_controls")(controls))
    parts += [
        keras.layers.Embedding(size, shape.embedding, name=name)(hints[..., index])
        for index, (name, size) in enumerate(HINTS.items())
    ]
    return keras.Model(
        [events, recalled, likeness, controls, hints], keras.layers.add(parts), name="step_input"
    )


def heads(shape: Shape) -> keras.Model:
    """The four heads: (features (..., 4 * head), chosen (..., 3)) -> logits of the four parts.

    `chosen` holds the next event's position, item and duration; a head uses those before its own.
    """
    features = keras.Input((None, 4 * shape.head), name="features")
    chosen = keras.Input((None, 3), dtype="int32", name="chosen")
    logits = []
    for index, (name, size) in enumerate(zip(PART_NAMES, PART_SIZES, strict=True)):
        terms = [features[..., index * shape.head : (index + 1) * shape.head]]
        terms += [
            keras.layers.Embedding(
                PART_SIZES[earlier], shape.head, name=f"{name}_given_{PART_NAMES[earlier]}"
            )(chosen[..., earlier])
            for earlier in range(index)
        ]
        total = keras.layers.add(terms) if len(terms) > 1 else terms[0]
        hidden = keras.layers.Activation("relu", name=f"{name}_hidden")(total)
        logits.append(keras.layers.Dense(size, name=name)(hidden))
    return keras.Model([features, chosen], dict(zip(PART_NAMES, logits, strict=True)), name="heads")


def training_network(
    shape: Shape, batch: int | None = None, columns: int = VECTOR_SIZE
) -> keras.Model:
    """The whole network with the next event given, for training and for measuring.

    Args:
        shape: sizes.
        batch: number of lanes whose state is carried from one batch to the next; None for a
            network without memory between batches.
        columns: numbers that a bar's controls are told in.

    Returns:
        A model of events, recalled, likeness, controls, hints and chosen (all (batch, steps, ...))
        whose outputs are the logits of the four parts, by name.
    """
    sizes = {"batch_size": batch} if batch else {}
    events = keras.Input((None, 4), dtype="int32", name="events", **sizes)
    recalled = keras.Input((None, 4), dtype="int32", name="recalled", **sizes)
    likeness = keras.Input((None,), dtype="int32", name="likeness", **sizes)
    controls = keras.Input((None, columns), name="controls", **sizes)
    hints = keras.Input((None, len(HINTS)), dtype="int32", name="hints", **sizes)
    chosen = keras.Input((None, 3), dtype="int32", name="chosen", **sizes)
    read = step_input(shape, columns)([events, recalled, likeness, controls, hints])
    flow = read
    for layer in range(shape.layers):
        flow = keras.layers.LSTM(
            shape.units, return_sequences=True, stateful=batch is not None, name=f"lstm_{layer}"
        )(flow)
        flow = keras.layers.Dropout(shape.dropout, name=f"dropout_{layer}")(flow)
    features = keras.layers.Dense(4 * shape.head, name="features")(
        keras.layers.concatenate([flow, read])
    )
    logits = heads(shape)([features, chosen])
    inputs = [events, recalled, likeness, controls, hints, chosen]
    return keras.Model(inputs, logits, name="composer")
