"""The ear: a piece of music -> the feeling that is heard in it.

    notes or sound ─ cues ─► weighed in the literature's order ─► place and doubt ─► emotions

Nothing here is learned from listeners' labels: `melodymuse.hearing.listener` says what it rests on,
`docs/hearing.md` how well it agrees with them.
"""

from __future__ import annotations

import os
from pathlib import Path

from melodymuse.hearing.cues import cues_of
from melodymuse.hearing.listener import SOUND_NORMS, Heard, listen
from melodymuse.midi.reader import read_midi
from melodymuse.music.score import Score

__all__ = ["Heard", "hear"]


def hear(music: str | os.PathLike[str] | bytes | Score) -> Heard:
    """The feeling that is heard in a piece of piano music.

    Args:
        music: a score, the bytes of a MIDI file, or a path: a MIDI file, or by its suffix
            (``.wav``, ``.flac``, ``.ogg``, ``.mp3``, ``.aiff``) a sound file.

    Raises:
        MidiError: the file is missing, damaged, no MIDI file, or has too few notes.
        AudioError: a sound file that is missing, damaged, silent, under 5 s or over 10 min.
        MissingExtraError: the extra ``compare``, which measures sound, is not installed.
    """
    if isinstance(music, Score):
        return listen(cues_of(music))
    if not isinstance(music, bytes):
        # Imported here, for it measures with an extra.
        from melodymuse.hearing.sound import SUFFIXES, cues_of_sound

        if Path(music).suffix.lower() in SUFFIXES:
            return listen(cues_of_sound(music), SOUND_NORMS)
    return listen(cues_of(read_midi(music)))
