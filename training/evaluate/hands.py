"""How well the hands of piano music without staves are told apart."""

from __future__ import annotations

from pathlib import Path
from random import Random

from melodymuse.music.hands import split_hands
from melodymuse.music.score import Hand
from training.composer.lieder import find_songs, read_hands

MIDDLE_C = 60
# The first songs of the set, shuffled with this seed, served to choose the splitter's weights.
SONGS_FOR_TUNING, SEED = 60, 1


def evaluate_hands(folder: Path, songs: int = 60) -> dict[str, float]:
    """Share of notes given to the hand they are printed for.

    Args:
        folder: OpenScore Lieder, as `training.composer.lieder` reads it.
        songs: how many to try, none of those that the splitter was tuned on.

    Returns:
        "songs", "notes", "split" (the splitter's share) and "middle_c" (what cutting the keyboard
        at middle C gives).
    """
    files = find_songs(folder)
    Random(SEED).shuffle(files)
    tried = files[SONGS_FOR_TUNING : SONGS_FOR_TUNING + songs]
    measured = [piece for piece in map(read_hands, tried) if piece]
    total = sum(len(piece) for piece in measured)
    split = middle = 0
    for piece in measured:
        notes, printed = [note for note, _ in piece], [hand for _, hand in piece]
        split += sum(a is b for a, b in zip(split_hands(notes), printed, strict=True))
        middle += sum(
            hand is (Hand.RIGHT if pitch >= MIDDLE_C else Hand.LEFT)
            for (_, _, pitch), hand in piece
        )
    return {
        "songs": len(measured),
        "notes": total,
        "split": split / total,
        "middle_c": middle / total,
    }
