"""The sung lines of OpenScore Lieder, over chords read off voice and piano (CC0)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from melodymuse.music.grid import METRES
from melodymuse.music.score import Hand
from melodymuse.writing.tune.breathing import breaths
from training.composer.lieder import find_songs
from training.composer.printed import printed_song
from training.composer.whole_files import load_whole
from training.tune.song import TuneSong, tune_bars

_STAFF = "|staff"
_PIANO_NAMES = ("Piano", "piano", "Klavier", "Pfte", "Clavier")


def read_voices(folder: Path) -> Iterator[TuneSong]:
    """The voice of all usable songs, in order of the names of their files."""
    for path in find_songs(folder):
        song = read_voice(path)
        if song is not None:
            yield song


def read_voice(path: Path) -> TuneSong | None:
    """One song's voice, or None where there is none or `printed_song` has no song."""
    midi = load_whole(path)
    staves = [track for track in midi.tracks if _STAFF in track.name]
    piano = [t for t in staves if any(word in t.name for word in _PIANO_NAMES)]
    voice = [track for track in staves if not any(track is other for other in piano)][:1]
    if len(piano) != 2 or not voice:
        return None
    # The voice alone in one hand, so that it can be told again.
    song = printed_song(f"lieder/{path.stem}", "song", midi, {Hand.RIGHT: voice, Hand.LEFT: piano})
    if song is None:
        return None
    metre = METRES[song.metre]
    sung = [
        (index * metre.bar_steps + note.position, note.duration, note.pitch)
        for index, bar in enumerate(song.notes)
        for note in bar
        if note.hand is Hand.RIGHT
    ]
    bars = tune_bars(sung, [0] * len(song.notes), metre.bar_steps)
    return TuneSong(
        name=song.name,
        style="song",
        metre=song.metre,
        modes=song.mode,
        bars=bars,
        chords=song.chords,
        phrases=breaths(bars, metre),
    )
