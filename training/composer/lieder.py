"""OpenScore Lieder: art songs whose piano stands on two staves, right hand and left (CC0).

Published as OpenScore/Lieder on GitHub; the folder wanted holds MIDI files made from its scores, at
any depth, with one track a staff, named ``PART|staffN``.  The composer learns from them, and they
measure how well `melodymuse.music.hands` tells the hands apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mido

from melodymuse.midi.file import paired_notes
from melodymuse.music.score import Hand
from training.composer.printed import midi_files, printed_song
from training.composer.song import Song
from training.composer.whole_files import load_whole

UPPER, LOWER = "|staff1", "|staff2"
_STAFF = "|staff"
_PIANO_NAMES = ("Piano", "piano", "Klavier", "Pfte", "Clavier")

HandedNote = tuple[tuple[int, int, int], Hand]


def find_songs(folder: Path) -> list[Path]:
    """The files of all songs, in order of their names."""
    return midi_files(folder, "OpenScore Lieder")


def read_lieder(folder: Path) -> Iterator[Song]:
    """All usable songs, in order of the names of their files."""
    for path in find_songs(folder):
        song = read_lied(path)
        if song is not None:
            yield song


def read_lied(path: Path) -> Song | None:
    """One song, or None where `printed_song` has none or the piano is not on two staves.

    The voice joins the right hand, which so has the tune.
    """
    midi = load_whole(path)
    voice, piano = _staves(midi)
    if len(piano) != 2:
        return None
    upper, lower = piano
    hands = {Hand.RIGHT: [upper, *voice], Hand.LEFT: [lower]}
    return printed_song(f"lieder/{path.stem}", "song", midi, hands, voice)


def read_voice(path: Path) -> Song | None:
    """The same song with nothing but its voice in the right hand, or None where there is none."""
    midi = load_whole(path)
    voice, piano = _staves(midi)
    if len(piano) != 2 or not voice:
        return None
    hands = {Hand.RIGHT: voice, Hand.LEFT: piano}
    return printed_song(f"lieder/{path.stem}", "song", midi, hands)


def read_hands(path: Path) -> list[HandedNote]:
    """((onset, duration, pitch), hand) of every piano note of a song, times in MIDI ticks; nothing
    for a song without two piano staves."""
    tracks = [track for track in load_whole(path).tracks if _STAFF in track.name]
    staves = [track for track in tracks if not track.name.startswith("Voice")][-2:]
    if [track.name[-len(UPPER) :] for track in staves] != [UPPER, LOWER]:
        return []
    return [
        ((onset, max(1, end - onset), pitch), hand)
        for track, hand in zip(staves, (Hand.RIGHT, Hand.LEFT), strict=True)
        for onset, end, pitch, *_ in paired_notes(track)
        if end is not None
    ]


def _staves(midi: Any) -> tuple[list[mido.MidiTrack], list[mido.MidiTrack]]:
    """The first staff that is not the piano's, if there is one, and those that are."""
    staves = [track for track in midi.tracks if _STAFF in track.name]
    voice = [track for track in staves if not _is_piano(track)][:1]
    return voice, [track for track in staves if _is_piano(track)]


def _is_piano(track: mido.MidiTrack) -> bool:
    return any(word in track.name for word in _PIANO_NAMES)
