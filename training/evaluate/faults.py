"""What is wrong with composed pieces: conventions, hands, endings, failures."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from melodymuse.midi.conventions import broken_conventions
from melodymuse.midi.writer import midi_bytes
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.hands import FINGERS, WIDEST_SPAN
from melodymuse.music.score import Hand, Note, Score
from melodymuse.music.theory import QUALITIES
from melodymuse.planning.controls import controls_for
from melodymuse.writing.composer import compose_score
from melodymuse.writing.network import NoteNetwork

# Bars of the pieces in turn: phrases, halves of phrases, and lengths that no phrase fits.
LENGTHS = (16, 8, 32, 4, 13, 23)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A piece or the kind of error in its place, and the seconds that took."""

    score: Score | None
    error: str
    seconds: float


def attempt_all(network: NoteNetwork, count: int, seed: int) -> Iterator[Attempt]:
    """Compose for the eight emotions and for random places on the plane in turn, in lengths in
    turn; an error of any kind is noted, not raised."""
    for index in range(count):
        profile = _profile(index, seed)
        begin = time.perf_counter()
        try:
            bars = LENGTHS[index // 2 % len(LENGTHS)]
            controls = controls_for(profile, seed=seed + index, bars=bars)
            score = compose_score(controls, profile, network=network)
        except Exception as error:  # whatever fails is to be counted
            yield Attempt(None, type(error).__name__, time.perf_counter() - begin)
        else:
            yield Attempt(score, "", time.perf_counter() - begin)


def count_faults(attempts: Iterable[Attempt]) -> dict[str, Any]:
    """Faults over many pieces.

    Returns:
        "pieces"; "failures" by kind of error; "broken_conventions" by convention;
        "unplayable_strikes" and "unplayable_holds" (numbers of strikes) with the numbers of pieces
        that have any; "strikes"; "missing_endings"; "empty_pieces"; seconds a piece.
    """
    failures: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    seconds = []
    for attempt in attempts:
        counts["pieces"] += 1
        seconds.append(attempt.seconds)
        if attempt.score is None:
            failures[attempt.error] += 1
            continue
        score = attempt.score
        breaches = broken_conventions(midi_bytes(score))
        broken.update(breach.convention for breach in breaches)
        struck, held = unplayable_strikes(score), unplayable_holds(score)
        counts["strikes"] += len({(note.onset, note.hand) for note in score.notes})
        counts["unplayable_strikes"] += struck
        counts["pieces_with_unplayable_strikes"] += struck > 0
        counts["unplayable_holds"] += held
        counts["pieces_with_unplayable_holds"] += held > 0
        counts["missing_endings"] += not ends_on_tonic(score)
        counts["empty_pieces"] += not score.notes
    names = (
        "pieces",
        "strikes",
        "unplayable_strikes",
        "pieces_with_unplayable_strikes",
        "unplayable_holds",
        "pieces_with_unplayable_holds",
        "missing_endings",
        "empty_pieces",
    )
    return {
        **{name: counts[name] for name in names},
        "failures": dict(failures),
        "broken_conventions": dict(broken),
        "seconds_a_piece_median": float(np.median(seconds)) if seconds else 0.0,
    }


def unplayable_strikes(score: Score) -> int:
    """Strikes of a hand wider than a tenth or of more than five notes."""
    return sum(not _in_reach([n.pitch for n in chord]) for chord in _strikes(score).values())


def unplayable_holds(score: Score) -> int:
    """Strikes that are playable by themselves, but not with what the hand still holds; a pianist
    would let go or take the pedal."""
    bad = 0
    held: dict[Hand, list[Note]] = {hand: [] for hand in Hand}
    for (onset, hand), chord in _strikes(score).items():
        held[hand] = [note for note in held[hand] if note.end > onset]
        struck = [note.pitch for note in chord]
        bad += _in_reach(struck) and not _in_reach([*struck, *(n.pitch for n in held[hand])])
        held[hand] += chord
    return bad


def ends_on_tonic(score: Score) -> bool:
    """Whether the last bar holds the tonic chord and nothing else, with the tonic in the bass, and
    sounds to the end."""
    first = score.end - score.time_signature.bar_ticks
    final = [note for note in score.notes if note.onset >= first]
    if not final or max(note.end for note in final) < score.end:
        return False
    steps = {(note.pitch - score.key.pitch_class) % 12 for note in final}
    bass = min(final, key=lambda note: note.pitch)
    triad = set(QUALITIES[score.key.mode])
    return bass.pitch % 12 == score.key.pitch_class and steps <= triad


def _strikes(score: Score) -> dict[tuple[int, Hand], list[Note]]:
    strikes: dict[tuple[int, Hand], list[Note]] = defaultdict(list)
    for note in score.notes:
        strikes[note.onset, note.hand].append(note)
    return strikes


def _in_reach(pitches: Sequence[int]) -> bool:
    return max(pitches) - min(pitches) <= WIDEST_SPAN and len(pitches) <= FINGERS


def _profile(index: int, seed: int) -> EmotionProfile:
    if index % 2 == 0:
        return EmotionProfile.of(EMOTIONS[index // 2 % len(EMOTIONS)])
    random = Random(f"{seed} {index}")
    return EmotionProfile.at(random.uniform(-1, 1), random.uniform(-1, 1))
