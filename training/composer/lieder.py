"""OpenScore Lieder: art songs whose piano stands on two staves, right hand and left (CC0).

Published as OpenScore/Lieder on GitHub; the folder wanted holds MIDI files made from its scores, at
any depth, with one track a staff, named ``PART|staffN``.  Used to measure how well
`melodymuse.score.hands` tells the hands apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import mido

from melodymuse.errors import MelodyMuseError
from melodymuse.score.model import Hand

UPPER, LOWER = "|staff1", "|staff2"

HandedNote = tuple[tuple[int, int, int], Hand]


def find_songs(folder: Path) -> list[Path]:
    """The files of all songs, in order of their names."""
    files = sorted(folder.rglob("*.mid"), key=str)
    if not files:
        raise MelodyMuseError(f"no OpenScore Lieder in {folder}: it should hold MIDI files")
    return files


def read_hands(path: Path) -> list[HandedNote]:
    """((onset, duration, pitch), hand) of every piano note of a song, times in MIDI ticks; nothing
    for a song without two piano staves."""
    tracks = [track for track in mido.MidiFile(path).tracks if "|staff" in track.name]
    staves = [track for track in tracks if not track.name.startswith("Voice")][-2:]
    if [track.name[-len(UPPER) :] for track in staves] != [UPPER, LOWER]:
        return []
    right, left = staves
    return [
        *((note, Hand.RIGHT) for note in _notes(right)),
        *((note, Hand.LEFT) for note in _notes(left)),
    ]


def _notes(track: mido.MidiTrack) -> Iterator[tuple[int, int, int]]:
    now = 0
    sounding: dict[int, list[int]] = defaultdict(list)
    for message in track:
        now += message.time
        if message.type == "note_on" and message.velocity:
            sounding[message.note].append(now)
        elif message.type in ("note_on", "note_off") and sounding[message.note]:
            onset = sounding[message.note].pop(0)
            yield onset, max(1, now - onset), message.note
