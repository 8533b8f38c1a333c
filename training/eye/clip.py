"""`python -m training.eye.clip --model NAME --annotated DIR --oasis DIR --out RUN`: a CLIP's head.

The encoder stays as it is.  RUN then holds `eye_head.npz`, which `melodymuse analyze --eye RUN`
takes, `places.npz` (what the encoder saw, the longest part, kept for later runs) and `report.json`
(how good the head is on groups that it had not seen, beside the encoder's zero-shot answers).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from melodymuse.errors import ModelError
from melodymuse.files import whole_file
from melodymuse.vision.borders import without_bars
from melodymuse.vision.eyes.clip import ClipEncoder, Encoder, ZeroShotEye
from melodymuse.vision.eyes.head import HEAD_FILE
from melodymuse.vision.loading import read_picture
from training.eye.felt_measures import how_good
from training.eye.linear_head import best_penalty, fit_head, grouped_folds, held_out_answers
from training.eye.picture_sets import (
    FeltPicture,
    places_felt,
    read_annotated,
    read_rated,
    shares_felt,
)

Array = npt.NDArray[Any]
_BATCH = 16


def main(arguments: Sequence[str] | None = None) -> Path:
    """Fits the head and writes it; returns its path."""
    parser = argparse.ArgumentParser(prog="python -m training.eye.clip", description=__doc__)
    parser.add_argument("--model", required=True, help="a CLIP or SigLIP: folder or hub name")
    parser.add_argument("--annotated", type=Path, help="folder of the annotated pictures")
    parser.add_argument("--oasis", type=Path, help="folder of the unpacked OASIS set")
    parser.add_argument("--out", type=Path, required=True, help="folder for everything written")
    parser.add_argument("--folds", type=int, default=5, help="parts to hold out (default 5)")
    parser.add_argument("--seed", type=int, default=0, help="deals the folds (default 0)")
    given = parser.parse_args(arguments)
    if given.annotated is None and given.oasis is None:
        parser.error("nothing to learn from: give --annotated, --oasis or both")
    pictures = [] if given.annotated is None else read_annotated(given.annotated)
    if given.oasis is not None:
        pictures += read_rated(given.oasis, given.annotated)
    encoder = ClipEncoder.load(given.model)
    given.out.mkdir(parents=True, exist_ok=True)
    places = places_seen(encoder, given.model, pictures, given.out / "places.npz")
    felt, shares = places_felt(pictures), shares_felt(pictures)
    folds = grouped_folds([picture.group for picture in pictures], given.folds, given.seed)
    penalty = best_penalty(places, felt, shares, folds)
    report = {
        "model": given.model,
        "pictures": len(pictures),
        "penalty": penalty,
        "fitted, held out": how_good(
            *held_out_answers(places, felt, shares, folds, penalty), felt, shares
        ),
        "zero-shot": how_good(*zero_shot_answers(given.model, encoder, places), felt, shares),
    }
    (given.out / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    head = fit_head(given.model, places, felt, shares, penalty)
    path = Path(given.out) / HEAD_FILE
    with whole_file(path, overwrite=True) as beside:
        np.savez(beside, **head.arrays())
    print(json.dumps(report, indent=1))
    return path


def places_seen(encoder: Encoder, model: str, pictures: list[FeltPicture], kept: Path) -> Array:
    """Where an encoder puts the pictures, (N, D), from an earlier run where there is one.

    Raises:
        ModelError: the encoder gives no numbers.
    """
    files = [str(picture.path) for picture in pictures]
    if kept.is_file():
        with np.load(kept, allow_pickle=False) as before:
            if str(before["model"]) == model and list(before["files"]) == files:
                return np.asarray(before["places"])
    found = []
    for first in range(0, len(files), _BATCH):
        batch = files[first : first + _BATCH]
        pixels = [without_bars(read_picture(file)).pixels for file in batch]
        found.append(encoder.places_of_pictures(pixels))
    places = np.concatenate(found)
    if not np.isfinite(places).all():
        raise ModelError(f"'{model}' gives no numbers: its weights are damaged")
    with whole_file(kept, overwrite=True) as beside:
        np.savez(beside, model=model, files=np.array(files), places=places)
    return places


def zero_shot_answers(model: str, encoder: Encoder, places: Array) -> tuple[Array, Array]:
    """Valence and arousal (N, 2), probabilities (N, 8), by the words alone."""
    logits, felt = ZeroShotEye.of(model, encoder).answers(places)
    return felt, softmax(logits, axis=1)


if __name__ == "__main__":
    main()
