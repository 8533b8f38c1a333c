"""Which take of a phrase is worth most: what critic and judge say of it, and what it copies."""

from __future__ import annotations

from melodymuse.planning.tune_plan import CLOSE, FINAL, FULL
from melodymuse.writing.tune.copies import RUN, KnownRuns
from melodymuse.writing.tune.critic import Setting, weigh
from melodymuse.writing.tune.judge import Listener
from melodymuse.writing.tune.phrase_features import REMEMBERED_BARS, phrase_features
from melodymuse.writing.tune.take import Take

# What a copied run costs: more than anything else can earn.
_COPIED = 1000.0
# What a piece's last note costs that is no tonic.
_UNFINISHED = 1.0
# What log odds of the judge count, up to how many, and of how many notes; phrases of how many bars.
_JUDGED, _MOST_ODDS, _FEWEST_JUDGED = 0.6, 4.0, 4
# How far back the critic remembers.
_REMEMBERED_BARS = 16


def worth_of(take: Take, known: KnownRuns | None, judge: Listener | None) -> float:
    """What critic and judge say of a take, and that no long run of it is a training tune's."""
    writing = take.writing
    steps = writing.piece.metre.bar_steps
    earliest = max(0, take.begin - _REMEMBERED_BARS)
    before = writing.sung(writing.tune[earliest:], earliest)
    notes = writing.sung([tuple(bar) for bar in take.bars], take.begin)
    climax = next((bar for bar, own in enumerate(take.plans, take.begin) if own.climax), None)
    plan, final = take.plans[0], take.plans[-1]
    setting = Setting(
        writing.piece.metre,
        writing.piece.mode,
        before,
        None if climax is None else (climax * steps, (climax + 1) * steps),
        plan.span,
        plan.repeats,
        plan.leaps,
        {
            bar: own.notes
            for bar, own in enumerate(take.plans, take.begin)
            if own.notes is not None and own.cadence_at is None
        },
        None if final.cadence_at is None else (take.end - 1) * steps + final.cadence_at,
        final.cadence in (FULL, FINAL),
        {
            bar: take.sung_in(own.source)
            for bar, own in enumerate(take.plans, take.begin)
            if own.source is not None and own.rhythm >= CLOSE and not own.locked
        },
    )
    worth = weigh(notes, take.likelihood / max(take.drawn, 1) * 2, setting)
    if final.cadence == FINAL and take.last % 12:
        worth -= _UNFINISHED
    if judge is not None and len(notes) >= _FEWEST_JUDGED:
        near_by = [note for note in before if note.onset >= (take.begin - REMEMBERED_BARS) * steps]
        bars = take.end - take.begin
        features = phrase_features(notes, near_by, take.begin, bars, setting.metre, setting.mode)
        worth += _JUDGED * min(max(judge.real(features), -_MOST_ODDS), _MOST_ODDS)
    if known is not None:
        line = [(note.onset, note.pitch) for note in (*before[-(RUN - 1) :], *notes)]
        worth -= _COPIED if known.has_part_of(line) else 0.0
    return worth
