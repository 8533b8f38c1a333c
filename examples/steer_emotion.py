"""One picture, three feelings: compose as the picture feels, calmer, and more excited.

python examples/steer_emotion.py rocket.jpg out/
"""

from __future__ import annotations

import sys
from pathlib import Path

import melodymuse

STEPS = {"calmer": -0.6, "as-seen": 0.0, "livelier": 0.6}


def main(picture: str, folder: str) -> None:
    seen = melodymuse.analyze(picture)
    print(f"{picture} feels like {seen.profile.emotion}")
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for name, step in STEPS.items():
        arousal = min(max(seen.profile.arousal + step, -1), 1)
        wish = {"arousal": arousal} if step else {}
        piece = melodymuse.compose(seen, key="D minor", bars=8, seed=1, **wish)
        path = piece.write(target / f"{name}.mid", overwrite=True)
        print(f"{path}: {piece.controls.tempo:g} bpm, {len(piece.score.notes)} notes")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:3])
