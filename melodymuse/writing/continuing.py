"""Going on from music that is there: the network reads it, then writes more of the same kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from statistics import fmean, pstdev
from typing import Any

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.grid import (
    HIGHEST_PITCH,
    LOWEST_PITCH,
    METRES,
    TICKS_PER_GRID,
    GridBar,
    GridChord,
    GridNote,
    Metre,
)
from melodymuse.music.score import ChordSymbol, Note, Provenance, Score, Section, TempoMark
from melodymuse.planning.bar_controls import PHRASE_BARS
from melodymuse.planning.controls import LIMITS, controls_for
from melodymuse.planning.ending import SLOWING_BARS, close_plans
from melodymuse.planning.places import Place
from melodymuse.planning.plan import BarPlan
from melodymuse.planning.planner import plan_for
from melodymuse.planning.recall import CLOSE, LOOSE, Recall
from melodymuse.version import __version__
from melodymuse.writing.choosing import NEVER, choose
from melodymuse.writing.draft import Draft
from melodymuse.writing.figure_reading import steady_pattern
from melodymuse.writing.generator import Bar, write_drafts
from melodymuse.writing.measuring import QUANTITIES, BarPlace, average, measure_bar
from melodymuse.writing.network import NoteNetwork
from melodymuse.writing.recall import read_recalls
from melodymuse.writing.setting import set_bars
from melodymuse.writing.touch import LEAST_SPREAD, Touch
from melodymuse.writing.vocabulary import QUALITY_NAMES, Event, decode_bar, encode_bar

# A bar that goes on recalls the one two phrases before it, or as many whole phrases as there are.
FURTHEST_PHRASES = 2
# Versions of new bars that are held against the last ones: the first bars of theirs, and how many
# of those they follow.
CANDIDATES, _FIRST, _LAST = 3, 4, 8
# They are written until they lie no farther from those than this, in standard deviations, of which
# none is less than a note or a semitone; a few times at most, each time with what was missed added.
_NO_JUMP, _UNHEARD, ROUNDS = 1.2, 1.0, 3
_FURTHEST = 1.5
# Bars in which a feeling takes over.
_TURNING = 2
# The close takes one, what leads to it another.
LEAST_BARS = 2


def continue_score(
    score: Score,
    bars: int,
    *,
    seed: int = 0,
    temperature: float = 1.0,
    feeling: EmotionProfile | None = None,
    places: Sequence[Place] = (),
    allowed: Callable[[Sequence[Note]], bool] | None = None,
    network: NoteNetwork | None = None,
) -> Score:
    """A score with more bars, in the manner of those it has, closing on its tonic.

    Of several versions the one stands that goes on from the last bars with the smallest jump in
    density and register.

    Args:
        score: the opening, for example as `melodymuse.midi.reader.read_midi` gives it; its
            notes stay as they are.
        bars: how many bars to add, 2..256.
        seed: the only source of randomness, as in `Controls`.
        temperature: as in `Controls`.
        feeling: what the new bars shall say, in the key and the tempo of the opening; None for
            more of the same.
        places: of its bars in the form, where that is known: then the new bars come back to the
            bar to which it came back before, where it did.
        allowed: whether new notes may stand; None lets all.
        network: the note generator; None loads the shipped one.

    Returns:
        A Score of `score.bars + bars` bars, those of the opening under the sections that it has, or
        as "opening", the new ones as "continued"; these have the opening's tempo also where it
        ended slower.

    Raises:
        ControlError: an impossible number of bars, seed or temperature, a metre that the network
            has not learned, or no version is allowed.
    """
    _check_wishes(bars, seed, temperature)
    if str(score.time_signature) not in METRES:
        known = ", ".join(METRES)
        raise ControlError(f"no model for {score.time_signature}: use a piece in one of {known}")
    metre, shift = METRES[str(score.time_signature)], score.key.shift_from_c
    opening = grid_bars(score)
    plans = plan_more(score, opening, bars, seed, places)
    if feeling is None:
        plans = _keeping_figure(plans, opening, metre)
    else:
        plans = steered(plans, score, bars, seed, feeling)
    draft = Draft(plans, metre, seed, temperature, given=dict(enumerate(opening)))
    writer = network or NoteNetwork.shipped()

    def write(takes: range, best: Sequence[Sequence[Event]] | None) -> Sequence[Sequence[Bar]]:
        told = plans if best is None else _corrected(plans, opening, best[score.bars :])
        drafts = [replace(draft, plans=_taken(told, score.bars, take)) for take in takes]
        return write_drafts(writer, drafts)

    def placed(written: Sequence[Bar]) -> tuple[tuple[Note, ...], tuple[ChordSymbol, ...]]:
        # Empty bars stand for the opening, so that what is new falls into its place.
        silence: list[GridBar] = [((), ())] * score.bars
        new = [*silence, *(decode_bar(bar) for bar in written[score.bars :])]
        touch = Touch(spread=plans[-1].controls.dynamics or LEAST_SPREAD)
        return set_bars(new, plans, metre, shift=shift, seed=seed, touch=touch)

    def misfit(written: Sequence[Bar]) -> float:
        if allowed is not None and not allowed(placed(written)[0]):
            return NEVER
        # A feeling turns elsewhere by itself.
        return 0.0 if feeling is not None else _jump(opening, written[score.bars :]) - _NO_JUMP

    each = CANDIDATES if feeling is None else 1
    notes, chords = placed(choose(write, misfit, each=each, rounds=ROUNDS))
    return replace(
        score,
        notes=tuple(sorted([*score.notes, *notes])),
        bars=score.bars + bars,
        tempos=_tempos(score),
        chords=(*score.chords, *chords),
        sections=(*_sections(score), Section(score.end, "continued")),
        provenance=Provenance(__version__, seed, "as given", source=score.title),
    )


def _check_wishes(bars: int, seed: int, temperature: float) -> None:
    for name, whole in (("bars", bars), ("seed", seed)):
        if isinstance(whole, bool) or not isinstance(whole, int):
            raise ControlError(f"{name} must be a whole number, not {whole!r}")
    wishes: tuple[tuple[str, float, tuple[float, float]], ...] = (
        ("bars to add", bars, (LEAST_BARS, LIMITS["bars"][1])),
        ("seed", seed, LIMITS["seed"]),
        ("temperature", temperature, LIMITS["temperature"]),
    )
    for name, value, (low, high) in wishes:
        if not low <= value <= high:
            raise ControlError(f"{name} must lie between {low} and {high}, not {value}")


def _tempos(score: Score) -> tuple[TempoMark, ...]:
    """The opening's tempos; where it slows down at its end, back to what it had before."""
    slowing = score.end - SLOWING_BARS * score.time_signature.bar_ticks
    steady = [mark for mark in score.tempos if mark.onset <= max(slowing - 1, 0)][-1]
    if score.tempos[-1].bpm >= steady.bpm:
        return score.tempos
    return (*score.tempos, TempoMark(score.end, steady.bpm))


def _sections(score: Score) -> tuple[Section, ...]:
    """The opening's sections; a form that is marked at all is marked from the beginning."""
    if score.sections and score.sections[0].onset == 0:
        return score.sections
    return (Section(0, "opening"), *score.sections)


def grid_bars(score: Score) -> list[GridBar]:
    """A score on the onset grid as if its tonic were C; off-grid onsets move to the nearest."""
    shift, bar_ticks = score.key.shift_from_c, score.time_signature.bar_ticks
    notes: list[list[GridNote]] = [[] for _ in range(score.bars)]
    chords: list[list[GridChord]] = [[] for _ in range(score.bars)]
    last = bar_ticks // TICKS_PER_GRID - 1
    for note in score.notes:
        bar, onset = divmod(note.onset, bar_ticks)
        pitch = note.pitch - shift
        if LOWEST_PITCH <= pitch <= HIGHEST_PITCH:
            position = min(round(onset / TICKS_PER_GRID), last)
            length = max(1, round(note.duration / TICKS_PER_GRID))
            notes[bar].append(GridNote(position, note.hand, pitch, length, note.velocity))
    for chord in score.chords:
        bar, onset = divmod(chord.onset, bar_ticks)
        if chord.quality in QUALITY_NAMES and bar < score.bars:
            position = min(round(onset / TICKS_PER_GRID), last)
            chords[bar].append(GridChord(position, (chord.root - shift) % 12, chord.quality))
    return [(tuple(sorted(n)), tuple(sorted(c))) for n, c in zip(notes, chords, strict=True)]


def steered(
    plans: Sequence[BarPlan], score: Score, bars: int, seed: int, feeling: EmotionProfile
) -> tuple[BarPlan, ...]:
    """Plans of new bars as a feeling asks for them, half as they were in the first two; they keep
    key, metre and tempo, and what they recall."""
    controls = controls_for(
        feeling, seed=seed, key=score.key, bars=bars, time_signature=score.time_signature
    )
    felt = plan_for(feeling, feeling, controls)
    tempo = score.tempos[-1].bpm
    found = list(plans)
    for index, wished in enumerate(felt.bars):
        bar = score.bars + index
        own, asked = plans[bar].controls, wished.controls
        # As many notes a second as the feeling has at its own tempo.
        slower = felt.own.tempo / tempo
        asked = replace(asked, density=None if asked.density is None else asked.density * slower)
        share = 0.5 if index < _TURNING else 1.0
        mixed: dict[str, Any] = {
            name: _mixed(getattr(own, name), getattr(asked, name), share) for name in QUANTITIES
        }
        kept: dict[str, Any] = {"mode": own.mode, "tempo": own.tempo, "style": own.style}
        place: dict[str, Any] = {"bar": bar, "bars": own.bars}
        last = index == len(felt.bars) - 1
        found[bar] = replace(
            plans[bar],
            controls=replace(asked, **mixed, **kept, **place),
            harmony=plans[bar].harmony if last else wished.harmony,
        )
    return tuple(found)


def _mixed(own: float | None, asked: float | None, share: float) -> float | None:
    if own is None or asked is None:
        return asked
    return (1 - share) * own + share * asked


def _keeping_figure(
    plans: Sequence[BarPlan], opening: Sequence[GridBar], metre: Metre
) -> tuple[BarPlan, ...]:
    """The new bars' left hand in the figure of the last ones, where those have one."""
    figure = steady_pattern(opening, metre)
    given = len(opening)
    return (*plans[:given], *(replace(plan, accompaniment=figure) for plan in plans[given:]))


def _taken(plans: Sequence[BarPlan], first: int, take: int) -> tuple[BarPlan, ...]:
    """The same plans, the bars from one on in another take."""
    return tuple(
        replace(plan, take=take) if bar >= first else plan for bar, plan in enumerate(plans)
    )


def _jump(opening: Sequence[GridBar], new: Sequence[Sequence[Event]]) -> float:
    """How far the first new bars lie from the last ones in density or register, whichever is
    farther, in standard deviations of those."""
    last = [notes for notes, _ in opening[-_LAST:]]
    first = [decode_bar(bar)[0] for bar in new[:_FIRST]]
    jumps = [0.0]
    for measure in (_density, _register):
        before, after = ([v for v in map(measure, bars) if v is not None] for bars in (last, first))
        if before and after:
            jumps.append(abs(fmean(after) - fmean(before)) / max(pstdev(before), _UNHEARD))
    return max(jumps)


def _corrected(
    plans: Sequence[BarPlan], opening: Sequence[GridBar], new: Sequence[Sequence[Event]]
) -> tuple[BarPlan, ...]:
    """Plans that ask for as much more or less as new bars missed of the last ones' density and
    register."""
    last = [notes for notes, _ in opening[-_LAST:]]
    first = [decode_bar(bar)[0] for bar in new[:_FIRST]]
    (wanted, height), (found, at) = (
        (fmean(map(_density, bars)), _mean(map(_register, bars))) for bars in (last, first)
    )
    more = min(max((wanted + 1) / (found + 1), 1 / _FURTHEST), _FURTHEST)
    higher = 0.0 if height is None or at is None else height - at

    def asked(plan: BarPlan) -> BarPlan:
        own = plan.controls
        density = None if own.density is None else own.density * more
        register = None if own.register is None else own.register + higher
        return replace(plan, controls=replace(own, density=density, register=register))

    given = len(opening)
    return (*plans[:given], *map(asked, plans[given:]))


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _density(notes: Sequence[GridNote]) -> float:
    return float(len(notes))


def _register(notes: Sequence[GridNote]) -> float | None:
    return fmean(note.pitch for note in notes) if notes else None


def _returns_to(places: Sequence[Place]) -> int | None:
    """The first bar that one of a later phrase recalls closely: where a theme begins that comes
    back; None where none does."""
    returns = (
        place.recall.bar
        for bar, place in enumerate(places)
        if place.recall.bar is not None
        and place.recall.likeness >= CLOSE
        and bar - place.recall.bar > PHRASE_BARS
    )
    return min(returns, default=None)


def plan_more(
    score: Score,
    opening: Sequence[GridBar],
    bars: int,
    seed: int,
    places: Sequence[Place] = (),
) -> tuple[BarPlan, ...]:
    """Plans read off the opening, then plans for more of the same; the opening's bars recall what
    their places say, where these are known."""
    total = score.bars + bars
    mode, metre = score.key.mode, METRES[str(score.time_signature)]
    measured = [
        measure_bar(
            notes, BarPlace(metre.name, mode, score.tempos[0].bpm, style=None, bar=bar, bars=total)
        )
        for bar, (notes, _) in enumerate(opening)
    ]
    recalls = read_recalls([encode_bar(*bar) for bar in opening])
    recalls = (*(place.recall for place in places[: len(recalls)]), *recalls[len(places) :])
    plans = [BarPlan(controls, recall) for controls, recall in zip(measured, recalls, strict=True)]
    phrases = min(FURTHEST_PHRASES, score.bars // PHRASE_BARS)
    back = phrases * PHRASE_BARS or score.bars
    if (theme := _returns_to(places)) is not None and score.bars - theme >= PHRASE_BARS:
        back = score.bars - theme
    # As the music is where it is left, not as it was on the whole.
    means: dict[str, Any] = average(measured[-FURTHEST_PHRASES * PHRASE_BARS :])
    for bar in range(score.bars, total):
        likeness = CLOSE if bar % PHRASE_BARS < PHRASE_BARS // 2 else LOOSE
        plans.append(BarPlan(replace(measured[-1], bar=bar, **means), Recall(bar - back, likeness)))
    return close_plans(plans, mode, metre, seed)
