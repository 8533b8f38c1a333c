"""Writing under a tune that stands: its plan, and the score with both hands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import fmean

from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.score import Hand, Note, Score
from melodymuse.music.theory import QUALITIES
from melodymuse.planning.controls import NO_CHORDS, Controls
from melodymuse.planning.plan import BarPlan, Plan
from melodymuse.planning.planner import plan_for
from melodymuse.writing.composer import score_of
from melodymuse.writing.draft import Draft
from melodymuse.writing.generator import write_drafts
from melodymuse.writing.harmony.harmonize import harmonize
from melodymuse.writing.harmony.model import HarmonyModel
from melodymuse.writing.network import NoteNetwork
from melodymuse.writing.recall import read_recalls
from melodymuse.writing.themes import as_grid
from melodymuse.writing.tune.notes import Bar, Tune
from melodymuse.writing.vocabulary import decode_bar, encode_bar


def plan_under(
    tune: Tune,
    profile: EmotionProfile,
    expressed: EmotionProfile,
    controls: Controls,
    *,
    model: HarmonyModel,
    title: str = "",
    source: str = "",
) -> Plan:
    """The plan of a piece whose tune stands: its harmony follows from the tune, unless the user has
    named chords, and its bars recall each other as the tune's do.

    Args:
        tune: as if its tonic were C, as many bars as the controls have.
        profile, expressed, title, source: as `plan_for` takes them.
        controls: of the piece.
        model: chooses the chords.
    """
    plan = plan_for(profile, expressed, controls, title=title, source=source)
    harmonies = [bar.harmony for bar in plan.bars]
    if controls.chords == NO_CHORDS:
        harmonies = list(
            harmonize(
                model,
                tune,
                plan.metre,
                controls.key.mode,
                emotion=expressed.emotion,
                seed=controls.seed,
                temperature=controls.temperature,
            )
        )
    closes = plan.bars[-1].closes and _can_close(tune[-1], controls.key.mode)
    recalls = read_recalls([encode_bar(as_grid(bar), ()) for bar in tune])
    bars: list[BarPlan] = [
        replace(bar, recall=recall, harmony=harmony, sings_again=False)
        for bar, recall, harmony in zip(plan.bars, recalls, harmonies, strict=True)
    ]
    if closes:
        bars[-1] = replace(bars[-1], harmony=plan.bars[-1].harmony)
    else:
        bars[-1] = replace(bars[-1], closes=False)
    return replace(plan, bars=tuple(bars))


def write_under(tune: Tune, plan: Plan, network: NoteNetwork) -> Score:
    """The score of a plan with both hands under a tune, which is the top of the right hand."""
    given = {bar: as_grid(notes) for bar, notes in enumerate(tune)}
    (written,) = write_drafts(network, [replace(Draft.of(plan), tune=given)])
    return score_of(plan, [decode_bar(bar) for bar in written], given)


def accompaniment(score: Score) -> tuple[tuple[Note, ...], float]:
    """What a score of `write_under` has beside its tune, and the tune's mean velocity in it."""
    sung = {n for n in score.hand(Hand.RIGHT) if (n.onset, n.pitch) in score.tune}
    rest = tuple(note for note in score.notes if note not in sung)
    return rest, fmean(note.velocity for note in sung) if sung else 0.0


def with_melody(score: Score, under: Iterable[Note], melody: Sequence[Note]) -> Score:
    """A score of a melody and what lies under it; of that, what strikes or holds a key of the
    melody in the same hand gives way."""
    held = [note for note in melody if note.onset < score.end]
    kept = [
        note
        for note in under
        if not any(
            note.hand is other.hand
            and note.pitch == other.pitch
            and other.onset < note.end
            and note.onset < other.end
            for other in held
        )
    ]
    sung = [replace(n, duration=min(n.duration, score.end - n.onset)) for n in held]
    places = frozenset((note.onset, note.pitch) for note in sung)
    return replace(score, notes=tuple(sorted([*kept, *sung])), tune=places)


def louder(notes: Iterable[Note], velocity: float) -> tuple[Note, ...]:
    """Notes louder (below 0 softer) by a velocity, within 1..127."""
    return tuple(
        replace(note, velocity=min(max(round(note.velocity + velocity), 1), 127)) for note in notes
    )


def _can_close(bar: Bar, mode: str) -> bool:
    """Whether a tune's last bar is one note of the tonic chord on its first beat."""
    return len(bar) == 1 and bar[0].position == 0 and bar[0].pitch % 12 in QUALITIES[mode]
