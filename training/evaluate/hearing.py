"""What `melodymuse.hearing` rests on, measured on permissive music, and how well it hears.

Norms: mean and deviation of each cue in real piano music (POP909, OpenScore Lieder, Chopin's first
editions; no labels).  Gains and errors: on pieces of our own, composed for places over the whole
plane.  The judgement: EMOPIA, whose labels nothing here learns from.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.engine import Engine
from melodymuse.errors import MidiError
from melodymuse.hearing.cues import Cues, cues_of
from melodymuse.hearing.listener import AROUSAL, VALENCE, listen, signed, weigh
from melodymuse.midi.reader import read_midi
from melodymuse.music.score import Score
from melodymuse.streams import stream
from training.evaluate.quadrants import QUADRANTS, QuadrantListener, read_clips

Array = NDArray[Any]
# Where the sets of real music lie, and one file in how many is measured.
_REAL = (
    ("pop909/*/*.mid", 3),
    ("openscore_lieder/**/*.mid", 5),
    ("chopin_first_editions/**/*.mid", 1),
)
STRETCH_BARS, MOST_STRETCHES = 8, 5
# What a baseline tells arousal by, beside or below the median; valence by the better key.
_AROUSING = ("onsets_per_second", "velocity_mean")
_DRAWS = 2000
# Of the plane, as far as places to compose for are drawn.
_FARTHEST = 0.9


def evaluate_hearing(data: Path, pieces: int, seed: int = 0) -> dict[str, Any]:
    """All figures of the card.

    Args:
        data: holds `emopia/` and the sets of real music.
        pieces: how many to compose for the gains.
        seed: of the first.

    Returns:
        "norms", "calibration" by axis, and what `judge` gives of EMOPIA.
    """
    stretches = [
        stretch
        for pattern, every in _REAL
        for path in sorted(data.glob(pattern))[1 % every :: every]
        for stretch in stretches_of(path)
    ]
    return {
        "stretches": len(stretches),
        "norms": norms([cues for _, cues in stretches]),
        "calibration": calibrate(*composed(Engine(), pieces, seed)),
        "emopia": judge(data / "emopia"),
    }


def stretches_of(path: Path) -> list[tuple[Score, Cues]]:
    """Up to `MOST_STRETCHES` stretches of eight bars of a file, spread over it, with their cues;
    those with too few notes are left out, and so is a file that cannot be read."""
    try:
        score = read_midi(path)
    except MidiError:
        return []
    last = max(score.bars - STRETCH_BARS, 0)
    count = min(max(score.bars // STRETCH_BARS, 1), MOST_STRETCHES)
    found = []
    for first in np.linspace(0, last, count).astype(int).tolist():
        begin = first * score.time_signature.bar_ticks
        end = begin + STRETCH_BARS * score.time_signature.bar_ticks
        notes = tuple(note for note in score.notes if begin <= note.onset < end)
        stretch = replace(score, notes=notes)
        with suppress(MidiError):
            found.append((stretch, cues_of(stretch)))
    return found


def norms(measured: Sequence[Cues]) -> dict[str, tuple[float, float]]:
    """Mean and standard deviation of each cue that some piece gives."""
    columns = {name: _known(measured, name) for name in asdict(Cues())}
    return {
        name: (float(np.mean(known)), float(np.std(known)))
        for name, known in columns.items()
        if known
    }


def composed(engine: Engine, pieces: int, seed: int) -> tuple[list[Cues], Array]:
    """Cues of pieces composed for places over the whole plane, and these places, (N, 2)."""
    places = [
        [stream(seed + n, "hearing", axis).uniform(-_FARTHEST, _FARTHEST) for axis in (0, 1)]
        for n in range(pieces)
    ]
    cues = [
        cues_of(engine.compose(valence=v, arousal=a, bars=8, seed=seed + n).score)
        for n, (v, a) in enumerate(places)
    ]
    return cues, np.array(places)


def calibrate(measured: Sequence[Cues], places: Array) -> dict[str, dict[str, float]]:
    """For each axis: the gain that maps scores to places best (before they bend), where a score of
    0 would lie, how far places lie from the answers without that offset, and the correlation."""
    found = {}
    for axis, order in enumerate((VALENCE, AROUSAL)):
        scores = np.array([weigh(signed(cues, order))[0] for cues in measured])
        place = np.arctanh(places[:, axis])
        gain, offset = (float(value) for value in np.polyfit(scores, place, 1))
        error = float(np.sqrt(np.mean((np.tanh(gain * scores) - places[:, axis]) ** 2)))
        r = float(np.corrcoef(scores, places[:, axis])[0, 1])
        found["valence" if axis == 0 else "arousal"] = {
            "gain": gain, "offset": offset, "error": error, "r": r,
        }  # fmt: skip
    return found


def judge(folder: Path) -> dict[str, Any]:
    """How well EMOPIA's quadrants are heard, with 95 % intervals over resampled songs.

    Returns:
        "clips", "songs"; for "heard" and each of the baselines "r_valence", "r_arousal" with the
        sides that people heard (-1, 1), "valence", "arousal" (share on the right side) and
        "quadrant" (share of right ones), each (value, low, high); "learned_from_emopia": the
        accuracy of a classifier that learned from other songs of it; "largest_quadrant".
    """
    clips = read_clips(folder)
    heard = [listen(cues_of(read_midi(path))) for path in clips.paths]
    places = np.array([[h.profile.valence, h.profile.arousal] for h in heard])
    column = dict(zip(clips.names, clips.features.T, strict=True))
    centred = {name: column[name] - np.median(column[name]) for name in _AROUSING}
    alone = {name: np.stack([column["majorness"], centred[name]], axis=1) for name in _AROUSING}
    sides = np.array([[1 if q in ("Q1", "Q4") else -1, 1 if q in ("Q1", "Q2") else -1]
                      for q in clips.quadrants])  # fmt: skip
    answers = {"heard": places} | {f"majorness+{name}": pair for name, pair in alone.items()}
    counts = [int((clips.quadrants == q).sum()) for q in QUADRANTS]
    return {
        "clips": len(sides),
        "songs": len(set(clips.songs)),
        **{name: _figures(values, sides, clips.songs) for name, values in answers.items()},
        "learned_from_emopia": QuadrantListener(clips).own_accuracy(),
        "largest_quadrant": max(counts) / len(sides),
        "doubt": _doubt_tells(places[:, 0], [h.valence_error for h in heard], sides[:, 0]),
    }


def _doubt_tells(places: Array, errors: Sequence[float], sides: Array) -> dict[str, float]:
    """Share on the right side of valence where a place lies beyond its standard error, or not."""
    right = np.sign(places) == sides
    sure = np.abs(places) > np.array(errors)
    return {"sure": float(right[sure].mean()), "unsure": float(right[~sure].mean()),
            "share_sure": float(sure.mean())}  # fmt: skip


def _figures(places: Array, sides: Array, songs: Array) -> dict[str, tuple[float, float, float]]:
    """Each figure with its interval, whole songs resampled."""
    rows_of = [np.flatnonzero(songs == song) for song in np.unique(songs)]
    random = np.random.default_rng(0)
    drawn = []
    for _ in range(_DRAWS):
        rows = np.concatenate(
            [rows_of[i] for i in random.integers(len(rows_of), size=len(rows_of))]
        )
        drawn.append(_agreement(places[rows], sides[rows]))
    exact = _agreement(places, sides)
    return {
        name: (value, *np.percentile([d[name] for d in drawn], [2.5, 97.5]).tolist())
        for name, value in exact.items()
    }


def _agreement(places: Array, sides: Array) -> dict[str, float]:
    right = np.where(places > 0, 1, -1) == sides
    return {
        "r_valence": float(np.corrcoef(places[:, 0], sides[:, 0])[0, 1]),
        "r_arousal": float(np.corrcoef(places[:, 1], sides[:, 1])[0, 1]),
        "valence": float(right[:, 0].mean()),
        "arousal": float(right[:, 1].mean()),
        "quadrant": float(right.all(axis=1).mean()),
    }


def _known(measured: Sequence[Cues], name: str) -> list[float]:
    return [value for cues in measured if (value := getattr(cues, name)) is not None]
