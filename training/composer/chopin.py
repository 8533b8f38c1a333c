"""Chopin's first editions: solo piano (CC BY 4.0, The Fryderyk Chopin Institute).

Published as pl-wnifc/humdrum-chopin-first-editions on GitHub; the folder wanted holds MIDI files
made from its scores, at any depth, without track names, the upper staff before the lower.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from melodymuse.music.score import Hand
from training.composer.printed import midi_files, printed_song
from training.composer.song import Song
from training.composer.whole_files import load_whole


def read_chopin(folder: Path) -> Iterator[Song]:
    """All usable pieces, in order of the names of their files."""
    for path in midi_files(folder, "Chopin first editions"):
        piece = read_piece(path)
        if piece is not None:
            yield piece


def read_piece(path: Path) -> Song | None:
    """One piece, or None where `printed_song` has none or there are not two staves."""
    midi = load_whole(path)
    staves = [track for track in midi.tracks if any(m.type == "note_on" for m in track)]
    if len(staves) != 2:
        return None
    hands = {Hand.RIGHT: staves[:1], Hand.LEFT: staves[1:]}
    return printed_song(f"chopin/{path.stem}", "salon", midi, hands)
