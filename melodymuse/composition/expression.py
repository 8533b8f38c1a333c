"""Expression: how the controls of a piece rise and fall from bar to bar."""

from __future__ import annotations

from collections.abc import Sequence

from melodymuse.composition.bar_controls import BarControls
from melodymuse.composition.controls import LIMITS, Controls
from melodymuse.composition.form import SectionPlan

# A phrase swells to its middle and falls back (Todd 1992, "The dynamics of dynamics", JASA 91):
# velocity added at the crest, taken away at the ends.
_PHRASE_SWELL = 5.0
# A contrasting theme is told from the first by where it lies and how full it is.
_CONTRAST = {"A": (0.0, 0.0, 1.0), "B": (5.0, 3.0, 1.15), "C": (-4.0, -3.0, 0.9)}
# The last two bars calm down: share of the density, velocity taken away.
_CLOSING = {1: (0.75, 3.0), 0: (0.45, 8.0)}


def plan_bars(
    controls: Controls, sections: Sequence[SectionPlan], shift: int
) -> tuple[BarControls, ...]:
    """The controls of every bar.

    Args:
        controls: of the whole piece.
        sections: its form.
        shift: semitones from the tonic C, in which the network thinks, to the real key.
    """
    planned = []
    for section in sections:
        louder, higher, fuller = _CONTRAST.get(section.theme, _CONTRAST["A"])
        for offset in range(section.bars):
            bar = section.start + offset
            left = controls.bars - 1 - bar
            thinner, softer = _CLOSING.get(left, (1.0, 0.0)) if controls.bars > 2 else (1.0, 0.0)
            loudness = controls.loudness + louder - softer + _swell(offset, section.bars)
            planned.append(
                BarControls(
                    density=max(controls.density * fuller * thinner, LIMITS["density"][0]),
                    polyphony=controls.polyphony,
                    loudness=min(max(loudness, LIMITS["loudness"][0]), LIMITS["loudness"][1]),
                    register=controls.register + higher - shift,
                    articulation=controls.articulation,
                    dissonance=controls.dissonance,
                    chromaticism=controls.chromaticism,
                    mode=controls.key.mode,
                    tempo=controls.tempo,
                    bar=bar,
                    bars=controls.bars,
                )
            )
    return tuple(planned)


def _swell(offset: int, bars: int) -> float:
    """Velocity to add at a bar of a phrase: an arch from minus to plus to minus `_PHRASE_SWELL`."""
    if bars < 2:
        return 0.0
    place = offset / (bars - 1)
    return _PHRASE_SWELL * (1 - 2 * (2 * place - 1) ** 2)
