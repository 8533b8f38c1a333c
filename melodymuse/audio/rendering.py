"""A MIDI file as sound: read, played by an engine, mastered, ready to be written or heard."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path

from melodymuse.audio.clip import Clip, Samples
from melodymuse.audio.engines import AUTO, Room, load_engine
from melodymuse.audio.formats import check_format
from melodymuse.audio.looping import master_round, wrapped
from melodymuse.audio.mastering import fade_out, master
from melodymuse.audio.peaks import highest_sample
from melodymuse.audio.soundfont_file import read_soundfont
from melodymuse.audio.soundfonts import find_soundfont
from melodymuse.audio.timeline import Timeline, read_timeline
from melodymuse.errors import AudioError
from melodymuse.version import __version__

# What people are used to: streaming services play music at -14 to -16 LUFS.
LOUDNESS = -16.0
RATE = 44100
# What each wish may be, and what FluidSynth can do.
LIMITS = {
    "rate": (8000, 96000),
    "loudness": (-40.0, -8.0),
    "reverb": (0.0, 1.0),
    "tail": (0.0, 30.0),
}
# The piano rings freely for the first part of the tail and fades during the rest.
_FADED_SHARE = 0.6
_SHORTEST_FADE_SECONDS = 0.01
# Measured: the softest note of FluidSynth and TimGM6mb has a peak of 1.3e-6, a loud one at volume 0
# one of 5e-7, an empty room one of 5e-8.
_SILENCE = 1e-6


@dataclass(frozen=True, slots=True)
class Sound:
    """How a piece shall sound.

    Attributes:
        soundfont: a path, a name of `installed_soundfonts`, or None for the default.
        engine: a name of `ENGINES`, or ``"auto"`` for the first that works.
        rate: frames a second.
        loudness: integrated loudness to reach, LUFS.
        reverb: 0 (as dry as the soundfont) to 1.
        tail: seconds that the last notes ring on after the end of the piece.
        loop: cut it at its end to the frame, what rings on laid over the beginning, so that it can
            be repeated without a click.

    Raises:
        AudioError: a value that is out of range.
    """

    soundfont: str | os.PathLike[str] | None = None
    engine: str = AUTO
    rate: int = RATE
    loudness: float = LOUDNESS
    reverb: float = 0.7
    tail: float = 2.5
    loop: bool = False

    def __post_init__(self) -> None:
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise AudioError(f"{name} must lie between {low:g} and {high:g}, not {value:g}")


@dataclass(frozen=True, slots=True)
class Rendering:
    """A piece as sound.

    Attributes:
        clip: its sound, two channels.
        loudness: integrated loudness reached, LUFS.
        peak: true peak, dB over full scale; at most -1.
        limiting: by how much the highest peak was held down to reach the loudness, dB.
        engine: name and version of the engine.
        soundfont: the file that it played through.
        title: the piece's title, may be empty.
        comment: where the piece and its sound come from.
    """

    clip: Clip
    loudness: float
    peak: float
    limiting: float
    engine: str
    soundfont: Path
    title: str
    comment: str

    @property
    def samples(self) -> Samples:
        """Left and right, shape (frames, 2), float32, within -1 and 1."""
        return self.clip.samples

    @property
    def rate(self) -> int:
        """Frames a second."""
        return self.clip.rate

    @property
    def seconds(self) -> float:
        """How long it lasts, with its tail."""
        return self.clip.seconds

    def write(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write it to a file: ``.wav`` or ``.flac`` of 16 bits, ``.ogg`` or ``.mp3``.

        The file appears whole or not at all.  The same rendering gives the same bytes.

        Raises:
            OutputError: an unknown suffix, an existing file, or a folder that cannot be written.
            AudioError: the format cannot hold the rate.
            MissingExtraError: soundfile is not installed.
        """
        return self.clip.write(path, self._tags, overwrite=overwrite)

    def to_bytes(self, suffix: str) -> bytes:
        """The bytes of the file that `write` writes under a name with that suffix.

        Raises:
            OutputError, AudioError, MissingExtraError: as `write`.
        """
        return self.clip.to_bytes(suffix, self._tags)

    @property
    def _tags(self) -> dict[str, str]:
        return {"title": self.title, "genre": "Piano", "comment": self.comment}


def render(
    source: str | os.PathLike[str] | bytes | Timeline, sound: Sound | None = None
) -> Rendering:
    """Play a MIDI file through a soundfont.

    The file is played as it stands, with its own tempos, velocities, controllers and pedals.  The
    same file, wishes, soundfont and engine give the same samples on one machine.

    Args:
        source: a MIDI file's path, its bytes, or what was read of it.
        sound: how it shall sound; None for the defaults.

    Raises:
        MidiError: the file is missing or no MIDI file.
        SoundfontError: the soundfont is missing or damaged.
        AudioError: there is no engine, nothing to hear, or nothing was heard.
        MissingExtraError: the engine's package is not installed.
    """
    wish = Sound() if sound is None else sound
    timeline = source if isinstance(source, Timeline) else read_timeline(source)
    font = read_soundfont(find_soundfont(wish.soundfont))
    engine = load_engine(wish.engine)
    frames = max(math.ceil((timeline.seconds + wish.tail) * wish.rate), 1)
    samples = engine.play(
        timeline, font.path, rate=wish.rate, frames=frames, room=Room(level=wish.reverb)
    )
    # Asked this way round, a sample that is not a number is no sound either.
    if not _SILENCE < highest_sample(samples) < math.inf:
        raise AudioError(
            f"{engine.description} gave no sound: the soundfont '{font.path}' seems to have no "
            "instrument for this piece, try another"
        )
    fade = max(wish.tail * _FADED_SHARE, _SHORTEST_FADE_SECONDS)
    fade_out(samples, round(fade * wish.rate))
    if wish.loop:
        samples = wrapped(samples, max(round(timeline.seconds * wish.rate), 1))
        samples, levels = master_round(samples, wish.rate, wish.loudness)
    else:
        levels = master(samples, wish.rate, wish.loudness)
    return Rendering(
        clip=Clip(samples, wish.rate),
        loudness=levels.loudness,
        peak=levels.peak,
        limiting=levels.limiting,
        engine=engine.description,
        soundfont=font.path,
        title=timeline.title,
        comment=_comment(timeline, engine.description, font.name),
    )


def check_sound(sound: Sound, path: Path) -> None:
    """See, before any piece is there, that it could be rendered so and written there.

    Raises:
        AudioError, SoundfontError, MissingExtraError, OutputError: as `render` and
            `Rendering.write`.
    """
    check_format(path, sound.rate)
    read_soundfont(find_soundfont(sound.soundfont))
    load_engine(sound.engine)


def _comment(timeline: Timeline, engine: str, soundfont: str) -> str:
    played = f"played by {engine} through {soundfont}, rendered by MelodyMuse {__version__}"
    facts = f"{timeline.provenance}; {played}" if timeline.provenance else played
    # First what is to be heard: players and screen readers show the beginning.
    return f"{timeline.words} {facts}" if timeline.words else facts
