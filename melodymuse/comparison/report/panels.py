"""One maker's take, made ready for the page: data URIs, drawings, facts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from melodymuse.audio.formats import sound_bytes
from melodymuse.audio.loudness import integrated_loudness, slice_powers
from melodymuse.comparison.evaluation import Entry, Heard
from melodymuse.comparison.metrics.notes import sounded
from melodymuse.comparison.report import drawings
from melodymuse.comparison.report.drawings import Block, data_uri
from melodymuse.comparison.report.heard import HEARD_ENDING
from melodymuse.comparison.takes import Take
from melodymuse.music.score import Score
from melodymuse.version import __version__

# What the browser plays, by suffix.
SOUND_KINDS = {".flac": "audio/flac", ".ogg": "audio/ogg", ".mp3": "audio/mpeg"}
DEFAULT_SOUND = ".flac"
MIDI_KIND = "audio/midi"
# As many colours for makers as can be told apart; further makers share them.
MAKER_COLOURS = 5
_HEARD = "heard"
# A take that is softer still keeps its softness: else nobody would hear the others.
_MOST_TURNED_DOWN_DB = 20.0


@dataclass(frozen=True, slots=True)
class Panel:
    """One maker's take as the page shows it: data URIs, drawings and facts."""

    maker: str
    colour: int
    sound: str
    sound_kind: str
    midi: str
    file: str
    heard_midi: str
    heard_file: str
    length: str
    seconds: float
    share: float
    volume: float
    waveform: str
    spectrogram: str
    notes: str
    notes_caption: str
    written: bool
    description: str
    facts: tuple[tuple[str, str], ...]
    licence: str


@dataclass(frozen=True, slots=True)
class Roll:
    """A score's piano roll: maker, data URIs in light and dark, and what it shows in words."""

    maker: str
    light: str
    dark: str
    description: str


def encoded(take: Take, sound: str) -> bytes:
    """A take's sound as a file of that suffix; the same take gives the same bytes."""
    tags = {"title": take.clip.name, "software": f"MelodyMuse {__version__}"}
    samples = take.clip.samples.clip(-1, 1)
    return sound_bytes(sound, samples, take.clip.rate, tags)


def panel_of(
    entry: Entry,
    heard: Heard,
    index: int,
    volume: float,
    data: bytes,
    transcript: bytes,
    sound: str,
    spectrogram: str,
    longest: float,
    pitches: tuple[int, int],
) -> Panel:
    """A take as the page shows it.

    Args:
        entry: the picture that it was made for.
        heard: the take, and the notes heard in it.
        index: its place among the makers, which chooses its colour.
        volume: how far to turn the player down, 0..1.
        data: the encoded sound.
        transcript: the MIDI file of the notes heard in it, empty without; a take that has notes of
            its own offers those.
        sound: how it is encoded, a key of `SOUND_KINDS`.
        spectrogram: its spectrogram as a data URI.
        longest: seconds that the time axis stands for.
        pitches: lowest and highest pitch of the drawing of notes.
    """
    take = heard.take
    blocks, caption = _blocks(heard)
    seconds = take.clip.seconds
    channels = {1: "mono", 2: "stereo"}.get(
        take.clip.samples.shape[1], f"{take.clip.samples.shape[1]} channels"
    )
    return Panel(
        maker=take.maker,
        colour=index % MAKER_COLOURS + 1,
        sound=data_uri(data, SOUND_KINDS[sound]),
        sound_kind=SOUND_KINDS[sound],
        midi=data_uri(take.midi, MIDI_KIND) if take.midi else "",
        file=f"{entry.brief.label}-{take.maker}.mid",
        heard_midi=data_uri(transcript, MIDI_KIND) if transcript and not take.midi else "",
        heard_file=f"{entry.brief.label}-{take.maker}{HEARD_ENDING}",
        length=f"{seconds:.1f} s, {take.clip.rate} Hz, {channels}",
        seconds=round(seconds, 3),
        share=round(100 * seconds / longest, 3),
        volume=volume,
        waveform=drawings.waveform_svg(take.clip),
        spectrogram=spectrogram,
        notes=drawings.notes_svg(blocks, seconds, pitches) if blocks else "",
        notes_caption=caption,
        written=take.score is not None,
        description=f"{take.maker} for {entry.brief.label}, {seconds:.1f} seconds",
        facts=tuple(take.facts.items()),
        licence=take.licence,
    )


def volumes_of(takes: Sequence[Take]) -> list[float]:
    """How far to turn each player down, 0..1, for all to be as loud as the softest."""
    levels = [
        integrated_loudness(slice_powers(take.clip.samples, take.clip.rate)) for take in takes
    ]
    # What is too soft for the gate has no loudness, and stays as it is.
    known = [level for level in levels if math.isfinite(level)]
    softest = max(min(known), max(known) - _MOST_TURNED_DOWN_DB) if known else 0.0
    return [
        round(min(10 ** ((softest - level) / 20), 1.0), 3) if math.isfinite(level) else 1.0
        for level in levels
    ]


def _blocks(heard: Heard) -> tuple[list[Block], str]:
    """The notes to draw, and what they are: written ones where there are any, else heard ones."""
    score = heard.take.score
    if score is not None:
        hands = [note.hand.value for note in score.notes]
        written = sounded(score)
        blocks = [Block(note, hand) for note, hand in zip(written, hands, strict=True)]
        return blocks, f"{len(blocks)} notes as written"
    if heard.notes is None:
        return [], "No notes: a waveform has none, and there is no transcriber"
    if not heard.notes:
        return [], "No notes: the transcriber heard none"
    return (
        [Block(note, _HEARD) for note in heard.notes],
        f"{len(heard.notes)} notes as heard by a transcriber: a guess",
    )


def roll_of(maker: str, score: Score, entry: Entry) -> Roll:
    """A score's piano roll, in light and in dark."""
    light, dark = (
        data_uri(score.to_bytes(".png", theme=theme), "image/png") for theme in ("light", "dark")
    )
    description = (
        f"Piano roll of {maker} for {entry.brief.label}: {len(score.notes)} notes in {score.bars} "
        f"bars of {score.time_signature}, {score.key}"
    )
    return Roll(maker, light, dark, description)
