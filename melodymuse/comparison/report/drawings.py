"""Pictures of sound and notes that stretch with the page: the page adds axes and colours.

All takes of a picture share one time axis; all spectrograms of a report share one scale of
frequency and level, all rolls one scale of pitch.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from melodymuse.audio.clip import Clip
from melodymuse.comparison.metrics.notes import SoundedNote
from melodymuse.optional import librosa

Array = NDArray[np.float64]

_RATE = 22050
_FRAME, _HOP = 2048, 512
_BANDS = 112
LOWEST_HZ, HIGHEST_HZ = 40.0, 10000.0
FREQUENCY_MARKS = (100, 500, 1000, 2000, 5000, 10000)
# What a good loudspeaker in a quiet room lets hear.
RANGE_DB = 70.0
_COLOURS = "magma"
_COLUMNS = 800
_PICTURE_SIZE = 720
_SVG = 'viewBox="0 0 {width:g} {height:g}" preserveAspectRatio="none" aria-hidden="true"'


class Mark(NamedTuple):
    """A place on an axis, per cent from its beginning, and what stands there."""

    place: float
    label: str


class Block(NamedTuple):
    """A note to draw: when it sounds, its pitch, and the name of its colour."""

    note: SoundedNote
    kind: str


@dataclass(frozen=True, slots=True)
class Spectrogram:
    """Levels in dB over full scale, shape (bands, frames), lowest band first, and its length."""

    levels: Array
    seconds: float


def spectrogram(clip: Clip) -> Spectrogram:
    """A mel spectrogram of 40 Hz to 10 kHz."""
    power = librosa().feature.melspectrogram(
        y=clip.mono(_RATE),
        sr=_RATE,
        n_fft=_FRAME,
        hop_length=_HOP,
        n_mels=_BANDS,
        fmin=LOWEST_HZ,
        fmax=HIGHEST_HZ,
    )
    levels: Array = 10 * np.log10(np.maximum(power.astype(np.float64), 1e-12))
    return Spectrogram(levels, clip.seconds)


def spectrogram_uri(drawn: Spectrogram, top: float) -> str:
    """A spectrogram as the data URI of a PNG.

    Args:
        drawn: what to draw.
        top: the level of the brightest colour, dB; the darkest lies `RANGE_DB` under it.
    """
    from matplotlib import colormaps
    from PIL import Image

    steps = np.clip((drawn.levels - top) / RANGE_DB + 1, 0, 1)
    wide = steps.shape[1] > _COLUMNS
    if wide:
        edges = np.linspace(0, steps.shape[1], _COLUMNS + 1).astype(int)[:-1]
        steps = np.maximum.reduceat(steps, edges, axis=1)
    image = Image.fromarray(np.round(255 * steps[::-1]).astype(np.uint8), "P")
    colours = colormaps[_COLOURS](np.arange(256), bytes=True)[:, :3]
    image.putpalette(colours.tobytes())
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return data_uri(buffer.getvalue(), "image/png")


def waveform_svg(clip: Clip) -> str:
    """The outline of a clip's samples, full scale from edge to edge."""
    samples = clip.mono()
    count = min(_COLUMNS, len(samples))
    edges = np.linspace(0, len(samples), count + 1).astype(int)[:-1]
    high = 50 - 50 * np.maximum.reduceat(samples, edges).clip(-1, 1)
    low = 50 - 50 * np.minimum.reduceat(samples, edges).clip(-1, 1)
    points = [f"{x},{y:.1f}" for x, y in enumerate(high)]
    points += [f"{x},{max(y, high[x] + 0.4):.1f}" for x, y in reversed(list(enumerate(low)))]
    box = _SVG.format(width=count, height=100)
    return f'<svg {box}><polygon points="{" ".join(points)}"/></svg>'


def notes_svg(blocks: Iterable[Block], seconds: float, pitches: tuple[int, int]) -> str:
    """Notes as bars, time to the right, pitch upwards.

    Args:
        blocks: the notes and the names of their colours.
        seconds: what the width stands for.
        pitches: lowest and highest pitch of the drawing.
    """
    low, high = pitches
    bars = [
        f'<rect class="{block.kind}" x="{10 * block.note.onset:.2f}" y="{high - block.note.pitch}" '
        f'width="{max(10 * block.note.duration - 0.15, 0.2):.2f}" height="0.9"/>'
        for block in blocks
        if block.note.onset < seconds
    ]
    box = _SVG.format(width=10 * seconds, height=high - low + 1)
    return f"<svg {box}>{''.join(bars)}</svg>"


def pitch_range(notes: Sequence[SoundedNote]) -> tuple[int, int]:
    """Lowest and highest pitch to draw, whole octaves from C to B."""
    pitches = [note.pitch for note in notes] or [60]
    return min(pitches) // 12 * 12, max(pitches) // 12 * 12 + 11


def pitch_marks(pitches: tuple[int, int]) -> list[Mark]:
    """The Cs of a roll, from the bottom."""
    low, high = pitches
    rows = high - low + 1
    return [
        Mark(100 * (pitch - low + 0.5) / rows, f"C{pitch // 12 - 1}")
        for pitch in range(low, high + 1, 12)
    ]


def frequency_marks() -> list[Mark]:
    """Round frequencies of a spectrogram, from the bottom."""
    mel = librosa().hz_to_mel
    low, high = mel(LOWEST_HZ), mel(HIGHEST_HZ)
    return [
        Mark(100 * (mel(hz) - low) / (high - low), f"{hz // 1000}k" if hz >= 1000 else str(hz))
        for hz in FREQUENCY_MARKS
    ]


def time_marks(seconds: float) -> list[Mark]:
    """Round seconds of a time axis, from the left."""
    step = next(s for s in (1, 2, 5, 10, 15, 30, 60, 120) if seconds / s <= 8)
    return [Mark(100 * t / seconds, f"{t} s") for t in range(0, int(seconds) + 1, step)]


def picture_jpeg(path: Path) -> bytes:
    """A picture small enough for a page, as a JPEG file without anything but its pixels: a camera
    writes where it was.

    Raises:
        ImageError: it cannot be read.
    """
    from PIL import Image

    from melodymuse.vision.loading import load_image

    image = Image.fromarray(load_image(path)).convert("RGB")
    image.thumbnail((_PICTURE_SIZE, _PICTURE_SIZE))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def data_uri(data: bytes, kind: str) -> str:
    """Bytes as an address that a page can hold."""
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
