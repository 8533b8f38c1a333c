"""The four variants of the painting-music paper, trained and scored:
`python -m training.musicgen.variants --paintings FILE.csv --model NAME --out DIR`.

FILE.csv has the columns picture, emotion and audio.  Every variant finds its words for every
picture (`melodymuse.waveform.variants`), fine-tunes the model on 80 % of the sounds, stops by 10 %,
and makes a piece for each picture of the last 10 %, which are held against their own sounds:
Frechet audio distance, similarity to the words (--clap), KL divergence and inception score
(--classifier), harmonic distortion.  DIR then holds a folder for each, and table.md, whose first
rows are the paper's.

"optimised" has the first half of the decoder's layers frozen; tokens are computed once, for all.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import fmean

from melodymuse.waveform.threads import share_cores
from training.needs import need

need("torch", "transformers", "soundfile", extra="musicgen")
need("librosa", "mir_eval", extra="compare")
share_cores()

import numpy as np  # noqa: E402

from melodymuse.audio.clip import Clip  # noqa: E402
from melodymuse.cli.makers import judges_of  # noqa: E402
from melodymuse.comparison.clips import LEAST_SECONDS, read_comparable  # noqa: E402
from melodymuse.comparison.evaluation import Judges, figures_of_sets  # noqa: E402
from melodymuse.comparison.figures import NOT_MEASURED, Figure, measured  # noqa: E402
from melodymuse.comparison.metrics import clap, distortion, divergence  # noqa: E402
from melodymuse.errors import MelodyMuseError  # noqa: E402
from melodymuse.files import write_text  # noqa: E402
from melodymuse.vision import load_image  # noqa: E402
from melodymuse.waveform.musicgen import MusicGen  # noqa: E402
from melodymuse.waveform.variants import VARIANTS, chain_words, load_writers  # noqa: E402
from training.musicgen.fit import PAPER, Recipe  # noqa: E402
from training.musicgen.learning import learn  # noqa: E402
from training.musicgen.paintings import Painting, Parts, parted, read_paintings  # noqa: E402
from training.musicgen.pairs import Pair  # noqa: E402
from training.musicgen.whole import CONFIG_FILE, Whole  # noqa: E402

TRUTH = "truth"
COLUMNS = (
    "frechet_audio_distance",
    "clap_similarity",
    "kl_divergence",
    "harmonic_distortion",
    "inception_score",
)
# Hisariya, Zhang & Liang 2024, table 2, of 120 paintings held out; in the order of `COLUMNS`.
PUBLISHED: Mapping[str, tuple[float, ...]] = {
    "emotive": (7.02, 0.075, 0.054, 1.79, 1.044),
    "narrative": (5.22, 0.096, 0.045, 1.73, 1.032),
    "lyrical": (5.06, 0.11, 0.046, 1.92, 1.031),
    "optimised": (5.54, 0.13, 0.012, 1.75, 1.033),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """What a variant made for a painting, and from which words."""

    words: str
    clip: Clip
    truth: Clip


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        run(options)
    except MelodyMuseError as error:
        print(f"training.musicgen.variants: {error}", file=sys.stderr)
        return 2
    return 0


def run(options: argparse.Namespace) -> None:
    """Train and score every variant; what is done already is not done again."""
    parts = parted(read_paintings(options.paintings), options.seed)
    judges = judges_of(options.clap, options.classifier, None, options.embedding or ())
    recipe = replace(PAPER, epochs=options.epochs, batch=options.batch, seed=options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    figures: list[Figure] = []
    for variant in options.variants.split(","):
        words = find_words(variant, parts, options)
        folder = options.out / variant
        if not (folder / "result.json").exists():
            train(variant, words, parts, recipe, folder, options)
        pieces = list(make(words, parts.tested, folder, options))
        figures += score(variant, pieces, judges)
        print(f"{variant}: trained and scored", flush=True)
    write_text(options.out / "table.md", table(figures), overwrite=True)


def find_words(variant: str, parts: Parts, options: argparse.Namespace) -> dict[Painting, str]:
    """The words for every painting, kept in a file of the variant's folder."""
    kept = options.out / f"{variant}.json"
    every = (*parts.learned, *parts.held_out, *parts.tested)
    if kept.exists():
        said = json.loads(kept.read_text(encoding="utf-8"))
        if len(said) == len(every):
            return dict(zip(every, said, strict=True))
    if variant not in VARIANTS:
        raise MelodyMuseError(f"unknown variant '{variant}': use {', '.join(VARIANTS)}")
    writers = load_writers(
        VARIANTS[variant],
        captioner=options.captioner,
        rewriter=options.rewriter,
        device=options.device,
    )
    said = [
        chain_words(one.emotion, load_image(one.picture), writers, seed=options.seed + index)[-1]
        for index, one in enumerate(every)
    ]
    write_text(kept, json.dumps(said, indent=1, ensure_ascii=False) + "\n", overwrite=True)
    return dict(zip(every, said, strict=True))


def train(
    variant: str,
    words: Mapping[Painting, str],
    parts: Parts,
    recipe: Recipe,
    folder: Path,
    options: argparse.Namespace,
) -> None:
    """Fine-tune the model on a variant's words."""
    generator = MusicGen.load(options.model, options.device)
    layers = int(generator.network.model.config.decoder.num_hidden_layers)
    manner = Whole(layers // 2 if VARIANTS[variant].tuned else 0)
    learned, held_out = (
        [Pair(words[one], one.audio, one.emotion) for one in part]
        for part in (parts.learned, parts.held_out)
    )
    # A run that was cut off left its best weights without a result: it begins anew.
    (folder / CONFIG_FILE).unlink(missing_ok=True)
    tokens = options.out / "tokens"
    learn(generator, learned, held_out, recipe, manner, folder, tokens=tokens)


def make(
    words: Mapping[Painting, str],
    tested: Sequence[Painting],
    folder: Path,
    options: argparse.Namespace,
) -> Iterator[Piece]:
    """A piece for each painting held out."""
    generator = MusicGen.load(str(folder), options.device)
    for index, one in enumerate(tested):
        clip = generator.generate(words[one], seconds=options.seconds, seed=options.seed + index)
        yield Piece(words[one], clip, read_comparable(one.audio))


def score(variant: str, pieces: Sequence[Piece], judges: Judges) -> Iterator[Figure]:
    """The paper's five figures over a variant's pieces, or why there are none."""
    about = Figure("", variant)
    sets = {variant: [piece.clip for piece in pieces], TRUTH: [piece.truth for piece in pieces]}
    yield from (figure for figure in figures_of_sets(sets, judges) if figure.maker == variant)
    yield from measured(
        about,
        ("harmonic_distortion",),
        lambda: {
            "harmonic_distortion": fmean(
                distortion.evaluate(piece.clip.mono(), piece.clip.rate)["harmonic_distortion"]
                for piece in pieces
            )
        },
    )
    if (ear := judges.clap) is not None:
        near = [clap.evaluate(ear.embed_text(one.words), ear.embed(one.clip)) for one in pieces]
        yield replace(about, metric="clap_similarity", by=ear.name, value=fmean(near))
    if (classifier := judges.classifier) is not None:
        heard, truth = (
            np.stack([classifier.classify(clip).mean(axis=0) for clip in clips])
            for clips in (sets[variant], sets[TRUTH])
        )
        by = replace(about, by=classifier.name)
        yield from measured(
            by, ("kl_divergence", "same_class"), partial(divergence.evaluate, truth, heard)
        )


def table(figures: Sequence[Figure]) -> str:
    """The figures beside the paper's, in Markdown."""
    heads = dict.fromkeys(
        (name, figure.by) for name in COLUMNS for figure in figures if figure.metric == name
    )
    columns = [f"{name} ({by})" if by else name for name, by in heads]
    lines = [
        f"| variant | {' | '.join(columns)} |",
        f"|---|{'---|' * len(columns)}",
    ]
    for variant, known in PUBLISHED.items():
        cells = [f"{known[COLUMNS.index(name)]:g}" for name, _ in heads]
        lines.append(f"| {variant}, published | {' | '.join(cells)} |")
    for variant in dict.fromkeys(figure.maker for figure in figures):
        mine = {(f.metric, f.by): f for f in figures if f.maker == variant}
        cells = [mine[head].shown() if head in mine else NOT_MEASURED for head in heads]
        lines.append(f"| {variant}, ours | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.musicgen.variants", description=__doc__)
    parser.add_argument("--paintings", type=Path, required=True, help="picture, emotion, audio")
    parser.add_argument("--model", required=True, help="a MusicGen's folder or hub name")
    parser.add_argument("--out", type=Path, required=True, help="words, models, tokens and table")
    parser.add_argument("--variants", default=",".join(VARIANTS), help="which; all")
    parser.add_argument("--captioner", help="a BLIP; the paper's when not given")
    parser.add_argument("--rewriter", help="a language model; the paper's when not given")
    parser.add_argument("--clap", help="a CLAP's folder or hub name")
    parser.add_argument("--classifier", help="a classifier of sound")
    parser.add_argument("--embedding", action="append", help="vggish=FILE or encodec=NAME")
    parser.add_argument("--device", default="auto", help="auto, cuda, mps or cpu")
    parser.add_argument("--seconds", type=_seconds, default=30.0, help="of each piece")
    parser.add_argument("--epochs", type=int, default=PAPER.epochs, help="at most")
    parser.add_argument("--batch", type=int, default=PAPER.batch, help="chunks heard at once")
    parser.add_argument("--seed", type=int, default=0)
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not LEAST_SECONDS <= seconds <= 300:
        raise ValueError(text)
    return seconds


if __name__ == "__main__":
    sys.exit(main())
