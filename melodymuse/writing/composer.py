"""From controls to a Score: plan the form, let the network write the bars, set them in the key."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.grid import METRES, GridChord, Metre
from melodymuse.music.score import Provenance, Score, Section
from melodymuse.planning.controls import CONTROL_NAMES, FREE, NO_CHORDS, Controls
from melodymuse.planning.ending import close_plans, slow_down
from melodymuse.planning.expression import plan_bars
from melodymuse.planning.form import SectionPlan, plan_sections
from melodymuse.planning.harmony import follow_chords, plan_harmony, tonic
from melodymuse.planning.numerals import read_symbols
from melodymuse.planning.plan import BarPlan
from melodymuse.planning.remembering import plan_recalls
from melodymuse.version import __version__
from melodymuse.writing.generator import Sampling, write_bars
from melodymuse.writing.network import NoteNetwork
from melodymuse.writing.setting import pitches_in_reach, set_bars, shift_from_c
from melodymuse.writing.vocabulary import decode_bar


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
    metre = METRES[str(controls.time_signature)]
    sections = plan_sections(controls.form, controls.bars)
    plans = plan_piece(controls, sections, shift, random)
    bars = write_bars(
        network or NoteNetwork.shipped(),
        plans,
        metre=metre,
        pitch_range=pitches_in_reach(shift),
        sampling=Sampling(temperature=controls.temperature),
        random=random,
    )
    bar_ticks = controls.time_signature.bar_ticks
    notes, chords = set_bars([decode_bar(bar) for bar in bars], plans, metre, shift, random)
    return Score(
        notes=notes,
        time_signature=controls.time_signature,
        key=controls.key,
        bars=controls.bars,
        tempos=slow_down(controls.tempo, controls.ritardando, controls.bars, metre),
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
    """One plan a bar: expression, memory, harmony and the close."""
    metre = METRES[str(controls.time_signature)]
    recalls = plan_recalls(sections, random)
    bars = plan_bars(controls, sections, recalls, shift, random)
    harmonies = _harmonies(controls, sections, metre, random)
    plans = [
        BarPlan(bar, recall, harmony)
        for bar, recall, harmony in zip(bars, recalls, harmonies, strict=True)
    ]
    return close_plans(plans, controls.key.mode, metre, random)


def _harmonies(
    controls: Controls, sections: Sequence[SectionPlan], metre: Metre, random: Random
) -> Sequence[tuple[GridChord, ...] | None]:
    """Every bar's chords, where they are not left to the network."""
    mode = controls.key.mode
    if controls.chords != NO_CHORDS:
        progression = read_symbols(controls.chords, controls.key)
        return follow_chords(progression, controls.bars, mode, metre)
    if controls.harmony == FREE:
        return [(tonic(mode),), *[None] * (controls.bars - 1)]
    return plan_harmony(
        sections, controls.harmony.split("+"), mode, controls.brightness, metre, random
    )


def _facts(controls: Controls) -> tuple[tuple[str, str], ...]:
    """Every control as text, enough to compose the piece again."""
    return tuple(
        (name, str(getattr(controls, name)))
        for name in CONTROL_NAMES
        if name != "seed" and getattr(controls, name) != NO_CHORDS
    )
