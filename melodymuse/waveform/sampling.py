"""Words to tokens to sound: windows of 30 s, each going on from the end of the one before."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
import transformers

from melodymuse.audio.clip import Clip, Samples
from melodymuse.errors import ModelError
from melodymuse.waveform.devices import enough_memory, seeded
from melodymuse.waveform.loading import quiet_transformers
from melodymuse.waveform.melody import chroma
from melodymuse.waveform.network import Network
from melodymuse.waveform.request import Progress, Request

# What MusicGen was trained on, and how far audiocraft moves on for more (`extend_stride`).
WINDOW_SECONDS = 30.0
STRIDE_SECONDS = 18.0
_SHORTER = "ask for fewer seconds, use a smaller model, or --device cpu"


def sample(
    network: Network,
    prompt: str,
    request: Request,
    melody: Clip | None = None,
    progress: Progress | None = None,
) -> Samples:
    """Make sound from words.

    Returns:
        Shape (n,), float32, at the network's rate; at least as long as asked, neither checked nor
        scaled.

    Raises:
        ModelError: not enough memory, or weights that give no probabilities.
    """
    purpose = f"make {request.seconds:g} s of sound"
    with (
        quiet_transformers(),
        torch.inference_mode(),
        enough_memory(purpose, network.device, _SHORTER),
        seeded(request.seed, network.device),
    ):
        try:
            return decode(network, _tokens(network, prompt, request, melody, progress))
        except RuntimeError as error:
            if "probability tensor" in str(error):
                raise ModelError(
                    "the model gives no probabilities for what comes next: its weights are "
                    "damaged, or the temperature is too low"
                ) from error
            if isinstance(error, NotImplementedError):
                raise ModelError(
                    f"{network.device} cannot do what the model asks for: use --device cpu"
                ) from error
            raise


def windows(frames: int, longest: int, stride: int) -> Iterator[tuple[int, int]]:
    """Where each window begins and ends, in frames: at most `longest` long, `stride` apart.

    They cover 0..`frames`, and each but the first begins inside the one before.
    """
    start = 0
    end = min(frames, longest)
    yield start, end
    while end < frames:
        start += stride
        end = min(frames, start + longest)
        yield start, end


def decode(network: Network, tokens: torch.Tensor) -> Samples:
    """The sound of tokens, shape (codebooks, frames): shape (n,), float32, channels averaged."""
    encodec, channels = network.model.audio_encoder, network.channels
    parts = [
        encodec.decode(tokens[channel::channels][None, None], [None]).audio_values[0, 0]
        for channel in range(channels)
    ]
    sound: Samples = torch.stack(parts).mean(dim=0).float().cpu().numpy().astype(np.float32)
    return sound


def _tokens(
    network: Network,
    prompt: str,
    request: Request,
    melody: Clip | None,
    progress: Progress | None,
) -> torch.Tensor:
    """The tokens of the whole sound, shape (codebooks, frames)."""
    rate = network.frame_rate
    total = math.ceil(request.seconds * rate)
    longest, stride = round(WINDOW_SECONDS * rate), round(STRIDE_SECONDS * rate)
    words = network.tokenizer([prompt], return_tensors="pt", truncation=True, max_length=256)
    known = torch.empty((network.codebooks, 0), dtype=torch.long, device=network.device)
    for start, end in windows(total, longest, stride):
        heard = known[:, start:]
        conditions: dict[str, Any] = {
            "input_ids": words["input_ids"].to(network.device),
            "attention_mask": words["attention_mask"].to(network.device),
        }
        if heard.shape[1]:
            conditions["decoder_input_ids"] = heard
        if melody is not None:
            features = chroma(melody, WINDOW_SECONDS, start / rate)
            conditions["input_features"] = features.to(network.device)
        listener = _Listener(network.codebooks // network.channels, start, total, progress)
        network.model.generate(
            **conditions,
            generation_config=_settings(network, request, end - start - heard.shape[1]),
            stopping_criteria=transformers.StoppingCriteriaList([listener]),
        )
        made = undelayed(listener.tokens, network.channels)
        known = torch.cat([known, made[:, heard.shape[1] :]], dim=1)
    return known


def undelayed(tokens: torch.Tensor, channels: int = 1) -> torch.Tensor:
    """Codebooks that start one after the other, put side by side.

    Args:
        tokens: shape (codebooks, length): a start token, then each codebook's tokens, begun one
            step later than those of the codebook before (both channels of stereo at once).
        channels: 1, or 2 where left and right take turns.

    Returns:
        Shape (codebooks, length - codebooks / channels).
    """
    steps = len(tokens) // channels
    frames = tokens.shape[1] - steps
    rows = [
        row[1 + number // channels : 1 + number // channels + frames]
        for number, row in enumerate(tokens)
    ]
    return torch.stack(rows)


def _settings(network: Network, request: Request, frames: int) -> transformers.GenerationConfig:
    start = network.start_token
    return transformers.GenerationConfig(
        do_sample=True,
        guidance_scale=float(request.guidance),
        top_k=request.top_k,
        temperature=float(request.temperature),
        # The last codebook starts that much later than the first.
        max_new_tokens=frames + network.codebooks // network.channels - 1,
        pad_token_id=start,
        bos_token_id=start,
        decoder_start_token_id=start,
    )


class _Listener:
    """Keeps the tokens as they are made, which transformers' `generate` gives as sound only."""

    def __init__(self, delay: int, start: int, total: int, progress: Progress | None) -> None:
        self.tokens = torch.empty(0)
        self._delay, self._start, self._total, self._progress = delay, start, total, progress

    def __call__(self, tokens: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
        """Asked after each step whether to stop: never before the length is reached."""
        self.tokens = tokens
        if self._progress is not None:
            made = self._start + max(tokens.shape[1] - self._delay, 0)
            self._progress(min(made, self._total), self._total)
        return torch.zeros(len(tokens), dtype=torch.bool, device=tokens.device)
