"""The runs of the training tunes that no written tune may have: see `writing.tune.copies`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from melodymuse.music.grid import METRES
from melodymuse.writing.fingerprints import Placed
from melodymuse.writing.tune.copies import KnownRuns
from melodymuse.writing.tune.notes import NEXT_BAR, class_pitch
from melodymuse.writing.tune.told import TOLD
from training.tune.corpus import EncodedTune

_METRE = list(TOLD).index("metre")


def placed_notes(song: EncodedTune) -> list[Placed]:
    """Onset and pitch of a tune's notes."""
    bar_steps = list(METRES.values())[int(song.told[0, _METRE])].bar_steps
    return [
        (int(bar) * bar_steps + int(position), class_pitch(int(pitch)))
        for (position, _, pitch), bar in zip(song.events, song.bar, strict=True)
        if position != NEXT_BAR
    ]


def known_runs(songs: Iterable[EncodedTune]) -> KnownRuns:
    """The filter of training tunes."""

    def lines() -> Iterator[list[Placed]]:
        for song in songs:
            yield placed_notes(song)

    return KnownRuns.of(lines())
