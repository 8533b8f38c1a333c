"""The theme of a MIDI file in another mood: its mode, harmony, pace, and what lies under it."""

from __future__ import annotations

from collections.abc import Iterable

from melodymuse.midi.theme import Theme, after_upbeat
from melodymuse.music.grid import METRES, TICKS_PER_GRID
from melodymuse.music.score import Hand, Note, Score
from melodymuse.piece import Piece
from melodymuse.planning.plan import Plan
from melodymuse.writing.accompanying import accompaniment, with_melody, write_under
from melodymuse.writing.continuing import grid_bars
from melodymuse.writing.network import NoteNetwork
from melodymuse.writing.recall import tune_of as top_line
from melodymuse.writing.themes import as_tune, in_mode, in_reach, moved
from melodymuse.writing.tune.notes import Tune
from melodymuse.writing.vocabulary import encode_bar


def theme_tune(theme: Theme, mode: str, middle: float) -> tuple[Tune, Tune]:
    """The tune of a theme in a mode, as if its tonic were C: the bar of its upbeat, if it has one,
    and its whole bars.  It is the top line of the right hand, whole octaves away from where that
    was if it lies far from a middle pitch."""
    score = theme.with_upbeat
    metre = METRES[str(score.time_signature)]
    tops = [top_line(encode_bar(*bar)) for bar in grid_bars(score)]
    tune = in_mode(as_tune(tops, metre), score.key.mode, mode)
    tune = moved(tune, in_reach(tune, middle))
    upbeats = int(bool(theme.upbeat))
    return tune[:upbeats], tune[upbeats:]


def recolor(upbeat: Tune, tune: Tune, plan: Plan, network: NoteNetwork) -> Piece:
    """A theme as a piece that says what a plan expresses.

    Args:
        upbeat, tune: as `theme_tune` gives them.
        plan: of as many bars as the tune.
        network: the note generator.
    """
    composed = write_under(tune, plan, network)
    under, loudness = accompaniment(composed)
    score = with_melody(composed, under, list(_played(tune, composed, round(loudness))))
    if upbeat:
        score = after_upbeat(score, list(_played(upbeat, composed, round(loudness))))
    return Piece(score, plan)


def _played(tune: Tune, composed: Score, loudness: int) -> Iterable[Note]:
    """The notes of a tune, each as long as it was, as loud as the composer has it or, where it has
    it not, as the tune on the whole."""
    velocities = {(n.onset, n.pitch): n.velocity for n in composed.notes if n.hand is Hand.RIGHT}
    for index, bar in enumerate(tune):
        for note in bar:
            onset = index * composed.time_signature.bar_ticks + note.position * TICKS_PER_GRID
            pitch = note.pitch + composed.key.shift_from_c
            velocity = velocities.get((onset, pitch), max(loudness, 1))
            yield Note(onset, note.duration * TICKS_PER_GRID, pitch, velocity, Hand.RIGHT)
