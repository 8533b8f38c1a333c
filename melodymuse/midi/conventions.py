"""What a DAW expects of a piano MIDI file, each expectation a check of its own.

The checks look at the file as it is, event by event, and know nothing of the writer.  Each takes
the file and gives a message for every way in which it breaks its convention; none of them fails on
a file that merely comes from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from statistics import pstdev
from typing import Any

from melodymuse.midi.file import (
    RawNote,
    length,
    load_midi,
    paired_notes,
    ticks_per_quarter,
    timed,
)
from melodymuse.midi.layout import (
    ACOUSTIC_GRAND,
    CHANNELS,
    CHORD_CHANNEL,
    CHORD_TRACK_NAME,
    PROVENANCE_MARK,
    SUSTAIN,
    TRACK_NAMES,
    TUNE_CHANNEL,
    TUNE_TRACK_NAME,
)
from melodymuse.music.score import TICKS_PER_QUARTER
from melodymuse.music.spelling import pitch_name

FORMAT = 1
# Onsets that a DAW's grid knows: thirty-second notes and their triplets, in parts of a quarter.
GRID_PARTS = (8, 12)
# Of 328 pieces looked at (180 of POP909, 148 of EMOPIA) the flattest has a standard deviation of
# velocities of 4.1; music21 gives every note the same.
FLATTEST_VELOCITIES = 4.0
_FEWEST_FOR_SPREAD = 16
_PEDAL_THRESHOLD = 64
_GLOBAL_EVENTS = {
    "set_tempo": "tempo",
    "time_signature": "time signature",
    "key_signature": "key signature",
    "marker": "section marker",
}

# What is wrong in any house: it sounds otherwise than it was meant, from player to player.  Two
# voices that strike one key at once are none: no stroke is lost, and printed music has them often.
FAULTS = frozenset({"overlaps", "hanging-notes", "pedal"})

Check = Callable[["MidiPicture"], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Breach:
    """A convention that a file breaks: the convention's name, and what is wrong where."""

    convention: str
    message: str

    @property
    def is_fault(self) -> bool:
        """Whether it is wrong in any file, and no matter of house style."""
        return self.convention in FAULTS

    def __str__(self) -> str:
        return f"{self.convention}: {self.message}"


@dataclass(frozen=True, slots=True)
class MidiPicture:
    """What the checks look at.  `notes` holds the notes of each track; ticks are the file's."""

    file: Any
    quarter: Fraction
    events: tuple[list[tuple[int, Any]], ...]
    notes: tuple[list[RawNote], ...]
    ends: tuple[int, ...]

    @property
    def note_tracks(self) -> list[int]:
        """The numbers of the tracks that hold notes."""
        return [index for index, notes in enumerate(self.notes) if notes]


def broken_conventions(data: bytes) -> tuple[Breach, ...]:
    """Every convention of `CONVENTIONS` that a MIDI file breaks, in their order.

    Raises:
        MidiError: the data is no MIDI file, or a damaged one.
    """
    return breaches_of(load_midi(data))


def breaches_of(file: Any) -> tuple[Breach, ...]:
    """`broken_conventions` of an opened `mido.MidiFile`."""
    picture = MidiPicture(
        file=file,
        quarter=ticks_per_quarter(file),
        events=tuple(timed(track) for track in file.tracks),
        notes=tuple(paired_notes(track) for track in file.tracks),
        ends=tuple(length(track) for track in file.tracks),
    )
    return tuple(
        Breach(name, message) for name, check in CONVENTIONS.items() for message in check(picture)
    )


def _format(picture: MidiPicture) -> Iterator[str]:
    if picture.file.type != FORMAT:
        yield f"the file is of format {picture.file.type}, not {FORMAT}: all hands in one track"


def _ticks(picture: MidiPicture) -> Iterator[str]:
    if picture.file.ticks_per_beat != TICKS_PER_QUARTER:
        yield f"{_number(picture.quarter)} ticks a quarter note, not {TICKS_PER_QUARTER}"


def _start(picture: MidiPicture) -> Iterator[str]:
    for kind in ("set_tempo", "time_signature", "key_signature"):
        ticks = [tick for tick, message in picture.events[0] if message.type == kind]
        if not ticks:
            yield f"track 0 holds no {_GLOBAL_EVENTS[kind]}"
        elif min(ticks) > 0:
            yield f"the {_GLOBAL_EVENTS[kind]} begins only at tick {min(ticks)}"
    markers = [tick for tick, message in picture.events[0] if message.type == "marker"]
    if markers and min(markers) > 0:
        yield f"the section markers begin only at tick {min(markers)}"


def _conductor(picture: MidiPicture) -> Iterator[str]:
    if picture.notes[0]:
        yield f"track 0 holds {_notes(len(picture.notes[0]))} beside the tempo map"
    for index, events in enumerate(picture.events[1:], start=1):
        strays = {_GLOBAL_EVENTS[m.type]: None for _, m in events if m.type in _GLOBAL_EVENTS}
        if strays:
            yield f"track {index} holds a {' and a '.join(strays)}, which belong to track 0"


def _hands(picture: MidiPicture) -> Iterator[str]:
    wanted = list(TRACK_NAMES.values())
    names = [track.name for track in picture.file.tracks[1:]]
    beside = [name for name in names[len(wanted) :] if name in (TUNE_TRACK_NAME, CHORD_TRACK_NAME)]
    if names != [*wanted, *sorted(set(beside), reverse=True)]:
        found = ", ".join(f"'{name}'" for name in names) or "none"
        yield f"the tracks after track 0 are {found}, not '{wanted[0]}', '{wanted[1]}'"


def _channels(picture: MidiPicture) -> Iterator[str]:
    owner: dict[int, int] = {}
    wanted = {name: CHANNELS[hand] for hand, name in TRACK_NAMES.items()}
    wanted |= {CHORD_TRACK_NAME: CHORD_CHANNEL, TUNE_TRACK_NAME: TUNE_CHANNEL}
    for index, events in enumerate(picture.events):
        channels = sorted({m.channel + 1 for _, m in events if _in_a_channel(m)})
        if picture.notes[index] and len(channels) > 1:
            yield f"track {index} plays on channels {', '.join(map(str, channels))}: one a track"
        for channel in channels:
            if channel in owner:
                yield f"tracks {owner[channel]} and {index} share channel {channel}"
            owner.setdefault(channel, index)
        right = wanted.get(picture.file.tracks[index].name)
        if right is not None and len(channels) == 1 and channels != [right]:
            yield f"track {index} plays on channel {channels[0]}, not {right}"


def _in_a_channel(message: Any) -> bool:
    return not message.is_meta and hasattr(message, "channel")


def _programs(picture: MidiPicture) -> Iterator[str]:
    for index in picture.note_tracks:
        changes = [(t, m.program) for t, m in picture.events[index] if m.type == "program_change"]
        if len(changes) != 1:
            yield f"track {index} has {len(changes)} program changes, not one"
            continue
        tick, program = changes[0]
        if program != ACOUSTIC_GRAND:
            yield f"track {index} plays program {program + 1}, not the acoustic grand (1)"
        if tick > 0:
            yield f"the program of track {index} is set only at tick {tick}"


def _music_at_start(picture: MidiPicture) -> Iterator[str]:
    onsets = [note.onset for notes in picture.notes for note in notes]
    if not onsets:
        yield "the file holds no notes"
    elif min(onsets) > 0:
        yield f"the first note sounds only at tick {min(onsets)}"


def _grid(picture: MidiPicture) -> Iterator[str]:
    for index in picture.note_tracks:
        off = [n.onset for n in picture.notes[index] if not _on_grid(n.onset, picture.quarter)]
        if off:
            total = len(picture.notes[index])
            yield f"track {index}: {len(off)} of {total} notes off the grid, first at tick {off[0]}"


def _on_grid(tick: int, quarter: Fraction) -> bool:
    return any((tick * parts / quarter).denominator == 1 for parts in GRID_PARTS)


def _overlaps(picture: MidiPicture) -> Iterator[str]:
    return _struck_again(picture, "is struck while it still sounds", together=False)


def _unisons(picture: MidiPicture) -> Iterator[str]:
    return _struck_again(picture, "is struck twice at once", together=True)


def _struck_again(picture: MidiPicture, how: str, *, together: bool) -> Iterator[str]:
    for index in picture.note_tracks:
        sounding: dict[int, tuple[int, int]] = {}
        for note in picture.notes[index]:
            onset, end = sounding.get(note.pitch, (-1, 0))
            if note.onset < end and (note.onset == onset) is together:
                where = f"{pitch_name(note.pitch)} at tick {note.onset}"
                yield f"track {index}: {where} {how}"
                break
            let_go = note.onset if note.end is None else note.end
            sounding[note.pitch] = note.onset, max(let_go, end if note.onset == onset else 0)


def _hanging(picture: MidiPicture) -> Iterator[str]:
    for index in picture.note_tracks:
        hanging = [note for note in picture.notes[index] if note.end is None]
        if hanging:
            where = f"first {pitch_name(hanging[0].pitch)} at tick {hanging[0].onset}"
            yield f"track {index}: {_notes(len(hanging))} never let go, {where}"


def _velocities(picture: MidiPicture) -> Iterator[str]:
    # Block chords on a track of their own are equally loud by intent.
    tracks = zip(picture.file.tracks, picture.notes, strict=True)
    played = (notes for track, notes in tracks if track.name != CHORD_TRACK_NAME)
    velocities = [note.velocity for notes in played for note in notes]
    if len(velocities) >= _FEWEST_FOR_SPREAD and pstdev(velocities) < FLATTEST_VELOCITIES:
        spread = f"a standard deviation of {pstdev(velocities):.1f}"
        yield f"all notes are about equally loud: velocities have {spread}, usual are 8 to 20"


def _pedal(picture: MidiPicture) -> Iterator[str]:
    for index, events in enumerate(picture.events):
        down: dict[int, int] = {}
        for tick, message in events:
            if message.type == "control_change" and message.control == SUSTAIN:
                if message.value >= _PEDAL_THRESHOLD:
                    down.setdefault(message.channel, tick)
                else:
                    down.pop(message.channel, None)
        if down:
            yield f"track {index}: the pedal pressed at tick {min(down.values())} is never released"


def _end(picture: MidiPicture) -> Iterator[str]:
    metres = _metres(picture)
    for index, end in enumerate(picture.ends):
        beyond = _beyond_bar_line(end, metres, picture.quarter)
        if beyond:
            quarters = _number(beyond / picture.quarter)
            yield f"track {index} ends {quarters} quarter notes after a bar line, not on one"
    if len(set(picture.ends)) > 1:
        yield f"the tracks end at different ticks: {', '.join(map(str, picture.ends))}"


def _metres(picture: MidiPicture) -> list[tuple[int, Fraction]]:
    """Tick and bar length in quarters of each metre, 4/4 where the file states none."""
    found = {
        tick: Fraction(4 * message.numerator, message.denominator)
        for events in picture.events
        for tick, message in events
        if message.type == "time_signature" and message.numerator > 0
    }
    return sorted({0: Fraction(4), **found}.items())


def _beyond_bar_line(tick: int, metres: list[tuple[int, Fraction]], quarter: Fraction) -> Fraction:
    start, bar = max((change, bar) for change, bar in metres if change <= tick)
    if tick == start:
        return Fraction(0)
    return (tick - start) % (bar * quarter)


def _provenance(picture: MidiPicture) -> Iterator[str]:
    texts = [m.text for _, m in picture.events[0] if m.type == "text"]
    if not any(text.startswith(PROVENANCE_MARK) for text in texts):
        yield "no text event in track 0 says where the piece comes from (version, seed, emotion)"


def _notes(count: int) -> str:
    return f"{count} note" if count == 1 else f"{count} notes"


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.3g}"


CONVENTIONS: dict[str, Check] = {
    "format": _format,
    "ticks": _ticks,
    "start": _start,
    "conductor": _conductor,
    "hands": _hands,
    "channels": _channels,
    "programs": _programs,
    "music-at-start": _music_at_start,
    "grid": _grid,
    "overlaps": _overlaps,
    "unisons": _unisons,
    "hanging-notes": _hanging,
    "velocities": _velocities,
    "pedal": _pedal,
    "end": _end,
    "provenance": _provenance,
}
