"""A piece in spoken words, for people who cannot see the page: where it comes from, its form, and
what each part does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from statistics import fmean

from melodymuse.music.chord_names import chord_name
from melodymuse.music.score import TICKS_PER_QUARTER, Note, Provenance, Score, Section
from melodymuse.music.spelling import pitch_name

# Upper bounds, and what is said below them.  Beats a minute, after the usual spans of the Italian
# words (Randel 2003, "The Harvard Dictionary of Music", 4th edition, "Performance marks").
_TEMPI = ((60, "very slow"), (76, "slow"), (108, "walking"), (132, "lively"), (inf, "fast"))
# MIDI velocities, of the marks that the printed page has for them.
_LOUDNESS = (
    (40, "very quiet"),
    (56, "quiet"),
    (72, "moderately quiet"),
    (88, "moderately loud"),
    (104, "loud"),
    (127, "very loud"),
)
# Notes a second of both hands.
_DENSITY = ((2, "sparse"), (4.5, "unhurried"), (8, "flowing"), (inf, "busy"))
# Mean MIDI pitch of the tune.
_REGISTER = ((62, "low"), (70, "in the middle of the keyboard"), (81, "high"), (127, "very high"))
_NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)
# Shares of a part's tune that come again at their places.
_SAME, _VARIED = 0.9, 0.4
# A change of so many velocities from the first third of a part to its last is heard.
_SWELL = 10


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a piece: its name, first bar (from 0), the bar after its last, its notes and
    its tune."""

    name: str
    first: int
    end: int
    notes: tuple[Note, ...]
    tune: tuple[Note, ...]


def describe(score: Score) -> tuple[str, ...]:
    """A piece in sentences of plain English, to be read aloud.

    Args:
        score: any score; of one that MelodyMuse composed, its origin is told too.
    """
    parts = _parts(score)
    return (*_origin(score), _whole(score), *_form(score, parts), *_ending(score))


def in_short(score: Score) -> str:
    """Two sentences for the files of a piece to carry, which stay true when it is edited; empty of
    one whose origin is not known."""
    if score.provenance is None:
        return ""
    form = ", ".join(_part_name(section.name) for section in score.sections if section.name)
    parts = f", in the form {form}" if form else ""
    return f"{_made(score.provenance)} It was composed to last {_measures(score)}{parts}."


def _origin(score: Score) -> list[str]:
    said = [f"{score.title}."] if score.title else []
    return said if score.provenance is None else [*said, _made(score.provenance)]


def _made(origin: Provenance) -> str:
    source = f" for {origin.source}" if origin.source else ""
    arc = dict(origin.controls).get("arc")
    purpose = f"to go from {arc.replace(' > ', ' to ')}" if arc else f"to express {origin.emotion}"
    return f"A piano piece made by a machine, MelodyMuse {origin.version}{source}, {purpose}."


def _whole(score: Score) -> str:
    return f"It lasts {_measures(score)}."


def _measures(score: Score) -> str:
    """How long it is, in which key and metre, and how fast."""
    metre, bpm = score.time_signature, score.tempos[0].bpm
    beats = bpm * TICKS_PER_QUARTER / metre.beat_ticks
    speed = f"a {_word(_TEMPI, beats)} {beats:.0f} beats a minute"
    return (
        f"{_clock(score.seconds)}, {_counted(score.bars, 'bar')} in {_key(score)}, "
        f"{_counted(metre.bar_ticks // metre.beat_ticks, 'beat')} in a bar, at {speed}"
    )


def _parts(score: Score) -> list[Part]:
    bar, tune = score.time_signature.bar_ticks, score.sung
    marks = [mark for mark in score.sections if mark.onset < score.end]
    if not marks or marks[0].onset > 0:
        marks.insert(0, Section(0, ""))
    ends = [mark.onset for mark in marks[1:]] + [score.end]
    return [
        Part(
            mark.name,
            mark.onset // bar,
            -(-end // bar),
            tuple(note for note in score.notes if mark.onset <= note.onset < end),
            tuple(note for note in tune if mark.onset <= note.onset < end),
        )
        for mark, end in zip(marks, ends, strict=True)
    ]


def _form(score: Score, parts: Sequence[Part]) -> list[str]:
    said = []
    if len(parts) > 1:
        said.append(f"It has {_counted(len(parts), 'part')}.")
    for index, part in enumerate(parts):
        said.append(_part(score, part, parts[:index], alone=len(parts) == 1))
    return said


def _part(score: Score, part: Part, earlier: Sequence[Part], *, alone: bool) -> str:
    name = "The music" if alone or not part.name else f"Part {_part_name(part.name)}"
    length = _counted(part.end - part.first, "bar")
    whose = "" if alone else f", {length} from bar {part.first + 1},"
    if not part.notes:
        return f"{name}{whose} is silent."
    bar = score.time_signature.bar_ticks
    seconds = score.seconds_at(part.end * bar) - score.seconds_at(part.first * bar)
    density = _word(_DENSITY, len(part.notes) / max(seconds, 1e-9))
    loudness = _word(_LOUDNESS, fmean(note.velocity for note in part.notes))
    said = f"{name}{whose} is {density} and {loudness}{_swell(part)}"
    returns = _return(part, earlier, bar)
    if returns:
        return f"{said}; {returns}."
    return f"{said}; {_tune(score, part)}." if part.tune else f"{said}, without a tune."


def _tune(score: Score, part: Part) -> str:
    """Where the tune lies, whence and whither it goes, and where its highest note is."""
    tune = part.tune
    place = _word(_REGISTER, fmean(note.pitch for note in tune))
    top = max(tune, key=lambda note: (note.pitch, note.onset))
    names = [_spoken(pitch_name(note.pitch, score.key)) for note in (tune[0], top, tune[-1])]
    where = top.onset // score.time_signature.bar_ticks + 1
    return (
        f"its tune lies {place}, begins on {names[0]}, has its highest note, {names[1]}, in bar "
        f"{where}, and ends on {names[2]}"
    )


def _return(part: Part, earlier: Sequence[Part], bar: int) -> str:
    """Which earlier part's tune comes again, and how faithfully; empty for a new one."""
    mine = _placed(part, bar)
    if not mine:
        return ""
    shares = [(_shared(mine, _placed(other, bar)), other.name) for other in earlier if other.name]
    share, name = max(shares, default=(0.0, ""), key=lambda pair: pair[0])
    if share < _VARIED:
        return ""
    manner = "as before" if share >= _SAME else "varied"
    return f"the tune of part {_part_name(name)} comes again, {manner}"


def _placed(part: Part, bar: int) -> frozenset[tuple[int, int]]:
    return frozenset((note.onset - part.first * bar, note.pitch) for note in part.tune)


def _shared(mine: frozenset[tuple[int, int]], other: frozenset[tuple[int, int]]) -> float:
    return len(mine & other) / max(len(mine), len(other))


def _swell(part: Part) -> str:
    first, last = part.notes[0].onset, part.notes[-1].onset
    third = (last - first) / 3
    begin = [note.velocity for note in part.notes if note.onset <= first + third]
    end = [note.velocity for note in part.notes if note.onset >= last - third]
    change = fmean(end) - fmean(begin)
    if abs(change) < _SWELL:
        return ""
    return ", growing louder" if change > 0 else ", growing softer"


def _ending(score: Score) -> list[str]:
    last = score.tempos[-1]
    slower = last.onset > 0 and last.bpm < 0.95 * max(mark.bpm for mark in score.tempos[:-1][-8:])
    last_notes = [note for note in score.notes if note.end >= score.notes[-1].onset]
    bass = min((note.pitch for note in last_notes), default=None)
    chord = f" on {_harmony(score)}" if score.chords else ""
    if not chord and bass is not None:
        chord = f" over {_spoken(pitch_name(bass, score.key))} in the bass"
    how = "It slows down and ends" if slower else "It ends"
    if score.loops:
        return ["Its end leads back to its beginning."]
    return [f"{how}{chord}."]


def _harmony(score: Score) -> str:
    chord = score.chords[-1]
    kinds = {"major": " major", "minor": " minor"}
    if chord.quality in kinds:
        root = chord_name(chord, score.key).rstrip("m")
        return f"a chord of {_spoken(root)}{kinds[chord.quality]}"
    return f"the chord {chord_name(chord, score.key)}"


def _key(score: Score) -> str:
    return f"{_spoken(score.key.tonic)} {score.key.mode}"


def _part_name(name: str) -> str:
    """A part's name as it is said: A' is "A prime"."""
    letter = name.rstrip("'")
    primes = len(name) - len(letter)
    return letter + ("", " prime", " double prime", " triple prime")[min(primes, 3)]


def _spoken(name: str) -> str:
    """A note's name as it is said: "F sharp 5"."""
    letter, rest = name[0], name[1:]
    words = {"#": "sharp", "b": "flat", "\u266f": "sharp", "\u266d": "flat"}
    said = [letter]
    digits = ""
    for sign in rest:
        if sign in words:
            said.append(words[sign])
        else:
            digits += sign
    return " ".join([*said, digits] if digits else said)


def _word(scale: Sequence[tuple[float, str]], value: float) -> str:
    return next(word for bound, word in scale if value <= bound)


def _counted(count: int, thing: str) -> str:
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return f"{number} {thing}{'' if count == 1 else 's'}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    said = [_counted(minutes, "minute")] if minutes else []
    if rest or not minutes:
        said.append(_counted(rest, "second"))
    return " and ".join(said)
