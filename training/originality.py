"""``python -m training.originality --data DIR --run RUN``: what the package remembers of the
melodies that its networks learned from, `melodymuse/models/melodies.bin`.

They are the tunes of `training.tune` and, of the sets of `training.composer` that have none there,
the highest lines; but for what is held out.  Nothing but fingerprints is written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from melodymuse.errors import MelodyMuseError
from melodymuse.networks import MODELS
from melodymuse.writing.fingerprints import Placed
from melodymuse.writing.originality import SHIPPED, TrainingMelodies
from melodymuse.writing.vocabulary import Event
from training.composer.corpus import EncodedSong, split_songs
from training.composer.corpus import prepare as prepare_songs
from training.evaluate.originality import melody_of_events
from training.manifest import update_manifest
from training.tune.corpus import EncodedTune, split
from training.tune.corpus import prepare as prepare_tunes
from training.tune.runs import placed_notes

# Of the filter: 4 MiB, in which one strange run in a hundred is taken for known.
LOG_BYTES = 22


def training_melodies(
    tunes: Iterable[EncodedTune], songs: Iterable[EncodedSong]
) -> Iterator[list[Placed]]:
    """The melodies of what was learned from."""
    sung = set()
    for tune in tunes:
        sung.add(_set_of(tune.name))
        yield placed_notes(tune)
    for song in songs:
        if _set_of(song.name) not in sung:
            events = [Event(*map(int, event)) for event in song.events]
            yield melody_of_events(events, map(int, song.bar), song.metre.bar_steps)


def _set_of(name: str) -> str:
    return name.partition("/")[0]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="training.originality", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="as for training.tune")
    parser.add_argument("--run", type=Path, required=True, help="where what was read is kept")
    parser.add_argument("--out", type=Path, default=MODELS / SHIPPED, help="the file to write")
    options = parser.parse_args(arguments)
    try:
        options.run.mkdir(parents=True, exist_ok=True)
        tunes, _ = split(prepare_tunes(options.data, options.run))
        songs, _ = split_songs(prepare_songs(options.data, options.run))
        TrainingMelodies.of(training_melodies(tunes, songs), LOG_BYTES).save(options.out)
        update_manifest(options.out)
    except MelodyMuseError as error:
        print(f"training.originality: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
