"""The judge that ships."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from melodymuse.errors import ModelError
from melodymuse.music.grid import METRES
from melodymuse.writing.tune.judge import Judge
from melodymuse.writing.tune.phrase_features import Sung, phrase_features
from melodymuse.writing.vocabulary import chord_item

COMMON = METRES["4/4"]
C, F, G = (chord_item(root, "major") for root in (0, 5, 7))


def phrase(notes: Sequence[tuple[int, int, int]]) -> list[float]:
    sung = [Sung(onset, length, pitch, (C, F, G, C)[onset // 48]) for onset, length, pitch in notes]
    return phrase_features(sung, [], 0, 4, COMMON, "major")


# "Twinkle, twinkle, little star" up to its first close, in eighths.
SONG = [
    *((6 * i, 6, pitch) for i, pitch in enumerate((60, 60, 67, 67, 69, 69))),
    (36, 12, 67),
    *((48 + 6 * i, 6, pitch) for i, pitch in enumerate((65, 65, 64, 64, 62, 62))),
    (84, 12, 60),
    *((96 + 6 * i, 6, pitch) for i, pitch in enumerate((67, 67, 65, 65, 64, 64))),
    (132, 12, 62),
    *((144 + 6 * i, 6, pitch) for i, pitch in enumerate((67, 67, 65, 65, 64, 64))),
    (180, 12, 62),
]
# Up and down over two octaves in even eighths.
SWEEP = [(6 * i, 6, 60 + (7 * i % 24)) for i in range(32)]


def test_a_song_sounds_more_real_than_a_sweep() -> None:
    judge = Judge.shipped()
    assert judge.real(phrase(SONG)) > judge.real(phrase(SWEEP)) + 1


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        Judge(tmp_path / "judge.onnx")
