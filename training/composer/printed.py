"""Printed piano music on two staves, as MIDI files made from scores.

Two sets, both permissively licensed:

- OpenScore Lieder (CC0), published as OpenScore/Lieder on GitHub: art songs; tracks are named
  ``PART|staffN``.  The voice joins the right hand, which so has the tune.
- Chopin first editions (CC BY 4.0, The Fryderyk Chopin Institute), published as
  pl-wnifc/humdrum-chopin-first-editions on GitHub: solo piano; the upper staff comes first.

Pitfalls: no dynamics (velocity is constant, so it is left unknown), an upbeat shifts all bar lines,
signatures do not tell major from minor, and a few pitches are 0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import mido

from melodymuse.composition.metres import GRID_PER_QUARTER, METRES, Metre
from melodymuse.composition.vocabulary import HIGHEST_PITCH, LOWEST_PITCH, GridNote
from melodymuse.errors import ControlError, MelodyMuseError
from melodymuse.score.keyfinding import PROFILES
from melodymuse.score.model import Hand
from melodymuse.theory import Key
from training.composer.chord_reading import read_chords
from training.composer.downbeats import find_downbeat
from training.composer.song import Song, into_bars, nearest_shift

FEWEST_BARS = 12
# Printed metres that are counted like one the network knows.
_LIKE = {"2/2": "4/4"}
# Tempo marks are often missing, and then this or the converter's own filling-in stands there.
_FILLED_IN = 120.0
SLOWEST, FASTEST = 30.0, 240.0

_Placed = tuple[int, int, int, Hand]


@dataclass(frozen=True, slots=True)
class _Change:
    onset: int
    value: str


def read_lieder(folder: Path) -> Iterator[Song]:
    """The songs of OpenScore Lieder that stay in one metre long enough."""
    for path in _files(folder, "OpenScore Lieder"):
        midi = mido.MidiFile(path)
        tracks = [track for track in midi.tracks if "|staff" in track.name]
        piano = [track for track in tracks if not _sings(track.name)]
        if len(piano) == 2:
            voice = [track for track in tracks if _sings(track.name)][:1]
            upper, lower = piano
            yield from _songs(
                f"lieder/{path.stem}", "song", midi, {Hand.RIGHT: [upper, *voice], Hand.LEFT: [lower]}
            )


def read_chopin(folder: Path) -> Iterator[Song]:
    """The pieces of the Chopin first editions that stay in one metre long enough."""
    for path in _files(folder, "Chopin first editions"):
        midi = mido.MidiFile(path)
        staves = [track for track in midi.tracks if any(m.type == "note_on" for m in track)]
        if len(staves) == 2:
            hands = {Hand.RIGHT: staves[:1], Hand.LEFT: staves[1:]}
            yield from _songs(f"chopin/{path.stem}", "salon", midi, hands)


def _files(folder: Path, name: str) -> list[Path]:
    files = sorted(folder.rglob("*.mid"), key=str)
    if not files:
        raise MelodyMuseError(f"no {name} in {folder}: it should hold MIDI files")
    return files


def _sings(name: str) -> bool:
    return not any(word in name for word in ("Piano", "piano", "Klavier", "Pfte", "Clavier"))


def _songs(
    name: str, style: str, midi: mido.MidiFile, hands: dict[Hand, list[mido.MidiTrack]]
) -> Iterator[Song]:
    steps = midi.ticks_per_beat / GRID_PER_QUARTER
    notes = sorted({n for hand, tracks in hands.items() for t in tracks for n in _notes(t, steps, hand)})
    if not notes:
        return
    end = max(onset + duration for onset, duration, _, _ in notes)
    metres = _changes(midi, steps, "time_signature")
    keys = _changes(midi, steps, "key_signature")
    if not metres:
        return
    change, until = max(
        zip(metres, [change.onset for change in metres[1:]] + [end], strict=True),
        key=lambda span: span[1] - span[0].onset,
    )
    metre = METRES.get(_LIKE.get(change.value, change.value))
    if metre is None or until - change.onset < FEWEST_BARS * metre.bar_steps:
        return
    inside = [(o - change.onset, d, p, h) for o, d, p, h in notes if change.onset <= o < until]
    if not inside:
        return
    upbeat = find_downbeat([note[:3] for note in inside], metre)
    if upbeat is None:
        return
    inside = [(o - upbeat, d, p, h) for o, d, p, h in inside if o >= upbeat]
    yield _song(name, style, metre, inside, keys, change.onset + upbeat, _tempo(midi))


def _song(
    name: str,
    style: str,
    metre: Metre,
    notes: Sequence[_Placed],
    signatures: Sequence[_Change],
    begin: int,
    tempo: float | None,
) -> Song:
    bars = max(onset for onset, *_ in notes) // metre.bar_steps + 1
    shifts, modes = _keys(notes, signatures, begin, bars, metre.bar_steps)
    sounding = [(o, d, p + shifts[o // metre.bar_steps]) for o, d, p, _ in notes]
    placed = (
        (o // metre.bar_steps, GridNote(o % metre.bar_steps, hand, p, d, 0))
        for o, d, p, hand in notes
    )
    return Song(
        name=name,
        style=style,
        metre=metre.name,
        mode=tuple(modes),
        tempo=tempo,
        notes=into_bars(placed, shifts, metre.bar_steps),
        chords=tuple(map(tuple, read_chords(sounding, metre, bars))),
        marks=(None,) * bars,
    )


def _keys(
    notes: Sequence[_Placed], signatures: Sequence[_Change], begin: int, bars: int, bar_steps: int
) -> tuple[list[int], list[str]]:
    """Each bar's shift to C and mode; each signature means the key of its two that fits best."""
    starts = [max(0, -(-(s.onset - begin) // bar_steps)) for s in signatures] or [0]
    values = [s.value for s in signatures] or ["C"]
    shifts: list[int] = []
    modes: list[str] = []
    for index, value in enumerate(values):
        first = starts[index] if index else 0
        last = starts[index + 1] if index + 1 < len(starts) else bars
        if last <= first:
            continue
        key = _major_or_minor(
            value, [n for n in notes if first <= n[0] // bar_steps < last]
        )
        shift = nearest_shift(key.pitch_class, shifts[-1] if shifts else 0)
        shifts += [shift] * (last - first)
        modes += [key.mode] * (last - first)
    return shifts[:bars], modes[:bars]


def _major_or_minor(signature: str, notes: Sequence[_Placed]) -> Key:
    try:
        printed = Key.parse(signature)
    except ControlError:
        printed = Key.parse("C")
    major = printed.pitch_class if printed.mode == "major" else (printed.pitch_class + 3) % 12
    weights = [0.0] * 12
    for _, duration, pitch, _ in notes:
        weights[pitch % 12] += duration
    candidates = (Key.of(major, "major"), Key.of((major + 9) % 12, "minor"))
    # The profiles' sums differ little; the bass of the last note settles most cases already there.
    last_bass = min(notes, key=lambda n: (-n[0], n[2]))[2] % 12 if notes else major

    def fit(key: Key) -> float:
        profile = PROFILES[key.mode]
        mean = sum(profile) / 12
        total = sum(weights) or 1.0
        fitted = sum(
            weights[pc] * (profile[(pc - key.pitch_class) % 12] - mean) for pc in range(12)
        )
        return fitted / total + (0.5 if last_bass == key.pitch_class else 0.0)

    return max(candidates, key=fit)


def _notes(track: mido.MidiTrack, steps: float, hand: Hand) -> Iterator[_Placed]:
    now = 0
    sounding: dict[int, list[int]] = defaultdict(list)
    for message in track:
        now += message.time
        if message.type == "note_on" and message.velocity:
            sounding[message.note].append(now)
        elif message.type in ("note_on", "note_off") and sounding[message.note]:
            onset = sounding[message.note].pop(0)
            if LOWEST_PITCH <= message.note <= HIGHEST_PITCH:
                start, length = round(onset / steps), round((now - onset) / steps)
                yield start, max(1, length), message.note, hand


def _changes(midi: mido.MidiFile, steps: float, kind: str) -> list[_Change]:
    found: dict[int, str] = {}
    for track in midi.tracks:
        now = 0
        for message in track:
            now += message.time
            if message.type == kind:
                found[round(now / steps)] = (
                    message.key
                    if kind == "key_signature"
                    else f"{message.numerator}/{message.denominator}"
                )
    return _without_repeats(_Change(onset, value) for onset, value in sorted(found.items()))


def _without_repeats(changes: Iterable[_Change]) -> list[_Change]:
    kept: list[_Change] = []
    for change in changes:
        if not kept or kept[-1].value != change.value:
            kept.append(change)
    return kept


def _tempo(midi: mido.MidiFile) -> float | None:
    """The first tempo mark, unless it is what stands where none was printed."""
    for track in midi.tracks:
        for message in track:
            if message.type == "set_tempo":
                bpm = float(mido.tempo2bpm(message.tempo))
                return None if abs(bpm - _FILLED_IN) < 0.01 else min(max(bpm, SLOWEST), FASTEST)
    return None
