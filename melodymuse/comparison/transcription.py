"""From sound to notes, by the network of Spotify's basic-pitch.

The network (230 kB of ONNX, Apache-2.0) lies within the wheel of basic-pitch 0.4 and runs on
onnxruntime.  The package itself is not imported: on Python 3.11 it asks for TensorFlow under 2.15.1
and, by way of resampy, for a part of setuptools that is gone.  So it is installed without what it
asks for, ``pip install --no-deps basic-pitch``, and its file is used.

R. Bittner, J. Bosch, D. Rubinstein, G. Meseguer-Brocal, S. Ewert, "A lightweight
instrument-agnostic model for polyphonic note transcription and multipitch estimation", ICASSP 2022.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from melodymuse.audio.clip import Clip
from melodymuse.comparison.metrics.notes import SoundedNote
from melodymuse.comparison.note_tracking import track_notes
from melodymuse.errors import ModelError

# The network's own numbers: it hears windows of 2 s less a hop, and answers every hop.
RATE = 22050
HOP = 256
WINDOW = 2 * RATE - HOP
LOWEST_PITCH = 21
# The first and last frames of a window lack context: windows overlap by twice these, which are cut.
_EDGE_FRAMES = 15
_STEP = WINDOW - 2 * _EDGE_FRAMES * HOP
_BATCH = 8

_INPUT, _NOTES, _ONSETS = (
    "serving_default_input_2:0",
    "StatefulPartitionedCall:1",
    "StatefulPartitionedCall:2",
)
_IN_WHEEL = Path("saved_models", "icassp_2022", "nmp.onnx")
ADVICE = "pip install --no-deps basic-pitch"

Activity = NDArray[np.float32]


class Transcriber(Protocol):
    """Anything that hears notes in sound."""

    @property
    def name(self) -> str:
        """What to call it in a report."""

    def transcribe(self, clip: Clip) -> tuple[SoundedNote, ...]:
        """The notes heard in a clip, by onset; may be empty."""


@dataclass(frozen=True, slots=True)
class BasicPitch:
    """The transcriber that basic-pitch's network makes.

    Attributes:
        session: the loaded network.
        name: what to call it in a report.
    """

    session: Any
    name: str = "basic-pitch"

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> BasicPitch:
        """Load the network from its ONNX file.

        Raises:
            ModelError: no such file, or not that network.
        """
        import onnxruntime

        source = Path(path)
        if not source.is_file():
            raise ModelError(f"{source}: there is no such transcription network")
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        try:
            session = onnxruntime.InferenceSession(
                str(source), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise ModelError(f"{source}: not an ONNX file that can be run") from error
        found = {each.name for each in (*session.get_inputs(), *session.get_outputs())}
        if not {_INPUT, _NOTES, _ONSETS} <= found:
            raise ModelError(f"{source}: not basic-pitch's network: {ADVICE}")
        return cls(session)

    def transcribe(self, clip: Clip) -> tuple[SoundedNote, ...]:
        """The notes heard in a clip, by onset; may be empty."""
        notes, onsets, times = self.activity(clip)
        return tuple(
            SoundedNote(
                float(times[note.first]), float(times[note.last] - times[note.first]), pitch
            )
            for note in track_notes(notes, onsets)
            for pitch in (note.row + LOWEST_PITCH,)
        )

    def activity(self, clip: Clip) -> tuple[Activity, Activity, NDArray[np.float64]]:
        """How sure the network is of each of 88 pitches at each moment.

        Returns:
            Sounding and beginning, shape (frames, 88), 0..1 each; and the frames' times, seconds.
        """
        samples = clip.mono(RATE)
        count = -(-len(samples) // _STEP)
        padded = np.zeros(count * _STEP + WINDOW, np.float32)
        lead = _EDGE_FRAMES * HOP
        padded[lead : lead + len(samples)] = samples
        windows = np.stack([padded[i * _STEP : i * _STEP + WINDOW] for i in range(count)])
        parts = [
            self.session.run([_NOTES, _ONSETS], {_INPUT: windows[i : i + _BATCH, :, None]})
            for i in range(0, count, _BATCH)
        ]
        inner = slice(_EDGE_FRAMES, -_EDGE_FRAMES)
        notes, onsets = (np.concatenate(each)[:, inner] for each in zip(*parts, strict=True))
        # A step is not a whole number of hops: every window's frames start anew at its own time.
        starts = np.arange(count)[:, None] * _STEP
        times = ((starts + np.arange(notes.shape[1]) * HOP) / RATE).reshape(-1)
        kept = times < clip.seconds
        return notes.reshape(-1, 88)[kept], onsets.reshape(-1, 88)[kept], times[kept]


def find_transcriber() -> BasicPitch | None:
    """basic-pitch's network if its package is installed, else None."""
    spec = find_spec("basic_pitch")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / _IN_WHEEL
    return BasicPitch.load(path) if path.is_file() else None
