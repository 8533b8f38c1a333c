"""Fine-tune MusicGen: `python -m training.musicgen --pairs FILE.csv --model NAME --out DIR`.

FILE.csv has the columns text and audio, and may have emotion: then sounds are held out within each
emotion.  DIR then holds the best adapter (with --full the best model), a log, and the tokens of the
sounds, which later runs with the same DIR's --tokens need not compute again.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields, replace
from pathlib import Path

from melodymuse.waveform.threads import share_cores
from training.needs import need

need("torch", "transformers", "peft", "soundfile", extra="musicgen")
share_cores()

from melodymuse.errors import MelodyMuseError  # noqa: E402
from melodymuse.waveform.musicgen import MusicGen  # noqa: E402
from training.musicgen.fit import PAPER, Epoch, Recipe  # noqa: E402
from training.musicgen.learning import Manner, learn  # noqa: E402
from training.musicgen.lora import CONFIG_FILE as ADAPTER_FILE  # noqa: E402
from training.musicgen.lora import Lora, Shape  # noqa: E402
from training.musicgen.pairs import read_pairs, split  # noqa: E402
from training.musicgen.whole import CONFIG_FILE as WHOLE_FILE  # noqa: E402
from training.musicgen.whole import Whole  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        train(options)
    except MelodyMuseError as error:
        print(f"training.musicgen: {error}", file=sys.stderr)
        return 2
    return 0


def train(options: argparse.Namespace) -> None:
    """Train an adapter, or the model itself; the best one so far lies in the folder at any time."""
    usual = PAPER if options.full else Recipe()
    said = {field.name: getattr(options, field.name) for field in fields(Recipe)}
    recipe = replace(usual, **{name: value for name, value in said.items() if value is not None})
    done = WHOLE_FILE if options.full else ADAPTER_FILE
    if (options.out / done).exists():
        kind = "a model" if options.full else "an adapter"
        raise MelodyMuseError(f"{options.out} holds {kind} already: choose another folder")
    pairs = read_pairs(options.pairs)
    learned, held_out = split(pairs, options.held_out, recipe.seed)
    generator = MusicGen.load(options.model, options.device)
    layers = int(generator.network.model.config.decoder.num_hidden_layers)
    frozen = layers // 2 if options.frozen is None else options.frozen
    manner: Manner = Lora(Shape(options.rank, options.scale, options.dropout, frozen))
    if options.full:
        manner = Whole(frozen)

    def tell(epoch: Epoch) -> None:
        print(epoch.as_json(), flush=True)

    learn(
        generator,
        learned,
        held_out,
        recipe,
        manner,
        options.out,
        tokens=options.tokens,
        tell=tell,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.musicgen", description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True, help="CSV with text and audio")
    parser.add_argument("--model", required=True, help="a MusicGen's folder or hub name")
    parser.add_argument("--out", type=Path, required=True, help="adapter, log and tokens")
    parser.add_argument("--tokens", type=Path, help="folder of cached tokens; OUT/tokens")
    parser.add_argument("--device", default="auto", help="auto, cuda, mps or cpu")
    parser.add_argument(
        "--full",
        action="store_true",
        help="train the decoder's own weights, by default as the painting-music paper does: "
        f"{PAPER.batch} chunks at once, rate {PAPER.rate:g}",
    )
    parser.add_argument("--held-out", type=_share, default=0.1, help="share of sounds to judge by")
    recipe, shape = Recipe(), Shape()
    for name, kind, text in (
        ("epochs", _count, "at most"),
        ("batch", _count, "chunks heard at once"),
        ("accumulate", _count, "batches before each update"),
        ("rate", _positive, "highest learning rate"),
        ("warm_up", int, "updates until then"),
        ("decay", float, "weight decay of AdamW"),
        ("drop_text", _share, "share of chunks heard without their text"),
        ("patience", _count, "epochs without a better loss until it ends"),
        ("seed", int, ""),
    ):
        flag = f"--{name.replace('_', '-')}"
        parser.add_argument(flag, type=kind, help=f"{text}; {getattr(recipe, name)}".strip("; "))
    for name, kind, text in (
        ("rank", _count, "of the LoRA matrices"),
        ("scale", _positive, "LoRA's alpha over its rank"),
        ("dropout", _share, "of the LoRA matrices' inputs"),
    ):
        parser.add_argument(f"--{name}", type=kind, default=getattr(shape, name), help=text)
    parser.add_argument(
        "--frozen", type=int, help="first layers of the decoder that stay as they are; half of them"
    )
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError(text)
    return number


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number < 1:
        raise ValueError(text)
    return number


if __name__ == "__main__":
    sys.exit(main())
