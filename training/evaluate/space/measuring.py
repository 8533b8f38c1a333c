"""What ImAudible's analysis asks of a set of pieces, as figures and as what is drawn of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from melodymuse.audio.clip import Clip
from melodymuse.comparison.clips import read_comparable
from melodymuse.comparison.evaluation import Judges
from melodymuse.comparison.metrics import timbre
from melodymuse.comparison.metrics.divergence import divergences
from training.evaluate.space.captions import CaptionReader
from training.evaluate.space.relations import (
    Array,
    components,
    line,
    line_of_pairs,
    nearest_alike,
    normalised,
    similarities,
)
from training.evaluate.space.rows import Row

ALL = "all"


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """Points of which a line was drawn: what stands on the axes, the points, the line's figures."""

    across: str
    up: str
    x: Array
    y: Array
    line: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """What was found, and the arrays that its pictures show.

    Attributes:
        figures: ready for JSON; what is not there was not measured.
        clouds: points with lines.
        maps: places of pieces on two components, (n, 2), by the embedding's name.
        tables: matrices of all pieces, (n, n), 0..1, by what they hold.
        counts: pieces by emotion, by genre, by genre of their truths.
        spreads: values by split, by what they are.
    """

    figures: dict[str, Any]
    clouds: tuple[Cloud, ...]
    maps: dict[str, Array]
    tables: dict[str, Array]
    counts: dict[str, dict[str, int]]
    spreads: dict[str, dict[str, list[float]]]


def measure_space(
    rows: Sequence[Row],
    judges: Judges,
    reader: CaptionReader,
    seconds: float,
    step: Callable[[str], None] = lambda _: None,
) -> Space:
    """Look at pieces, their captions and their truths.

    Args:
        rows: the pieces.
        judges: what listens; a classifier tells genres.
        reader: what gives captions places.
        seconds: so much of each sound is heard.
        step: told what is being done.

    Raises:
        AudioError: a sound that cannot be read or compared.
    """
    step("reading sounds")
    clips = [_begun(read_comparable(row.audio), seconds) for row in rows]
    truths = [None if r.truth is None else _begun(read_comparable(r.truth), seconds) for r in rows]
    emotions = [row.emotion for row in rows]
    step("timbre")
    coefficients = [_timbre(clip) for clip in clips]
    warped = _all_pairs(coefficients)
    tables = {"MFCC-DTW": normalised(warped)}
    figures: dict[str, Any] = {"pieces": len(rows), "seconds": seconds}
    clouds = []

    if all(row.caption for row in rows):
        step("captions")
        places = reader.embed([row.caption for row in rows])
        cosines = places @ places.T
        tables["cosine of captions"] = normalised(cosines)
        told = line_of_pairs(tables["cosine of captions"], tables["MFCC-DTW"])
        figures["captions_and_timbre"] = told | {"by": reader.name}
        clouds.append(_cloud("cosine of captions", "MFCC-DTW", tables, told))

    felt = _places([row.place for row in rows])
    if felt is not None:
        alike = similarities(felt, felt)
        told = line_of_pairs(alike, warped)
        figures["similarity_and_timbre"] = told
        upper = np.triu_indices(len(rows), 1)
        clouds.append(
            Cloud("similarity of feeling", "MFCC-DTW, all pairs", alike[upper], warped[upper], told)
        )

    step("embeddings")
    maps, held = {}, {}
    for embedding in judges.all_embeddings:
        means = np.stack([embedding.embed(clip).mean(axis=0) for clip in clips])
        maps[embedding.name], shares = components(means)
        held[embedding.name] = {"variance": shares, **nearest_alike(means, emotions)}
    figures["embeddings"] = held

    heard = truly = None
    if judges.classifier is not None:
        step("genres")
        classify = judges.classifier.classify
        heard = [classify(clip).mean(axis=0) for clip in clips]
        truly = [None if clip is None else classify(clip).mean(axis=0) for clip in truths]

    counts = {"emotion": dict(Counter(emotions)), **_genres(rows, heard, truly, judges)}
    pairs = _truth_similarities(rows)
    known = [n for n, alike in enumerate(pairs) if alike is not None and truths[n] is not None]
    if known:
        step("truths")
        x = np.array([pairs[n] for n in known])
        beside = [timbre.warped_distance(_timbre(truths[n]), coefficients[n]) for n in known]
        measured = {"MFCC-DTW to the truth": np.array(beside)}
        if heard is not None and truly is not None:
            true = np.array([truly[n] for n in known])
            measured["KL(truth || piece)"] = divergences(true, np.array(heard)[known])
        for name, y in measured.items():
            clouds.append(Cloud("similarity of picture and truth", name, x, y, line(x, y)))
            figures[f"truth: {name}"] = clouds[-1].line
    figures["counts"] = counts
    return Space(figures, tuple(clouds), maps, tables, counts, _spreads(rows, pairs))


def _begun(clip: Clip, seconds: float) -> Clip:
    return Clip(clip.samples[: round(seconds * clip.rate)], clip.rate, clip.name)


def _timbre(clip: Clip | None) -> Array:
    assert clip is not None
    samples = clip.mono(timbre.RATE)
    timbre.validate(samples)
    return timbre.coefficients(samples)


def _all_pairs(rows: Sequence[Array]) -> Array:
    matrix = np.zeros((len(rows), len(rows)))
    for one, other in combinations(range(len(rows)), 2):
        matrix[one, other] = matrix[other, one] = timbre.warped_distance(rows[one], rows[other])
    return matrix


def _cloud(across: str, up: str, tables: dict[str, Array], told: dict[str, Any]) -> Cloud:
    upper = np.triu_indices(len(tables[up]), 1)
    return Cloud(across, f"{up}, all pairs", tables[across][upper], tables[up][upper], told)


def _places(places: Sequence[tuple[float, float] | None]) -> Array | None:
    known = [place for place in places if place is not None]
    return np.array(known) if len(known) == len(places) else None


def _truth_similarities(rows: Sequence[Row]) -> list[float | None]:
    """How alike each picture's feeling is to its truth's; None where one is not known."""
    known = [n for n, row in enumerate(rows) if row.place and row.truth_place]
    found: list[float | None] = [None] * len(rows)
    if known:
        pictures = np.array([rows[n].place for n in known], float)
        truths = np.array([rows[n].truth_place for n in known], float)
        for n, alike in zip(known, similarities(pictures, truths).diagonal(), strict=True):
            found[n] = float(alike)
    return found


def _genres(
    rows: Sequence[Row],
    heard: Sequence[Array] | None,
    truly: Sequence[Array | None] | None,
    judges: Judges,
) -> dict[str, dict[str, int]]:
    """How many pieces are of each genre: as a classifier hears them, or as the table says."""
    if heard is None or truly is None or judges.classifier is None:
        said = Counter(row.genre for row in rows if row.genre)
        return {"genre, as told": dict(said)} if said else {}
    labels = judges.classifier.labels
    found = {"genre, as heard": Counter(labels[int(row.argmax())] for row in heard)}
    true = Counter(labels[int(row.argmax())] for row in truly if row is not None)
    if true:
        found["genre of the truths, as heard"] = true
    return {name: dict(count) for name, count in found.items()}


def _spreads(
    rows: Sequence[Row], pairs: Sequence[float | None]
) -> dict[str, dict[str, list[float]]]:
    """Valence, arousal, and similarity to the truth, by split."""
    found: dict[str, dict[str, list[float]]] = {}
    for row, alike in zip(rows, pairs, strict=True):
        valence, arousal = row.place or (None, None)
        for name, value in (("valence", valence), ("arousal", arousal), ("similarity", alike)):
            if value is not None:
                found.setdefault(name, {}).setdefault(row.split or ALL, []).append(float(value))
    return found
