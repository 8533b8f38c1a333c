"""From controls to a Score: plan the form, let the network write the bars, set them in the key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random

from melodymuse.composition.controls import Controls
from melodymuse.composition.expression import plan_bars
from melodymuse.composition.form import SectionPlan, plan_recalls, plan_sections
from melodymuse.composition.generator import NoteNetwork, Sampling, write_bars
from melodymuse.composition.harmony import cadence, tonic
from melodymuse.composition.plan import BarPlan
from melodymuse.composition.vocabulary import (
    HIGHEST_PITCH,
    LOWEST_PITCH,
    TICKS_PER_GRID,
    VELOCITY_STEP,
    GridChord,
    GridNote,
    decode_bar,
)
from melodymuse.emotion import EmotionProfile
from melodymuse.score.model import (
    ChordSymbol,
    Hand,
    Note,
    Provenance,
    Score,
    Section,
    TempoMark,
)
from melodymuse.version import __version__


def compose_score(
    controls: Controls,
    profile: EmotionProfile,
    *,
    source: str = "",
    title: str = "",
    network: NoteNetwork | None = None,
) -> Score:
    """Compose a piece.

    Args:
        controls: everything that decides the music; the same controls give the same Score.
        profile: the emotion it is composed for, for the provenance.
        source: what the piece is made from (a picture's name), for the provenance.
        title: the piece's title.
        network: the note generator; None loads the shipped one.

    Returns:
        A Score of exactly `controls.bars` bars in two hands, ending on the tonic.
    """
    random = Random(controls.seed)
    shift = (controls.key.pitch_class + 5) % 12 - 5
    sections = plan_sections(controls.bars)
    plans = plan_piece(controls, sections, shift, random)
    bar_steps = controls.time_signature.bar_ticks // TICKS_PER_GRID
    bars = write_bars(
        network or NoteNetwork.shipped(),
        plans,
        bar_steps=bar_steps,
        pitch_range=(
            max(LOWEST_PITCH, LOWEST_PITCH - shift),
            min(HIGHEST_PITCH, HIGHEST_PITCH - shift),
        ),
        sampling=Sampling(temperature=controls.temperature),
        random=random,
    )
    decoded = [decode_bar(bar) for bar in bars]
    end = controls.bars * controls.time_signature.bar_ticks
    notes = _place_notes([notes for notes, _ in decoded], bar_steps, shift, end, random)
    chords = _place_chords([chords for _, chords in decoded], bar_steps, shift, end)
    return Score(
        notes=notes,
        time_signature=controls.time_signature,
        key=controls.key,
        bars=controls.bars,
        tempos=(TempoMark(0, controls.tempo),),
        chords=chords,
        sections=tuple(
            Section(section.start * controls.time_signature.bar_ticks, section.name)
            for section in sections
        ),
        title=title,
        provenance=Provenance(
            version=__version__,
            seed=controls.seed,
            emotion=profile.emotion,
            source=source,
            controls=_facts(controls),
        ),
    )


def plan_piece(
    controls: Controls, sections: Sequence[SectionPlan], shift: int, random: Random
) -> tuple[BarPlan, ...]:
    """One plan a bar: expression, memory, and the harmony of the beginning and the end."""
    mode = controls.key.mode
    bar_steps = controls.time_signature.bar_ticks // TICKS_PER_GRID
    plans = [
        BarPlan(bar, recall)
        for bar, recall in zip(
            plan_bars(controls, sections, shift), plan_recalls(sections, random), strict=True
        )
    ]
    plans[0] = replace(plans[0], harmony=(tonic(mode),), starts_on_downbeat=True)
    if len(plans) > 2:
        plans[-2] = replace(plans[-2], harmony=cadence(mode, bar_steps, random))
    plans[-1] = replace(plans[-1], harmony=(tonic(mode),), closes=True)
    return tuple(plans)


def _place_notes(
    bars: Iterable[Sequence[GridNote]], bar_steps: int, shift: int, end: int, random: Random
) -> tuple[Note, ...]:
    """Notes in ticks in the real key; none outlasts the piece or the next stroke of its pitch.

    Velocities are spread within their class, so that dynamics are not a staircase.
    """
    half = VELOCITY_STEP // 2
    placed = [
        Note(
            onset=(index * bar_steps + note.position) * TICKS_PER_GRID,
            duration=note.duration * TICKS_PER_GRID,
            pitch=note.pitch + shift,
            velocity=min(max(note.velocity + random.randrange(-half, half), 1), 127),
            hand=note.hand,
        )
        for index, bar in enumerate(bars)
        for note in bar
    ]
    final = end - bar_steps * TICKS_PER_GRID
    next_stroke: dict[tuple[Hand, int], int] = {}
    mended = []
    for note in sorted(placed, reverse=True):
        until = min(next_stroke.get((note.hand, note.pitch), end), end)
        # The final bar is clean: what was before ends at its bar line, and its own chord is held.
        last = until if note.onset >= final else min(note.end, until, final)
        mended.append(replace(note, duration=last - note.onset))
        next_stroke[note.hand, note.pitch] = note.onset
    return tuple(sorted(mended))


def _place_chords(
    bars: Iterable[Sequence[GridChord]], bar_steps: int, shift: int, end: int
) -> tuple[ChordSymbol, ...]:
    """Chord symbols in ticks in the real key, each lasting until the next; repeats are joined."""
    placed: list[tuple[int, int, str]] = []
    for index, bar in enumerate(bars):
        for chord in bar:
            onset = (index * bar_steps + chord.position) * TICKS_PER_GRID
            named = (onset, (chord.root + shift) % 12, chord.quality)
            if not placed or placed[-1][1:] != named[1:]:
                placed.append(named)
    ends = [onset for onset, _, _ in placed[1:]] + [end]
    return tuple(
        ChordSymbol(onset, until - onset, root, quality)
        for (onset, root, quality), until in zip(placed, ends, strict=True)
    )


def _facts(controls: Controls) -> tuple[tuple[str, str], ...]:
    """Every control as text, enough to compose the piece again."""
    return tuple(
        (name, f"{value:g}" if isinstance(value, float) else str(value))
        for name in controls.__dataclass_fields__
        if name != "seed"
        for value in [getattr(controls, name)]
    )
