"""The Python interface on a real photograph."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import melodymuse
from melodymuse import EMOTIONS, EmotionProfile, MelodyMuseError, Piece
from melodymuse.api import felt
from melodymuse.errors import ControlError, ImageError, OutputError
from melodymuse.midi.writer import midi_bytes
from melodymuse.planning.controls import CONTROL_NAMES

BARS = 4


@pytest.fixture(scope="module")
def piece(photograph: Path) -> Piece:
    """A short piece from the photograph."""
    return melodymuse.compose(photograph, bars=BARS, seed=3)


def test_a_picture_may_come_as_path_bytes_array_or_pil(photograph: Path) -> None:
    picture = Image.open(photograph)
    given = [photograph, str(photograph), photograph.read_bytes(), np.asarray(picture), picture]
    profiles = [melodymuse.analyze(image).profile for image in given]
    for profile in profiles[1:]:
        assert profile.valence == pytest.approx(profiles[0].valence, abs=0.015)
        # A file is decoded small, pixels are made small: a few levels lie between.
        assert profile.probabilities == pytest.approx(profiles[0].probabilities, abs=0.025)


def test_an_analysis_keeps_its_contract(photograph: Path) -> None:
    analysis = melodymuse.analyze(photograph)
    assert math.fsum(analysis.profile.probabilities) == pytest.approx(1, abs=1e-6)
    assert -1 <= analysis.profile.valence <= 1
    assert -1 <= analysis.profile.arousal <= 1
    facts = analysis.as_dict()
    assert set(facts["probabilities"]) == set(EMOTIONS)
    assert facts["emotion"] == analysis.profile.emotion


def test_the_piece_knows_where_it_comes_from(piece: Piece, photograph: Path) -> None:
    assert piece.analysis is not None
    assert piece.profile == piece.analysis.profile == melodymuse.analyze(photograph).profile
    assert piece.seed == piece.controls.seed == 3
    assert piece.score.bars == piece.controls.bars == BARS
    assert piece.score.key == piece.controls.key
    assert piece.score.notes
    assert piece.score.provenance is not None
    assert photograph.name in piece.score.provenance.source
    assert str(photograph.parent) not in str(piece.score.provenance)


def test_json_tells_all_of_a_piece(piece: Piece) -> None:
    facts = json.loads(json.dumps(piece.as_dict()))
    assert facts["emotion"] == piece.profile.emotion
    assert facts["expressed"]["valence"] == piece.expressed.valence
    assert (facts["key"], facts["notes"]) == (str(piece.score.key), len(piece.score.notes))
    assert {name for name in CONTROL_NAMES if name not in facts} == set()
    told = [(chord["bar"], chord["beat"]) for chord in facts["composed_chords"]]
    bar = piece.score.time_signature.bar_ticks
    assert [(b - 1) * bar + (beat - 1) * 480 for b, beat in told] == [
        chord.onset for chord in piece.score.chords
    ]
    assert facts["composed_chords"][-1]["symbol"].startswith(piece.score.key.tonic)


def test_nothing_is_overwritten_unasked(piece: Piece, tmp_path: Path) -> None:
    path = tmp_path / "mine.mid"
    path.write_text("precious")
    with pytest.raises(OutputError, match="exists"):
        piece.write(path)
    assert path.read_text() == "precious"
    piece.write(path, overwrite=True)
    assert path.read_bytes() == midi_bytes(piece.score)


def test_several_files_appear_together_or_not_at_all(piece: Piece, tmp_path: Path) -> None:
    (tmp_path / "taken.png").write_text("precious")
    with pytest.raises(OutputError, match="exists"):
        piece.write_all([tmp_path / "x.mid", tmp_path / "taken.png"])
    assert [path.name for path in tmp_path.iterdir()] == ["taken.png"]


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_an_emotion_alone_is_enough(emotion: str) -> None:
    piece = melodymuse.compose(emotion, bars=2, seed=1)
    assert piece.profile == EmotionProfile.of(emotion)
    assert piece.analysis is None
    assert piece.score.notes


def test_a_file_called_like_an_emotion_goes_first(
    photograph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("awe").write_bytes(photograph.read_bytes())
    assert melodymuse.compose("awe", bars=1, seed=1).analysis is not None


def test_same_seed_same_bytes_and_another_seed_other_bytes() -> None:
    first, again, other = (
        midi_bytes(melodymuse.compose("fear", bars=BARS, seed=seed).score) for seed in (5, 5, 6)
    )
    assert first == again
    assert first != other


def test_a_seed_is_drawn_and_told() -> None:
    piece = melodymuse.compose("awe", bars=1)
    again = melodymuse.compose("awe", bars=1, seed=piece.seed)
    assert midi_bytes(again.score) == midi_bytes(piece.score)


def test_controls_are_taken_over_the_emotion() -> None:
    piece = melodymuse.compose("sadness", key="F# major", tempo=90, bars=3, seed=2)
    assert (str(piece.score.key), piece.score.tempos[0].bpm, piece.score.bars) == (
        "F# major",
        90,
        3,
    )


def test_an_analysis_or_a_profile_may_be_given(photograph: Path, piece: Piece) -> None:
    analysis = melodymuse.analyze(photograph)
    again = melodymuse.compose(analysis, bars=BARS, seed=3)
    assert midi_bytes(again.score) == midi_bytes(piece.score)
    profile = EmotionProfile.at(0.5, -0.5)
    assert melodymuse.compose(profile, bars=1, seed=1).profile == profile


def test_what_the_user_says_goes_over_what_was_seen() -> None:
    seen = EmotionProfile.of("sadness")
    assert felt(seen) is seen
    assert felt(seen, emotion="awe") == EmotionProfile.of("awe")
    assert felt(seen, valence=0.8, arousal=0.6) == EmotionProfile.at(0.8, 0.6)
    assert felt(seen, arousal=0.6) == EmotionProfile.at(seen.valence, 0.6)
    moved = felt(None, emotion="awe", arousal=0.9)
    assert (moved.emotion, moved.arousal) == ("awe", 0.9)
    assert moved.valence == EmotionProfile.of("awe").valence


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({}, "nothing to compose from"),
        ({"valence": 0.5}, "nothing to compose from"),
        ({"emotion": "joy"}, "unknown emotion 'joy'"),
        ({"emotion": "awe", "valence": 2}, "between -1 and 1"),
        ({"emotion": "awe", "volume": 11}, "unknown control 'volume'"),
        ({"emotion": "awe", "tempo": 0}, "tempo must lie between"),
        ({"emotion": "awe", "seed": -1}, "seed must lie between"),
        ({"emotion": "awe", "key": "H"}, "unknown key 'H'"),
    ],
)
def test_impossible_wishes_are_refused(words: dict[str, object], message: str) -> None:
    with pytest.raises(ControlError, match=message):
        melodymuse.compose(**words)


def test_every_error_is_of_one_family(tmp_path: Path) -> None:
    with pytest.raises(ImageError):
        melodymuse.analyze(tmp_path / "nothing.jpg")
    assert issubclass(ImageError, MelodyMuseError)


@pytest.mark.parametrize("suffix", [".musicxml", ".xml", ".pdf", ".svg", ".png"])
def test_the_printed_score(tmp_path: Path, suffix: str) -> None:
    piece = melodymuse.compose("awe", bars=2, seed=1)
    path = piece.write_score(tmp_path / f"x{suffix}")
    assert path.stat().st_size > 1000
    with pytest.raises(OutputError, match="exists"):
        piece.write_score(path)
    assert piece.write_score(path, overwrite=True) == path


def test_a_score_in_another_format_is_refused(tmp_path: Path) -> None:
    piece = melodymuse.compose("awe", bars=1, seed=1)
    with pytest.raises(OutputError, match=r"use a name ending in \.musicxml.*\.png"):
        piece.write_score(tmp_path / "x.mid")


def test_pictures_come_in_two_themes(tmp_path: Path) -> None:
    piece = melodymuse.compose("awe", bars=1, seed=1)
    light, dark = (
        piece.write(tmp_path / f"{theme}.png", theme=theme).read_bytes()
        for theme in ("light", "dark")
    )
    assert light != dark


@pytest.mark.parametrize(
    ("wish", "complaint"),
    [
        ({"key": 5}, "unknown key 5"),
        ({"key": b"D"}, "unknown key b'D'"),
        ({"seed": "1"}, "seed must be a whole number"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"valence": "0.5"}, "valence must be a number"),
        ({"bars": 4.5}, "bars must be a whole number"),
        ({"bars": True}, "bars must be a number"),
        ({"time_signature": "4"}, "unknown time signature '4'"),
        ({"time_signature": "7/8"}, "no model for 7/8"),
        ({"form": "aaba"}, "unknown form 'aaba'"),
        ({"harmony": "joy"}, "unknown harmony 'joy'"),
        ({"chords": "H"}, "unknown chord 'H'"),
        ({"style": "jazz"}, "unknown style 'jazz'"),
        ({"leaps": 99}, "leaps must lie between 0 and 16"),
    ],
)
def test_wishes_of_the_wrong_kind_are_refused(wish: dict[str, object], complaint: str) -> None:
    with pytest.raises(melodymuse.MelodyMuseError, match=complaint):
        melodymuse.compose("awe", **wish)


def test_numpy_numbers_and_a_metre_in_words_will_do() -> None:
    wishes = {"bars": np.int64(2), "tempo": np.float32(72), "seed": np.int64(4)}
    piece = melodymuse.compose("Awe", time_signature="4/4", **wishes)
    assert (piece.score.bars, piece.controls.tempo, piece.seed) == (2, 72.0, 4)


def test_form_chords_and_texture_may_be_asked_for() -> None:
    piece = melodymuse.compose(
        "fear", seed=1, bars=6, form="ABA", chords="Dm | Gm A7", leaps=4, time_signature="3/4"
    )
    assert [section.name for section in piece.score.sections] == ["A", "B", "A'"]
    assert str(piece.score.key) == "D minor" and piece.score.end == 6 * 1440
    assert [chord.root for chord in piece.score.chords[:4]] == [2, 7, 9, 2]
    assert (piece.controls.leaps, piece.controls.chords) == (4, "Dm | Gm A7")


def test_no_emotion_and_no_picture_names_both() -> None:
    with pytest.raises(melodymuse.MelodyMuseError, match="no picture 'joy', and no emotion"):
        melodymuse.compose("joy")


def test_what_is_expressed_is_told_and_composes_the_same_notes(photograph: Path) -> None:
    piece = melodymuse.compose(photograph, seed=3, bars=2)
    assert piece.expressed == piece.profile.heightened()
    again = melodymuse.compose(piece.expressed, seed=3, bars=2)
    assert again.score.notes == piece.score.notes


def test_a_file_named_twice_or_by_nothing_is_refused(tmp_path: Path) -> None:
    piece = melodymuse.compose("awe", seed=1, bars=1)
    with pytest.raises(melodymuse.MelodyMuseError, match="named twice"):
        piece.write_all([tmp_path / "a.mid", tmp_path / "a.mid"])
    with pytest.raises(melodymuse.MelodyMuseError, match="text or a path"):
        piece.write(None)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())
