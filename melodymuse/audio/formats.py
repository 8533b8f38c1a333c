"""Sound as a file: WAV, FLAC, Ogg Vorbis and MP3, written by libsndfile, with tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.audio.id3 import id3_tag
from melodymuse.audio.ogg import with_fixed_serial
from melodymuse.errors import AudioError, OutputError
from melodymuse.optional import optional

# libsndfile's Vorbis encoder overflows its stack when it is given minutes at once.
_BLOCK_FRAMES = 1 << 14
_COMPRESSION = 0.3  # about 150 kbit/s for a piano
# libsndfile writes WAV files that nobody can read when their header grows over some kilobytes.
_LONGEST_TAG = 1000
_MP3_RATES = frozenset({8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000})


@dataclass(frozen=True, slots=True)
class _Format:
    """How libsndfile writes it: its names, how much it shall compress (0, best quality, to 1),
    whether it can write the tags; and what is done to the bytes after."""

    container: str
    encoding: str
    compression: float | None = None
    tagged_by_library: bool = True
    finish: Callable[[bytes, dict[str, str]], bytes] | None = None


FORMATS: Mapping[str, _Format] = {
    ".wav": _Format("WAV", "PCM_16"),
    ".flac": _Format("FLAC", "PCM_16"),
    ".ogg": _Format("OGG", "VORBIS", _COMPRESSION, finish=lambda data, _: with_fixed_serial(data)),
    ".mp3": _Format(
        "MP3",
        "MPEG_LAYER_III",
        _COMPRESSION,
        tagged_by_library=False,
        finish=lambda data, tags: id3_tag(tags) + data,
    ),
}
SUFFIXES = tuple(FORMATS)


def check_format(path: Path, rate: int) -> None:
    """See, before any work is done, that a file of that name and rate can be written.

    Raises:
        OutputError: the suffix is none of `SUFFIXES`.
        AudioError: the format cannot hold that rate.
        MissingExtraError: soundfile is not installed.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise OutputError(
            f"{path}: cannot tell the sound format: use a name ending in {', '.join(SUFFIXES)}"
        )
    if suffix == ".mp3" and rate not in _MP3_RATES:
        rates = ", ".join(str(known) for known in sorted(_MP3_RATES))
        raise AudioError(f"an MP3 file cannot hold a rate of {rate}: use one of {rates}")
    kind = FORMATS[suffix]
    if not _soundfile().check_format(kind.container, kind.encoding):
        raise AudioError(
            f"{path}: the libsndfile of this system cannot write {suffix[1:].upper()}: "
            "use .wav or .flac, or update it (pip install -U soundfile)"
        )


def sound_bytes(kind: str, samples: NDArray[np.float32], rate: int, tags: dict[str, str]) -> bytes:
    """Sound as a file; the same sound and tags give the same bytes.

    Args:
        kind: one of `SUFFIXES`.
        samples: shape (frames, channels), within -1 and 1; WAV and FLAC hold 16 bits of each.
        rate: frames a second.
        tags: `title`, `software`, `genre`, `comment`; empty ones are left out.
    """
    form = FORMATS[kind]
    soundfile = _soundfile()
    tags = {name: _clean(text) for name, text in tags.items()}
    buffer = BytesIO()
    try:
        with soundfile.SoundFile(
            buffer,
            "w",
            rate,
            samples.shape[1],
            form.encoding,
            format=form.container,
            compression_level=form.compression,
        ) as file:
            if form.tagged_by_library:
                _tag(file, tags)
            for start in range(0, len(samples), _BLOCK_FRAMES):
                file.write(samples[start : start + _BLOCK_FRAMES])
    except soundfile.LibsndfileError as error:
        raise AudioError(f"libsndfile cannot write {kind[1:].upper()}: {error}") from error
    data = buffer.getvalue()
    return data if form.finish is None else form.finish(data, tags)


def _tag(file: Any, tags: dict[str, str]) -> None:
    for name, text in tags.items():
        if text:
            setattr(file, name, text)


def _clean(text: str) -> str:
    """A tag's text in one line, short enough for the header of a WAV file."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    line = " ".join(printable.encode("utf-8", errors="replace").decode().split())
    return line[:_LONGEST_TAG]


def _soundfile() -> ModuleType:
    return optional("soundfile", "writing sound files")
