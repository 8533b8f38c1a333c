"""VGGish: the embedding of published Frechet audio distances, from its real weights.

The network and its input are those of AudioSet's VGGish; the 128 numbers are taken before the last
ReLU, as AudioSet's own code has done since 2020 and as most FAD tools do.  No weights come with
MelodyMuse.  A file has the layers' names of the widely used port to PyTorch (``features.0.weight``
... ``embeddings.4.bias``); what else is in it, such as a PCA, is left alone.

References
    S. Hershey et al., "CNN architectures for large-scale audio classification", ICASSP 2017.
    K. Kilgour et al., "Frechet Audio Distance", Interspeech 2019.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.audio.clip import Clip
from melodymuse.comparison.embeddings import windows
from melodymuse.errors import ModelError
from melodymuse.optional import need
from melodymuse.waveform.naming import called

Array = NDArray[np.float64]

RATE = 16000
# A patch of 96 frames of 10 ms from each second of sound.
_FRAME, _HOP, _FFT, _PATCH = 400, 160, 512, 96
_BANDS, _LOWEST, _HIGHEST = 64, 125.0, 7500.0
_OFFSET = 0.01
# Places of the layers with weights: 3 x 3 convolutions, after some of which height and width are
# halved, and dense layers.  Their widths are read off the weights.
_CONVOLUTIONS, _HALVED = (0, 3, 6, 8, 11, 13), (0, 3, 8, 13)
_DENSE = (0, 2, 4)
_SUFFIXES = (".safetensors", ".pth", ".pt", ".bin")


@dataclass(frozen=True, slots=True, eq=False)
class Vggish:
    """A loaded VGGish.

    Attributes:
        name: its hub name, or that of its file.
        network: its convolutions and its dense layers, of torch.
    """

    name: str
    network: Any

    @classmethod
    def load(cls, name_or_path: str) -> Vggish:
        """Load it from a file (.safetensors, .pth, .pt or .bin), or from the one such file of a
        repository on the Hugging Face hub.

        Raises:
            ModelError: no such file or repository, weights missing or misshapen.
            MissingExtraError: torch is not installed.
        """
        need("torch", "transformers", purpose="VGGish")
        from melodymuse.waveform.loading import explained, weights_file

        file = weights_file(name_or_path, _SUFFIXES)
        with explained(name_or_path):
            weights = _read(file)
        try:
            network = _network(weights)
        except (KeyError, RuntimeError, AttributeError, ValueError) as error:
            raise ModelError(
                f"'{name_or_path}' is no VGGish: weights are missing or misshapen ({error})"
            ) from error
        return cls(called(name_or_path), network.eval())

    def embed(self, clip: Clip) -> Array:
        """Shape (windows, 128): windows of 1 s every 0.5 s."""
        import torch

        rows = []
        for window in windows(clip.mono(RATE), RATE):
            patch = torch.from_numpy(log_mel(window))[None, None]
            with torch.inference_mode():
                seen = self.network.features(patch)
                # The weights count channels last.
                rows.append(self.network.embeddings(seen.permute(0, 2, 3, 1).flatten(1)))
        found: Array = torch.cat(rows).double().numpy()
        return found


def log_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The input: shape (96, 64), frames by mel bands, of a second at `RATE`."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::_HOP][:_PATCH]
    # A periodic window, as of a longer signal.
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FRAME) / _FRAME)
    magnitude = np.abs(np.fft.rfft(frames * hann, _FFT))
    return np.log(magnitude @ mel_weights() + _OFFSET).astype(np.float32)


def mel_weights() -> Array:
    """Triangles that are even on the mel scale itself, not in Hz; shape (257, 64)."""
    bins = _mel(np.linspace(0, RATE / 2, _FFT // 2 + 1))[:, None]
    edges = np.linspace(_mel(np.array(_LOWEST)), _mel(np.array(_HIGHEST)), _BANDS + 2)
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (bins - low) / (centre - low), (high - bins) / (high - centre)
    weights: Array = np.minimum(rising, falling).clip(min=0)
    weights[0] = 0
    return weights


def _mel(hertz: Array) -> Array:
    mels: Array = 1127.0 * np.log1p(hertz / 700.0)
    return mels


def _network(weights: Mapping[str, Any]) -> Any:
    """The network around its weights.

    Raises:
        KeyError, RuntimeError: weights are missing or do not fit together.
    """
    from torch import nn

    layers: dict[str, Any] = {}
    for place in _CONVOLUTIONS:
        width, channels = weights[f"features.{place}.weight"].shape[:2]
        layers[f"features.{place}"] = nn.Conv2d(channels, width, 3, padding=1)
    for place in _DENSE:
        width, inputs = weights[f"embeddings.{place}.weight"].shape
        layers[f"embeddings.{place}"] = nn.Linear(inputs, width)
    for name, layer in layers.items():
        known = {part: weights[f"{name}.{part}"].float() for part in ("weight", "bias")}
        layer.load_state_dict(known)
    convolutions: list[Any] = []
    for place in _CONVOLUTIONS:
        convolutions += [layers[f"features.{place}"], nn.ReLU()]
        if place in _HALVED:
            convolutions.append(nn.MaxPool2d(2))
    dense = [part for place in _DENSE for part in (layers[f"embeddings.{place}"], nn.ReLU())]
    return nn.ModuleDict(
        {"features": nn.Sequential(*convolutions), "embeddings": nn.Sequential(*dense[:-1])}
    )


def _read(file: Path) -> dict[str, Any]:
    if file.suffix == ".safetensors":
        from safetensors.torch import load_file

        return dict(load_file(file))
    import torch

    return dict(torch.load(file, map_location="cpu", weights_only=True))
