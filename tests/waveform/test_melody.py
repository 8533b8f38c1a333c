"""What a melody model hears."""

from __future__ import annotations

import numpy as np
import pytest

from tests.waveform import tiny

torch, transformers = tiny.torch, tiny.transformers

from melodymuse.audio.clip import Clip  # noqa: E402
from melodymuse.waveform.melody import chroma  # noqa: E402

RATE = 32000


def tones(*midi: int, each: float = 1.0, rate: int = RATE) -> Clip:
    at = np.arange(round(each * rate)) / rate
    parts = [np.sin(2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * at) for pitch in midi]
    return Clip((0.5 * np.concatenate(parts)).astype(np.float32)[:, None], rate)


@pytest.mark.parametrize("rate", [RATE, 44100])
@pytest.mark.parametrize("pitch", range(57, 75))
def test_a_tone_is_its_pitch_class(pitch: int, rate: int) -> None:
    heard = chroma(tones(pitch, rate=rate), 1.0)
    assert heard.shape == (1, 8, 12)
    assert heard.sum(-1).eq(1).all()
    assert heard.argmax(-1).unique().tolist() == [pitch % 12]


def test_a_short_melody_begins_again_and_a_part_begins_where_it_is_told() -> None:
    melody = tones(60, 64, each=2)
    assert chroma(melody, 8)[0, [6, 22, 38, 54]].argmax(-1).tolist() == [0, 4, 0, 4]
    assert chroma(melody, 4, offset=2)[0, [6, 22]].argmax(-1).tolist() == [4, 0]


def test_it_is_what_transformers_would_hear() -> None:
    pytest.importorskip("torchaudio", reason="transformers' own extractor needs torchaudio")
    melody = tones(60, 63, 67, 72, 58, each=0.7)
    theirs = transformers.MusicgenMelodyFeatureExtractor()(
        melody.samples, sampling_rate=RATE, return_tensors="pt"
    )["input_features"]
    assert torch.equal(chroma(melody, melody.seconds), theirs)
