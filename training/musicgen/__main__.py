"""Fine-tune MusicGen: `python -m training.musicgen --pairs FILE.csv --model NAME --out DIR`.

FILE.csv has the columns text and audio.  DIR then holds the best adapter, a log, and the tokens of
the sounds, which later runs with the same DIR's --tokens need not compute again.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from melodymuse.waveform.threads import share_cores
from training.needs import need

need("torch", "transformers", "peft", "soundfile", extra="musicgen")
share_cores()

import torch  # noqa: E402

from melodymuse.errors import MelodyMuseError, ModelError  # noqa: E402
from melodymuse.files import write_text  # noqa: E402
from melodymuse.waveform.loading import quiet_transformers  # noqa: E402
from melodymuse.waveform.musicgen import MusicGen  # noqa: E402
from training.musicgen.batches import examples  # noqa: E402
from training.musicgen.fit import Recipe, fit, judge  # noqa: E402
from training.musicgen.lora import CONFIG_FILE, Shape, save_adapter, with_lora  # noqa: E402
from training.musicgen.pairs import read_pairs, split  # noqa: E402
from training.musicgen.tokens import tokens_of  # noqa: E402


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
    """Train an adapter; the best one so far lies in the folder at any time."""
    if (options.out / CONFIG_FILE).exists():
        raise MelodyMuseError(f"{options.out} holds an adapter already: choose another folder")
    recipe = Recipe(**{field.name: getattr(options, field.name) for field in fields(Recipe)})
    pairs = read_pairs(options.pairs)
    learned, held_out = split(pairs, options.held_out, options.seed)
    generator = MusicGen.load(options.model, options.device)
    network = generator.network
    if network.channels != 1:
        raise ModelError(f"'{options.model}' is stereo: fine-tune a model of one channel")
    options.out.mkdir(parents=True, exist_ok=True)
    tokens = tokens_of(
        network, (pair.audio for pair in pairs), options.tokens or options.out / "tokens"
    )
    layers = int(network.model.config.decoder.num_hidden_layers)
    frozen = layers // 2 if options.frozen is None else options.frozen
    shape = Shape(options.rank, options.scale, options.dropout, frozen)
    # The first weights of the matrices are drawn.
    torch.manual_seed(recipe.seed)
    model = with_lora(network, shape)
    teaching, judging = examples(learned, tokens), examples(held_out, tokens)
    log = options.out / "log.jsonl"
    lines: list[str] = []

    def keep() -> None:
        save_adapter(model, options.out, name=options.model, licence=generator.licence, shape=shape)

    with quiet_transformers():
        before = judge(model, network, judging, recipe.batch)
        facts: dict[str, Any] = {
            "model": options.model,
            "licence": generator.licence,
            "pairs": len(pairs),
            "chunks": len(teaching),
            "chunks_held_out": len(judging),
            "trainable": sum(w.numel() for w in model.parameters() if w.requires_grad),
            "parameters": sum(w.numel() for w in model.parameters()),
            "validation_before": before,
            "recipe": asdict(recipe),
            "shape": asdict(shape),
        }
        for epoch in fit(model, network, teaching, judging, recipe, keep):
            lines.append(epoch.as_json() + "\n")
            print(lines[-1], end="", flush=True)
            write_text(log, "".join(lines), overwrite=True)
            if epoch.best:
                facts |= {"best_epoch": epoch.number, "validation": epoch.validation}
    write_text(options.out / "result.json", json.dumps(facts, indent=1) + "\n", overwrite=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.musicgen", description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True, help="CSV with text and audio")
    parser.add_argument("--model", required=True, help="a MusicGen's folder or hub name")
    parser.add_argument("--out", type=Path, required=True, help="adapter, log and tokens")
    parser.add_argument("--tokens", type=Path, help="folder of cached tokens; OUT/tokens")
    parser.add_argument("--device", default="auto", help="auto, cuda, mps or cpu")
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
        parser.add_argument(flag, type=kind, default=getattr(recipe, name), help=text)
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
