"""Evaluate what ships: `python -m training.evaluate composer --data DIR --out DIR`; or `hands`,
`chords`, `hearing`, `pictures`, `seams` or `space`.

Writes the figures that the model cards quote as `composer.json` and `composer.md` with a picture of
each idea, or as `hands.json`, `chords.json`, `hearing.json`, `pictures.json`, `seams.json` or
`space.json` (this with pictures), and prints them.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from training.needs import need

need("keras", "sklearn")

from melodymuse.engine import Engine  # noqa: E402
from melodymuse.errors import MelodyMuseError  # noqa: E402
from melodymuse.files import write_text  # noqa: E402
from melodymuse.vision import load_eye  # noqa: E402
from melodymuse.vision.classifier import load_model  # noqa: E402
from melodymuse.vision.eyes.model import ShippedModel  # noqa: E402
from training.evaluate.chords import evaluate_chords  # noqa: E402
from training.evaluate.composer import PARTS, USUAL_PARTS, evaluate_composer  # noqa: E402
from training.evaluate.from_pictures import evaluate_pictures  # noqa: E402
from training.evaluate.hands import evaluate_hands  # noqa: E402
from training.evaluate.hearing import evaluate_hearing  # noqa: E402
from training.evaluate.material import Material  # noqa: E402
from training.evaluate.quadrants import read_clips  # noqa: E402
from training.evaluate.report import composer_report  # noqa: E402
from training.evaluate.seams import evaluate_seams  # noqa: E402
from training.eye.picture_sets import read_annotated  # noqa: E402

# Telling eight emotions apart takes two of each; folds by song take two songs of two excerpts.
FEWEST_PIECES, FEWEST_EXCERPTS = 16, 4


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        if options.out:
            _make_folder(options.out)
        print(options.evaluate(options))
    except MelodyMuseError as error:
        print(f"training.evaluate: {error}", file=sys.stderr)
        return 2
    return 0


def _composer(options: argparse.Namespace) -> str:
    if options.pieces < FEWEST_PIECES:
        raise MelodyMuseError(f"--pieces must be at least {FEWEST_PIECES}, not {options.pieces}")
    if options.excerpts < FEWEST_EXCERPTS:
        raise MelodyMuseError(
            f"--excerpts must be at least {FEWEST_EXCERPTS}, not {options.excerpts}"
        )
    material = Material(
        options.data,
        options.out,
        model=options.model,
        pieces=options.pieces,
        excerpts=options.excerpts,
        seed=options.seed,
        photographs=options.photographs,
    )
    asked = {*(options.parts or USUAL_PARTS)}
    asked |= {"thorough"} if options.thorough else set()
    asked |= {"photographs"} if options.photographs else set()
    if "photographs" in asked and options.photographs is None:
        raise MelodyMuseError("the part photographs needs a folder of them: --photographs DIR")
    report = ""
    # Written after every part, so that what was measured stays when a long run is stopped.
    for results in evaluate_composer(material, [name for name in PARTS if name in asked]):
        report = composer_report(results)
        _write_results(options.out / "composer.json", results)
        write_text(options.out / "composer.md", report, overwrite=True)
    return report


def _hands(options: argparse.Namespace) -> str:
    results = evaluate_hands(options.data / "openscore_lieder")
    return _write_results(options.out / "hands.json", results)


def _chords(options: argparse.Namespace) -> str:
    results = evaluate_chords(options.data, options.every, options.seed)
    if options.out:
        return _write_results(options.out / "chords.json", results)
    return json.dumps(results, indent=2)


def _hearing(options: argparse.Namespace) -> str:
    results = evaluate_hearing(options.data, options.pieces, options.seed)
    return _write_results(options.out / "hearing.json", results)


def _pictures(options: argparse.Namespace) -> str:
    model = ShippedModel(load_model(options.eye)) if options.eye else None
    pictures = read_annotated(options.pictures)
    clips = read_clips(options.data / "emopia")
    results = evaluate_pictures(
        clips, pictures, Engine(eye=load_eye(model)), options.pieces, options.seed
    )
    return _write_results(options.out / "pictures.json", results)


def _seams(options: argparse.Namespace) -> str:
    results = evaluate_seams(options.data, options.songs, options.borders, options.seed)
    return _write_results(options.out / "seams.json", results)


def _space(options: argparse.Namespace) -> str:
    need("librosa", "soxr", "soundfile", extra="compare")
    from melodymuse.cli.makers import judges_of
    from training.evaluate.space.captions import CaptionReader, Listened, WordCounts
    from training.evaluate.space.drawing import draw_space
    from training.evaluate.space.measuring import measure_space
    from training.evaluate.space.rows import read_rows

    rows = read_rows(options.table)
    judges = judges_of(options.clap, options.classifier, None, options.embedding or ())
    reader: CaptionReader = WordCounts() if judges.clap is None else Listened(judges.clap)

    def step(doing: str) -> None:
        print(doing, file=sys.stderr, flush=True)

    space = measure_space(rows, judges, reader, options.seconds, step)
    draw_space(space, [row.emotion for row in rows], options.out)
    return _write_results(options.out / "space.json", space.figures)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MelodyMuseError(f"cannot make the folder '{folder}': {error.strerror}") from error


def _write_results(path: Path, results: Any) -> str:
    text = json.dumps(results, indent=2)
    write_text(path, text + "\n", overwrite=True)
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.evaluate", description=__doc__)
    models = parser.add_subparsers(required=True, metavar="WHAT", dest="name")
    composer = models.add_parser("composer", help="the note generator")
    composer.add_argument(
        "--data",
        type=Path,
        required=True,
        help="holds pop909_cl/, pop909_structure/, openscore_lieder/ and emopia/",
    )
    composer.add_argument(
        "--out", type=Path, required=True, help="results; the corpus is kept here"
    )
    composer.add_argument("--pieces", type=int, default=200, help="how many to compose")
    composer.add_argument(
        "--excerpts", type=int, default=80, help="how many to cut from held-out songs, and to match"
    )
    composer.add_argument(
        "--parts", nargs="+", choices=PARTS, metavar="PART", help=f"some of: {', '.join(PARTS)}"
    )
    composer.add_argument(
        "--thorough", action="store_true", help="also count faults in a thousand pieces"
    )
    composer.add_argument(
        "--photographs", type=Path, help="a folder of pictures: also compose for some of them"
    )
    composer.add_argument("--model", type=Path, help="folder of the ONNX files; default as shipped")
    composer.add_argument("--seed", type=int, default=0, help="of the first piece")
    composer.set_defaults(evaluate=_composer)
    hands = models.add_parser("hands", help="what tells the hands apart")
    hands.add_argument("--data", type=Path, required=True, help="holds openscore_lieder/")
    hands.add_argument("--out", type=Path, required=True, help="results")
    hands.set_defaults(evaluate=_hands)
    hearing = models.add_parser("hearing", help="what is heard in music: norms, gains, EMOPIA")
    hearing.add_argument(
        "--data",
        type=Path,
        required=True,
        help="holds emopia/, pop909/, openscore_lieder/ and chopin_first_editions/",
    )
    hearing.add_argument("--out", type=Path, required=True, help="results")
    hearing.add_argument("--pieces", type=int, default=150, help="how many to compose")
    hearing.add_argument("--seed", type=int, default=0, help="of the first piece")
    hearing.set_defaults(evaluate=_hearing)
    pictures = models.add_parser("pictures", help="what is heard in pieces for annotated pictures")
    pictures.add_argument("--data", type=Path, required=True, help="holds emopia/")
    pictures.add_argument("--pictures", type=Path, required=True, help="the annotated pictures")
    pictures.add_argument("--out", type=Path, required=True, help="results")
    pictures.add_argument("--eye", type=Path, help="another eye.onnx than the one that ships")
    pictures.add_argument("--pieces", type=int, default=100, help="how many to compose")
    pictures.add_argument("--seed", type=int, default=0, help="of the draw and of the first piece")
    pictures.set_defaults(evaluate=_pictures)
    seams = models.add_parser("seams", help="how new bars join those that were there")
    seams.add_argument(
        "--data",
        type=Path,
        required=True,
        help="holds pop909_cl/, openscore_lieder/ and chopin_first_editions/",
    )
    seams.add_argument("--out", type=Path, required=True, help="results")
    seams.add_argument("--songs", type=int, default=200, help="how many to go on from")
    seams.add_argument("--borders", type=int, default=45, help="of how many to rewrite bars")
    seams.add_argument("--seed", type=int, default=0, help="chooses the songs, and writes")
    seams.set_defaults(evaluate=_seams)
    chords = models.add_parser("chords", help="what reads chords and bar lines off the notes")
    chords.add_argument(
        "--data", type=Path, required=True, help="holds pop909_cl/ and pop909_structure/"
    )
    chords.add_argument("--out", type=Path, help="results; printed only if not given")
    chords.add_argument("--every", type=int, default=1, help="take one song in so many")
    chords.add_argument("--seed", type=int, default=0, help="of the moved bar lines")
    chords.set_defaults(evaluate=_chords)
    space = models.add_parser("space", help="how feelings, captions and sounds go together")
    space.add_argument(
        "--table", type=Path, required=True, help="CSV: see training/evaluate/space/rows.py"
    )
    space.add_argument("--out", type=Path, required=True, help="results and pictures")
    space.add_argument("--seconds", type=_seconds, default=30.0, help="heard of each sound")
    space.add_argument("--clap", help="a CLAP: an embedding, and the reader of captions")
    space.add_argument("--classifier", help="a classifier of genres")
    space.add_argument("--embedding", action="append", help="vggish=FILE or encodec=NAME")
    space.set_defaults(evaluate=_space)
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 5 <= seconds <= 180:
        raise ValueError(text)
    return seconds


if __name__ == "__main__":
    sys.exit(main())
