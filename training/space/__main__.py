"""Draw pictures and music into one space: `python -m training.space --data DIR --run RUN`.

KERAS_BACKEND chooses TensorFlow or JAX.  Some minutes on one idle core once features are there,
which are computed first and kept in RUN.  RUN then holds `picture.onnx`, `music.onnx`,
`report.json` and `curves.png`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from training.needs import need

need("keras")
need("onnx")

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from melodymuse.errors import MelodyMuseError  # noqa: E402
from melodymuse.files import write_text  # noqa: E402
from training.space.curves import draw_curves  # noqa: E402
from training.space.export import export_music, export_picture  # noqa: E402
from training.space.fitting import Side, join, teach_encoder  # noqa: E402
from training.space.judging import baselines, correlation, judge, ridge  # noqa: E402
from training.space.losses import LOSSES, MATCH_DISTANCE, MATCH_SIMILARITY  # noqa: E402
from training.space.material import (  # noqa: E402
    Judged,
    Pictures,
    Pieces,
    Scale,
    held_out,
    kept,
    read_judged,
    read_pictures,
    read_pieces,
)
from training.space.towers import Projection, Shape  # noqa: E402

Array = NDArray[Any]
# Events of a piece that a snippet keeps: a third.
SNIPPET = 32


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        options.run.mkdir(parents=True, exist_ok=True)
        report = train(options)
    except MelodyMuseError as error:
        print(f"training.space: {error}", file=sys.stderr)
        return 2
    print(json.dumps(report["held_out"], indent=1))
    return 0


def train(options: argparse.Namespace) -> dict[str, Any]:
    """Teach, judge and export; gives the report."""
    data, run, shape = options.data, options.run, Shape()
    pictures = kept(
        run / "pictures.npz",
        Pictures,
        lambda: read_pictures(data / "pictures_annotated", data / "oasis", options.pictures),
    )
    pieces = kept(run / "pieces.npz", Pieces, lambda: read_pieces(data, options.pieces))
    clips = kept(run / "judged.npz", Judged, lambda: read_judged(data / "emopia"))
    aside = held_out(pictures.groups), held_out(pieces.songs)
    learned, heard = pictures.of(~aside[0]), pieces.of(~aside[1])
    test, music = pictures.of(aside[0]), pieces.of(aside[1])
    scales = Scale.of(learned.places), Scale.of(heard.places)
    reads = teach_encoder(
        heard.events.astype(np.float32), scales[1](heard.places), shape, options.listen,
        options.seed,
    )  # fmt: skip

    def states(events: Array) -> Array:
        return np.asarray(reads.predict(events.astype(np.float32), verbose=0))

    eye = Projection.of(learned.seen.astype(np.float32), shape.components)
    ear = Projection.of(states(heard.events), shape.components)
    seen = Side(eye(learned.seen), scales[0](learned.places))
    known = Side(ear(states(heard.events)), scales[1](heard.places))
    cropped = ~np.isnan(test.crops[:, 0].astype(np.float32))
    beginnings = music.events * (np.arange(music.events.shape[1]) < SNIPPET)[:, None]
    asked = {
        "pictures": eye(test.seen),
        "crops": eye(test.crops[cropped]),
        "pieces": ear(states(music.events)),
        "snippets": ear(states(beginnings)),
        "clips": ear(states(clips.events)),
    }
    labels = scales[0](test.places), scales[1](music.places)
    sigma = float(
        np.linalg.norm(seen.labels[:500, None] - known.labels[None, :500], axis=-1).mean()
    )
    apart = np.linalg.norm(labels[0][:, None] - labels[1][None], axis=-1)
    match = (np.exp(-apart / sigma) > MATCH_SIMILARITY) & (apart < MATCH_DISTANCE)
    same_side = (np.sign(test.places)[:, None] == np.sign(clips.places)[None]).all(axis=-1)
    # What is shown, what is played, what belongs together, and the groups of both.
    tests = {
        "whole": ("pictures", "pieces", match, (test.groups, music.songs)),
        "crops": ("crops", "pieces", match[cropped], (test.groups[cropped], music.songs)),
        "snippets": ("pictures", "snippets", match, (test.groups, music.songs)),
        "emopia": ("pictures", "clips", same_side, (test.groups, clips.songs)),
    }
    # The places that a listener knows, and those that a ridge regression tells of pictures.
    heard_places = {"pieces": music.places, "snippets": music.places, "clips": clips.heard}
    told = {name: ridge(seen, asked[name]) for name in ("pictures", "crops")}
    scores = {
        part: baselines(told[shown], scales[0], heard_places[played], scales[1])
        for part, (shown, played, _, _) in tests.items()
    }
    curves = {}
    for name in LOSSES:
        joined = join(name, seen, known, shape, options.epochs, options.seed)
        curves[name] = joined.curve
        ends = {
            key: np.asarray(
                (joined.picture if key in told else joined.music).predict(x, verbose=0)[0]
            )
            for key, x in asked.items()
        }
        for part, (shown, played, _, _) in tests.items():
            scores[part][name] = ends[shown] @ ends[played].T
        curves[f"{name}: distance and label"] = (correlation(scores["whole"][name], apart),)
        if name == options.ship:
            export_picture(joined.picture, eye, run)
            export_music(reads, joined.music, ear, run)
        print(name, round(curves[name][0], 3), round(curves[name][-1], 3), flush=True)
    report = {
        "learned_from": {"pictures": len(learned.places), "stretches": len(heard.places)},
        "judged_on": {"pictures": len(test.places), "stretches": len(music.places),
                      "crops": int(cropped.sum()), "clips": len(clips.places)},
        "matching_pairs": float(match.mean()),
        "held_out": {
            part: judge(scores[part], belonging, groups)
            for part, (_, _, belonging, groups) in tests.items()
        },
        "curves": curves,
        "shipped": options.ship,
    }  # fmt: skip
    write_text(run / "report.json", json.dumps(report, indent=1) + "\n", overwrite=True)
    draw_curves({name: curves[name] for name in LOSSES}, run / "curves.png")
    return report


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.space", description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="holds pictures_annotated/, oasis/, pop909/, openscore_lieder/, "
        "chopin_first_editions/ and emopia/",
    )
    parser.add_argument("--run", type=Path, required=True, help="features and results")
    parser.add_argument("--pictures", type=int, default=5353, help="how many to look at, at most")
    parser.add_argument("--pieces", type=int, default=600, help="how many to compose")
    parser.add_argument("--listen", type=int, default=12, help="epochs of the LSTM")
    parser.add_argument("--epochs", type=int, default=60, help="epochs of each loss")
    parser.add_argument("--ship", choices=LOSSES, default="cdcml", help="whose towers to export")
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    sys.exit(main())
