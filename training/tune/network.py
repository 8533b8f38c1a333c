"""The tune network: a two-layer LSTM over notes, with three heads that choose a note in turn.

At every step it reads the note just written, what is told of the bar, its chords, and the recalled
bar's next note.  The heads choose position, duration and pitch, each seeing the parts already
chosen; the pitch is chosen knowing the chords where the note begins and where it ends, and what the
recalled bar has in its place.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import keras

from melodymuse.writing.tune.notes import (
    CHORD_NUMBERS,
    PITCHES,
    POSITIONS,
    RECALLED_POSITIONS,
)
from melodymuse.writing.tune.told import CHORD_SLOTS, TOLD
from melodymuse.writing.vocabulary import DURATIONS

HEADS = {"position": POSITIONS, "duration": DURATIONS, "pitch": PITCHES}
# What each head looks up, in the order of the columns that it is given.
GIVEN = {
    "position": (),
    "duration": ("duration_given_position", "duration_aligned"),
    "pitch": ("pitch_given_position", "pitch_given_duration", "pitch_aligned"),
}
SHAPE_FILE = "shape.json"


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network."""

    embedding: int = 256
    units: int = 384
    layers: int = 2
    head: int = 192
    dropout: float = 0.25

    @classmethod
    def load(cls, run: Path) -> Shape:
        """The sizes that a training run was started with."""
        return cls(**json.loads((run / SHAPE_FILE).read_text()))

    def save(self, run: Path) -> None:
        """Keep the sizes beside the run's weights."""
        (run / SHAPE_FILE).write_text(json.dumps(asdict(self)) + "\n")


def training_network(shape: Shape) -> keras.Model:
    """The whole network with the next note given, for training and for measuring.

    Returns:
        A model of (batch, steps, ...) inputs: `event` (3), `recalled` (3), `told` (one class each
        of `TOLD`), `beats` (CHORD_SLOTS * 24 numbers), `target` (3), `aligned` (2: the recalled
        duration and pitch at the target's position), `chords` (2 * 24 numbers, where the target
        begins and ends).  Outputs: logits of the three parts, by name.
    """
    event = keras.Input((None, 3), dtype="int32", name="event")
    recalled = keras.Input((None, 3), dtype="int32", name="recalled")
    told = keras.Input((None, len(TOLD)), dtype="int32", name="told")
    beats = keras.Input((None, CHORD_SLOTS * CHORD_NUMBERS), name="beats")
    target = keras.Input((None, 3), dtype="int32", name="target")
    aligned = keras.Input((None, 2), dtype="int32", name="aligned")
    chords = keras.Input((None, 2 * CHORD_NUMBERS), name="chords")

    def looked_up(source: keras.KerasTensor, sizes: dict[str, int], width: int) -> list:  # type: ignore[type-arg]
        return [
            keras.layers.Embedding(size, width, name=name)(source[..., index])
            for index, (name, size) in enumerate(sizes.items())
        ]

    wide = shape.embedding
    bar = keras.layers.add(
        [
            *looked_up(told, {f"told_{name}": size for name, size in TOLD.items()}, wide),
            keras.layers.Dense(wide, name="beat_chords")(beats),
        ]
    )
    notes = looked_up(event, {f"event_{name}": size for name, size in HEADS.items()}, wide)
    memory = looked_up(
        recalled,
        {
            "recalled_position": RECALLED_POSITIONS,
            "recalled_duration": DURATIONS,
            "recalled_pitch": PITCHES,
        },
        wide,
    )
    read = keras.layers.add([bar, *notes, *memory])
    flow = read
    for layer in range(shape.layers):
        flow = keras.layers.LSTM(shape.units, return_sequences=True, name=f"lstm_{layer}")(flow)
        flow = keras.layers.Dropout(shape.dropout, name=f"dropout_{layer}")(flow)
    features = keras.layers.Dense(len(HEADS) * shape.head, name="features")(
        keras.layers.concatenate([flow, read])
    )
    part = [features[..., i * shape.head : (i + 1) * shape.head] for i in range(len(HEADS))]
    narrow = shape.head
    duration_given = looked_up(target[..., :1], {"duration_given_position": POSITIONS}, narrow)
    duration_given += looked_up(aligned[..., :1], {"duration_aligned": DURATIONS}, narrow)
    pitch_given = looked_up(
        target[..., :2],
        {"pitch_given_position": POSITIONS, "pitch_given_duration": DURATIONS},
        narrow,
    )
    pitch_given += looked_up(aligned[..., 1:], {"pitch_aligned": PITCHES}, narrow)
    pitch_given.append(keras.layers.Dense(narrow, name="pitch_chords")(chords))
    hidden = {
        "position": part[0],
        "duration": keras.layers.add([part[1], *duration_given]),
        "pitch": keras.layers.add([part[2], *pitch_given]),
    }
    logits = {
        name: keras.layers.Dense(size, name=name)(keras.layers.Activation("relu")(hidden[name]))
        for name, size in HEADS.items()
    }
    return keras.Model([event, recalled, told, beats, target, aligned, chords], logits, name="tune")
