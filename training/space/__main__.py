"""Draw pictures and music into one space: `python -m training.space --data DIR --run RUN`.

KERAS_BACKEND chooses TensorFlow or JAX.  Some minutes on one idle core once features are there,
which are computed first and kept in RUN.  RUN then holds `picture.onnx`, `music.onnx`,
`report.json` and `curves.png`.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
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
from training.space.ears import HEARS, PLACED, Ear  # noqa: E402
from training.space.export import export_music, export_picture  # noqa: E402
from training.space.fitting import Side, join  # noqa: E402
from training.space.judging import (  # noqa: E402
    baselines,
    correlation,
    judge,
    judge_tags,
    prototypes,
    ridge,
    tags_of,
)
from training.space.losses import LOSSES, MATCH_DISTANCE, MATCH_SIMILARITY  # noqa: E402
from training.space.material import (  # noqa: E402
    COMPOSED,
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
    data, run = options.data, options.run
    pictures = kept(
        run / "pictures.npz",
        Pictures,
        lambda: read_pictures(data / "pictures_annotated", data / "oasis", options.pictures),
    )
    pieces = kept(
        run / "pieces.npz", Pieces, lambda: read_pieces(data, options.pieces, options.sparing)
    )
    clips = kept(run / "judged.npz", Pieces, lambda: read_judged(data / "emopia"))
    aside = held_out(pictures.groups), held_out(pieces.songs)
    learned, heard = pictures.of(~aside[0]), pieces.of(~aside[1])
    test, music = pictures.of(aside[0]), pieces.of(aside[1])
    own = music.of(np.char.startswith(music.songs, COMPOSED))
    scales = Scale.of(learned.places), Scale.of(heard.places)
    eye = Projection.of(learned.seen.astype(np.float32), Shape().components)
    seen, label = Side(eye(learned.seen), scales[0](learned.places)), scales[1](heard.places)
    cropped = ~np.isnan(test.crops[:, 0].astype(np.float32))
    shown = {"pictures": eye(test.seen), "crops": eye(test.crops[cropped])}
    # What is known without towers: the labels that a ridge regression tells of pictures, and where
    # the ear hears music.
    told = {name: ridge(seen, x) for name, x in shown.items()}
    ear = {"pieces": music.heard, "snippets": music.begun, "own": own.heard, "clips": clips.heard}
    sigma = float(_apart(seen.labels[:500], label[:500]).mean())

    def match(places: Array) -> Array:
        far = _apart(scales[0](test.places), scales[1](places))
        return np.asarray((np.exp(-far / sigma) > MATCH_SIMILARITY) & (far < MATCH_DISTANCE))

    pairs = match(music.places)
    same_side = (np.sign(test.places)[:, None] == np.sign(clips.places)[None]).all(axis=-1)
    # What is shown, what is played, what belongs together, and the groups of both.
    tests = {
        "whole": ("pictures", "pieces", pairs, (test.groups, music.songs)),
        "crops": ("crops", "pieces", pairs[cropped], (test.groups[cropped], music.songs)),
        "snippets": ("pictures", "snippets", pairs, (test.groups, music.songs)),
        "own": ("pictures", "own", match(own.places), (test.groups, own.songs)),
        "emopia": ("pictures", "clips", same_side, (test.groups, clips.songs)),
    }
    scores: dict[str, dict[str, list[Array]]] = {
        part: {
            name: [score]
            for name, score in baselines(told[s], scales[0], ear[p], scales[1]).items()
        }
        for part, (s, p, _, _) in tests.items()
    }
    # Tagged by quadrant: right tags, groups, tags of what the other side learned from, and both
    # sides' labels as they are known without towers.
    sides = tags_of(learned.places), tags_of(heard.places)
    tagged = {
        "pictures": (tags_of(test.places), test.groups, sides[1], told["pictures"], label),
        "pieces": (
            tags_of(music.places), music.songs, sides[0], scales[1](music.heard), seen.labels
        ),
        "clips": (
            tags_of(clips.places), clips.songs, sides[0], scales[1](clips.heard), seen.labels
        ),
    }  # fmt: skip
    tagging: dict[str, dict[str, list[Array]]] = {
        key: {"distance": [-_apart(known, prototypes(others, side))]}
        for key, (_, _, side, known, others) in tagged.items()
    }
    curves: dict[str, Any] = {}
    for seed in range(options.seed, options.seed + options.seeds):
        taught: dict[str, Ear] = {}
        for hears in options.hears:
            kind = hears.removesuffix(PLACED)
            if kind not in taught:
                taught[kind] = Ear.taught(kind, heard, options.listen, seed)
            listens = replace(taught[kind], hears=hears)
            played = {
                "pieces": listens(music), "snippets": listens(music, begun=True),
                "own": listens(own), "clips": listens(clips),
            }  # fmt: skip
            known = Side(listens(heard), label)
            for loss in LOSSES:
                name = f"{loss}, {hears}"
                joined = join(loss, seen, known, Shape(), options.epochs, seed)
                ends = {key: _embedded(joined.picture, x) for key, x in shown.items()}
                ends |= {key: _embedded(joined.music, x) for key, x in played.items()}
                for part, (s, p, _, _) in tests.items():
                    scores[part].setdefault(name, []).append(ends[s] @ ends[p].T)
                pieces_end = _embedded(joined.music, known.features)
                pictures_end = _embedded(joined.picture, seen.features)
                for key, (_, _, side, _, _) in tagged.items():
                    other = pieces_end if key == "pictures" else pictures_end
                    tagging[key].setdefault(name, []).append(ends[key] @ prototypes(other, side).T)
                curves.setdefault(name, []).append(joined.curve)
                curves.setdefault(f"{name}: distance and label", []).append(
                    correlation(
                        scores["whole"][name][-1],
                        _apart(scales[0](test.places), scales[1](music.places)),
                    )
                )
                if (loss, hears, seed) == (options.ship, "events", options.seed):
                    export_picture(joined.picture, eye, run)
                    export_music(listens.reads, joined.music, listens.projection, run)
                print(seed, name, round(joined.curve[0], 3), round(joined.curve[-1], 3), flush=True)
    report = {
        "learned_from": {"pictures": len(learned.places), "stretches": len(heard.places)},
        "judged_on": {"pictures": len(test.places), "stretches": len(music.places),
                      "own": len(own.places), "crops": int(cropped.sum()),
                      "clips": len(clips.places)},
        "matching_pairs": float(pairs.mean()),
        "held_out": {
            part: judge(scores[part], belonging, groups)
            for part, (_, _, belonging, groups) in tests.items()
        },
        "tagging": {
            key: judge_tags(tagging[key], tags, groups)
            | {"commonest": float(np.bincount(tags).max() / len(tags))}
            for key, (tags, groups, *_) in tagged.items()
        },
        "curves": curves,
        "shipped": options.ship,
    }  # fmt: skip
    write_text(run / "report.json", json.dumps(report, indent=1) + "\n", overwrite=True)
    first = options.hears[0]
    draw_curves({name: curves[f"{name}, {first}"][0] for name in LOSSES}, run / "curves.png")
    return report


def _embedded(model: Any, features: Array) -> Array:
    return np.asarray(model.predict(features, verbose=0)[0])


def _apart(first: Array, second: Array) -> Array:
    return np.asarray(np.linalg.norm(first[:, None] - second[None], axis=-1))


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
    parser.add_argument("--sparing", type=int, default=1, help="read one real song of so many")
    parser.add_argument("--seeds", type=int, default=3, help="how many towers of each kind")
    parser.add_argument(
        "--hears",
        nargs="+",
        choices=HEARS,
        default=HEARS,
        help="what music is to its tower: events, sound, or events and the place that 'hear' tells",
    )
    parser.add_argument("--listen", type=int, default=12, help="epochs of the LSTM")
    parser.add_argument("--epochs", type=int, default=20, help="epochs of each loss")
    parser.add_argument("--ship", choices=LOSSES, default="cdcml", help="whose towers to export")
    parser.add_argument("--seed", type=int, default=0, help="the first")
    return parser


if __name__ == "__main__":
    sys.exit(main())
