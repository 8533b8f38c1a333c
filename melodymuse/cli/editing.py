"""`melodymuse edit`: a MIDI file changed without composing anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from melodymuse.cli import midi_files, midi_options, terminal
from melodymuse.cli.safe_option import Safe
from melodymuse.cli.terminal import Row
from melodymuse.errors import ControlError

if TYPE_CHECKING:
    from melodymuse.midi.bars import BarMap
    from melodymuse.midi.document import Document

_PERCENT = re.compile(r"([+-]\d+(?:\.\d+)?)%")
_TIMES = re.compile(r"x(\d+(?:\.\d+)?)")
_STEP = re.compile(r"1/(\d+)(t?)")
_PEDALS = ("auto", "none", "keep")
_FEELS = ("grid", "human")
_LIMITS = {"tempo": (4.0, 1000.0), "velocity": (1.0, 127.0)}


class Change(NamedTuple):
    """A wish that sets a value, or scales what is there."""

    value: float
    scales: bool


class _Edit(NamedTuple):
    """One edit: how it is told, and what it does."""

    told: str
    apply: Callable[[Document], Document]


def edit(
    file: Annotated[
        str, typer.Argument(metavar="FILE.mid", help="The MIDI file, or - for standard input.")
    ],
    beats: midi_options.Beats = None,
    encoding: midi_options.Encoding = None,
    trim: Annotated[
        str | None,
        typer.Option(metavar="BARS", help="Keep these bars alone: 5-12, or 5; 0 is a pickup."),
    ] = None,
    transpose: Annotated[
        int | None,
        typer.Option(metavar="SEMITONES", help="Move all but percussion, and its key signatures."),
    ] = None,
    tempo: Annotated[
        str | None,
        typer.Option(
            metavar="BPM",
            help="The tempo at the first note, 90; or in proportion, +10% or x1.5.  Changes of "
            "tempo keep their shape.",
        ),
    ] = None,
    velocity: Annotated[
        str | None,
        typer.Option(metavar="MEAN", help="The mean velocity, 64; or in proportion, -10% or x1.2."),
    ] = None,
    quantize: Annotated[
        str | None,
        typer.Option(
            metavar="STEP", help="Onto a grid of notes from each bar line: 1/16, or triplets, 1/8t."
        ),
    ] = None,
    swing: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="How much of a beat its first eighth takes, .5 (straight) to .75; .667 is a "
            "triplet's swing.",
        ),
    ] = None,
    pedal: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="auto: the sustain pedal anew, changed with bars and chords; none: without it; "
            "keep leaves it.",
        ),
    ] = "keep",
    feel: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="human: notes a little beside the grid, as a player's; grid leaves them.",
        ),
    ] = "grid",
    seed: Annotated[int, typer.Option(metavar="NUMBER", help="Another one, another feel.")] = 0,
    program: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="The General MIDI program that plays, 1 to 128."),
    ] = None,
    loop: Annotated[
        int | None, typer.Option(metavar="TIMES", help="The piece this many times in a row.")
    ] = None,
    track: midi_options.Tracks = None,
    output: midi_options.Output = None,
    force: midi_options.Force = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    safe: Safe = False,
) -> int:
    """Change a MIDI file without composing: the notes' pitch, time, force, sound; cut it, loop it.

    What an option is not about keeps its bytes, other tracks included.  The edits are made in the
    order in which help lists them; those from --velocity to --program are of the piano, or of
    --track.
    """
    from melodymuse.midi.view import bars_of

    # Before anything is read, so that a slip costs nothing.
    tempo_change = None if tempo is None else change_of("tempo", tempo)
    velocity_change = None if velocity is None else change_of("velocity", velocity)
    midi_options.check_beats(beats)
    _check(swing=swing, feel=feel, pedal=pedal, program=program, loop=loop, seed=seed)
    step = None if quantize is None else step_of(quantize)
    span = None if trim is None else midi_options.bars_named("--trim", trim)

    path = midi_files.place(file, output, "edited", force=force)
    # Bars are laid before the edits, which count them.
    document = midi_files.read(file, safe=safe, encoding=encoding, beats=beats)
    heard = _Edit("bars laid on the beats that are heard", lambda piece: piece)
    laid = [] if beats is None else [heard]
    before = bars_of(document)
    edits = [
        *laid,
        *_cuts(span, before),
        *_shifts(transpose, tempo_change),
        *_touches(document, track, velocity_change, step, swing),
        *_sounds(document, track, feel, seed, pedal, program),
        *_loops(loop),
    ]
    if not edits:
        raise ControlError("nothing to change: say what, for example --transpose 2 or --tempo +10%")
    for change in edits:
        document = change.apply(document)
    path = midi_files.write(path, document, force=force, output=output)
    if path is None:
        return 0
    after = bars_of(document)
    if as_json:
        told = [change.told for change in edits]
        terminal.say_json({"midi": str(path), "source": file, "changes": told, "bars": after.count})
    else:
        rows = [Row("changed", change.told) for change in edits]
        terminal.say_table(str(path), [*rows, Row("length", _length(before, after))])
    return 0


def change_of(name: str, text: str) -> Change:
    """What ``90``, ``+10%`` or ``x1.5`` asks for.

    Raises:
        ControlError: none of these, or a value out of range.
    """
    low, high = _LIMITS[name]
    if percent := _PERCENT.fullmatch(text):
        change = Change(1 + float(percent[1]) / 100, scales=True)
    elif times := _TIMES.fullmatch(text):
        change = Change(float(times[1]), scales=True)
    else:
        try:
            change = Change(float(text), scales=False)
        except ValueError:
            raise ControlError(
                f"{name} {text!r}: write a number, or in proportion +10% or x1.5"
            ) from None
        if not low <= change.value <= high:
            raise ControlError(f"{name} must lie between {low:g} and {high:g}, not {text}")
    if not 0 < change.value < float("inf"):
        raise ControlError(f"{name} {text}: nothing would be left")
    return change


def step_of(text: str) -> Fraction:
    """The grid of ``1/16`` or ``1/8t`` in quarter notes.

    Raises:
        ControlError: not of that form, or no note value.
    """
    found = _STEP.fullmatch(text)
    value = int(found[1]) if found else 0
    if not found or value not in (1, 2, 4, 8, 16, 32, 64):
        raise ControlError(f"quantize {text}: write a note value, as in 1/16, or 1/8t for triplets")
    return Fraction(4, value) * (Fraction(2, 3) if found[2] else 1)


def _check(
    *,
    swing: float | None,
    feel: str,
    pedal: str,
    program: int | None,
    loop: int | None,
    seed: int,
) -> None:
    for name, word, known in (("feel", feel, _FEELS), ("pedal", pedal, _PEDALS)):
        if word not in known:
            raise ControlError(f"unknown {name} '{word}': use {' or '.join(known)}")
    ranges: tuple[tuple[str, float | None, float, float], ...] = (
        ("swing", swing, 0.5, 0.75),
        ("program", program, 1, 128),
        ("loop", loop, 2, 1000),
        ("seed", seed, 0, 2**63 - 1),
    )
    for name, value, low, high in ranges:
        if value is not None and not low <= value <= high:
            raise ControlError(f"{name} must lie between {low:g} and {high:g}, not {value:g}")


def _cuts(span: tuple[int, int] | None, bars: BarMap) -> Iterator[_Edit]:
    from melodymuse.midi.cutting import trim

    if span is not None:
        yield _Edit(f"bars {span[0]} to {span[1]} kept", lambda piece: trim(piece, *span, bars))


def _shifts(semitones: int | None, tempo: Change | None) -> Iterator[_Edit]:
    from melodymuse.midi import edits

    if semitones is not None:
        yield _Edit(
            f"transposed by {semitones:+d} semitones",
            lambda piece: edits.transpose(piece, semitones),
        )
    if tempo is not None:
        if tempo.scales:
            yield _Edit(
                f"tempo x {tempo.value:g}", lambda piece: edits.scale_tempo(piece, tempo.value)
            )
        else:
            yield _Edit(
                f"tempo {tempo.value:g} bpm at the first note",
                lambda piece: edits.scale_tempo(piece, tempo.value / edits.first_tempo(piece)),
            )


def _touches(
    document: Document,
    tracks: list[int] | None,
    velocity: Change | None,
    step: Fraction | None,
    swing: float | None,
) -> Iterator[_Edit]:
    from melodymuse.midi import edits
    from melodymuse.midi.view import bars_of, piano_of

    if velocity is None and step is None and swing is None:
        return
    channels = edits.channels_of(piano_of(document, tracks or ()))
    if velocity is not None:
        act = edits.scale_velocities if velocity.scales else edits.centre_velocities
        how = "x" if velocity.scales else "to a mean of"
        yield _Edit(
            f"velocities {how} {velocity.value:g}",
            lambda piece: act(piece, channels, velocity.value),
        )
    if step is not None:
        yield _Edit(
            f"quantized to {float(step):.3g} quarter notes",
            lambda piece: edits.quantize(piece, channels, step, bars_of(piece)),
        )
    if swing is not None:
        yield _Edit(
            f"eighths swung, {swing:g} of the beat",
            lambda piece: edits.swing(piece, channels, swing, bars_of(piece)),
        )


def _sounds(
    document: Document,
    tracks: list[int] | None,
    feel: str,
    seed: int,
    pedal: str,
    program: int | None,
) -> Iterator[_Edit]:
    from melodymuse.midi import edits
    from melodymuse.midi.feel import humanise
    from melodymuse.midi.view import piano_of
    from melodymuse.repedalling import repedal

    if feel == "grid" and pedal == "keep" and program is None:
        return
    channels = edits.channels_of(piano_of(document, tracks or ()))
    if pedal == "auto":
        yield _Edit("pedalled anew", lambda piece: repedal(piece, tracks or ()))
    if pedal == "none":
        yield _Edit("pedal lifted", lambda piece: edits.lift_pedal(piece, channels))
    if feel == "human":
        yield _Edit("human feel", lambda piece: humanise(piece, channels, seed))
    if program is not None:
        yield _Edit(
            f"program {program}", lambda piece: edits.set_program(piece, channels, program - 1)
        )


def _loops(times: int | None) -> Iterator[_Edit]:
    from melodymuse.midi.cutting import repeat
    from melodymuse.midi.view import bars_of

    if times is not None:
        yield _Edit(f"{times} times in a row", lambda piece: repeat(piece, times, bars_of(piece)))


def _length(before: BarMap, after: BarMap) -> str:
    if before.count == after.count:
        return f"{after.count} bars"
    return f"{after.count} bars, {before.count} before"
