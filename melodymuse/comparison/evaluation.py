"""All figures of a comparison: take by take, pair by pair, maker by maker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from melodymuse.audio.clip import Clip
from melodymuse.comparison.embeddings import Embedding, LogMelStatistics
from melodymuse.comparison.figures import Figure, measured
from melodymuse.comparison.listeners import Classifier, TextListener
from melodymuse.comparison.metrics import (
    clap,
    damage,
    distortion,
    divergence,
    frechet,
    inception,
    key,
    loudness,
    notes,
    spectrum,
    tempo,
    timbre,
)
from melodymuse.comparison.metrics.notes import SoundedNote
from melodymuse.comparison.takes import Brief, Take
from melodymuse.comparison.transcription import ADVICE, Transcriber
from melodymuse.errors import AudioError
from melodymuse.music.score import Hand, Score

Array = NDArray[np.float64]

WRITTEN = "as written"
REFERENCE = "reference"
_NO_CLAP = "no weights: name a CLAP with --clap, such as laion/larger_clap_music"
_NO_CLASSIFIER = (
    "no weights: name a classifier with --classifier, such as "
    "MIT/ast-finetuned-audioset-10-10-0.4593"
)
_NO_TRANSCRIBER = f"no transcriber: {ADVICE}"
_KIBI, _MEBI = 2**10, 2**20

_LOUDNESS = ("integrated_loudness", "loudness_range", "true_peak", "crest_factor")
_SPECTRUM = ("spectral_centroid", "spectral_bandwidth", "spectral_rolloff", "spectral_flatness")
_DAMAGE = ("dropouts", "noise_floor")
_TEMPO = ("tempo", "tempo_accuracy_1", "tempo_accuracy_2", "tempo_error")
_KEY = ("key_score", "key_clarity")
_NOTES = (
    "notes_per_second",
    "onsets_per_second",
    "notes_per_onset",
    "sounding_notes",
    "pitch_mean",
    "pitch_spread",
    "pitch_classes_entropy",
    "scale_consistency",
    "note_seconds",
    "gap_seconds",
)
_CLASSES = ("kl_divergence", "same_class")
_TRANSCRIPTION = ("transcription_precision", "transcription_recall", "transcription_f1")


@dataclass(frozen=True, slots=True)
class Judges:
    """What listens.  None says that there are no weights; then nothing is measured by it.

    Attributes:
        embeddings: for the Frechet distance; the download-free one is always there.
        classifier: for KL divergence and inception score.
        clap: for the similarity to words; it serves as an embedding too.
        transcriber: for the notes of a waveform.
    """

    embeddings: tuple[Embedding, ...] = (LogMelStatistics(),)
    classifier: Classifier | None = None
    clap: TextListener | None = None
    transcriber: Transcriber | None = None

    @property
    def all_embeddings(self) -> tuple[Embedding, ...]:
        """Every embedding, CLAP's among them."""
        return (*self.embeddings, *(() if self.clap is None else (self.clap,)))


@dataclass(frozen=True, slots=True)
class Heard:
    """A take and the notes that a transcriber heard in it; None without one."""

    take: Take
    notes: tuple[SoundedNote, ...] | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture: what was asked for, in which words, and every maker's take."""

    brief: Brief
    prompt: str
    heard: tuple[Heard, ...]


def figures_of_take(entry: Entry, heard: Heard, judges: Judges) -> Iterator[Figure]:
    """Everything that is measured on one take alone."""
    take, brief = heard.take, entry.brief
    about = Figure("", take.maker, brief.label)
    clip = take.clip
    yield from measured(about, _TEMPO, lambda: tempo.evaluate(clip.mono(tempo.RATE), brief.tempos))
    yield from _key_figures(about, clip, brief)
    yield from _words(about, clip, entry.prompt, "clap_similarity", judges.clap)
    song = f"{brief.expressed.emotion} song"
    yield from _words(about, clip, song, "clap_emotion", judges.clap)
    yield from measured(about, _LOUDNESS, lambda: loudness.evaluate(clip.samples, clip.rate))
    yield from measured(about, _SPECTRUM, lambda: spectrum.evaluate(clip.mono(spectrum.RATE)))
    yield from measured(
        about, ("harmonic_distortion",), lambda: distortion.evaluate(clip.mono(), clip.rate)
    )
    yield from measured(about, _DAMAGE, lambda: damage.evaluate(clip))
    yield from _note_figures(about, heard, judges.transcriber)
    yield from _editing(about, take.score)
    yield from _costs(about, take)


def figures_of_pair(label: str, first: Take, second: Take, judges: Judges) -> Iterator[Figure]:
    """Everything that is measured between two takes for one picture.

    Where a figure is not symmetric, the second take is the reference: the truth, if there is one,
    is given last.
    """
    about = Figure("", first.maker, label, second.maker)
    yield from measured(
        about,
        ("mfcc_distance",),
        lambda: timbre.evaluate(first.clip.mono(timbre.RATE), second.clip.mono(timbre.RATE)),
    )
    yield from measured(
        about,
        ("log_spectral_distance",),
        lambda: spectrum.evaluate_pair(
            first.clip.mono(spectrum.RATE), second.clip.mono(spectrum.RATE)
        ),
    )
    for embedding in judges.all_embeddings:
        yield from measured(
            replace(about, by=embedding.name),
            ("embedding_distance",),
            partial(_warped, embedding, first.clip, second.clip),
        )
    if judges.classifier is None:
        yield from (replace(about, metric=name, remark=_NO_CLASSIFIER) for name in _CLASSES)
        return
    estimate, reference = (
        judges.classifier.classify(take.clip).mean(axis=0, keepdims=True)
        for take in (first, second)
    )
    yield from measured(
        replace(about, by=judges.classifier.name),
        _CLASSES,
        lambda: divergence.evaluate(reference, estimate),
    )


def figures_of_sets(sets: Mapping[str, Sequence[Clip]], judges: Judges) -> Iterator[Figure]:
    """Everything that is measured on makers rather than takes.

    Args:
        sets: the clips of each maker, and of real recordings under `REFERENCE` where there are.
        judges: what listens.
    """
    for embedding in judges.all_embeddings:
        rows = {name: _stacked(embedding.embed, clips) for name, clips in sets.items()}
        for first, second in combinations(sets, 2):
            yield from measured(
                Figure("", first, against=second, by=embedding.name),
                ("frechet_audio_distance",),
                partial(frechet.evaluate, rows[first], rows[second]),
            )
    for name, clips in sets.items():
        about = Figure("inception_score", name)
        if judges.classifier is None:
            yield replace(about, remark=_NO_CLASSIFIER)
            continue
        heard = _stacked(judges.classifier.classify, clips)
        yield from measured(
            replace(about, by=judges.classifier.name),
            ("inception_score",),
            partial(inception.evaluate, heard),
        )


def _key_figures(about: Figure, clip: Clip, brief: Brief) -> Iterator[Figure]:
    try:
        heard, figures = key.evaluate(clip.mono(key.RATE), brief.controls.key)
    except AudioError as error:
        yield from (replace(about, metric=name, remark=str(error)) for name in ("key", *_KEY))
        return
    yield replace(about, metric="key", text=str(heard))
    yield from (replace(about, metric=name, value=figures[name]) for name in _KEY)


def _words(
    about: Figure, clip: Clip, text: str, name: str, listener: TextListener | None
) -> Iterator[Figure]:
    if listener is None:
        yield replace(about, metric=name, remark=_NO_CLAP)
        return
    yield from measured(
        replace(about, by=listener.name),
        (name,),
        lambda: {name: clap.evaluate(listener.embed_text(text), listener.embed(clip))},
    )


def _note_figures(about: Figure, heard: Heard, transcriber: Transcriber | None) -> Iterator[Figure]:
    written = None if heard.take.score is None else notes.sounded(heard.take.score)
    if written is not None:
        yield from measured(replace(about, by=WRITTEN), _NOTES, lambda: notes.evaluate(written))
    if transcriber is None or heard.notes is None:
        yield from (replace(about, metric=name, remark=_NO_TRANSCRIBER) for name in _NOTES)
        return
    found, by = heard.notes, replace(about, by=transcriber.name)
    yield from measured(by, _NOTES, lambda: notes.evaluate(found))
    if written is not None:
        yield from measured(
            by, _TRANSCRIPTION, lambda: notes.evaluate_transcription(written, found)
        )


def _editing(about: Figure, score: Score | None) -> Iterator[Figure]:
    counts = {
        "notes": 0 if score is None else len(score.notes),
        "hands": 0 if score is None else sum(bool(score.hand(hand)) for hand in Hand),
        "bars": 0 if score is None else score.bars,
        "chords": 0 if score is None else len(score.chords),
        "sections": 0 if score is None else len(score.sections),
    }
    yield from (replace(about, metric=name, value=float(n)) for name, n in counts.items())


def _costs(about: Figure, take: Take) -> Iterator[Figure]:
    known: dict[str, float | None] = {
        "midi_size": len(take.midi) / _KIBI if take.midi else None,
        "wav_size": take.wav_bytes / _KIBI,
    }
    if take.cost is not None:
        known |= {
            "make_seconds": take.cost.make_seconds,
            "sound_seconds": take.cost.sound_seconds,
            "real_time": take.clip.seconds / take.cost.make_seconds,
            "load_seconds": take.cost.load_seconds,
            "memory": take.cost.memory / _MEBI,
        }
    for name, value in known.items():
        if value is not None:
            yield replace(about, metric=name, value=float(value))
    if take.cost is not None and (used := take.cost.energy) is not None:
        yield replace(about, metric="energy", value=used.watt_hours, by=used.source)
        yield replace(about, metric="carbon", value=used.grams, by=used.source)


def _warped(embedding: Embedding, first: Clip, second: Clip) -> dict[str, float]:
    rows = embedding.embed(first), embedding.embed(second)
    return {"embedding_distance": timbre.warped_distance(*rows, metric="cosine")}


def _stacked(embed: Callable[[Clip], Array], clips: Iterable[Clip]) -> Array:
    return np.concatenate([embed(clip) for clip in clips])
