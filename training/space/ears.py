"""What music is to its tower: events or sound through an encoder that has been taught, and the
place where `melodymuse.hearing` hears it beside, if wanted."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.space.fitting import teach_encoder
from training.space.material import Pieces, Scale
from training.space.towers import Projection, Shape, encoder, mel_encoder

Array = NDArray[Any]
PLACED = "+place"
_ENCODERS = MappingProxyType({"events": encoder, "mel": mel_encoder})
# What stands where there is no music.
_SILENT = MappingProxyType({"events": 0.0, "mel": -1.0})
HEARS = ("events", "mel", f"events{PLACED}")
# A snippet is the first third.
_PARTS = 3


@dataclass(frozen=True, slots=True)
class Ear:
    """An encoder that has been taught, and what its states are projected on.

    Attributes:
        hears: one of `HEARS`.
        reads: the encoder, a Keras model.
        projection: of its states.
        scale: brings the places where music is heard to labels.
    """

    hears: str
    reads: Any
    projection: Projection
    scale: Scale

    @classmethod
    def taught(cls, kind: str, heard: Pieces, epochs: int, seed: int) -> Ear:
        """One that has learned to tell the places of pieces by events or sound alone."""
        music, scale = _music(kind, heard), Scale.of(heard.places)
        reads = teach_encoder(_ENCODERS[kind], music, scale(heard.places), Shape(), epochs, seed)
        states = np.asarray(reads.predict(music, verbose=0))
        return cls(kind, reads, Projection.of(states, Shape().components), scale)

    def __call__(self, pieces: Pieces, *, begun: bool = False) -> Array:
        """Features (N, F) of pieces, or of the first third of each."""
        kind = self.hears.removesuffix(PLACED)
        music = _music(kind, pieces)
        if begun:
            there = (np.arange(music.shape[1]) < music.shape[1] // _PARTS)[:, None]
            music = np.where(there, music, _SILENT[kind])
        features = self.projection(np.asarray(self.reads.predict(music, verbose=0)))
        if kind == self.hears:
            return features
        place = self.scale(pieces.begun if begun else pieces.heard)
        # Of a deviation of about 1, as the others.
        return np.concatenate([features, 4 * (place - 0.5)], axis=1)


def _music(kind: str, pieces: Pieces) -> Array:
    return (pieces.mel if kind == "mel" else pieces.events).astype(np.float32)
