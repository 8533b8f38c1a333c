"""`python -m training.eye.steadiness --data DIR [--model FILE]`: how much the answer moves.

Every photo is shown again mirrored, at half its size, recompressed, a little cut, and grey; the
mean move of valence and arousal, and how often the leading emotion stays, say how steady the eye
is.  The time of an answer (features and network, processor time on one thread) is measured too.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from melodymuse.music.emotion import EmotionProfile
from melodymuse.vision import measure
from melodymuse.vision.classifier import MODEL, classify, load_model
from melodymuse.vision.loading import load_image
from training.eye.oasis import read_oasis

Pixels = npt.NDArray[np.uint8]
Change = Callable[[Pixels], Pixels]


def mirrored(pixels: Pixels) -> Pixels:
    """Left and right exchanged."""
    return np.ascontiguousarray(pixels[:, ::-1])


def halved(pixels: Pixels) -> Pixels:
    """At half the width and height."""
    size = (pixels.shape[1] // 2, pixels.shape[0] // 2)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def recompressed(pixels: Pixels) -> Pixels:
    """Through JPEG at quality 50."""
    quality = [cv2.IMWRITE_JPEG_QUALITY, 50]
    _, data = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), quality)
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB), np.uint8)


def grey(pixels: Pixels) -> Pixels:
    """Without colour."""
    return np.asarray(
        cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8
    )


def cut(pixels: Pixels) -> Pixels:
    """Without a twentieth at each edge."""
    y, x = pixels.shape[0] // 20, pixels.shape[1] // 20
    return np.ascontiguousarray(pixels[y : pixels.shape[0] - y, x : pixels.shape[1] - x])


CHANGES: dict[str, Change] = {
    change.__name__: change for change in (mirrored, halved, recompressed, cut, grey)
}


def moves(before: Sequence[EmotionProfile], after: Sequence[EmotionProfile]) -> dict[str, float]:
    """Mean absolute move of valence and arousal, and the share of leading emotions that stay."""
    pairs = list(zip(before, after, strict=True))
    return {
        "valence": float(np.mean([abs(b.valence - a.valence) for b, a in pairs])),
        "arousal": float(np.mean([abs(b.arousal - a.arousal) for b, a in pairs])),
        "same_emotion": float(np.mean([b.emotion == a.emotion for b, a in pairs])),
    }


def main(arguments: Sequence[str] | None = None) -> dict[str, dict[str, float]]:
    """Prints and returns, for each change, how far the answers move."""
    parser = argparse.ArgumentParser(prog="python -m training.eye.steadiness", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the unpacked OASIS set")
    parser.add_argument("--model", type=Path, default=MODEL, help="eye.onnx (default: the shipped)")
    given = parser.parse_args(arguments)
    session = load_model(given.model)
    pictures = [load_image(photo.path) for photo in read_oasis(given.data)]

    def look(pixels: Pixels) -> EmotionProfile:
        return classify(session, pixels, measure(pixels))

    start = time.process_time()
    plain = [look(pixels) for pixels in pictures]
    milliseconds = 1000 * (time.process_time() - start) / len(pictures)
    report = {
        name: moves(plain, [look(change(pixels)) for pixels in pictures])
        for name, change in CHANGES.items()
    }
    report["time"] = {"ms": milliseconds}
    print(json.dumps(report, indent=2))
    return report


if __name__ == "__main__":
    main()
