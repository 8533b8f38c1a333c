"""A plan like another piece: its form, harmonic rhythm, texture bar by bar and tempo, new music."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import log2
from typing import Any, Unpack

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.grid import GridChord, Metre
from melodymuse.planning.controls import NO_CHORDS, Controls, Wishes, controls_for, within_limits
from melodymuse.planning.form import phrases_of
from melodymuse.planning.length import of_length
from melodymuse.planning.palette import PALETTES
from melodymuse.planning.plan import Own, Plan
from melodymuse.planning.planner import plan_for
from melodymuse.planning.recall import SAME
from melodymuse.planning.remembering import plan_recalls
from melodymuse.planning.sayings import said_in_numbers
from melodymuse.writing.modelling import Model

# What a step of each weighs where the nearest feeling is looked for: a mode as much as a doubling
# of the tempo, or of the notes a second, or as fifteen of velocity, six semitones of register.
_MODE, _LOUDNESS, _REGISTER = 1.0, 15.0, 6.0


def feeling_of(model: Model) -> EmotionProfile:
    """The emotion whose palette a piece is nearest to, in mode, tempo, density, loudness and
    register."""
    means, major = model.means, float(model.score.key.mode == "major")
    busy = max(means["density"], 0.1) * model.tempo / 60

    def far(emotion: str) -> float:
        palette = PALETTES[emotion]
        return sum(
            step**2
            for step in (
                (palette.majorness - major) / _MODE,
                log2(palette.tempo / model.tempo),
                log2(palette.notes_per_second / busy),
                (palette.loudness - means.get("loudness", palette.loudness)) / _LOUDNESS,
                (palette.register - means["register"]) / _REGISTER,
            )
        )

    return EmotionProfile.of(min(EMOTIONS, key=far))


def plan_like(
    model: Model,
    profile: EmotionProfile,
    expressed: EmotionProfile,
    *,
    seed: int,
    title: str = "",
    source: str = "",
    seconds: float | None = None,
    **wishes: Unpack[Wishes],
) -> Plan:
    """The plan of a piece like another, with notes of its own.

    Args:
        model: the other piece.
        profile, expressed: what is felt, and what the music says of it: its tune and harmony.
        seed: of the piece.
        title, source: as `plan_for` takes them.
        seconds: how long it lasts; None as long as the model at its tempo.
        **wishes: what is said of texture moves every bar as much as the mean; shares (as in
            ``tempo="+20%"``) are of what the model has.

    Raises:
        ControlError: a length, form or metre, which are the model's; or as `controls_for`.
    """
    for name in ("bars", "form", "time_signature"):
        if wishes.get(name) is not None:
            raise ControlError(f"a piece like another has its {_WORDS[name]}: leave out {name}")

    def without_shares(**said: Unpack[Wishes]) -> Controls:
        return _controls(model, expressed, seed, None, said)

    wishes = said_in_numbers(wishes, without_shares)
    key = wishes.get("key")
    if key is None and not wishes.get("chords"):
        wishes["key"] = model.score.key
    controls = _controls(model, expressed, seed, seconds, wishes)
    plan = plan_for(
        profile, expressed, controls, title=title, source=source, sections=model.sections
    )
    shifts = {
        name: getattr(controls, name) - _mean(model, controls, name)
        for name in model.means
        if wishes.get(name) is not None and name not in ("loudness", "dynamics")
    }
    harmonies = [bar.harmony for bar in plan.bars]
    if controls.chords == NO_CHORDS:
        harmonies = _in_rhythm(plan, model, harmonies)
    recalls = plan_recalls(plan.sections, harmonies, seed)
    bars = [
        replace(
            bar,
            controls=replace(
                bar.controls,
                **{name: getattr(told, name) for name in model.means}
                | {n: within_limits(n, getattr(told, n) + by) for n, by in shifts.items()},
                tempo=model.tempo,
            ),
            harmony=harmony,
            recall=recall,
            sings_again=recall.likeness == SAME and harmony is not None,
            accompaniment=bar.accompaniment or (None if bar.closes else pattern),
        )
        for bar, told, harmony, recall, pattern in zip(
            plan.bars, model.bars, harmonies, recalls, model.patterns, strict=True
        )
    ]
    own = Own(
        model.tempo,
        model.means.get("loudness", plan.own.loudness),
        model.means.get("dynamics", plan.own.dynamics),
    )
    return replace(plan, own=own, bars=tuple(bars), sings=tuple(model.sings.items()))


_WORDS = {"bars": "length", "form": "form", "time_signature": "metre"}


def _controls(
    model: Model,
    expressed: EmotionProfile,
    seed: int,
    seconds: float | None,
    wishes: Wishes,
) -> Controls:
    """What the piece is asked to be: as the model is, with what the user says put over it."""
    said: Any = {name: value for name, value in wishes.items() if value is not None}
    asked: Any = {
        **model.means,
        "bars": len(model.bars),
        "form": model.form,
        "time_signature": model.score.time_signature,
        "growth": 0.0,
        "ritardando": 0.0 if said.get("loop") else model.ritardando,
        **said,
    }
    asked.pop("register", None)
    if seconds is not None:
        asked = of_length(expressed, seconds, seed=seed, **asked)
    asked.setdefault("tempo", model.tempo)
    controls = controls_for(expressed, seed=seed, **asked)
    register = said.get("register", _mean(model, controls, "register"))
    return replace(controls, register=register)


def _mean(model: Model, controls: Controls, name: str) -> float:
    """What the model has on average; its register in the key of the new piece."""
    shift = controls.key.shift_from_c if name == "register" else 0
    return within_limits(name, model.means[name] + shift)


def _in_rhythm(
    plan: Plan, model: Model, harmonies: Sequence[tuple[GridChord, ...] | None]
) -> list[tuple[GridChord, ...] | None]:
    """The planned chords, changing where those of the model do; phrases begin with a chord of their
    own and end on theirs."""
    begins = {start for section in plan.sections for start, _ in phrases_of(section)}
    ends = {start + n - 1 for section in plan.sections for start, n in phrases_of(section)}
    found: list[tuple[GridChord, ...] | None] = []
    for bar, (harmony, changes) in enumerate(zip(harmonies, model.changes, strict=True)):
        following = harmonies[bar + 1] if bar + 1 < len(harmonies) else None
        before = found[-1] if found else None
        if harmony is None or plan.bars[bar].closes:
            found.append(harmony)
        elif not changes and bar not in begins | ends and before:
            found.append((replace(before[-1], position=0),))
        else:
            found.append(_changing(harmony, following, changes, bar in ends, plan.metre))
    return found


def _changing(
    harmony: Sequence[GridChord],
    following: Sequence[GridChord] | None,
    changes: Sequence[int],
    ends: bool,
    metre: Metre,
) -> tuple[GridChord, ...]:
    """A bar's chords, one or two as the model has: the last one stays where a phrase ends."""
    if len(changes) < 2:
        return (replace(harmony[-1 if ends else 0], position=0),)
    first, *others = harmony
    second = others[0] if others else following[0] if following and not ends else None
    if second is None or (second.root, second.quality) == (first.root, first.quality):
        return (replace(first, position=0),)
    later = next((place for place in changes if place > 0), metre.half_steps)
    return (replace(first, position=0), replace(second, position=later))
