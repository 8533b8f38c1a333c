"""Captions as places on a sphere: by an encoder of sentences, or by their words alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from melodymuse.comparison.listeners import TextListener
from training.evaluate.space.relations import Array


class CaptionReader(Protocol):
    """Anything that gives captions places."""

    @property
    def name(self) -> str:
        """What to call it in a report."""

    def embed(self, captions: Sequence[str]) -> Array:
        """Shape (n, dimensions), each row of length 1."""


@dataclass(frozen=True, slots=True)
class WordCounts:
    """Words weighed by how rare they are among the captions (tf-idf); needs no download."""

    name: str = "tf-idf"

    def embed(self, captions: Sequence[str]) -> Array:
        """As `CaptionReader`; a caption without a word lies at the origin."""
        found: Array = TfidfVectorizer(token_pattern=r"\w+").fit_transform(captions).toarray()
        return found


@dataclass(frozen=True, slots=True)
class Listened:
    """The text side of a network that places sounds and words in one space."""

    listener: TextListener

    @property
    def name(self) -> str:
        """The network's."""
        return self.listener.name

    def embed(self, captions: Sequence[str]) -> Array:
        """As `CaptionReader`."""
        rows = np.stack([self.listener.embed_text(caption) for caption in captions])
        places: Array = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return places
