"""From plans to Scores: draft them, let the network write the bars, set them in the key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.grid import TICKS_PER_GRID, GridBar, GridNote
from melodymuse.music.score import ChordSymbol, Note, Pedal, Provenance, Score, Section
from melodymuse.planning.arc import THEN, arc_tempos
from melodymuse.planning.controls import (
    ANY_COPY,
    AUTO,
    BY_FEELING,
    CONTROL_NAMES,
    NO_CHORDS,
    Controls,
)
from melodymuse.planning.places import spell_places
from melodymuse.planning.plan import Plan, Stretch
from melodymuse.planning.planner import plan_for
from melodymuse.version import __version__
from melodymuse.writing.draft import Draft
from melodymuse.writing.generator import MOST_ROWS, write_drafts
from melodymuse.writing.network import NoteNetwork
from melodymuse.writing.pedalling import pedal_strokes
from melodymuse.writing.setting import set_bars
from melodymuse.writing.touch import Touch
from melodymuse.writing.tune.stage import Singer
from melodymuse.writing.vocabulary import decode_bar

# From this articulation on notes ring into the next ones: the pedal's business.
_RINGING = 1.0
# Controls that provenance is silent about where nothing was asked for.
_UNSAID = {"chords": NO_CHORDS, "literal": BY_FEELING, "max_copy": ANY_COPY, "loop": False}


def write_plan(
    plan: Plan, network: NoteNetwork | None = None, singer: Singer | None = None
) -> Score:
    """Compose a plan: the same plan always gives the same Score.

    Args:
        plan: what the piece shall be.
        network: the note generator; None loads the shipped one.
        singer: what writes the tune; None loads the shipped one.

    Returns:
        A Score of as many bars as are planned in two hands, ending on the tonic.
    """
    return write_many([plan], network, singer)[0]


def write_many(
    plans: Sequence[Plan],
    network: NoteNetwork | None = None,
    singer: Singer | None = None,
    rows: int = MOST_ROWS,
) -> tuple[Score, ...]:
    """Compose many plans in lockstep, several times as quick as one after another.

    Args:
        plans: what the pieces shall be.
        network: the note generator; None loads the shipped one.
        singer: what writes the tunes; None loads the shipped one.
        rows: how many are written side by side, which changes nothing but the speed.

    Returns:
        Their Scores, each with the bytes that it has alone.
    """
    tunes = (singer or Singer.shipped()).tunes(plans)
    drafts = [replace(Draft.of(plan), tune=tune) for plan, tune in zip(plans, tunes, strict=True)]
    written = write_drafts(network or NoteNetwork.shipped(), drafts, rows=rows)
    return tuple(
        score_of(plan, [decode_bar(bar) for bar in bars], tune)
        for plan, bars, tune in zip(plans, written, tunes, strict=True)
    )


def score_of(
    plan: Plan, bars: Sequence[GridBar], tune: Mapping[int, Sequence[GridNote]] | None = None
) -> Score:
    """The Score of a plan whose bars are written, and what of them is the tune, as if the tonic
    were C."""
    controls = plan.controls
    bar_ticks, shift = controls.time_signature.bar_ticks, controls.key.shift_from_c
    notes, chords = set_bars(
        bars,
        plan.bars,
        plan.metre,
        shift=shift,
        seed=controls.seed,
        touch=_touch(plan.stretches[0]),
        later={stretch.start: _touch(stretch) for stretch in plan.stretches[1:]},
    )
    return Score(
        notes=notes,
        time_signature=controls.time_signature,
        key=controls.key,
        bars=controls.bars,
        tempos=arc_tempos(plan.stretches, plan.metre, controls.bars),
        chords=chords,
        sections=tuple(
            Section(section.start * bar_ticks, section.name) for section in plan.sections
        ),
        pedals=tuple(_pedals(plan, notes, chords)),
        title=plan.title,
        provenance=Provenance(
            version=__version__,
            seed=controls.seed,
            emotion=plan.stretches[0].expressed.emotion if plan.arc else plan.profile.emotion,
            source=plan.source,
            controls=_facts(plan),
            bars=spell_places(plan.bars),
        ),
        loops=controls.loop,
        tune=frozenset(
            (bar * bar_ticks + note.position * TICKS_PER_GRID, note.pitch + shift)
            for bar, sung in (tune or {}).items()
            for note in sung
        ),
    )


def compose_score(
    controls: Controls,
    profile: EmotionProfile,
    *,
    source: str = "",
    title: str = "",
    network: NoteNetwork | None = None,
) -> Score:
    """Plan a piece that says what is felt, and compose it; arguments as for `plan_for` and
    `write_plan`."""
    return write_plan(plan_for(profile, profile, controls, title=title, source=source), network)


def _pedals(plan: Plan, notes: Sequence[Note], chords: Sequence[ChordSymbol]) -> Iterator[Pedal]:
    """The strokes of every stretch whose notes ring on."""
    bar_ticks = plan.controls.time_signature.bar_ticks
    ends = [*(stretch.start for stretch in plan.stretches[1:]), plan.controls.bars]
    for stretch, until in zip(plan.stretches, ends, strict=True):
        own = stretch.controls
        if own.pedal != AUTO or own.articulation < _RINGING:
            continue
        start, end = stretch.start * bar_ticks, until * bar_ticks
        for stroke in pedal_strokes(notes, chords, bar_ticks, own.bars * bar_ticks, own.tempo):
            if start <= stroke.onset < end:
                yield Pedal(stroke.onset, min(stroke.release, end))


def _touch(stretch: Stretch) -> Touch:
    """What the user wishes of the velocities, against what the network was told."""
    controls, own = stretch.controls, stretch.own
    return Touch(
        spread=own.dynamics,
        wider=controls.dynamics / own.dynamics,
        louder=controls.loudness - own.loudness,
        growth=controls.growth,
    )


def _facts(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Every control as text, with what is expressed enough to compose the piece again; and whose
    eye saw the picture."""
    controls = plan.controls
    facts = tuple(
        (name, str(getattr(controls, name)))
        for name in CONTROL_NAMES
        if name != "seed" and getattr(controls, name) != _UNSAID.get(name)
    )
    if plan.arc:
        facts += (("arc", f" {THEN} ".join(_said(stretch.name) for stretch in plan.arc)),)
    if plan.like:
        facts += (("like", _said(plan.like)),)
    return (*facts, ("eye", _said(plan.eye))) if plan.eye else facts


def _said(text: str) -> str:
    """A text as a fact of the provenance holds it."""
    return text.replace(";", ",")
