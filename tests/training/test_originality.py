"""What is remembered of the training music."""

from __future__ import annotations

from pathlib import Path

import pytest

from melodymuse.writing.originality import TrainingMelodies
from tests.training.printed_set import UNNAMED, write_piece
from tests.training.tune_set import write_tunes
from training import originality
from training.composer.corpus import prepare, split_songs
from training.originality import main, training_melodies
from training.tune.corpus import encode, read_tunes, split


def test_what_was_learned_from_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = write_tunes(tmp_path / "data")
    for number in range(3):
        write_piece(data / "chopin_first_editions" / f"Op{number}.mid", tracks=UNNAMED)
    monkeypatch.setattr(originality, "LOG_BYTES", 14)
    out = tmp_path / "melodies.bin"
    words = ["--data", str(data), "--run", str(tmp_path / "run"), "--out", str(out)]
    assert main(words) == 0
    known = TrainingMelodies.load(out)
    tunes, _ = split([encode(song) for song in read_tunes(data)])
    songs, _ = split_songs(prepare(data, tmp_path / "run"))
    assert tunes and songs
    for melody in training_melodies(tunes, songs):
        assert sum(last - first + 1 for first, last in known.shared(melody)) == len(melody)


def test_without_music_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "melodies.bin"
    words = ["--data", str(tmp_path), "--run", str(tmp_path / "run"), "--out", str(out)]
    assert main(words) == 2
    assert capsys.readouterr().err.startswith("training.originality: no tunes in ")
    assert not out.exists()
