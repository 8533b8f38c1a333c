"""Every figure of a comparison: its name, unit and what it tells.  Sources stand in each metric's
module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Metric:
    """How a figure is shown and read.

    Attributes:
        title: its name for people.
        unit: its unit, empty for a plain number.
        digits: decimals to show.
        meaning: what it tells, in a sentence or two.
        section: where it stands, one of `SECTIONS`.
    """

    title: str
    unit: str
    digits: int
    meaning: str
    section: str


ASKED = "As asked"
SOUND = "The sound"
NOTES = "The notes"
PAIRS = "Between two takes"
SETS = "Over all pictures"
COST = "What it took"
EDITING = "What can be edited"
SECTIONS = (ASKED, EDITING, COST, NOTES, SOUND, PAIRS, SETS)

# Answers to another question for each picture: a mean of them says nothing.
SINGLE = frozenset({"tempo", "key"})
# Figures that are 0 or 1 for a single take.
YES_OR_NO = frozenset({"tempo_accuracy_1", "tempo_accuracy_2", "same_class"})

METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        "tempo": Metric(
            "Tempo heard", "bpm", 0, "What a beat tracker hears; its prior is 120.", ASKED
        ),
        "tempo_error": Metric(
            "Off the asked tempo",
            "%",
            1,
            "Distance to the asked tempo, its double, triple, half or third, whichever is nearest.",
            ASKED,
        ),
        "tempo_accuracy_1": Metric(
            "Tempo as asked",
            "",
            0,
            "Heard within 4 % of the asked tempo; in 6/8 of its quarters or of its dotted beat.",
            ASKED,
        ),
        "tempo_accuracy_2": Metric(
            "Tempo as asked, or a multiple",
            "",
            0,
            "The same, where double, triple, half and third count too.",
            ASKED,
        ),
        "key": Metric(
            "Key heard",
            "",
            0,
            "The key whose Krumhansl profile fits the pitch classes best.",
            ASKED,
        ),
        "key_score": Metric(
            "Key as asked",
            "of 1",
            1,
            "1 the asked key, 0.5 a fifth off, 0.3 its relative, 0.2 its parallel, 0 any other "
            "(MIREX).",
            ASKED,
        ),
        "key_clarity": Metric(
            "Key clarity",
            "",
            2,
            "Correlation with that profile, at most 1; where it is low the key is a guess.",
            ASKED,
        ),
        "clap_similarity": Metric(
            "Similarity to the words",
            "",
            3,
            "CLAP: cosine between the sound and the words of what was asked, -1 to 1; higher is "
            "nearer.",
            ASKED,
        ),
        "clap_emotion": Metric(
            "Similarity to the emotion's song",
            "",
            3,
            "CLAP: cosine between the sound and the words 'EMOTION song' of the emotion asked for, "
            "-1 to 1.",
            ASKED,
        ),
        "integrated_loudness": Metric(
            "Loudness", "LUFS", 1, "Integrated loudness, ITU-R BS.1770-4.", SOUND
        ),
        "loudness_range": Metric(
            "Loudness range", "LU", 1, "How far loud and soft lie apart, EBU Tech 3342.", SOUND
        ),
        "true_peak": Metric(
            "True peak", "dB", 1, "Highest level between samples; over 0 it clips.", SOUND
        ),
        "crest_factor": Metric("Crest factor", "dB", 1, "Peak over average level.", SOUND),
        "spectral_centroid": Metric(
            "Spectral centroid", "Hz", 0, "Mean frequency, heard as brightness.", SOUND
        ),
        "spectral_bandwidth": Metric(
            "Spectral bandwidth", "Hz", 0, "Spread of the spectrum around its centroid.", SOUND
        ),
        "spectral_rolloff": Metric(
            "Spectral rolloff", "Hz", 0, "85 % of the power lie under it.", SOUND
        ),
        "spectral_flatness": Metric(
            "Spectral flatness", "dB", 1, "Near 0 for noise, under \u221250 for pure tones.", SOUND
        ),
        "harmonic_distortion": Metric(
            "Harmonic distortion",
            "",
            2,
            "THD: overtones over the strongest partial.  Of music it describes timbre and chords, "
            "and is no fault.",
            SOUND,
        ),
        "dropouts": Metric(
            "Dropouts",
            "a minute",
            1,
            "Silences of 8 to 400 ms that break off and on at once, as no note does.",
            SOUND,
        ),
        "noise_floor": Metric(
            "Noise floor", "dB", 1, "Steady noise under the music, to its mean power.", SOUND
        ),
        "notes_per_second": Metric("Notes a second", "", 2, "Of both hands.", NOTES),
        "onsets_per_second": Metric("Onsets a second", "", 2, "A chord counts once.", NOTES),
        "notes_per_onset": Metric("Notes an onset", "", 2, "How thick the chords are.", NOTES),
        "sounding_notes": Metric("Notes at a time", "", 2, "On average over time.", NOTES),
        "pitch_mean": Metric("Mean pitch", "MIDI", 1, "60 is middle C.", NOTES),
        "pitch_spread": Metric("Spread of pitch", "semitones", 1, "Standard deviation.", NOTES),
        "pitch_classes_entropy": Metric(
            "Entropy of pitch classes",
            "bits",
            2,
            "0 for one pitch class, 3.58 for all twelve equally often.",
            NOTES,
        ),
        "scale_consistency": Metric(
            "Notes within a scale",
            "of 1",
            2,
            "Share of notes within the scale that fits best.  One repeated note has 1: higher is "
            "not better.",
            NOTES,
        ),
        "note_seconds": Metric("Length of a note", "s", 2, "Median.", NOTES),
        "gap_seconds": Metric("Time between onsets", "s", 2, "Median.", NOTES),
        "transcription_precision": Metric(
            "Transcriber's precision",
            "of 1",
            2,
            "Share of the notes it heard that were played.",
            NOTES,
        ),
        "transcription_recall": Metric(
            "Transcriber's recall", "of 1", 2, "Share of the notes played that it heard.", NOTES
        ),
        "transcription_f1": Metric(
            "Transcriber's F1",
            "of 1",
            2,
            "Measured where the notes are known: how far to trust the notes heard in a waveform.",
            NOTES,
        ),
        "mfcc_distance": Metric(
            "Timbre distance",
            "",
            1,
            "MFCC after dynamic time warping; 0 for equal sounds, loudness aside.",
            PAIRS,
        ),
        "log_spectral_distance": Metric(
            "Log-spectral distance",
            "dB",
            1,
            "Of the long-term spectra, loudness aside; 0 for equal ones.",
            PAIRS,
        ),
        "kl_divergence": Metric(
            "KL divergence",
            "nats",
            3,
            "How differently a classifier hears the first from the second, which counts as the "
            "truth; 0 for alike.",
            PAIRS,
        ),
        "same_class": Metric(
            "Heard as the same",
            "",
            0,
            "Whether a classifier gives both the same leading label.",
            PAIRS,
        ),
        "embedding_distance": Metric(
            "Distance in an embedding",
            "",
            3,
            "Mean cosine distance of the two takes' windows after dynamic time warping; 0 for "
            "equal sounds, 2 at most.",
            PAIRS,
        ),
        "frechet_audio_distance": Metric(
            "Frechet audio distance",
            "",
            1,
            "How far two sets of sounds lie apart in an embedding; 0 for equal sets.  Figures over "
            "different embeddings cannot be compared, and few windows make it too large.",
            SETS,
        ),
        "inception_score": Metric(
            "Inception score",
            "",
            2,
            "From 1: how clearly and variedly a classifier hears the set.  For solo piano little "
            "variety is to be expected.",
            SETS,
        ),
        "notes": Metric("Notes to move", "", 0, "A waveform has none.", EDITING),
        "hands": Metric(
            "Tracks, a hand each",
            "",
            0,
            "What can be muted or given to another instrument.",
            EDITING,
        ),
        "bars": Metric("Bars on the grid", "", 0, "What a DAW can cut and loop.", EDITING),
        "chords": Metric("Chords named", "", 0, "What can be reharmonised.", EDITING),
        "sections": Metric("Sections marked", "", 0, "Parts of the form.", EDITING),
        "make_seconds": Metric("Making it", "s", 2, "Wall clock, sound included.", COST),
        "sound_seconds": Metric(
            "Of that, its sound", "s", 2, "Playing the notes through the soundfont.", COST
        ),
        "real_time": Metric(
            "Faster than real time", "times", 1, "Seconds of music made in a second.", COST
        ),
        "load_seconds": Metric(
            "Getting ready", "s", 2, "Loading networks, once; libraries are not counted.", COST
        ),
        "memory": Metric(
            "Memory",
            "MiB",
            0,
            "By how much the process grew at most, loading networks included; libraries and a "
            "GPU's own memory are not counted.",
            COST,
        ),
        "energy": Metric(
            "Electricity",
            "Wh",
            4,
            "Of the processor, counted by RAPL or estimated at 12 W a busy core; a GPU's is not in "
            "it.",
            COST,
        ),
        "carbon": Metric(
            "Greenhouse gas",
            "g CO2e",
            4,
            "That electricity at the world's mean mix of 2019, 475 g a kWh.",
            COST,
        ),
        "midi_size": Metric("Size as MIDI", "KiB", 1, "Size of the file.", COST),
        "wav_size": Metric("Size as WAV", "KiB", 0, "Size of the file, 16 bits.", COST),
    }
)
