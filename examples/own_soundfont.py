"""A MIDI file through a soundfont of your own, beside the one that comes along.

    python examples/own_soundfont.py piece.mid piano.sf2 out/

Both are brought to the same loudness, so that they can be compared by ear.
"""

from __future__ import annotations

import sys
from pathlib import Path

from melodymuse.audio.rendering import Sound, render


def main(midi: str, soundfont: str, folder: str) -> None:
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for name, sound in (("own", Sound(soundfont=soundfont)), ("default", Sound())):
        rendering = render(midi, sound)
        path = rendering.write(target / f"{Path(midi).stem}-{name}.wav", overwrite=True)
        print(
            f"{path}: {rendering.soundfont.name}, {rendering.seconds:.1f} s, "
            f"{rendering.loudness:.1f} LUFS, peak {rendering.peak:.1f} dB"
        )


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:4])
