"""Writing some bars of a piece anew, so that they lead into what follows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import fmean
from typing import Any

from melodymuse.music.chord_hearing import heard_chords
from melodymuse.music.grid import METRES, GridBar, GridNote, Metre
from melodymuse.music.score import Hand, Note, Score
from melodymuse.planning.bar_controls import PHRASE_BARS
from melodymuse.planning.controls import DEFAULT_TEMPERATURE
from melodymuse.planning.places import Place
from melodymuse.planning.plan import BarPlan
from melodymuse.planning.recall import CLOSE, LOOSE, NOTHING, Recall
from melodymuse.writing.choosing import NEVER, choose
from melodymuse.writing.continuing import FURTHEST_PHRASES, grid_bars
from melodymuse.writing.draft import Draft
from melodymuse.writing.generator import write_drafts
from melodymuse.writing.keeping import Kept, bass_of, in_rhythm, rhythm_of
from melodymuse.writing.likelihood import read_bars
from melodymuse.writing.measuring import BarPlace, average, measure_bar
from melodymuse.writing.network import NoteNetwork
from melodymuse.writing.recall import read_recalls
from melodymuse.writing.setting import set_bars
from melodymuse.writing.touch import LEAST_SPREAD, Touch
from melodymuse.writing.vocabulary import Event, decode_bar, encode_bar

# What of a bar may stay while the rest is written anew.
KEEPS = MELODY, CHORDS, RHYTHM, BASS = "melody", "chords", "rhythm", "bass"
# Versions of the bars that are weighed against each other, and the bars after them that tell.
# They are written until those are as likely as they were, a few times at most.
CANDIDATES, ROUNDS = 4, 3
BARS_AFTER = 2
# How far back inserted bars look for their manner.
_NEAR = 8

# Whether new notes may stand.
Allowed = Callable[[Sequence[Note]], bool]


def rewrite_bars(
    score: Score,
    bars: range,
    *,
    seed: int,
    temperature: float = DEFAULT_TEMPERATURE,
    keeps: Collection[str] = (),
    places: Sequence[Place] = (),
    allowed: Allowed | None = None,
    network: NoteNetwork | None = None,
) -> tuple[Note, ...]:
    """New notes for some bars of a score, which stand where the old ones stood in the form: as
    dense, as high and as loud, and like the bars that those resembled.

    Of several versions the one stands after which the network finds the bars that follow likeliest.

    Args:
        score: the piece, or the part of it around the bars, in a metre of `METRES`.
        bars: indices of those to be written.
        seed: the only source of randomness.
        temperature: from tame to wild, 1 as learned.
        keeps: those of `KEEPS` that stay: the top line of the right hand, under which they are
            written; the harmonies; when each hand strikes and for how long; the lowest note of the
            left hand in each half of a bar.
        places: of the bars in the form, where it is known; bars beyond the last one, and all where
            nothing is, have that which their notes suggest.
        allowed: whether new notes may stand; None lets all.
        network: the note generator; None loads the shipped one.

    Returns:
        The notes that begin in these bars, none longer than they last; velocities as loud in the
        mean as those that were there, hand by hand.

    Raises:
        ControlError: no version is allowed.
    """
    metre = METRES[str(score.time_signature)]
    given = grid_bars(score)
    plans = _plans(score, given, bars, places, keeps_chords=CHORDS in keeps)
    tune = {bar: top_line(given[bar][0]) for bar in bars} if MELODY in keeps else {}
    kept = {bar: _kept(given[bar][0], metre, keeps) for bar in bars}
    draft = Draft(plans, metre, seed, temperature, _but(given, bars), tune, kept)
    new = _written(score, bars, draft, network or NoteNetwork.shipped(), allowed)
    old = _within(score, bars)
    return _as_loud(in_rhythm(new, old) if RHYTHM in keeps else new, old)


def insert_bars(
    score: Score,
    bars: range,
    *,
    seed: int,
    temperature: float = DEFAULT_TEMPERATURE,
    places: Sequence[Place] = (),
    allowed: Allowed | None = None,
    network: NoteNetwork | None = None,
) -> tuple[Note, ...]:
    """Notes for bars of a score that are empty, in the manner of the bars before them, so that they
    lead into what follows; arguments and what is given back as for `rewrite_bars`."""
    given = grid_bars(score)
    around = range(max(bars.start - _NEAR, 0), min(bars.stop + BARS_AFTER, score.bars))
    plans = _plans_between(score, given, bars, places)
    draft = Draft(plans, METRES[str(score.time_signature)], seed, temperature, _but(given, bars))
    new = _written(score, bars, draft, network or NoteNetwork.shipped(), allowed)
    return _as_loud(new, _within(score, around))


def _but(given: Sequence[GridBar], bars: Collection[int]) -> Mapping[int, GridBar]:
    """What stands: all bars but those."""
    return {bar: notes for bar, notes in enumerate(given) if bar not in bars}


def _within(score: Score, bars: range) -> list[Note]:
    first, last = (bar * score.time_signature.bar_ticks for bar in (bars.start, bars.stop))
    return [note for note in score.notes if first <= note.onset < last]


def _written(
    score: Score, bars: range, draft: Draft, network: NoteNetwork, allowed: Allowed | None
) -> tuple[Note, ...]:
    """The free bars of a draft: of several versions the one after which what follows is likeliest;
    none of their notes longer than the bars last."""
    plans = draft.plans
    stands = {bar: encode_bar(*notes) for bar, notes in draft.given.items()}
    lead = _Lead(network, plans, stands, bars, [encode_bar(*bar) for bar in grid_bars(score)])

    def write(takes: range, _: object) -> Sequence[Sequence[Sequence[Event]]]:
        drafts = [replace(draft, plans=_taken(plans, bars, take)) for take in takes]
        return write_drafts(network, drafts)

    def misfit(candidate: Sequence[Sequence[Event]]) -> float:
        if allowed is not None and not allowed(_set(score, bars, draft, candidate)):
            return NEVER
        return lead.lacks(candidate)

    best = choose(write, misfit, each=CANDIDATES, rounds=ROUNDS)
    return _set(score, bars, draft, best)


class _Lead:
    """How likely the bars behind rewritten ones are, held against how likely they were."""

    def __init__(
        self,
        network: NoteNetwork,
        plans: Sequence[BarPlan],
        stands: Mapping[int, Sequence[Event]],
        bars: range,
        before: Sequence[Sequence[Event]],
    ) -> None:
        self._network, self._plans, self._stands = network, plans, stands
        self._some = range(bars.start, min(bars.stop + BARS_AFTER, len(plans)))
        self._after = len(self._some) - len(bars)
        if not self._after:
            return
        usual, self._state = read_bars(
            network, plans, before, range(bars.start), network.initial_state(1)
        )
        # Where bars come in, there is nothing to be as likely as but the music before them.
        empty = all(len(before[bar]) == 1 for bar in bars)
        self._wanted = fmean(usual[-_NEAR:]) if empty and usual else self._likely(before)

    def _likely(self, whole: Sequence[Sequence[Event]]) -> float:
        read, _ = read_bars(self._network, self._plans, whole, self._some, self._state)
        return fmean(read[-self._after :])

    def lacks(self, candidate: Sequence[Sequence[Event]]) -> float:
        """How much less likely a candidate makes what follows; 0 where nothing does."""
        if not self._after:
            return 0.0
        # What stands is read as it is; only what was written anew differs.
        whole = [self._stands.get(bar, candidate[bar]) for bar in range(self._some.stop)]
        return self._wanted - self._likely(whole)


def _set(
    score: Score, bars: range, draft: Draft, written: Sequence[Sequence[Event]]
) -> tuple[Note, ...]:
    """Some of the bars written, as notes of a score."""
    plans = draft.plans
    silence: list[GridBar] = [((), ())] * score.bars
    for bar in bars:
        silence[bar] = decode_bar(written[bar])
    touch = Touch(spread=plans[bars.start].controls.dynamics or LEAST_SPREAD)
    shift = score.key.shift_from_c
    notes, _ = set_bars(silence, plans, draft.metre, shift=shift, seed=draft.seed, touch=touch)
    first, last = (bar * score.time_signature.bar_ticks for bar in (bars.start, bars.stop))
    return tuple(
        replace(n, duration=min(n.duration, last - n.onset)) for n in notes if n.onset >= first
    )


def _taken(plans: Sequence[BarPlan], bars: Collection[int], take: int) -> tuple[BarPlan, ...]:
    """The same plans, some bars in another take."""
    return tuple(
        replace(plan, take=take) if bar in bars else plan for bar, plan in enumerate(plans)
    )


def _kept(notes: Sequence[GridNote], metre: Metre, keeps: Collection[str]) -> Kept:
    """What stays of a bar, beside its tune and its chords."""
    kept = rhythm_of(notes, melody=MELODY in keeps) if RHYTHM in keeps else Kept()
    if BASS in keeps:
        kept = replace(kept, bass=tuple((n.position, n.pitch) for n in bass_of(notes, metre)))
    return kept


def plans_of(score: Score) -> tuple[BarPlan, ...]:
    """What the bars of a piece were asked to be, as it can be read off them."""
    return _plans(score, grid_bars(score), (), (), keeps_chords=False)


def _plans(
    score: Score,
    given: Sequence[GridBar],
    bars: Collection[int],
    places: Sequence[Place],
    *,
    keeps_chords: bool,
) -> tuple[BarPlan, ...]:
    """Plans read off the piece, at its bars' places where those are known; those of the bars to be
    written without what is to change."""
    mode, metre = score.key.mode, METRES[str(score.time_signature)]
    plans = []
    recalls = read_recalls([encode_bar(*bar) for bar in given])
    for index, ((notes, chords), recall) in enumerate(zip(given, recalls, strict=True)):
        place = BarPlace(
            metre.name, mode, score.tempos[0].bpm, style=None, bar=index, bars=score.bars
        )
        planned = places[index] if index < len(places) else Place(recall)
        if index not in bars:
            plans.append(BarPlan(measure_bar(notes, place), planned.recall))
            continue
        heard = (tuple(chords) or heard_chords(notes, metre)) if keeps_chords else None
        plans.append(
            BarPlan(
                measure_bar(notes, place),
                planned.recall,
                heard or planned.harmony,
                closes=planned.closes,
                # The chords kept, another figure is what there is to find.
                accompaniment=None if keeps_chords else planned.accompaniment,
            )
        )
    return tuple(plans)


def _plans_between(
    score: Score, given: Sequence[GridBar], bars: range, places: Sequence[Place]
) -> tuple[BarPlan, ...]:
    """Plans read off the piece; those of empty bars are as the bars before them are in the mean,
    and recall these as the bars of one phrase recall another's."""
    plans = list(_plans(score, given, (), places, keeps_chords=False))
    before = [plan.controls for plan in plans[max(bars.start - _NEAR, 0) : bars.start]]
    near = before or [plan.controls for plan in plans[bars.stop :][:_NEAR]]
    means: dict[str, Any] = average(near)
    phrases = min(FURTHEST_PHRASES, bars.start // PHRASE_BARS)
    back = phrases * PHRASE_BARS or bars.start
    for bar in bars:
        likeness = CLOSE if (bar - bars.start) % PHRASE_BARS < PHRASE_BARS // 2 else LOOSE
        recall = Recall(bar - back, likeness) if back else Recall(None, NOTHING)
        plans[bar] = BarPlan(replace(near[-1], bar=bar, **means), recall)
    return tuple(plans)


def top_line(notes: Sequence[GridNote]) -> tuple[GridNote, ...]:
    """The highest notes of the right hand, each let go when the next one begins."""
    top: dict[int, GridNote] = {}
    for note in notes:
        if note.hand is Hand.RIGHT and (
            note.position not in top or note.pitch > top[note.position].pitch
        ):
            top[note.position] = note
    line = [top[position] for position in sorted(top)]
    return tuple(
        replace(note, duration=min(note.duration, following.position - note.position))
        for note, following in pairwise(line)
    ) + tuple(line[-1:])


def _as_loud(new: Sequence[Note], old: Sequence[Note]) -> tuple[Note, ...]:
    """Notes as loud in the mean as others, hand by hand."""
    voiced: list[Note] = []
    for hand in Hand:
        mine = [note for note in new if note.hand is hand]
        before = [n.velocity for n in old if n.hand is hand] or [n.velocity for n in old]
        shift = round(fmean(before) - fmean(n.velocity for n in mine)) if before and mine else 0
        voiced += [replace(n, velocity=min(max(n.velocity + shift, 1), 127)) for n in mine]
    return tuple(sorted(voiced))
