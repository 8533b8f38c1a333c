"""A folder of pictures becomes a folder of pieces, with a list of what was felt and composed.

    python examples/album.py pictures/ album/

Pictures that cannot be read are named and left out.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import melodymuse
from melodymuse.errors import ImageError
from melodymuse.naming import stem_for

COLUMNS = ("picture", "emotion", "valence", "arousal", "key", "tempo", "seed", "midi")


def main(pictures: str, album: str) -> None:
    target = Path(album)
    target.mkdir(parents=True, exist_ok=True)
    with (target / "album.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        for seed, picture in enumerate(sorted(Path(pictures).iterdir())):
            try:
                piece = melodymuse.compose(picture, bars=8, seed=seed)
            except ImageError as error:
                print(error, file=sys.stderr)
                continue
            stem = stem_for(picture.name, piece.profile.emotion, piece.controls)
            midi = piece.write(target / f"{stem}.mid", overwrite=True)
            table.writerow(
                {
                    "picture": picture.name,
                    "emotion": piece.profile.emotion,
                    "valence": f"{piece.profile.valence:.2f}",
                    "arousal": f"{piece.profile.arousal:.2f}",
                    "key": piece.score.key,
                    "tempo": piece.controls.tempo,
                    "seed": piece.seed,
                    "midi": midi.name,
                }
            )
            print(midi)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:3])
