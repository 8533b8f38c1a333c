"""A version of a piece, and a picture, as the store keeps them: values, and the same as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from melodymuse.midi.document import Document
from melodymuse.midi.file import load_document
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.score import (
    ChordSymbol,
    Hand,
    Note,
    Pedal,
    Provenance,
    Score,
    Section,
    TempoMark,
    TimeSignature,
)
from melodymuse.music.theory import Key
from melodymuse.outputs import Options
from melodymuse.planning.plan import Plan
from melodymuse.vision import Analysis, VisualFeatures
from melodymuse.vision.classifier import Familiarity


@dataclass(frozen=True, slots=True)
class Kept:
    """A version of a piece.

    Attributes:
        score: its notes.
        name: what its files are called, without suffix.
        plan: what it was composed from; None for a user's own file.
        midi: its MIDI file where that is not the one that `score` is written as.
        picture: the id of the picture it came from.
        parent: the id of the version it was made from.
        told: what was done, in words.
        own: how many times notes were changed by hand on the way here.
        asked: what the user said of it, as it was asked.
    """

    score: Score
    name: str
    plan: Plan | None = None
    midi: bytes | None = None
    picture: str | None = None
    parent: str | None = None
    told: str = ""
    own: int = 0
    asked: Mapping[str, Any] = field(default_factory=dict)

    @property
    def document(self) -> Document:
        """Its MIDI file as a document."""
        return load_document(self.midi or self.score.to_bytes(".mid"))

    def options(self, **more: Any) -> Options:
        """How it is written where nothing else is said."""
        profile = None if self.plan is None else self.plan.profile
        return Options(profile=profile, midi=self.midi, **more)

    def as_dict(self) -> dict[str, Any]:
        """It as JSON holds it, all but the MIDI file; the inverse of `kept_from`."""
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "score": _score_as_dict(self.score),
            "plan": None if self.plan is None else self.plan.as_dict(),
            "asked": dict(self.asked),
        }


_PLAIN = ("name", "picture", "parent", "told", "own")


def kept_from(given: Mapping[str, Any], midi: bytes | None) -> Kept:
    """Read what `Kept.as_dict` wrote."""
    plan = given["plan"]
    return Kept(
        **{name: given[name] for name in _PLAIN},
        score=_score_from(given["score"]),
        plan=None if plan is None else Plan.from_dict(plan),
        midi=midi,
        asked=given["asked"],
    )


def analysis_from(given: Mapping[str, Any]) -> Analysis:
    """Read what `dataclasses.asdict` made of an analysis, after a journey through JSON."""
    profile, familiarity = given["profile"], given["familiarity"]
    return Analysis(
        name=given["name"],
        features=VisualFeatures(**given["features"]),
        profile=EmotionProfile(
            tuple(profile["probabilities"]), profile["valence"], profile["arousal"]
        ),
        remarks=tuple(given["remarks"]),
        eye=given["eye"],
        familiarity=None if familiarity is None else Familiarity(**familiarity),
    )


def _score_as_dict(score: Score) -> dict[str, Any]:
    return {
        "notes": [(n.onset, n.duration, n.pitch, n.velocity, n.hand.value) for n in score.notes],
        "time_signature": (score.time_signature.numerator, score.time_signature.denominator),
        "key": str(score.key),
        "bars": score.bars,
        "tempos": [(mark.onset, mark.bpm) for mark in score.tempos],
        "chords": [(c.onset, c.duration, c.root, c.quality) for c in score.chords],
        "sections": [(section.onset, section.name) for section in score.sections],
        "pedals": [(pedal.onset, pedal.release) for pedal in score.pedals],
        "title": score.title,
        "provenance": None if score.provenance is None else asdict(score.provenance),
        "loops": score.loops,
        "tune": sorted(score.tune),
    }


def _score_from(given: Mapping[str, Any]) -> Score:
    origin = given["provenance"]
    if origin is not None:
        controls = tuple((name, value) for name, value in origin["controls"])
        origin = Provenance(**{**origin, "controls": controls})
    return Score(
        notes=tuple(Note(o, d, p, v, Hand(hand)) for o, d, p, v, hand in given["notes"]),
        time_signature=TimeSignature(*given["time_signature"]),
        key=Key.parse(given["key"]),
        bars=given["bars"],
        tempos=tuple(TempoMark(*mark) for mark in given["tempos"]),
        chords=tuple(ChordSymbol(*chord) for chord in given["chords"]),
        sections=tuple(Section(*section) for section in given["sections"]),
        pedals=tuple(Pedal(*pedal) for pedal in given["pedals"]),
        title=given["title"],
        provenance=origin,
        loops=given["loops"],
        tune=frozenset((onset, pitch) for onset, pitch in given["tune"]),
    )
