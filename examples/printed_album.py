"""Pictures in, an album out: each piece as MIDI, PDF and card, and a contact sheet of all.

    python examples/printed_album.py pictures/ album/

Needs the extra `score`. Pictures that cannot be read are named and left out.
"""

from __future__ import annotations

import sys
from pathlib import Path

import melodymuse
from melodymuse.errors import ImageError
from melodymuse.naming import stem_for
from melodymuse.pictures.contact_sheet import Entry, draw_sheet


def main(pictures: str, album: str) -> None:
    target = Path(album)
    target.mkdir(parents=True, exist_ok=True)
    entries = []
    for seed, picture in enumerate(sorted(Path(pictures).iterdir())):
        try:
            piece = melodymuse.compose(picture, bars=16, seed=seed)
        except ImageError as error:
            print(error, file=sys.stderr)
            continue
        stem = stem_for(picture.name, piece.profile.emotion, piece.controls)
        names = [target / f"{stem}{suffix}" for suffix in (".mid", ".pdf", ".png")]
        piece.write_all(names, overwrite=True, theme="dark")
        entries.append(Entry(piece.score.title, piece.score, picture))
        print(*names, sep="\n")
    if entries:
        sheet = target / "contact-sheet.png"
        print(draw_sheet(entries, sheet, title=target.name, theme="dark", overwrite=True))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:3])
