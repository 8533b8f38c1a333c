"""Melody Muse's own composer (Bath, Kumar, Dayal), whose work MelodyMuse continues, as a maker.

A recurrent classifier of 13 mean MFCCs into four emotions, trained by ``training.melody_muse``.
The paper: a clip of the emotion wanted seeds it, and the features that it then predicts become
notes through music21.  It does not say how a classifier predicts features; here, as those of a clip
of the emotion that it hears in the last thirteen, drawn from the spread of such clips.  Each
becomes a note, as far above or below middle C as it lies from the mean clip: no key, no bars, no
hands.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.comparison.backends import waveform_cost
from melodymuse.comparison.clips import comparable
from melodymuse.comparison.cost import Usage, watched
from melodymuse.comparison.takes import Brief, Take
from melodymuse.errors import ModelError
from melodymuse.music.schemes import in_scheme
from melodymuse.streams import stream

if TYPE_CHECKING:
    from melodymuse.audio.rendering import Sound

MELODY_MUSE = "melody-muse"
FILE = "composer.npz"
Array = NDArray[Any]

# Keras' order of what an LSTM stores; three of it, each with a kernel, a recurrent one and a bias.
_LSTM_WEIGHTS = 9
_MIDDLE_C, _SEMITONES = 60, 7  # a standard deviation is a fifth
_LOWEST, _HIGHEST = 21, 108
_QUARTERS = 0.5
_SECONDS = _QUARTERS * 60 / 120  # of a note, at the tempo that music21 writes when told none


@dataclass(frozen=True, slots=True, eq=False)
class Composer:
    """The classifier and what it composes from; features in deviations from the mean clip.

    Attributes:
        weights: of the three LSTM and the five dense layers, in Keras' order.
        words: the four emotions.
        seeds: (4, clips, 13), clips of each that it did not learn from.
        means, deviations: (4, 13), of the features of each emotion's clips.
    """

    weights: tuple[Array, ...]
    words: tuple[str, ...]
    seeds: Array
    means: Array
    deviations: Array

    @classmethod
    def load(cls, folder: str) -> Composer:
        """Read what ``training.melody_muse`` wrote.

        Raises:
            ModelError: it is not there, or damaged.
        """
        path = Path(folder) / FILE
        try:
            with np.load(path, allow_pickle=False) as kept:
                names = sorted(name for name in kept.files if name.startswith("weight"))
                rest = {name: kept[name] for name in ("seeds", "means", "deviations")}
                words = tuple(str(word) for word in kept["words"])
                return cls(tuple(kept[name] for name in names), words, **rest)
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise ModelError(
                f"no composer of Melody Muse at '{folder}': python -m training.melody_muse "
                f"writes its {FILE}"
            ) from error

    def chances(self, features: Array) -> Array:
        """Probabilities (4,) of the emotions for 13 features."""
        sequence = np.asarray(features, np.float64)
        # Over the coefficients or over the clip: the first kernel says which.
        sequence = sequence.reshape(-1, len(self.weights[0]))
        recurrent, dense = self.weights[:_LSTM_WEIGHTS], self.weights[_LSTM_WEIGHTS:]
        for index in range(0, _LSTM_WEIGHTS, 3):
            sequence = _lstm(sequence, *recurrent[index : index + 3])
        x = sequence[-1]
        for index in range(0, len(dense), 2):
            x = x @ dense[index] + dense[index + 1]
            if index + 2 < len(dense):
                x = np.maximum(x, 0)
        powers: Array = np.exp(x - x.max())
        return np.asarray(powers / powers.sum())

    def features(self, word: str, count: int, seed: int) -> Array:
        """(count,) features, the first those of a clip of an emotion."""
        chance = stream(seed, "melody-muse")
        clips = self.seeds[self.words.index(word)]
        told = [clips[chance.randrange(len(clips))]]
        while len(told) * told[0].size < count:
            (heard,) = chance.choices(range(len(self.words)), self.chances(told[-1]).tolist())
            spread = np.array([chance.gauss() for _ in told[-1]])
            told.append(self.means[heard] + self.deviations[heard] * spread)
        return np.concatenate(told)[:count]


def _lstm(sequence: Array, kernel: Array, recurrent: Array, bias: Array) -> Array:
    """Keras' LSTM, gates in its order: input, forget, cell, output; (steps, units)."""
    state = cell = np.zeros(len(recurrent))
    states = []
    for given in sequence:
        entry, forget, new, exit_ = np.split(given @ kernel + state @ recurrent + bias, 4)
        cell = _sigmoid(forget) * cell + _sigmoid(entry) * np.tanh(new)
        state = _sigmoid(exit_) * np.tanh(cell)
        states.append(state)
    return np.array(states)


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def notes_of(features: Array) -> bytes:
    """Features as a MIDI file, written by music21 as it comes."""
    from music21 import midi, note
    from music21 import stream as streams

    tune: Any = streams.Stream()
    for pitch in np.clip(np.rint(_MIDDLE_C + _SEMITONES * features), _LOWEST, _HIGHEST):
        tune.append(note.Note(int(pitch), quarterLength=_QUARTERS))
    data: bytes = midi.translate.streamToMidiFile(tune).writestr()
    return data


@dataclass(frozen=True, slots=True)
class MelodyMuseComposer:
    """Notes by Melody Muse's composer, sound by a soundfont.

    Attributes:
        composer: the classifier.
        sound: the soundfont and how it shall sound.
        loading: what it took to get ready.
        name: what to call it in a report.
    """

    composer: Composer
    sound: Sound
    loading: Usage
    name: str = MELODY_MUSE

    @classmethod
    def load(cls, folder: str, sound: Sound, name: str = MELODY_MUSE) -> MelodyMuseComposer:
        """Read the composer, and see that it can be heard.

        Raises:
            ModelError: it is not there, or damaged.
            AudioError, SoundfontError, MissingExtraError: there is no engine or soundfont.
        """
        from melodymuse.audio.rendering import check_sound

        check_sound(sound, Path("piece.flac"))
        with watched() as loading:
            composer = Composer.load(folder)
        return cls(composer, sound, loading, name)

    def make(self, brief: Brief) -> Take:
        """As many notes as the brief's seconds hold, for the likeliest of the four emotions.

        Raises:
            AudioError: the piece cannot be rendered.
        """
        from melodymuse.audio.rendering import render
        from melodymuse.midi.reader import read_midi

        shares = in_scheme(brief.expressed, MELODY_MUSE)
        word = max(shares, key=lambda name: shares[name])
        count = math.ceil(max(brief.seconds - self.sound.tail, _SECONDS) / _SECONDS)
        with watched() as making:
            midi = notes_of(self.composer.features(word, count, brief.controls.seed))
            with watched() as sounding:
                rendering = render(midi, self.sound)
        cost = waveform_cost(self.loading, making, "cpu")
        return Take(
            maker=self.name,
            clip=comparable(replace(rendering.clip, name=f"{self.name} for {brief.label}")),
            score=read_midi(midi),
            midi=midi,
            cost=replace(cost, sound_seconds=sounding.seconds),
            licence="Yours; its composer learned from Turkish Music Emotion, CC BY 4.0.",
            facts=MappingProxyType(
                {"Emotion": word, "Soundfont": rendering.soundfont.name,
                 "Seed": str(brief.controls.seed)}
            ),
        )  # fmt: skip
