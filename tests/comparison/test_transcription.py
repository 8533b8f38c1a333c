"""From sound to notes: the tracking on drawn certainties, the network on a real piece."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from melodymuse.audio.clip import Clip
from melodymuse.comparison.metrics.notes import SoundedNote, evaluate_transcription
from melodymuse.comparison.note_tracking import TrackedNote, track_notes
from melodymuse.comparison.transcription import ADVICE, BasicPitch, find_transcriber
from melodymuse.errors import ModelError
from tests.comparison.sounds import RATE, noise, plucked


def certainties(*notes: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Sounding and beginning of (first, last, row)."""
    sounding, beginning = np.zeros((2, 200, 88), np.float32)
    for first, last, row in notes:
        sounding[first:last, row] = 0.9
        beginning[first, row] = 0.8
    return sounding, beginning


def test_each_peak_is_a_note_of_its_length() -> None:
    drawn = [(10, 60, 40), (10, 90, 44), (100, 140, 40)]
    assert track_notes(*certainties(*drawn)) == [TrackedNote(*note) for note in drawn]


def test_a_note_outlasts_a_short_gap_and_no_long_one() -> None:
    sounding, beginning = certainties((10, 100, 40))
    sounding[50:58, 40] = 0
    assert track_notes(sounding, beginning) == [TrackedNote(10, 100, 40)]
    sounding[50:70, 40] = 0
    # What comes back without being struck is the echo of another note.
    assert track_notes(sounding, beginning) == [TrackedNote(10, 50, 40)]


def test_a_repeated_note_is_two_notes() -> None:
    sounding, beginning = certainties((10, 60, 40), (60, 110, 40))
    assert track_notes(sounding, beginning) == [TrackedNote(10, 60, 40), TrackedNote(60, 110, 40)]


def test_a_smear_into_the_next_semitone_is_no_note() -> None:
    sounding, beginning = certainties((12, 60, 40))
    # Struck a little earlier by the network's account, so that the true note is asked first.
    sounding[11:60, 41] = 0.5
    beginning[11, 41] = 0.55
    assert track_notes(sounding, beginning) == [TrackedNote(12, 60, 40)]


def test_clicks_and_silence_are_no_notes() -> None:
    assert track_notes(*certainties((10, 15, 40))) == []
    assert track_notes(*certainties()) == []
    assert track_notes(np.zeros((1, 88), np.float32), np.zeros((1, 88), np.float32)) == []


@pytest.fixture(scope="module")
def transcriber() -> BasicPitch:
    found = find_transcriber()
    if found is None:
        pytest.skip(f"basic-pitch's network is not there: {ADVICE}")
    return found


def test_struck_tones_are_heard(transcriber: BasicPitch) -> None:
    pytest.importorskip("mir_eval", reason="the extra compare is not installed")
    played = [
        (0.5 * i, 0.45, pitch) for i, pitch in enumerate((60, 64, 67, 72, 67, 64, 60, 55) * 2)
    ]
    clip = Clip(plucked(played, 8.5)[:, None], RATE)
    heard = transcriber.transcribe(clip)
    truth = [SoundedNote(*note) for note in played]
    scores = evaluate_transcription(truth, heard)
    assert scores["transcription_recall"] > 0.9
    assert scores["transcription_f1"] > 0.7


def test_noise_holds_few_notes_and_times_stay_inside(transcriber: BasicPitch) -> None:
    clip = Clip(noise(6)[:, None], RATE)
    heard = transcriber.transcribe(clip)
    assert len(heard) < 20
    assert all(note.onset >= 0 and note.onset + note.duration <= 6 for note in heard)


def test_the_windows_meet_without_a_seam(transcriber: BasicPitch) -> None:
    # One tone of 10 s crosses five seams of the network's windows of 2 s.
    clip = Clip(plucked([(0.3, 10.0, 69)], 10.5)[:, None], RATE)
    heard = [note for note in transcriber.transcribe(clip) if note.pitch == 69]
    assert len(heard) == 1
    assert heard[0].onset == pytest.approx(0.3, abs=0.03)
    sounding, _, times = transcriber.activity(clip)
    assert sounding.shape == (len(times), 88)
    assert (np.diff(times) > -0.01).all()


def test_another_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such"):
        BasicPitch.load(tmp_path / "x.onnx")
    (tmp_path / "x.onnx").write_bytes(b"no network")
    with pytest.raises(ModelError, match="not an ONNX file"):
        BasicPitch.load(tmp_path / "x.onnx")


def test_another_network_is_refused() -> None:
    eye = Path(__file__).parents[2] / "melodymuse" / "models" / "eye.onnx"
    if not eye.is_file():
        pytest.skip("the eye's network lies elsewhere")
    with pytest.raises(ModelError, match="not basic-pitch's network"):
        BasicPitch.load(eye)
