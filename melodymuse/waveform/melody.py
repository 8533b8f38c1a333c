"""What a melody model hears of a sound: the loudest pitch class at each moment.

As in section 3.3 of the MusicGen paper and in transformers' `MusicgenMelodyFeatureExtractor`, which
needs torchaudio for the spectrogram alone.
"""

from __future__ import annotations

import numpy as np
import torch
from transformers.audio_utils import chroma_filter_bank

from melodymuse.audio.clip import Clip

# What facebook/musicgen-melody was trained with: 2^14 samples of 32 kHz, every 2^12.
SAMPLE_RATE = 32000
WINDOW = 16384
HOP = 4096
PITCH_CLASSES = 12


def chroma(melody: Clip, seconds: float, offset: float = 0.0) -> torch.Tensor:
    """The loudest pitch class at each moment of a part of a melody.

    Args:
        melody: the sound; it starts again where it ends.
        seconds: length of the part.
        offset: where the part begins.

    Returns:
        Shape (1, frames, 12), float32: a one for the loudest pitch class, C first, else zeros;
        7.8125 frames a second.
    """
    samples = melody.mono(SAMPLE_RATE)
    places = np.arange(round(offset * SAMPLE_RATE), round((offset + seconds) * SAMPLE_RATE))
    part = torch.from_numpy(np.take(samples, places, mode="wrap"))
    if len(part) < WINDOW:
        missing = WINDOW - len(part)
        part = torch.nn.functional.pad(part, (missing // 2, missing - missing // 2))
    spectrum = torch.stft(
        part, WINDOW, HOP, window=torch.hann_window(WINDOW), center=True, return_complex=True
    )
    filters = chroma_filter_bank(
        num_frequency_bins=WINDOW, num_chroma=PITCH_CLASSES, sampling_rate=SAMPLE_RATE
    )
    energy = torch.from_numpy(filters).float() @ spectrum.abs().square()
    loudest = energy.argmax(dim=0)
    return torch.nn.functional.one_hot(loudest, PITCH_CLASSES).float().unsqueeze(0)
