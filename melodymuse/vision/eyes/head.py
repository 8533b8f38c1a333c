"""A head that reads feelings from a picture's place in the space of a CLIP or SigLIP.

`training.eye.clip` fits and writes it; the file is a folder's `eye_head.npz`, numbers alone.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from melodymuse.errors import ModelError
from melodymuse.music.emotion import EMOTIONS

Array = npt.NDArray[np.float64]

HEAD_FILE = "eye_head.npz"


@dataclass(frozen=True, slots=True)
class Head:
    """A linear head over places of D numbers.

    Attributes:
        model: the folder or hub name of the model that gives the places.
        mean, deviation: of the places learned from, each (D,).
        plane: weights of valence and arousal, -1..1, (D + 1, 2); the last row is the constant.
        emotions: weights of the eight emotions' logits, (D + 1, 8).
    """

    model: str
    mean: Array
    deviation: Array
    plane: Array
    emotions: Array

    def answers(self, places: Array) -> tuple[Array, Array]:
        """Logits (N, 8), and valence and arousal (N, 2), of places (N, D).

        Raises:
            ModelError: the head was fitted on places of another size.
        """
        if places.shape[1] != len(self.mean):
            raise ModelError(
                f"the head takes {len(self.mean)} numbers a picture, and '{self.model}' gives "
                f"{places.shape[1]}: fit it again"
            )
        standard = (places - self.mean) / self.deviation
        given = np.concatenate([standard, np.ones((len(places), 1))], axis=1)
        return given @ self.emotions, given @ self.plane

    def arrays(self) -> dict[str, Any]:
        """What is written into the file, by name."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def read(cls, folder: Path) -> Head:
        """The head in a folder.

        Raises:
            ModelError: there is none, or it is damaged.
        """
        path = folder / HEAD_FILE
        try:
            # Numbers and text only: no pickled object is ever loaded.
            with np.load(path, allow_pickle=False) as kept:
                head = cls(
                    model=str(kept["model"]),
                    **{
                        name: np.asarray(kept[name], np.float64)
                        for name in ("mean", "deviation", "plane", "emotions")
                    },
                )
        except FileNotFoundError:
            raise ModelError(f"there is no head at '{path}'") from None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ModelError(f"the head '{path}' is damaged: {error}") from None
        size = len(head.mean) if head.mean.ndim == 1 else -1
        shapes = head.deviation.shape, head.plane.shape, head.emotions.shape
        if shapes != ((size,), (size + 1, 2), (size + 1, len(EMOTIONS))):
            raise ModelError(f"the head '{path}' is damaged: its parts do not fit each other")
        return head
