"""What clients are told, field by field; made from the values of the package."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from melodymuse.describing import describe
from melodymuse.music.chord_names import chord_name
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.score import Score
from melodymuse.planning.controls import CONTROL_NAMES, Controls, controls_for
from melodymuse.planning.plan import Plan
from melodymuse.studio.kept import Kept
from melodymuse.studio.requests import NoteFields
from melodymuse.vision import Analysis
from melodymuse.vision.telling import feeling_in_words, picture_in_words

ControlValues = dict[str, bool | float | int | str]


class Feeling(BaseModel):
    """Probabilities of the emotions, and a place on the plane."""

    emotion: str
    probabilities: dict[str, float]
    valence: float
    arousal: float
    description: str


class PictureAnswer(BaseModel):
    """A picture that was looked at."""

    id: str
    name: str
    feeling: Feeling
    features: dict[str, float]
    doubt: dict[str, Any] | None
    remarks: list[str]
    description: str


class SectionTold(BaseModel):
    """A part of the form: its first tick and name."""

    onset: int
    name: str


class ChordTold(BaseModel):
    """A chord: its ticks and symbol."""

    onset: int
    duration: int
    symbol: str


class PlanAnswer(BaseModel):
    """What a piece would be: `proposed` is what the emotion alone asks for."""

    feeling: Feeling
    expressed: Feeling
    controls: ControlValues
    proposed: ControlValues
    sections: list[str]
    title: str


class PieceAnswer(BaseModel):
    """A version of a piece; times are ticks of 1/480 quarter note, pedals and tempos pairs."""

    id: str
    parent: str | None
    told: str
    own: int
    name: str
    title: str
    picture: str | None
    feeling: Feeling | None
    expressed: Feeling | None
    controls: ControlValues | None
    proposed: ControlValues | None
    asked: dict[str, Any]
    seed: int | None
    key: str
    tempo: float
    time_signature: str
    bars: int
    bar_ticks: int
    beat_ticks: int
    seconds: float
    notes: list[NoteFields]
    chords: list[ChordTold]
    sections: list[SectionTold]
    tempos: list[tuple[int, float]]
    pedals: list[tuple[int, int]]
    description: list[str]


class MusicGenTold(BaseModel):
    """The MusicGen that plays beside pieces, the licence of its weights and whether that allows
    commercial use (null where it is not known)."""

    model: str
    licence: str
    commercial_use: bool | None


class WaveformAnswer(MusicGenTold):
    """A waveform that MusicGen made beside a piece, of so many seconds, and what it was told."""

    id: str
    piece: str
    prompt: str
    seed: int
    seconds: float


class TakesAnswer(BaseModel):
    """Several pieces."""

    pieces: list[PieceAnswer]


def feeling(profile: EmotionProfile) -> Feeling:
    """A profile, told."""
    return Feeling(
        emotion=profile.emotion,
        probabilities=profile.as_dict(),
        valence=profile.valence,
        arousal=profile.arousal,
        description=feeling_in_words(profile),
    )


def picture_answer(name: str, analysis: Analysis) -> PictureAnswer:
    """What was seen, told."""
    doubt = analysis.doubt
    return PictureAnswer(
        id=name,
        name=analysis.name,
        feeling=feeling(analysis.profile),
        features=analysis.features.as_dict(),
        doubt=None if doubt is None else doubt.as_dict(),
        remarks=list(analysis.remarks),
        description=picture_in_words(analysis.features),
    )


def plan_answer(plan: Plan) -> PlanAnswer:
    """A plan, told."""
    return PlanAnswer(
        feeling=feeling(plan.profile),
        expressed=feeling(plan.expressed),
        controls=_values(plan.controls),
        proposed=_proposed(plan),
        sections=[section.name for section in plan.sections],
        title=plan.title,
    )


def piece_answer(name: str, kept: Kept) -> PieceAnswer:
    """A version of a piece, told."""
    score, plan = kept.score, kept.plan
    return PieceAnswer(
        id=name,
        **{field: getattr(kept, field) for field in ("parent", "told", "own", "name", "picture")},
        title=score.title,
        feeling=None if plan is None else feeling(plan.profile),
        expressed=None if plan is None else feeling(plan.expressed),
        controls=None if plan is None else _values(plan.controls),
        proposed=None if plan is None else _proposed(plan),
        asked=dict(kept.asked),
        seed=None if plan is None else plan.controls.seed,
        **_music(score),
    )


def _music(score: Score) -> dict[str, Any]:
    return {
        "key": str(score.key),
        "tempo": score.tempos[0].bpm,
        "time_signature": str(score.time_signature),
        "bars": score.bars,
        "bar_ticks": score.time_signature.bar_ticks,
        "beat_ticks": score.time_signature.beat_ticks,
        "seconds": score.seconds,
        "notes": [
            NoteFields.model_construct(
                onset=n.onset,
                duration=n.duration,
                pitch=n.pitch,
                velocity=n.velocity,
                hand=n.hand.value,
            )
            for n in score.notes
        ],
        "chords": [
            ChordTold(onset=c.onset, duration=c.duration, symbol=chord_name(c, score.key))
            for c in score.chords
        ],
        "sections": [SectionTold(onset=s.onset, name=s.name) for s in score.sections],
        "tempos": [(mark.onset, mark.bpm) for mark in score.tempos],
        "pedals": [(pedal.onset, pedal.release) for pedal in score.pedals],
        "description": list(describe(score)),
    }


def _proposed(plan: Plan) -> ControlValues:
    return _values(controls_for(plan.expressed, seed=plan.controls.seed))


def _values(controls: Controls) -> ControlValues:
    found = ((name, getattr(controls, name)) for name in CONTROL_NAMES)
    return {n: v if isinstance(v, int | float | str) else str(v) for n, v in found}
