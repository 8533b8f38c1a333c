"""The generator on a network that is known, and many pieces in lockstep on the shipped one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.grid import METRES, GridNote
from melodymuse.music.score import Hand
from melodymuse.planning.controls import controls_for
from melodymuse.planning.plan import BarPlan, Plan
from melodymuse.planning.planner import plan_for
from melodymuse.planning.recall import CLOSE, FREE, NOTHING, SHAPE, Recall
from melodymuse.planning.recall import OTHER as ANOTHER
from melodymuse.writing import generator
from melodymuse.writing.composer import write_many, write_plan
from melodymuse.writing.draft import Draft
from melodymuse.writing.generator import Bar, Sampling, write_drafts
from melodymuse.writing.hints import FIGURE_HINTS, HINTS, tune_guide
from melodymuse.writing.network import Floats, Indices, NoteNetwork
from melodymuse.writing.recall import NO_EVENT, tune_of
from melodymuse.writing.rules import MOST_EVENTS
from melodymuse.writing.vocabulary import (
    BAR_EVENT,
    PART_SIZES,
    Event,
    chord_item,
    decode_bar,
    pitch_item,
)
from tests.writing.untold import bar_controls

METRE = METRES["4/4"]
CHORD = Event(0, chord_item(0, "minor"), 0, 0)
NOTE = Event(0, pitch_item(60, Hand.RIGHT), 5, 8)
OTHER = Event(24, pitch_item(48, Hand.LEFT), 6, 7)


class Known(NoteNetwork):
    """A network that knows one bar by heart (or none: then anything goes), whose state counts the
    events that it has read, and which tells what it was given."""

    def __init__(self, *bar: Event) -> None:
        self.following = dict(zip((BAR_EVENT, *bar), (*bar, BAR_EVENT), strict=True)) if bar else {}
        self.read: list[tuple[Event, Event, int]] = []
        self.told: list[Indices] = []
        self.next: list[Event | None] = []

    def initial_state(self, rows: int) -> Floats:
        return np.zeros((rows, 1), np.float32)

    def step(
        self,
        events: Indices,
        recalled: Indices,
        likeness: Indices,
        controls: Floats,
        hints: Indices,
        state: Floats,
    ) -> tuple[Floats, Floats]:
        last = [Event(*event) for event in events.tolist()]
        self.read.append((last[0], Event(*recalled[0].tolist()), int(state[0, 0])))
        self.told.append(hints[0])
        self.next = [self.following.get(event) for event in last]
        return np.zeros((len(events), 1), np.float32), state + 1

    def logits(self, part: int, features: Floats, chosen: Indices) -> Floats:
        logits = np.zeros((len(features), PART_SIZES[part]), np.float32)
        for row, event in enumerate(self.next):
            if event is not None:
                logits[row, event[part]] = 50
        return logits


def draft(*plans: BarPlan, **told: Any) -> Draft:
    return Draft(plans, METRE, 1, **told)


PLAIN = BarPlan(bar_controls(), Recall(None, NOTHING))


def test_what_the_network_knows_by_heart_is_written() -> None:
    (bars,) = write_drafts(Known(CHORD, NOTE, OTHER), [draft(PLAIN, PLAIN)])
    assert bars == ((BAR_EVENT, CHORD, NOTE, OTHER),) * 2


def test_the_recalled_bar_is_told_event_by_event() -> None:
    network = Known(NOTE)
    again = BarPlan(bar_controls(), Recall(0, CLOSE))
    write_drafts(network, [draft(PLAIN, again)], Sampling(candidates=1))
    told = [(read, recalled) for read, recalled, _ in network.read]
    assert told == [
        (BAR_EVENT, NO_EVENT), (NOTE, NO_EVENT), (BAR_EVENT, NOTE), (NOTE, BAR_EVENT)
    ]  # fmt: skip


def test_the_tune_and_the_figure_of_the_bar_before_are_told() -> None:
    network = Known()
    sung = {0: (GridNote(0, Hand.RIGHT, 72, 12, 80),), 1: ()}
    (bars,) = write_drafts(network, [draft(PLAIN, PLAIN, tune=sung)], Sampling(candidates=1))
    begins = [i for i, (event, _, _) in enumerate(network.read) if event == BAR_EVENT]
    first, second = (network.told[i].tolist() for i in begins)
    nothing = [0] * FIGURE_HINTS
    tune = tune_guide([event for event in bars[0] if event.item == pitch_item(72, Hand.RIGHT)])
    assert first == [*tune.rows[0], *nothing]
    # A tune that rests is told of; the left hand is free where none is sung.
    assert second == [*tune_guide(()).rows[0], *nothing]
    role = list(HINTS).index("tune_role")
    roles = {
        event: told[role] for (event, _, _), told in zip(network.read, network.told, strict=True)
    }
    assert {event for event, found in roles.items() if found == 2} == {
        event for event in bars[0] if event.item == pitch_item(72, Hand.RIGHT)
    }


def test_nothing_is_told_of_a_tune_where_none_is_given() -> None:
    network = Known(NOTE, OTHER)
    write_drafts(network, [draft(PLAIN, PLAIN)], Sampling(candidates=1))
    assert not np.any(network.told)


def test_a_new_figure_is_asked_where_a_theme_begins_and_kept_after() -> None:
    low = Event(0, pitch_item(48, Hand.LEFT), 6, 7)
    network = Known(CHORD, low, NOTE, OTHER)
    sung = dict.fromkeys(range(3), (GridNote(0, Hand.RIGHT, 60, 12, 60),))
    plans = [PLAIN, PLAIN, replace(PLAIN, figure=0)]
    write_drafts(network, [draft(*plans, tune=sung)], Sampling(candidates=1))
    begins = [i for i, (event, _, _) in enumerate(network.read) if event == BAR_EVENT]
    assert [network.told[i][-1] for i in begins] == [FREE, ANOTHER, SHAPE]


@pytest.fixture
def weigh(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[float]], list[Any]]:
    """Let the critic say what is prepared, and remember the bars that it was shown."""

    def prepare(faults: list[float]) -> list[Any]:
        shown: list[Any] = []

        def weigh_bar(bar: Any, *_: Any) -> float:
            shown.append(bar)
            return faults[(len(shown) - 1) % len(faults)]

        monkeypatch.setattr(generator, "weigh_bar", weigh_bar)
        return shown

    return prepare


def test_the_best_candidate_stands(weigh: Callable[[list[float]], list[Any]]) -> None:
    shown = weigh([3.0, 1.0, 2.0])
    ((bar,),) = write_drafts(Known(), [draft(PLAIN)])
    assert len(shown) == 3 and len(set(map(str, shown))) == 3
    assert decode_bar(bar) == shown[1]


def test_the_first_one_that_will_do_ends_the_search(
    weigh: Callable[[list[float]], list[Any]],
) -> None:
    shown = weigh([3.0, 0.5])
    ((bar,),) = write_drafts(Known(), [draft(PLAIN)])
    assert len(shown) == 2 and decode_bar(bar) == shown[1]


def test_the_final_bar_has_more_candidates(weigh: Callable[[list[float]], list[Any]]) -> None:
    shown = weigh([3.0])
    write_drafts(Known(), [draft(PLAIN, replace(PLAIN, closes=True))])
    assert len(shown) == 3 + 8


def test_the_network_goes_on_from_the_candidate_that_stands(
    weigh: Callable[[list[float]], list[Any]],
) -> None:
    weigh([2.0, 1.0, 3.0])
    network = Known()
    ((first, _),) = write_drafts(network, [draft(PLAIN, PLAIN)])
    begins = [state for event, _, state in network.read if event == BAR_EVENT]
    assert begins == [0] * 3 + [len(first)] * 3


def test_candidates_takes_and_bars_are_drawn_apart() -> None:
    bars: list[Bar] = []
    for take in range(3):
        ((first, second),) = write_drafts(
            Known(), [draft(replace(PLAIN, take=take), replace(PLAIN, take=take))],
            Sampling(candidates=1),
        )  # fmt: skip
        bars += [first, second]
    assert len(set(bars)) == 6


def test_given_bars_are_read_as_they_are() -> None:
    network = Known(CHORD)
    given = {0: decode_bar((BAR_EVENT, NOTE, OTHER))}
    ((first, _),) = write_drafts(network, [draft(PLAIN, PLAIN, given=given)])
    assert first == (BAR_EVENT, NOTE, OTHER)
    assert [event for event, _, _ in network.read][:4] == [BAR_EVENT, NOTE, OTHER, BAR_EVENT]
    ((only,),) = write_drafts(network, [draft(PLAIN, given=given)])
    assert only == first


def test_a_bar_ends_at_last() -> None:
    """However much the network dislikes it."""

    class Endless(Known):
        def logits(self, part: int, features: Floats, chosen: Indices) -> Floats:
            # As early and as low as may be.
            return super().logits(part, features, chosen) - np.arange(PART_SIZES[part]) * 9

    ((bar,),) = write_drafts(Endless(), [draft(PLAIN)], Sampling(candidates=1))
    assert MOST_EVENTS < len(bar) < MOST_EVENTS + 5


@pytest.fixture(scope="module")
def network() -> NoteNetwork:
    return NoteNetwork.shipped()


def plans() -> list[Plan]:
    """Of every emotion, metre and length, some of them wild, some in harmony of the network's."""
    found = []
    for index, emotion in enumerate(EMOTIONS):
        profile = EmotionProfile.of(emotion)
        wishes = {"harmony": "free"} if index % 3 == 0 else {}
        controls = controls_for(
            profile, seed=index, bars=2 + index % 4, temperature=0.5 + index / 6,
            time_signature=list(METRES)[index % 4], **wishes,
        )  # fmt: skip
        found.append(plan_for(profile, profile, controls))
    return found


@pytest.mark.parametrize("rows", [1, 3, 8])
def test_a_piece_is_the_same_alone_and_among_many(network: NoteNetwork, rows: int) -> None:
    planned = plans()
    scores = write_many(planned, network, rows=rows)
    assert scores == tuple(write_plan(plan, network) for plan in planned)
    assert len({score.notes for score in scores}) == len(planned)


def test_nothing_is_written_for_nobody(network: NoteNetwork) -> None:
    assert write_many([], network) == ()


def test_a_tune_that_sings_again_is_the_same_note_by_note(network: NoteNetwork) -> None:
    """Under a held note the hand may strike others, which the top line takes up where they last."""
    profile = EmotionProfile.of("excitement")
    wishes = {"bars": 16, "form": "AABA"}
    planned = [
        plan_for(profile, profile, controls_for(profile, seed=s, **wishes)) for s in range(4)
    ]

    def returning(plan: Plan, of: Plan) -> list[bool]:
        (bars,) = write_drafts(network, [Draft.of(plan)])
        tunes = [{(note.position, note.pitch) for note in tune_of(bar)} for bar in bars]
        again = [(i, bar.recall.bar) for i, bar in enumerate(of.bars) if bar.sings_again]
        return [tunes[before] <= tunes[i] for i, before in again if before is not None]

    found = [is_there for plan in planned for is_there in returning(plan, plan)]
    assert len(found) >= 16 and all(found)
    free = [
        replace(plan, bars=tuple(replace(bar, sings_again=False) for bar in plan.bars))
        for plan in planned
    ]
    forgotten = [
        is_there for plan, of in zip(free, planned, strict=True) for is_there in returning(plan, of)
    ]
    assert sum(forgotten) < 0.8 * len(forgotten)


def test_a_given_tune_goes_before_one_that_sings_again(network: NoteNetwork) -> None:
    profile = EmotionProfile.of("contentment")
    controls = controls_for(profile, seed=5, bars=16, form="AABA", time_signature="4/4")
    plan = plan_for(profile, profile, controls)
    bar = next(i for i, planned in enumerate(plan.bars) if planned.sings_again)
    given = (GridNote(0, Hand.RIGHT, 84, 24, 0), GridNote(24, Hand.RIGHT, 79, 24, 0))
    (bars,) = write_drafts(network, [replace(Draft.of(plan), tune={bar: given})])
    assert {(0, 84), (24, 79)} <= {(note.position, note.pitch) for note in tune_of(bars[bar])}


def test_what_is_struck_is_chosen_soberly(network: NoteNetwork) -> None:
    """The cooler, the fewer different things are struck; bars stay as full."""
    profile = EmotionProfile.of("excitement")
    drafts = [
        Draft.of(plan_for(profile, profile, controls_for(profile, seed=seed, bars=4)))
        for seed in range(8)
    ]

    def struck(sober: float) -> tuple[float, int]:
        pieces = write_drafts(network, drafts, Sampling(sober=sober))
        items = [[event.item for bar in piece for event in bar[1:]] for piece in pieces]
        return sum(len(set(i)) / len(i) for i in items), sum(map(len, items))

    (few, cool_events), (many, events) = struck(0.1), struck(1.0)
    # The left hand's figure is bound: what is chosen is above it.
    assert few < 0.9 * many and 0.6 * events < cool_events < 1.5 * events
