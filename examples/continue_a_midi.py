"""Go on from a MIDI file: the network reads its bars and adds more in their manner.

python examples/continue_a_midi.py mine.mid longer.mid 8
"""

from __future__ import annotations

import sys
from pathlib import Path

from melodymuse.midi.reader import read_midi
from melodymuse.writing.continuing import continue_score


def main(source: str, target: str, bars: str = "8") -> None:
    opening = read_midi(source)
    longer = continue_score(opening, int(bars), seed=1)
    longer.write(Path(target), overwrite=True)
    print(f"{source}: {opening.bars} bars in {opening.key}")
    print(f"{target}: {longer.bars} bars, {len(longer.notes) - len(opening.notes)} notes added")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:4])
