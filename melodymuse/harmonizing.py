"""Chords and two hands under the tune of a MIDI file, which stays as it is, event by event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from statistics import fmean

from melodymuse.errors import MidiError
from melodymuse.midi.chord_track import SOFT, block_chords
from melodymuse.midi.document import Document, Track
from melodymuse.midi.events import END_OF_TRACK, Event
from melodymuse.midi.file import RawNote
from melodymuse.midi.layout import (
    ACOUSTIC_GRAND,
    CHORD_TRACK_NAME,
    SUSTAIN,
    TRACK_NAMES,
    encode_text,
)
from melodymuse.midi.rewriting import with_events, with_notes, with_track
from melodymuse.midi.theme import Theme, after_upbeat
from melodymuse.midi.view import DRUM_CHANNEL, parts_of
from melodymuse.midi.window import Window
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.grid import METRES, TICKS_PER_GRID
from melodymuse.music.score import Hand, Note, Score
from melodymuse.piece import Piece
from melodymuse.planning.plan import Plan
from melodymuse.writing.accompanying import accompaniment, louder, with_melody, write_under
from melodymuse.writing.continuing import grid_bars
from melodymuse.writing.network import NoteNetwork
from melodymuse.writing.themes import as_tune, in_reach, moved
from melodymuse.writing.tune.notes import Tune

_NAME, _TEXT = b"\xff\x03", b"\xff\x01"
_CONTROL, _PROGRAM = 0xB0, 0xC0
_DOWN, _UP = 127, 0
_CHANNELS = 16
# The accompaniment stays under the tune by so much velocity.
_UNDER = 8
# A tune in major is pleasant, one in minor not; from so many notes a second on one is excited.
_VALENCE, _USUAL_NOTES = 0.5, 2.2


@dataclass(frozen=True, slots=True)
class Harmonization:
    """A tune with chords and both hands under it.

    Attributes:
        document: the file, with tracks for the hands.
        piece: the same as a piece: tune and hands as a score, and the plan.
        added: how many notes lie under the tune.
    """

    document: Document
    piece: Piece
    added: int

    @property
    def heard(self) -> Score:
        """Tune and hands."""
        return self.piece.score


def tune_of(theme: Theme) -> Tune:
    """The bars of a theme on the grid as if its tonic were C, where both hands have room."""
    score = theme.score
    metre = METRES[str(score.time_signature)]
    tune = as_tune([notes for notes, _ in grid_bars(score)], metre)
    return moved(tune, in_reach(tune))


def feeling_of(theme: Theme) -> EmotionProfile:
    """What a tune says by itself: its mode tells how pleasant, its pace how excited."""
    score = theme.score
    pace = len(score.notes) / max(score.seconds, 1e-9)
    arousal = min(max(pace / _USUAL_NOTES - 1, -1.0), 1.0)
    return EmotionProfile.at(_VALENCE if score.key.mode == "major" else -_VALENCE, arousal)


def harmonize(
    document: Document,
    theme: Theme,
    tune: Tune,
    plan: Plan,
    network: NoteNetwork,
    *,
    chord_track: bool = False,
) -> Harmonization:
    """A document with both hands under its tune.

    Args:
        document: the file.
        theme: its tune.
        tune: of that, as `tune_of` gives it.
        plan: of as many bars, in the theme's key and metre.
        network: the note generator.
        chord_track: put the chords on a track of their own.

    Raises:
        MidiError: no channel is left for the hands.
    """
    composed = write_under(tune, plan, network)
    under, sung = accompaniment(composed)
    melody = theme.score.notes
    softer = louder(under, fmean(n.velocity for n in melody) - sung - _UNDER)
    loudest = max(max(n.velocity for n in melody) - _UNDER, 1)
    under = tuple(replace(n, velocity=min(n.velocity, loudest)) for n in softer)
    score = replace(
        with_melody(composed, under, melody),
        tempos=theme.score.tempos,
        title=plan.title,
    )
    if theme.upbeat:
        score = after_upbeat(score, theme.upbeat)
    kept = [note for note in under if not _strikes_again(note, melody)]
    added = _with_hands(document, theme.window, composed, kept)
    if chord_track:
        added = _with_chords(added, theme.window, composed)
    return Harmonization(added, Piece(score, plan), len(kept))


def _strikes_again(note: Note, melody: Iterable[Note]) -> bool:
    return any(
        note.hand is other.hand
        and note.pitch == other.pitch
        and other.onset - TICKS_PER_GRID < note.end
        and note.onset < other.end
        for other in melody
    )


def _with_hands(
    document: Document, window: Window, score: Score, notes: Iterable[Note]
) -> Document:
    """A document with a track for each hand, and a word on where they come from."""
    played = list(notes)
    end = window.tick(score.end)
    channels = _free_channels(document)
    for hand in Hand:
        channel = next(channels, None)
        if channel is None:
            raise MidiError("no channel is left for the hands: take a track out of the file")
        raw = [
            RawNote(window.tick(n.onset), window.tick(n.end), n.pitch, n.velocity, channel)
            for n in played
            if n.hand is hand
        ]
        track = with_notes(_opened(TRACK_NAMES[hand], channel, end), raw)
        status = bytes([_CONTROL | channel, SUSTAIN])
        strokes = [
            Event(window.tick(tick), status + bytes([value]))
            for pedal in score.pedals
            for tick, value in ((pedal.onset, _DOWN), (pedal.release, _UP))
        ]
        document = document.with_tracks((*document.tracks, with_events(track, strokes)))
    told = Event(0, _TEXT + encode_text(f"harmony and hands: {score.provenance}"))
    return with_track(document, 0, with_events(document.tracks[0], [told]))


def _with_chords(document: Document, window: Window, score: Score) -> Document:
    channel = next(_free_channels(document), None)
    if channel is None:
        raise MidiError("no channel is left for the chords: take a track out of the file")
    notes = [
        RawNote(window.tick(chord.onset), window.tick(chord.end), pitch, SOFT, channel)
        for chord in block_chords(score)
        for pitch in chord.pitches
    ]
    track = with_notes(_opened(CHORD_TRACK_NAME, channel, window.tick(score.end)), notes)
    return document.with_tracks((*document.tracks, track))


def _opened(name: str, channel: int, end: int) -> Track:
    return Track(
        (
            Event(0, _NAME + encode_text(name)),
            Event(0, bytes([_PROGRAM | channel, ACOUSTIC_GRAND])),
            Event(end, END_OF_TRACK),
        )
    )


def _free_channels(document: Document) -> Iterator[int]:
    taken = {part.channel for part in parts_of(document)} | {DRUM_CHANNEL}
    return iter([channel for channel in range(_CHANNELS) if channel not in taken])
