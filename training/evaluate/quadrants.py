"""Does a classifier trained on real emotional piano hear the intended quadrant?

EMOPIA (Hung et al. 2021, ISMIR; CC BY-NC-SA 4.0): clips of pop piano labelled by quadrant of the
plane, Q1 +valence +arousal, Q2 - +, Q3 - -, Q4 + -.  Used to evaluate only; nothing that ships is
trained on it.  The folder wanted holds `labels.csv` (id, quadrant, song) and `midis/ID.mid`.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import GroupKFold, cross_val_predict

from melodymuse.errors import MelodyMuseError
from melodymuse.hearing.cues import Sounded
from training.evaluate.features import measure_piece

QUADRANTS = ("Q1", "Q2", "Q3", "Q4")
TREES = 500
FOLDS = 5


def quadrant_of(valence: float, arousal: float) -> str:
    """The quadrant of a place on the plane."""
    if arousal > 0:
        return "Q1" if valence > 0 else "Q2"
    return "Q4" if valence > 0 else "Q3"


@dataclass(frozen=True, slots=True)
class Clips:
    """Real clips: feature names, features (clips, features), quadrant, song and file of each."""

    names: tuple[str, ...]
    features: NDArray[np.float64]
    quadrants: NDArray[np.str_]
    songs: NDArray[np.str_]
    paths: tuple[Path, ...] = ()


def read_clips(folder: Path) -> Clips:
    """Measure all of EMOPIA."""
    table = folder / "labels.csv"
    if not table.exists():
        raise MelodyMuseError(f"no EMOPIA in {folder}: it should hold labels.csv and midis/")
    with table.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    if not rows or not {"id", "quadrant", "song"} <= set(rows[0]):
        raise MelodyMuseError(f"{table} should list clips by id, quadrant and song")
    paths = tuple(folder / "midis" / f"{row['id']}.mid" for row in rows)
    measured = [_measured(path) for path in paths]
    return Clips(
        names=tuple(measured[0]),
        features=np.array([list(piece.values()) for piece in measured]),
        quadrants=np.array([row["quadrant"] for row in rows]),
        songs=np.array([row["song"] for row in rows]),
        paths=paths,
    )


def _measured(path: Path) -> dict[str, float]:
    try:
        return measure_piece(_performed(path))
    except (OSError, EOFError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise MelodyMuseError(f"cannot read the clip '{path}': {reason}") from error


class QuadrantListener:
    """A classifier of quadrants that has heard real clips.

    Args:
        clips: what it has heard.
        without: features it is deaf to, by the beginning of their names (for example "velocity").
        seed: of its trees.
    """

    def __init__(self, clips: Clips, without: Sequence[str] = (), seed: int = 0) -> None:
        self._columns = [
            index
            for index, name in enumerate(clips.names)
            if not any(name.startswith(prefix) for prefix in without)
        ]
        self._clips = clips
        self._trees = ExtraTreesClassifier(
            TREES, min_samples_leaf=2, class_weight="balanced", random_state=seed
        )
        self._trees.fit(clips.features[:, self._columns], clips.quadrants)

    def own_accuracy(self) -> float:
        """Share of real clips it hears right, songs it has not heard (grouped cross-validation)."""
        guesses = cross_val_predict(
            self._trees,
            self._clips.features[:, self._columns],
            self._clips.quadrants,
            groups=self._clips.songs,
            cv=GroupKFold(FOLDS),
        )
        return float((guesses == self._clips.quadrants).mean())

    def hear(self, pieces: Sequence[Sequence[Sounded]]) -> list[str]:
        """The quadrant of each piece."""
        features = np.array([list(measure_piece(piece).values()) for piece in pieces])
        return [str(q) for q in self._trees.predict(features[:, self._columns])]

    def place(self, pieces: Sequence[Sequence[Sounded]]) -> NDArray[np.float64]:
        """Where it hears each piece on the plane, (N, 2): the chance that valence, arousal is high,
        less the chance that it is low, -1..1 each."""
        features = np.array([list(measure_piece(piece).values()) for piece in pieces])
        chances = self._trees.predict_proba(features[:, self._columns])
        sides = [
            (1 if q in ("Q1", "Q4") else -1, 1 if q in ("Q1", "Q2") else -1)
            for q in self._trees.classes_
        ]
        return np.asarray(chances @ np.array(sides, np.float64))


def _performed(path: Path) -> list[Sounded]:
    """All notes of a MIDI file in real time."""
    now, sounding, notes = 0.0, dict[int, tuple[float, int]](), []
    for message in mido.MidiFile(path):
        now += message.time
        if message.type not in ("note_on", "note_off"):
            continue
        if message.note in sounding:
            onset, velocity = sounding.pop(message.note)
            notes.append(Sounded(onset, now - onset, message.note, velocity))
        if message.type == "note_on" and message.velocity:
            sounding[message.note] = now, message.velocity
    return notes
