"""What each option keeps of a piece when it is changed, over a seed an emotion."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.score import Note, Score
from melodymuse.music.theory import Key
from melodymuse.planning.control_table import Keeps
from melodymuse.planning.controls import CONTROLS, Controls, controls_for
from melodymuse.planning.plan import BarPlan, Plan
from melodymuse.planning.planner import plan_for
from melodymuse.writing.composer import write_many
from melodymuse.writing.draft import Draft
from melodymuse.writing.generator import write_drafts
from melodymuse.writing.network import NoteNetwork
from melodymuse.writing.tune.stage import Singer

SEEDS = range(len(EMOTIONS))
BARS = 5
# Another value for every control that keeps something of a piece.
OTHER = {
    "key": "B minor", "tempo": 77, "bars": 32, "density": 6.0, "polyphony": 3.0, "loudness": 100,
    "register": 70.0, "articulation": 0.5, "dissonance": 0.3, "chromaticism": 0.2, "spread": 7.0,
    "dynamics": 30, "balance": 0.3, "off_beat": 0.9, "triplets": 0.5, "blocks": 0.9,
    "octaves": 0.5, "leaps": 9.0, "contour": 6.0, "growth": -40, "ritardando": 0.5,
    "accompaniment": "alberti", "style": "salon", "temperature": 0.6, "pedal": "none",
}  # fmt: skip


def keeping(kept: Keeps) -> list[str]:
    """The controls of which the table says so."""
    return [name for name, row in CONTROLS.items() if row.keeps is kept]


def planned(seed: int, title: str = "", **wishes: Any) -> Plan:
    profile = EmotionProfile.of(EMOTIONS[seed % len(EMOTIONS)])
    return plan_for(profile, profile, controls_for(profile, seed=seed, **wishes), title=title)


@pytest.fixture(scope="module")
def network() -> NoteNetwork:
    return NoteNetwork.shipped()


@pytest.fixture(scope="module")
def pieces(network: NoteNetwork) -> tuple[Score, ...]:
    return write_many([planned(seed, bars=BARS) for seed in SEEDS], network)


@pytest.mark.parametrize("name", [*keeping(Keeps.NOTES), "title"])
def test_tempo_and_title_keep_every_note(
    network: NoteNetwork, pieces: tuple[Score, ...], name: str
) -> None:
    changed = {name: OTHER.get(name, "Another")}
    others = write_many([planned(seed, bars=BARS, **changed) for seed in SEEDS], network)
    for piece, other in zip(pieces, others, strict=True):
        assert piece.notes == other.notes and piece.chords == other.chords


@pytest.mark.parametrize("name", keeping(Keeps.ONSETS_AND_PITCHES))
def test_loudness_keeps_all_but_velocities(
    network: NoteNetwork, pieces: tuple[Score, ...], name: str
) -> None:
    changed = {name: OTHER.get(name, "Another")}
    others = write_many([planned(seed, bars=BARS, **changed) for seed in SEEDS], network)
    for piece, other in zip(pieces, others, strict=True):
        assert list(map(struck, piece.notes)) == list(map(struck, other.notes))
        assert piece.chords == other.chords and piece.notes != other.notes


def struck(note: Note) -> tuple[Any, ...]:
    return note.onset, note.duration, note.pitch, note.hand


def test_another_key_transposes_the_notes(network: NoteNetwork, pieces: tuple[Score, ...]) -> None:
    seeds = [place % len(SEEDS) for place in range(12)]
    keys = [Key.of(7 * place + 3, pieces[seed].key.mode) for place, seed in enumerate(seeds)]
    others = write_many(
        [planned(seed, bars=BARS, key=key) for seed, key in zip(seeds, keys, strict=True)], network
    )
    assert len({key.shift_from_c for key in keys}) == 12
    for seed, other in zip(seeds, others, strict=True):
        piece = pieces[seed]
        shift = other.key.shift_from_c - piece.key.shift_from_c
        assert [(*struck(n), n.velocity) for n in other.notes] == [
            (n.onset, n.duration, n.pitch + shift, n.hand, n.velocity) for n in piece.notes
        ]
        assert [((chord.root + shift) % 12, chord.quality) for chord in piece.chords] == [
            (chord.root, chord.quality) for chord in other.chords
        ]


def test_another_length_keeps_the_first_phrase(network: NoteNetwork) -> None:
    short = [planned(seed, bars=16) for seed in SEEDS]
    long = [planned(seed, bars=32) for seed in SEEDS]
    for one, other in zip(short, long, strict=True):
        assert [told(bar) for bar in one.bars[:4]] == [told(bar) for bar in other.bars[:4]]
    opening = [replace(Draft.of(plan), plans=plan.bars[:4]) for plan in (*short, *long)]
    bars = write_drafts(network, opening)
    assert bars[: len(SEEDS)] == bars[len(SEEDS) :] and len(set(bars)) == len(SEEDS)
    # Also where another theme follows at once in the shorter one, and begins on another chord.
    pairs = list(zip(short, long, strict=True))
    led_elsewhere = [pair for pair in pairs if not leads_alike(*pair)]
    assert led_elsewhere
    written = write_many([*led_elsewhere[0], *pairs[0]], network)
    for one, other in zip(written[::2], written[1::2], strict=True):
        assert first_phrase(one) == first_phrase(other)


def leads_alike(one: Plan, other: Plan) -> bool:
    """Whether two plans have one chord after their first phrase."""
    return one.bars[4].harmony[:1] == other.bars[4].harmony[:1]


def told(bar: BarPlan) -> BarPlan:
    """All but the length of its piece, which the network is told only near the end."""
    return replace(bar, controls=replace(bar.controls, bars=0))


def first_phrase(score: Score) -> list[tuple[Any, ...]]:
    """Its notes, as far as they sound in it: what follows may take a hand away."""
    end = 4 * score.time_signature.bar_ticks
    return [(n.onset, min(n.end, end), n.pitch, n.hand) for n in score.notes if n.onset < end]


def test_every_promise_of_the_table_is_tried() -> None:
    assert {name for name, row in CONTROLS.items() if row.keeps is not Keeps.NOTHING} <= set(OTHER)
    assert keeping(Keeps.TRANSPOSED) == ["key"] and keeping(Keeps.OPENING) == ["bars"]


@pytest.mark.parametrize("name", keeping(Keeps.PLAN))
def test_texture_keeps_key_metre_form_recalls_and_chords(name: str) -> None:
    for seed in SEEDS:
        plan, other = planned(seed), planned(seed, **{name: OTHER[name]})
        assert plan.controls != other.controls
        assert frame(plan) == frame(other)


@pytest.mark.parametrize("name", keeping(Keeps.TUNE))
def test_another_accompaniment_keeps_the_tune(name: str) -> None:
    pairs = [(planned(seed), planned(seed, **{name: OTHER[name]})) for seed in range(len(EMOTIONS))]
    singer = Singer.shipped()
    tunes = singer.tunes([plan for pair in pairs for plan in pair])
    for (plan, other), tune, again in zip(pairs, tunes[::2], tunes[1::2], strict=True):
        assert plan.bars != other.bars
        assert frame(plan) == frame(other) and tune == again and any(tune.values())


def frame(plan: Plan) -> tuple[Any, ...]:
    controls: Controls = plan.controls
    bars = [(bar.recall, bar.harmony) for bar in plan.bars]
    return controls.key, controls.time_signature, plan.sections, bars


def test_seeds_differ_in_each_place_by_itself() -> None:
    """The key drawn says nothing of the metre, and nothing of the chords of the second bar."""
    plans = [planned(8 * seed, bars=4) for seed in range(200)]
    chords: dict[str, set[Any]] = {}
    metres: dict[str, set[str]] = {}
    for plan in plans:
        metres.setdefault(str(plan.controls.key), set()).add(plan.metre.name)
        chords.setdefault(str(plan.controls.key), set()).add(plan.bars[1].harmony)
    assert len(chords) > 5 and all(len(found) > 2 for found in chords.values())
    assert all({"4/4", "2/4"} <= found for found in metres.values())
