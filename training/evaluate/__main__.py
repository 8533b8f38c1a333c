"""Evaluate a shipped model: `python -m training.evaluate composer --data DIR --out DIR`.

Prints a table and writes it as `composer.json`, which the model card quotes, with the confusion
of quadrants as a picture.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from melodymuse.errors import MelodyMuseError
from training.evaluate.composer import evaluate_composer


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        results = evaluate_composer(
            options.data, options.out, options.pieces, options.model, options.seed
        )
    except MelodyMuseError as error:
        print(f"training.evaluate: {error}", file=sys.stderr)
        return 2
    text = json.dumps(results, indent=2)
    (options.out / "composer.json").write_text(text + "\n")
    print(text)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.evaluate", description=__doc__)
    models = parser.add_subparsers(required=True, metavar="MODEL")
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
    return parser


if __name__ == "__main__":
    sys.exit(main())
