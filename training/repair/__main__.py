"""Teach the smoother, and hold it against plain means: `python -m training.repair --sounds DIR`.

DIR holds sounds that may be learned from (FLAC or WAV; render pieces with `melodymuse render`).  A
tenth of them is kept aside; in these dropouts and hiss are drawn, mended by interpolation and the
decision-directed Wiener gate of `melodymuse.audio.repair`, and by the network.  Printed are the
ratios of signal to error, dB, before and after.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.needs import need

need("keras")

import keras  # noqa: E402
import numpy as np  # noqa: E402

from melodymuse.audio.clip import read_clip  # noqa: E402
from melodymuse.audio.frames import sizes, sounded  # noqa: E402
from melodymuse.audio.repair import gate  # noqa: E402
from melodymuse.errors import MelodyMuseError  # noqa: E402
from melodymuse.files import visible_files  # noqa: E402
from training.repair.damage import Damaged, Samples, damaged  # noqa: E402
from training.repair.network import (  # noqa: E402
    BANDS,
    Array,
    Seen,
    factor,
    network,
    see,
    spread,
    wanted,
)

RATE, SECONDS, STRETCH = 32000, 15.0, 64


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        print(json.dumps(train(options), indent=1))
    except MelodyMuseError as error:
        print(f"training.repair: {error}", file=sys.stderr)
        return 2
    return 0


def train(options: argparse.Namespace) -> dict[str, Any]:
    """Learn and measure; gives the figures."""
    if not options.sounds.is_dir():
        raise MelodyMuseError(f"there is no folder '{options.sounds}'")
    files = [file for file in visible_files(options.sounds) if file.suffix in (".flac", ".wav")]
    if len(files) < 10:
        raise MelodyMuseError(f"{options.sounds} holds {len(files)} sounds: at least 10 are needed")
    sounds = [_begun(file) for file in files]
    chance = np.random.default_rng(options.seed)
    aside = set(chance.permutation(len(sounds))[: len(sounds) // 10].tolist())
    held_out = [damaged(s, RATE, chance) for n, s in enumerate(sounds) if n in aside]
    learned = [s for n, s in enumerate(sounds) if n not in aside]
    keras.utils.set_random_seed(options.seed)
    smoother = network()
    smoother.compile(optimizer=keras.optimizers.Adam(2e-3), loss=_loss)
    rows = [_stretches(damaged(s, RATE, chance)) for s in learned]
    read, said = (np.concatenate(column) for column in zip(*rows, strict=True))
    smoother.fit(read, said, batch_size=32, epochs=options.epochs, verbose=2)
    return {
        "sounds": len(sounds),
        "held_out": len(held_out),
        "epochs": options.epochs,
        "weights": smoother.count_params(),
        **measure(held_out, smoother),
    }


def measure(sounds: Sequence[Damaged], smoother: keras.Model) -> dict[str, dict[str, float]]:
    """Means of signal to error, dB: inside dropouts and outside, by what mended."""
    found: dict[str, list[tuple[float, float]]] = {}
    for sound in sounds:
        seen = see(sound, RATE)
        inside, near = np.zeros((2, len(sound.clean)), bool)
        # Frames that touch a dropout are drawn anew as a whole: what lies beside it is not counted.
        reach = sizes(RATE)[0]
        for start, end in sound.gaps:
            inside[start:end] = True
            near[start - reach : end + reach] = True
        plain = gate(np.abs(seen.rows) ** 2, seen.noise)
        said = np.asarray(smoother.predict(seen.inputs[None], verbose=0)[0], np.float64)
        learned = _gains(said, seen)
        for name, mended in (
            ("damaged", sound.heard),
            ("interpolation and gate", _sound(seen, plain, sound)),
            ("network", _sound(seen, learned, sound)),
            ("their geometric mean", _sound(seen, np.sqrt(plain * learned), sound)),
        ):
            ratios = (
                _ratio(sound.clean[inside], mended[inside]),
                _ratio(sound.clean[~near], mended[~near]),
            )
            found.setdefault(name, []).append(ratios)
    return {
        name: dict(
            zip(("in dropouts", "outside"), np.mean(ratios, axis=0).round(2).tolist(), strict=True)
        )
        for name, ratios in found.items()
    }


def _gains(said: Array, seen: Seen) -> Array:
    bins = seen.rows.shape[1]
    gains = spread(said[:, :BANDS], RATE, bins)
    missing = factor(spread(said[:, BANDS:], RATE, bins))
    return np.where(seen.gap[:, None], missing, gains)


def _sound(seen: Seen, gains: Array, sound: Damaged) -> Samples:
    return sounded(seen.rows * gains, RATE, len(sound.clean))


def _ratio(clean: Samples, mended: Samples) -> float:
    return float(10 * np.log10((clean**2).sum() / ((clean - mended) ** 2).sum()))


def _stretches(sound: Damaged) -> tuple[Array, Array]:
    """Inputs and what is wanted, with the dropouts joined to it, in stretches of half a second."""
    seen = see(sound, RATE)
    said = np.concatenate([wanted(sound, seen, RATE), seen.gap[:, None]], axis=1)
    count = len(said) // STRETCH
    whole = slice(0, count * STRETCH)
    return (
        seen.inputs[whole].reshape(count, STRETCH, -1),
        said[whole].reshape(count, STRETCH, -1),
    )


def _loss(said: Any, answered: Any) -> Any:
    gap = said[..., -1:]
    gains = keras.ops.square(said[..., :BANDS] - answered[..., :BANDS]) * (1 - gap)
    missing = keras.ops.square(said[..., BANDS:-1] - answered[..., BANDS:]) * gap
    return keras.ops.mean(gains) + keras.ops.mean(missing)


def _begun(file: Path) -> Samples:
    return read_clip(file).mono(RATE)[: round(SECONDS * RATE)].astype(np.float64)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.repair", description=__doc__)
    parser.add_argument("--sounds", type=Path, required=True, help="a folder of FLAC or WAV files")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    sys.exit(main())
