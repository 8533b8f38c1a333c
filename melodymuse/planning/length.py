"""A piece of an exact length: how many bars, at which tempo, slowing down how much.

Of the lengths that a piece may have, that is taken whose tempo is nearest to the feeling's own, and
whole phrases before others; where the tempo is said, the ritardando takes what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import log2
from typing import Any, Unpack

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.grid import METRES, TICKS_PER_GRID, Metre
from melodymuse.music.score import TempoMark, seconds_at
from melodymuse.planning.controls import LIMITS, Controls, Wishes, controls_for
from melodymuse.planning.ending import slow_down
from melodymuse.planning.form import section_count

# How far a feeling lets itself be hurried or held back: less than from one of the palette's tempos
# to where another feeling begins, in most cases (a design choice of this project).
_MOST = 1.25
# What a length costs that is no whole number of double phrases, of phrases, of half ones, beside a
# doubling of the tempo.
_ODD = {8: 0.0, 4: 0.03, 2: 0.12, 1: 0.2}
# A listener hears no difference of so many seconds; MIDI ticks are longer.
EXACT = 0.003
_TEMPO_DIGITS = 4
_ROUNDS = 30


def seconds_of(tempos: Iterable[TempoMark], bars: int, metre: Metre) -> float:
    """How long so many bars last along a tempo map."""
    return seconds_at(tuple(tempos), bars * metre.bar_steps * TICKS_PER_GRID)


def of_length(
    profile: EmotionProfile, seconds: float, *, seed: int, **wishes: Unpack[Wishes]
) -> Wishes:
    """The wishes with bars, tempo and ritardando that make a piece last exactly so long, to the
    final bar line.

    Args:
        profile: what it expresses.
        seconds: how long, more than 0.
        seed: of the piece, which draws the metre.
        **wishes: as `controls_for` takes them; bars, tempo and ritardando stay where they are said.

    Raises:
        ControlError: no number of seconds, or one that cannot be had with these wishes.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds > 0:
        raise ControlError(f"seconds must be a number above 0, not {seconds!r}")
    free: Any = {**wishes, "bars": None, "form": None} if wishes.get("bars") is None else wishes
    own = controls_for(profile, seed=seed, **free)
    said = {name for name in ("bars", "tempo", "ritardando") if wishes.get(name) is not None}
    if own.loop:
        said.add("ritardando")
    found = (_at_tempo if "tempo" in said else _at_bars)(own, float(seconds), said, wishes)
    bars, tempo, ritardando = found
    return {**wishes, "bars": bars, "tempo": tempo, "ritardando": ritardando}


def _lengths(own: Controls, said: set[str], wishes: Wishes) -> Iterable[int]:
    if "bars" in said:
        return (own.bars,)
    low, high = LIMITS["bars"]
    return range(max(round(low), section_count(wishes.get("form") or "")), round(high) + 1)


def _at_bars(
    own: Controls, seconds: float, said: set[str], wishes: Wishes
) -> tuple[int, float, float]:
    """Bars and tempo, where the tempo is free."""
    metre = METRES[str(own.time_signature)]
    fitting = {
        bars: tempo
        for bars in _lengths(own, said, wishes)
        if (tempo := _tempo_for(own, seconds, bars, metre)) is not None
    }
    if "bars" in said:
        if not fitting:
            low, high = LIMITS["tempo"]
            needed = own.tempo * _seconds(own, own.bars, own.tempo, metre) / seconds
            raise ControlError(
                f"{seconds:g} seconds for {own.bars} bars of {metre.name} would take a tempo of "
                f"{needed:.0f}: it must lie between {low:g} and {high:g}, so say other bars"
            )
        return own.bars, fitting[own.bars], own.ritardando
    near = {n: t for n, t in fitting.items() if abs(log2(t / own.tempo)) <= log2(_MOST)}
    if not near:
        least, *_, most = _lengths(own, said, wishes)
        shortest = _seconds(own, least, own.tempo * _MOST, metre)
        longest = _seconds(own, most, own.tempo / _MOST, metre)
        raise ControlError(
            f"{seconds:g} seconds cannot be had near this feeling's tempo of {own.tempo:g}: "
            f"ask for {shortest:.1f} to {longest:.0f}, or say --bars"
        )

    def cost(bars: int) -> float:
        odd = next(price for size, price in _ODD.items() if bars % size == 0)
        return abs(log2(near[bars] / own.tempo)) + odd

    bars = min(near, key=cost)
    return bars, near[bars], own.ritardando


def _at_tempo(
    own: Controls, seconds: float, said: set[str], wishes: Wishes
) -> tuple[int, float, float]:
    """Bars and ritardando, where the tempo is said."""
    metre = METRES[str(own.time_signature)]
    low, high = LIMITS["ritardando"]
    fitting: dict[int, float] = {}
    for bars in _lengths(own, said, wishes):

        def lasting(ritardando: float, bars: int = bars) -> float:
            return seconds_of(slow_down(own.tempo, ritardando, bars, metre), bars, metre)

        slows = own.ritardando if "ritardando" in said else _root(lasting, seconds, low, high)
        if abs(lasting(slows) - seconds) <= EXACT:
            fitting[bars] = slows
    if not fitting:
        held = "bars, tempo and ritardando" if "ritardando" in said else "bars and tempo"
        lasts = _seconds(own, own.bars, own.tempo, metre)
        raise ControlError(
            f"{own.bars} bars of {metre.name} at {own.tempo:g} last {lasts:.2f} seconds, not "
            f"{seconds:g}: leave out one of {held}"
            if "bars" in said
            else f"no number of bars of {metre.name} at {own.tempo:g} lasts {seconds:g} seconds: "
            "leave out the tempo"
        )
    bars = min(fitting, key=lambda bars: abs(fitting[bars] - own.ritardando))
    return bars, own.tempo, fitting[bars]


def _seconds(own: Controls, bars: int, tempo: float, metre: Metre) -> float:
    return seconds_of(slow_down(tempo, own.ritardando, bars, metre), bars, metre)


def _tempo_for(own: Controls, seconds: float, bars: int, metre: Metre) -> float | None:
    """The tempo at which so many bars last so long; None where there is none."""
    low, high = LIMITS["tempo"]
    # Length and tempo are inverse, but for the rounding of the marks.
    tempo = own.tempo
    for _ in range(3):
        tempo = round(tempo * _seconds(own, bars, tempo, metre) / seconds, _TEMPO_DIGITS)
        if not low <= tempo <= high:
            return None
    return tempo if abs(_seconds(own, bars, tempo, metre) - seconds) <= EXACT else None


def _root(rising: Callable[[float], float], value: float, low: float, high: float) -> float:
    """Where a rising function comes nearest to a value, by halving."""
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < value else (low, middle)
    return round((low + high) / 2, 6)
