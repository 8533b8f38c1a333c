"""Evaluate what ships: `python -m training.evaluate composer --data DIR --out DIR`; or `hands`, or
`chords`.

Prints the figures that the model card quotes and writes them as `composer.json`, `hands.json` or
`chords.json`; for the composer also the confusion of quadrants, as a picture.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from training.needs import need

need("keras", "sklearn")

from melodymuse.errors import MelodyMuseError  # noqa: E402
from melodymuse.files import write_text  # noqa: E402
from training.evaluate.chords import evaluate_chords  # noqa: E402
from training.evaluate.composer import evaluate_composer  # noqa: E402
from training.evaluate.hands import evaluate_hands  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
        text = json.dumps(options.evaluate(options), indent=2)
        if options.out:
            write_text(options.out / f"{options.name}.json", text + "\n", overwrite=True)
    except MelodyMuseError as error:
        print(f"training.evaluate: {error}", file=sys.stderr)
        return 2
    print(text)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.evaluate", description=__doc__)
    models = parser.add_subparsers(required=True, metavar="WHAT", dest="name")
    composer = models.add_parser("composer", help="the note generator")
    composer.add_argument(
        "--data", type=Path, required=True, help="holds pop909_cl/, pop909_structure/ and emopia/"
    )
    composer.add_argument(
        "--out", type=Path, required=True, help="results; the corpus is kept here"
    )
    composer.add_argument("--pieces", type=int, default=200, help="how many to compose")
    composer.add_argument("--model", type=Path, help="folder of the ONNX files; default as shipped")
    composer.add_argument("--seed", type=int, default=0, help="of the first piece")
    composer.set_defaults(
        evaluate=lambda o: evaluate_composer(o.data, o.out, o.pieces, o.model, o.seed)
    )
    hands = models.add_parser("hands", help="what tells the hands apart")
    hands.add_argument("--data", type=Path, required=True, help="holds openscore_lieder/")
    hands.add_argument("--out", type=Path, required=True, help="results")
    hands.set_defaults(evaluate=lambda o: evaluate_hands(o.data / "openscore_lieder"))
    chords = models.add_parser("chords", help="what reads chords and bar lines off the notes")
    chords.add_argument(
        "--data", type=Path, required=True, help="holds pop909_cl/ and pop909_structure/"
    )
    chords.add_argument("--out", type=Path, help="results; printed only if not given")
    chords.add_argument("--every", type=int, default=1, help="take one song in so many")
    chords.add_argument("--seed", type=int, default=0, help="of the moved bar lines")
    chords.set_defaults(evaluate=lambda o: evaluate_chords(o.data, o.every, o.seed))
    return parser


if __name__ == "__main__":
    sys.exit(main())
