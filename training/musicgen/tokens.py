"""Sounds as EnCodec's tokens, computed once and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
import torch

from melodymuse.audio.clip import Clip, read_clip
from melodymuse.errors import AudioError, MelodyMuseError
from melodymuse.files import whole_file
from melodymuse.waveform.devices import enough_memory
from melodymuse.waveform.network import Network

Tokens = npt.NDArray[np.int16]

CHUNK_SECONDS = 30.0
# What is left at the end of a sound, and a sound as a whole, teaches nothing when it is shorter.
SHORTEST_SECONDS = 5.0
_SILENCE = 1e-4
_MAGIC = "tokens-1"


def cut(clip: Clip) -> Iterator[Clip]:
    """The chunks of a sound: `CHUNK_SECONDS` long, and the rest where it is not too short."""
    length = round(CHUNK_SECONDS * clip.rate)
    shortest = SHORTEST_SECONDS * clip.rate
    for start in range(0, len(clip.samples), length):
        part = clip.samples[start : start + length]
        if len(part) >= shortest:
            yield Clip(part, clip.rate)


def encode(network: Network, clip: Clip) -> Tokens:
    """A chunk's tokens, shape (codebooks, frames).

    Raises:
        ModelError: not enough memory.
    """
    sound = torch.from_numpy(clip.mono())[None, None].to(network.device)
    advice = "use --device cpu"
    with torch.no_grad(), enough_memory("encode 30 s of sound", network.device, advice):
        codes = network.model.audio_encoder.encode(sound).audio_codes
    # The codec works in one piece, since MusicGen's has no chunks of its own.
    tokens: Tokens = codes[0, 0].cpu().numpy().astype(np.int16)
    return tokens


def tokens_of(
    network: Network, sounds: Iterable[Path], cache: Path
) -> Mapping[Path, tuple[Tokens, ...]]:
    """The tokens of each sound's chunks, read from the cache where they are there.

    A cached file belongs to the sound's bytes and the codec's weights, whatever the file is called.

    Args:
        network: a MusicGen of one channel.
        sounds: sound files, of any rate and channels.
        cache: a folder, made where it is missing.

    Raises:
        AudioError: a sound that cannot be read, is silent, or shorter than `SHORTEST_SECONDS`.
        ModelError: not enough memory.
    """
    cache.mkdir(parents=True, exist_ok=True)
    codec = _fingerprint(network)
    return {sound: _cached(network, sound, cache, codec) for sound in sorted(set(sounds))}


def _cached(network: Network, sound: Path, cache: Path, codec: bytes) -> tuple[Tokens, ...]:
    name = hashlib.sha256(codec + hashlib.sha256(sound.read_bytes()).digest()).hexdigest()
    path = cache / f"{name}.npz"
    if path.exists():
        try:
            with np.load(path) as kept:
                return tuple(kept[f"arr_{number}"] for number in range(len(kept.files)))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise MelodyMuseError(f"'{path}' is damaged: delete it ({error})") from error
    samples = read_clip(sound).mono(network.sample_rate)
    clip = Clip(samples[:, np.newaxis], network.sample_rate).fitted()
    if clip.peak < _SILENCE:
        raise AudioError(f"'{sound}' is silent: leave it out")
    chunks = tuple(encode(network, chunk) for chunk in cut(clip))
    if not chunks:
        raise AudioError(
            f"'{sound}' lasts {clip.seconds:.1f} s: leave out what is shorter than "
            f"{SHORTEST_SECONDS:g} s"
        )
    with whole_file(path, overwrite=True) as beside:
        np.savez(beside, *chunks)
    return chunks


def _fingerprint(network: Network) -> bytes:
    """What tells one codec from another: its configuration and its codebooks."""
    encodec = network.model.audio_encoder
    digest = hashlib.sha256(f"{_MAGIC} {network.sample_rate} {network.codebooks}".encode())
    for layer in encodec.quantizer.layers:
        digest.update(layer.codebook.embed.cpu().numpy().tobytes())
    for _, weights in sorted(encodec.encoder.state_dict().items()):
        digest.update(weights.cpu().numpy().tobytes())
    return digest.digest()
