"""From what shall be expressed to a plan: form, memory, harmony, and what each bar shall be.

Every draw has a random stream of its own (`melodymuse.streams`), named by its place, so that what
an option does not touch stays as it was.  Of the same seed and emotion

- tempo, ritardando, title: keep every note;
- loudness, dynamics, growth: keep every onset, pitch and duration;
- key, within its mode: keeps every note, transposed;
- bars, from 12 up to the length from which on there is an introduction, and without a form of the
  user's: keep the first phrase;
- the controls of texture (density to contour) and the style: keep key, metre, form, recalls and
  chords;
- the temperature: keeps the plan.
"""

from __future__ import annotations

from collections.abc import Sequence

from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.grid import METRES, GridChord, Metre
from melodymuse.planning.accompanying import plan_accompaniment
from melodymuse.planning.controls import FREE, NO_CHORDS, Controls, own_tempo, within_limits
from melodymuse.planning.ending import close_plans
from melodymuse.planning.expression import plan_bars
from melodymuse.planning.form import SectionPlan, plan_sections, with_return
from melodymuse.planning.harmony import follow_chords, lead_over, plan_harmony, tonic
from melodymuse.planning.levels import bounds_of
from melodymuse.planning.numerals import read_symbols
from melodymuse.planning.palette import blend
from melodymuse.planning.plan import BarPlan, Own, Plan
from melodymuse.planning.recall import SAME
from melodymuse.planning.remembering import plan_figures, plan_recalls
from melodymuse.planning.shocks import plan_shocks, with_shocks
from melodymuse.streams import stream


def plan_for(
    profile: EmotionProfile,
    expressed: EmotionProfile,
    controls: Controls,
    *,
    title: str = "",
    source: str = "",
    sections: tuple[SectionPlan, ...] | None = None,
) -> Plan:
    """The plan of a piece.

    Args:
        profile: the emotion that was seen or asked for, for the provenance.
        expressed: what the music shall say of it; without a picture the same.
        controls: as `controls_for(expressed, ...)` gives them, with the user's wishes.
        title: the piece's title.
        source: what it is made from (a picture's name), or empty.
        sections: how long those of its form are; None as `plan_sections` has them.
    """
    palette = blend(expressed)
    own = Own(
        own_tempo(palette),
        *(within_limits(name, getattr(palette, name)) for name in ("loudness", "dynamics")),
    )
    sections = sections or plan_sections(controls.form, controls.bars)
    metre = METRES[str(controls.time_signature)]
    harmonies = _harmonies(controls, sections, metre)
    bounds = bounds_of(controls.level, own.tempo)
    recalls = plan_recalls(sections, harmonies, controls.seed)
    shocks = plan_shocks(sections, palette.shocks, controls.seed)
    bars = [
        BarPlan(
            bar,
            recall,
            harmony,
            sings_again=recall.likeness == SAME and harmony is not None,
            figure=figure,
            accompaniment=pattern,
            bounds=bounds,
            breaks_off=place + 1 in shocks,
        )
        for place, (bar, recall, harmony, figure, pattern) in enumerate(
            zip(
                with_shocks(plan_bars(controls, own, sections, recalls), shocks),
                recalls,
                harmonies,
                plan_figures(sections),
                plan_accompaniment(controls, expressed, own.tempo, sections, metre, shocks),
                strict=True,
            )
        )
    ]
    closed = (
        tuple(bars) if controls.loop else close_plans(bars, controls.key.mode, metre, controls.seed)
    )
    return Plan(profile, expressed, controls, own, sections, closed, title, source)


def _harmonies(
    controls: Controls, sections: Sequence[SectionPlan], metre: Metre
) -> Sequence[tuple[GridChord, ...] | None]:
    """Every bar's chords, where they are not left to the network."""
    mode = controls.key.mode
    if controls.chords != NO_CHORDS:
        progression = read_symbols(controls.chords, controls.key)
        return follow_chords(progression, controls.bars, mode, metre, closes=not controls.loop)
    if controls.harmony == FREE:
        return [(tonic(mode),), *[None] * (controls.bars - 1)]
    emotions = controls.harmony.split("+")
    if not controls.loop:
        return plan_harmony(sections, emotions, mode, controls.brightness, metre, controls.seed)
    round_again = with_return(sections)
    planned = plan_harmony(round_again, emotions, mode, controls.brightness, metre, controls.seed)
    back = lead_over(mode, metre, stream(controls.seed, "back"))[-(controls.bars // 2) :]
    return (*planned[: controls.bars - len(back)], *back) if controls.bars > 1 else planned[:1]
