"""Teach MusicGen to hear pictures: `python -m training.musicgen.pictured --paintings FILE.csv
--model NAME --out DIR`.

FILE.csv has the columns picture, emotion and audio.  A projection from what an eye sees of a
picture to MusicGen's conditions learns from 80 % of the sounds, alone and with another sound of the
emotion as a second condition; 10 % tell when to stop, 10 % are left for judging.  DIR then holds
the best projection (`melodymuse waveform --pictured DIR`), a log, and the tokens of the sounds.

MusicGen itself stays as it is: where it shall not, give as the model a folder that was fine-tuned
(`training.musicgen --full`).
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from melodymuse.waveform.threads import share_cores
from training.needs import need

need("torch", "transformers", "soundfile", extra="musicgen")
share_cores()

import torch  # noqa: E402

from melodymuse.audio.clip import Clip, read_clip  # noqa: E402
from melodymuse.errors import MelodyMuseError  # noqa: E402
from melodymuse.files import write_text  # noqa: E402
from melodymuse.vision import load_image  # noqa: E402
from melodymuse.waveform.musicgen import MusicGen  # noqa: E402
from melodymuse.waveform.naming import called  # noqa: E402
from melodymuse.waveform.network import Network  # noqa: E402
from melodymuse.waveform.picturing import (  # noqa: E402
    CONFIG_FILE,
    EYE,
    PictureEncoder,
    Projector,
    Row,
    Shape,
    conditioned,
    conditions_of,
    look,
    save_projector,
    shape_for,
)
from training.musicgen.fit import Epoch, Recipe  # noqa: E402
from training.musicgen.learning import learn  # noqa: E402
from training.musicgen.lora import hub_licence  # noqa: E402
from training.musicgen.paintings import Painting, parted, read_paintings  # noqa: E402
from training.musicgen.pairs import Pair  # noqa: E402

_LEAST_DEVIATION = 1e-3
_CARD = """---
base_model: {model}
license: {licence}
---
# Pictures as conditions of {model}

A projection from pictures (as {tower} sees them) to the conditions of {model}, made with
MelodyMuse. It stands under the licence of the weights that it was made from: {licence}.

    melodymuse waveform PICTURE --model {model} --pictured THIS_FOLDER
"""


@dataclass(frozen=True, slots=True)
class Pictured:
    """The projection learns, and is written; the model stays as it is."""

    @property
    def done(self) -> str:
        """The file that tells a folder with a projection in it."""
        return CONFIG_FILE

    def prepare(self, network: Network) -> Any:
        """The network's model, whose projection alone asks for gradients."""
        assert isinstance(network.model.text_encoder, PictureEncoder)
        network.model.requires_grad_(False)
        network.model.text_encoder.project.requires_grad_(True)
        return network.model

    def save(self, model: Any, network: Network, folder: Path, *, name: str, licence: str) -> None:
        """Write the projection with its card."""
        projector = model.text_encoder.project
        card = _CARD.format(
            model=called(name), licence=hub_licence(licence), tower=called(projector.shape.tower)
        )
        write_text(folder / "README.md", card, overwrite=True)
        save_projector(projector, folder)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        train(options)
    except MelodyMuseError as error:
        print(f"training.musicgen.pictured: {error}", file=sys.stderr)
        return 2
    return 0


def train(options: argparse.Namespace) -> None:
    """Train a projection; the best one so far lies in the folder at any time."""
    parts = parted(read_paintings(options.paintings), options.seed)
    generator = MusicGen.load(options.model, options.device)
    every = (*parts.learned, *parts.held_out)
    rows = look(options.tower, [load_image(one.picture) for one in every])
    shape = shape_for(generator.network, options.tower, rows.shape[1])
    torch.manual_seed(options.seed)
    projector = _started(shape, rows[: len(parts.learned)])
    given: dict[str, tuple[Row, Clip | None]] = {}
    learning = len(parts.learned)
    learned = _pairs(parts.learned, rows[:learning], given, options.seed)
    held_out = _pairs(parts.held_out, rows[learning:], given, options.seed)
    conditions = conditions_of(generator.network, shape, given)
    network = conditioned(generator.network, projector, conditions)
    recipe = Recipe(
        epochs=options.epochs,
        batch=options.batch,
        accumulate=1,
        rate=options.rate,
        seed=options.seed,
    )

    def tell(epoch: Epoch) -> None:
        print(epoch.as_json(), flush=True)

    teaching = replace(generator, network=network)
    learn(teaching, learned, held_out, recipe, Pictured(), options.out, tell=tell)


def _started(shape: Shape, rows: Row) -> Projector:
    """A projection that has learned nothing but how the tower's numbers lie."""
    projector = Projector(shape)
    projector.mean.copy_(torch.from_numpy(rows.mean(axis=0)))
    projector.deviation.copy_(torch.from_numpy(rows.std(axis=0)).clamp(min=_LEAST_DEVIATION))
    return projector


def _pairs(
    part: Sequence[Painting], rows: Row, given: dict[str, tuple[Row, Clip | None]], seed: int
) -> list[Pair]:
    """Each painting alone and, where its emotion has another sound in this part, with that one;
    what they are conditioned on is put into `given` under the pair's text."""
    chance = random.Random(seed)
    pairs = []
    for number, one in enumerate(part):
        others = sorted(
            {other.audio for other in part if other.emotion == one.emotion} - {one.audio}
        )
        samples: list[Path | None] = [None]
        samples += [chance.choice(others)] if others else []
        for sample in samples:
            name = f"{len(given)}: {one.picture.name}"
            given[name] = (rows[number], None if sample is None else read_clip(sample))
            pairs.append(Pair(name, one.audio, one.emotion))
    return pairs


def _parser() -> argparse.ArgumentParser:
    recipe = Recipe()
    parser = argparse.ArgumentParser(prog="training.musicgen.pictured", description=__doc__)
    parser.add_argument("--paintings", type=Path, required=True, help="picture, emotion, audio")
    parser.add_argument("--model", required=True, help="a MusicGen's folder or hub name")
    parser.add_argument("--out", type=Path, required=True, help="projection, log and tokens")
    parser.add_argument("--tower", default=EYE, help="eye, or a CLIP's folder or hub name")
    parser.add_argument("--device", default="auto", help="auto, cuda, mps or cpu")
    parser.add_argument("--epochs", type=int, default=recipe.epochs, help="at most")
    parser.add_argument("--batch", type=int, default=recipe.batch, help="chunks heard at once")
    parser.add_argument("--rate", type=float, default=recipe.rate, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=recipe.seed)
    return parser


if __name__ == "__main__":
    sys.exit(main())
