"""`python -m training.melody_muse --data TURKISH --out RUN`: Melody Muse's own composer, judged.

Trains the network on so many splits of 80 and 20 %, over the coefficients and over the clip.  RUN
then holds `result.json` (accuracy and each emotion's F1 with 95 % intervals over the splits, which
share clips, so that they are narrower than those of fresh clips would be), `confusion-*.png` of all
splits together, `mfcc.png`, `emotions.md` (which of the eight emotions of pictures goes to which of
the four), and `composer.npz`, with which `melodymuse compare --maker melody-muse:model=RUN`
composes.  A run that was cut off goes on.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.needs import need

need("keras", "sklearn")

import keras  # noqa: E402
import numpy as np  # noqa: E402

from melodymuse.errors import MelodyMuseError  # noqa: E402
from melodymuse.files import whole_file, write_text  # noqa: E402
from melodymuse.music.emotion import EMOTIONS  # noqa: E402
from melodymuse.music.schemes import SCHEMES  # noqa: E402
from melodymuse.survey.statistics import mean_interval  # noqa: E402
from training.evaluate.confusion import draw_confusion  # noqa: E402
from training.melody_muse.network import EPOCHS, STEPS, scale, split, trained  # noqa: E402
from training.melody_muse.reading import COEFFICIENTS, WORDS, Clips, read_clips  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    try:
        run(_parser().parse_args(arguments))
    except MelodyMuseError as error:
        print(f"training.melody_muse: {error}", file=sys.stderr)
        return 2
    return 0


def run(options: argparse.Namespace) -> None:
    """Train, judge, draw, write."""
    clips = read_clips(options.data)
    options.out.mkdir(parents=True, exist_ok=True)
    draw_means(clips, options.out / "mfcc.png")
    write_text(options.out / "emotions.md", emotions_table(), overwrite=True)
    result = {}
    for over in options.over or STEPS:
        said = [answers(clips, over, seed, options) for seed in range(options.splits)]
        result[over] = figures(
            [(split(clips, seed)[1], one) for seed, one in enumerate(said)], clips
        )
        meant = [WORDS[clips.labels[i]] for s in range(options.splits) for i in split(clips, s)[1]]
        heard = [WORDS[word] for one in said for word in one]
        draw_confusion(meant, heard, WORDS, options.out / f"confusion-{over}.png")
    write_text(options.out / "result.json", json.dumps(result, indent=1) + "\n", overwrite=True)
    print(json.dumps({over: found["accuracy"] for over, found in result.items()}))


def answers(clips: Clips, over: str, seed: int, options: argparse.Namespace) -> list[int]:
    """What the network of one split says of the clips it did not learn from; kept in a file."""
    kept = options.out / f"answers-{over}-{seed}-{options.epochs}.json"
    if kept.exists():
        found: list[int] = json.loads(kept.read_text("utf-8"))
        return found
    model = trained(clips, over, seed, options.epochs)
    learned, tested = split(clips, seed)
    mean, deviation = scale(clips, learned)
    chances = model((clips.mfcc[tested] - mean) / deviation)
    if seed == 0 and over == (options.over or list(STEPS))[0]:
        _write_composer(model, clips, options.out / "composer.npz")
    found = [int(word) for word in np.argmax(keras.ops.convert_to_numpy(chances), axis=1)]
    write_text(kept, json.dumps(found), overwrite=True)
    return found


def figures(said: Sequence[tuple[Any, Sequence[int]]], clips: Clips) -> dict[str, Any]:
    """Accuracy, and F1 of each emotion, with 95 % intervals over the splits."""
    from sklearn.metrics import f1_score

    right = [float(np.mean(clips.labels[tested] == one)) for tested, one in said]
    f1 = np.array(
        [
            f1_score(clips.labels[tested], one, average=None, labels=range(len(WORDS)))
            for tested, one in said
        ]
    )
    by_word = {word: _interval(f1[:, index]) for index, word in enumerate(WORDS)}
    return {"accuracy": _interval(right), "splits": len(right), "f1": by_word}


def _interval(values: Any) -> list[float | None]:
    found = mean_interval([float(value) for value in values], 0.0, 1.0)
    ends = (found.value, found.low, found.high)
    return [None if end is None else round(end, 4) for end in ends]


def _write_composer(model: Any, clips: Clips, path: Path) -> None:
    """Weights in Keras' order; the scale; clips held out, to seed with, and the clips of each
    emotion as mean and deviation, to predict features by."""
    learned, tested = split(clips, 0)
    mean, deviation = scale(clips, learned)
    standard = (clips.mfcc - mean) / deviation
    known = [standard[learned][clips.labels[learned] == word] for word in range(len(WORDS))]
    with whole_file(path, overwrite=True) as beside:
        np.savez(
            beside,
            words=np.array(WORDS),
            seeds=np.stack(
                [standard[tested][clips.labels[tested] == w] for w in range(len(WORDS))]
            ),
            means=np.stack([one.mean(axis=0) for one in known]),
            deviations=np.stack([one.std(axis=0) for one in known]),
            **{f"weight{n:02d}": w for n, w in enumerate(model.get_weights())},
        )


def draw_means(clips: Clips, path: Path) -> None:
    """The MFCC picture: every clip's means, the four emotions one below the other."""
    from matplotlib.figure import Figure

    order = np.argsort(clips.labels, kind="stable")
    mean, deviation = scale(clips, order)
    figure = Figure(figsize=(7, 6), layout="constrained")
    axes = figure.subplots()
    shown = axes.imshow(
        (clips.mfcc[order] - mean) / deviation, aspect="auto", cmap="RdBu_r", vmin=-2.5, vmax=2.5,
        extent=(0.5, COEFFICIENTS + 0.5, len(order), 0),
    )  # fmt: skip
    ends = np.cumsum([np.sum(clips.labels == word) for word in range(len(WORDS))])
    for end in ends[:-1]:
        axes.axhline(end, color="black", linewidth=1)
    middles = ends - np.diff(ends, prepend=0) / 2
    axes.set_yticks(middles, WORDS)
    axes.set_xticks(range(1, COEFFICIENTS + 1))
    axes.set(xlabel="coefficient", title="Turkish Music Emotion: mean MFCCs of each clip")
    figure.colorbar(shown, label="standard deviations from the mean clip")
    with whole_file(path, overwrite=True) as beside:
        figure.savefig(beside, dpi=120)


def emotions_table() -> str:
    """Which of the four words each of the eight emotions goes to, in Markdown."""
    scheme = SCHEMES["melody-muse"]
    rows = [
        f"| {emotion} | {' | '.join(f'{shares[index]:g}' for shares in scheme.values())} |"
        for index, emotion in enumerate(EMOTIONS)
    ]
    head = f"| of a picture | {' | '.join(scheme)} |\n|---|{'---:|' * len(scheme)}"
    return "\n".join([head, *rows]) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.melody_muse", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="Turkish Music Emotion, unpacked")
    parser.add_argument("--out", type=Path, required=True, help="figures, pictures, the composer")
    parser.add_argument("--splits", type=int, default=10, help="how often it is dealt anew")
    parser.add_argument("--over", action="append", choices=STEPS, help="what the LSTM reads; both")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
