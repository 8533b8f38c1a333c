"""From controls to a Score: plan the form, let the network write the bars, set them in the key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from melodymuse.composition.controls import Controls
from melodymuse.composition.expression import plan_bars
from melodymuse.composition.form import SectionPlan, plan_recalls, plan_sections
from melodymuse.composition.generator import NoteNetwork, Sampling, write_bars
from melodymuse.composition.harmony import cadence, tonic
from melodymuse.composition.plan import BarPlan
from melodymuse.composition.setting import pitches_in_reach, set_bars, shift_from_c
from melodymuse.composition.vocabulary import TICKS_PER_GRID, decode_bar
from melodymuse.emotion import EmotionProfile
from melodymuse.score.model import Provenance, Score, Section, TempoMark
from melodymuse.version import __version__


def compose_score(
    controls: Controls,
    profile: EmotionProfile,
    *,
    source: str = "",
    title: str = "",
    network: NoteNetwork | None = None,
) -> Score:
    """Compose a piece.

    Args:
        controls: everything that decides the music; the same controls give the same Score.
        profile: the emotion it is composed for, for the provenance.
        source: what the piece is made from (a picture's name), for the provenance.
        title: the piece's title.
        network: the note generator; None loads the shipped one.

    Returns:
        A Score of exactly `controls.bars` bars in two hands, ending on the tonic.
    """
    random = Random(controls.seed)
    shift = shift_from_c(controls.key)
    sections = plan_sections(controls.bars)
    plans = plan_piece(controls, sections, shift, random)
    bar_steps = controls.time_signature.bar_ticks // TICKS_PER_GRID
    bars = write_bars(
        network or NoteNetwork.shipped(),
        plans,
        bar_steps=bar_steps,
        pitch_range=pitches_in_reach(shift),
        sampling=Sampling(temperature=controls.temperature),
        random=random,
    )
    bar_ticks = controls.time_signature.bar_ticks
    notes, chords = set_bars([decode_bar(bar) for bar in bars], plans, bar_ticks, shift, random)
    return Score(
        notes=notes,
        time_signature=controls.time_signature,
        key=controls.key,
        bars=controls.bars,
        tempos=(TempoMark(0, controls.tempo),),
        chords=chords,
        sections=tuple(Section(section.start * bar_ticks, section.name) for section in sections),
        title=title,
        provenance=Provenance(
            version=__version__,
            seed=controls.seed,
            emotion=profile.emotion,
            source=source,
            controls=_facts(controls),
        ),
    )


def plan_piece(
    controls: Controls, sections: Sequence[SectionPlan], shift: int, random: Random
) -> tuple[BarPlan, ...]:
    """One plan a bar: expression, memory, and the harmony of the beginning and the end."""
    mode = controls.key.mode
    bar_steps = controls.time_signature.bar_ticks // TICKS_PER_GRID
    plans = [
        BarPlan(bar, recall)
        for bar, recall in zip(
            plan_bars(controls, sections, shift), plan_recalls(sections, random), strict=True
        )
    ]
    plans[0] = replace(plans[0], harmony=(tonic(mode),))
    if len(plans) > 2:
        plans[-2] = replace(plans[-2], harmony=cadence(mode, bar_steps, random))
    plans[-1] = replace(plans[-1], harmony=(tonic(mode),), closes=True)
    return tuple(plans)


def _facts(controls: Controls) -> tuple[tuple[str, str], ...]:
    """Every control as text, enough to compose the piece again."""
    return tuple(
        (name, str(getattr(controls, name)))
        for name in controls.__dataclass_fields__
        if name != "seed"
    )
