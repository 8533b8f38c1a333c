"""What is painted, and what is felt, out of a file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from melodymuse.hearing import hear
from melodymuse.midi.reader import read_midi
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.score import Score
from melodymuse.painting.portrait import Portrait, portrait_of

# Our own file says which emotion it was composed for, not where on the plane: that is heard.
_SAID, _HEARD, _TOLD = "as composed for", "as heard", "as told"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a picture is painted of.

    Attributes:
        portrait: the notes.
        profile: the feeling.
        by: how the feeling is known, in words.
        title: of the piece, may be empty.
    """

    portrait: Portrait
    profile: EmotionProfile
    by: str
    title: str = ""


def read_subject(
    source: str | os.PathLike[str] | bytes, told: EmotionProfile | None = None
) -> Subject:
    """What is to be painted of a MIDI file, of its bytes, or of a sound file.

    Args:
        source: the file.
        told: what it shall feel like; None for what it says or what is heard in it.

    Raises:
        MidiError: no MIDI file, or one without notes.
        AudioError: no sound file, or a silent one.
        MissingExtraError: a sound is given, and what measures it is not installed.
    """
    from melodymuse.hearing.sound import SUFFIXES

    if not isinstance(source, bytes) and Path(source).suffix.lower() in SUFFIXES:
        return _sound(Path(source), told)
    score = read_midi(source)
    portrait = portrait_of(score)
    if told is not None:
        return Subject(portrait, told, _TOLD, score.title)
    said = score.provenance.emotion if score.provenance else ""
    if said in EMOTIONS:
        return Subject(portrait, _composed_for(said, score), _SAID, score.title)
    return Subject(portrait, hear(score).profile, _HEARD, score.title)


def _composed_for(emotion: str, score: Score) -> EmotionProfile:
    """The emotion at half of all, beside those heard; its place half way to where it is heard."""
    pure, heard = EmotionProfile.of(emotion), hear(score).profile
    shares = tuple(
        0.5 * (own + other)
        for own, other in zip(pure.probabilities, heard.probabilities, strict=True)
    )
    valence, arousal = 0.5 * (pure.valence + heard.valence), 0.5 * (pure.arousal + heard.arousal)
    return EmotionProfile(shares, valence, arousal)


def _sound(path: Path, told: EmotionProfile | None) -> Subject:
    from melodymuse.audio.clip import read_clip
    from melodymuse.painting.sounding import portrait_of_sound

    heard = hear(path)
    portrait = portrait_of_sound(read_clip(path), 4 * (heard.cues.mode or 0.0))
    profile = heard.profile if told is None else told
    return Subject(portrait, profile, _HEARD if told is None else _TOLD, path.stem)
