"""`python -m training.evaluate.painting --out DIR`: does an eye see in a painted piece what it is
meant to say?

Pieces are composed over the whole plane of valence and arousal, written, and painted from their
files as `melodymuse paint` does; eyes that painting never asks look at the pictures.  DIR then
holds the pieces and pictures, and `painting.json`: for each style and eye the correlations of what
was meant with what is seen, with 95 % intervals (Fisher's z); and how far painting got the feeling
out of the file at all.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import qmc

from melodymuse import api
from melodymuse.errors import MelodyMuseError
from melodymuse.files import write_bytes, write_text
from melodymuse.painting.cover import STYLES, paint, png_bytes
from melodymuse.painting.subject import read_subject
from melodymuse.vision import load_eye
from melodymuse.vision.classifier import load_model
from melodymuse.vision.eyes.model import ShippedModel
from training.eye.measures import pearson

AXES = ("valence", "arousal")
_BARS, _SIDE = 8, 512


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    try:
        run(_parser().parse_args(arguments))
    except MelodyMuseError as error:
        print(f"training.evaluate.painting: {error}", file=sys.stderr)
        return 2
    return 0


def run(options: argparse.Namespace) -> None:
    """Compose, paint, look, write."""
    eyes: dict[str, Any] = {"shipped": load_eye()}
    for path in options.eye or []:
        eyes[path.stem] = load_eye(ShippedModel(load_model(path), path.stem))
    meant = 2 * qmc.Halton(2, seed=options.first).random(options.pieces) - 1
    seeds = range(options.first, options.first + options.pieces)
    pieces = [_piece(place, seed, options.out) for seed, place in zip(seeds, meant, strict=True)]
    subjects = [read_subject(piece) for piece in pieces]
    felt = np.array([(one.profile.valence, one.profile.arousal) for one in subjects])
    result: dict[str, Any] = {"pieces": len(pieces), "painted": correlations(meant, felt)}
    for style in options.style or STYLES:
        seen: dict[str, list[tuple[float, float]]] = {name: [] for name in eyes}
        for piece, subject in zip(pieces, subjects, strict=True):
            pixels = paint(subject.portrait, subject.profile, size=(_SIDE, _SIDE), style=style)
            picture = piece.with_name(f"{piece.stem}-{style}.png")
            write_bytes(picture, png_bytes(pixels, {}), overwrite=True)
            for name, eye in eyes.items():
                profile = eye(pixels).profile
                seen[name].append((profile.valence, profile.arousal))
        result[style] = {name: correlations(meant, said) for name, said in seen.items()}
        print(json.dumps({style: result[style]}), flush=True)
    write_text(options.out / "painting.json", json.dumps(result, indent=1) + "\n", overwrite=True)


def correlations(meant: Any, said: Sequence[Any] | Any) -> dict[str, list[float]]:
    """Axis -> Pearson's r of (N, 2) and (N, 2), and the ends of its interval."""
    found = {}
    for axis, name in enumerate(AXES):
        r = pearson(np.asarray(meant)[:, axis], np.asarray(said)[:, axis])
        reach = 1.96 / math.sqrt(max(len(said) - 3, 1))
        ends = [math.tanh(math.atanh(r) + side * reach) for side in (-1, 1)]
        found[name] = [round(value, 3) for value in (r, *ends)]
    return found


def _piece(place: Any, seed: int, out: Path) -> Path:
    path = out / f"{seed:03d}.mid"
    if not path.exists():
        out.mkdir(parents=True, exist_ok=True)
        valence, arousal = map(float, place)
        api.compose(valence=valence, arousal=arousal, bars=_BARS, seed=seed).write(path)
    return path


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.evaluate.painting", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="pieces, pictures and figures")
    parser.add_argument("--pieces", type=int, default=120, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first piece's seed")
    parser.add_argument("--eye", type=Path, action="append", help="one more eye, an .onnx file")
    parser.add_argument("--style", action="append", choices=STYLES, help="all")
    return parser


if __name__ == "__main__":
    sys.exit(main())
