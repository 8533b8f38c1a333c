"""Tunes with the chords that people put under them, beat by beat.

POP909's melodies (Dai et al. 2020; MIT) take the chords that experts corrected (POP909-CL; MIT),
wherever those can be laid over them; OpenEWLD's lead sheets have their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import MelodyMuseError
from melodymuse.music.grid import METRES, GridChord
from melodymuse.music.theory import QUALITIES
from melodymuse.writing.tune.notes import chord_steps
from melodymuse.writing.vocabulary import FIRST_CHORD, QUALITY_NAMES, item_chord
from training.composer.corpus import is_held_out
from training.composer.pop909 import read_pop909
from training.composer.song import Song
from training.tune.lead_sheets import read_lead_sheets
from training.tune.pop909 import read_pop909_tunes
from training.tune.song import TuneSong, metre_of, without_long_rests

# How far apart two editions' first bars may lie, what share of the tune must overlap, and what
# share of its beats must have the same root once both are in one key.
_FURTHEST_BARS, _OVERLAP, _LEAST_AGREEMENT = 24, 0.7, 0.6
_UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class HarmonizedTune:
    """A tune and its chords.

    Attributes:
        tune: with the chords that stand under it in training.
        is_expert: whether those are the experts'.
        agreement: share 0..1 of beats at which POP909's own root is the experts'; 0 where no expert
            has chords for it.
    """

    tune: TuneSong
    is_expert: bool
    agreement: float

    @property
    def chords(self) -> NDArray[np.int64]:
        """The chord class at each beat, int64 (beats,); 0 before the first chord."""
        return beat_classes(self.tune.chords, self.tune.metre)


def read_harmonized(data: Path) -> Iterator[HarmonizedTune]:
    """All usable tunes of a data folder.

    Args:
        data: holds pop909_structure/ and pop909_cl/, or openewld/, or all of them.

    Raises:
        MelodyMuseError: there is none.
    """
    structure, corrected, sheets = (
        data / name for name in ("pop909_structure", "pop909_cl", "openewld")
    )
    if not (structure.exists() or sheets.exists()):
        raise MelodyMuseError(f"no tunes in {data}: it should hold {structure.name} or openewld")
    experts: dict[str, Song] = {}
    if structure.exists() and corrected.exists():
        experts = {song.name: song for song in read_pop909(corrected, structure)}
    for tune in read_pop909_tunes(structure) if structure.exists() else ():
        found = with_experts(tune, experts.get(tune.name))
        sung = without_long_rests(found.tune)
        if sung is not None:
            yield replace(found, tune=sung)
    for sheet in read_lead_sheets(sheets) if sheets.exists() else ():
        sung = without_long_rests(sheet)
        if sung is not None:
            yield HarmonizedTune(sung, False, 0.0)


def split(
    tunes: Sequence[HarmonizedTune],
) -> tuple[list[HarmonizedTune], list[HarmonizedTune]]:
    """Training tunes and held-out ones."""
    kept = [tune for tune in tunes if not is_held_out(tune.tune.name)]
    return kept, [tune for tune in tunes if is_held_out(tune.tune.name)]


def beat_classes(chords: Sequence[Sequence[GridChord]], metre_name: str) -> NDArray[np.int64]:
    """The chord class that sounds at each beat of some bars, 0 where none does."""
    metre = METRES[metre_name]
    return chord_steps(chords, metre.bar_steps)[:, :: metre.beat_steps].ravel()


def roots(classes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The root 0..11 of chord classes, -1 of none."""
    return np.where(classes > 0, (classes - FIRST_CHORD) // len(QUALITY_NAMES), _UNKNOWN)


def with_experts(tune: TuneSong, song: Song | None) -> HarmonizedTune:
    """A tune over the experts' chords, laid over it by their roots; with its own where they do not
    fit."""
    alone = HarmonizedTune(tune, False, 0.0)
    if song is None or song.metre != tune.metre:
        return alone
    own, theirs = (roots(beat_classes(s.chords, s.metre)) for s in (tune, song))
    beats = metre_of(tune).bar_steps // metre_of(tune).beat_steps
    best = (0.0, 0, 0)
    for bars in range(-_FURTHEST_BARS, _FURTHEST_BARS + 1):
        first = bars * beats
        begin, end = max(0, first), min(len(theirs), len(own) + first)
        if end - begin < _OVERLAP * len(own):
            continue
        apart = (own[begin - first : end - first] - theirs[begin:end]) % 12
        counts = np.bincount(apart, minlength=12)
        shift = int(counts.argmax())
        best = max(best, (float(counts[shift] / len(own)), bars, shift))
    agreement, bars, shift = best
    if agreement < _LEAST_AGREEMENT:
        return alone
    laid = []
    sounding: GridChord | None = None
    for index, ours in enumerate(tune.chords):
        source = index + bars
        if not 0 <= source < len(song.chords):
            laid.append(ours)
            continue
        moved = [replace(c, root=(c.root + shift) % 12) for c in song.chords[source]]
        if sounding is not None and not (moved and moved[0].position == 0):
            moved.insert(0, replace(sounding, position=0))
        laid.append(tuple(moved))
        sounding = moved[-1] if moved else sounding
    return HarmonizedTune(replace(tune, chords=tuple(laid)), True, agreement)


def triad_of(chord: int) -> tuple[int, tuple[int, ...]] | None:
    """Root and the two lowest steps above it of a chord class; None of class 0."""
    if not chord:
        return None
    root, quality = item_chord(chord)
    return root, QUALITIES[quality][1:3]
