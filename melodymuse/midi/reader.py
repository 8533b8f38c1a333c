"""Any piano MIDI file as a Score.

What a file leaves out is filled in as the format or common sense has it: no tempo means 120, no
metre 4/4, no key signature the key that the notes suggest.  What it gets wrong is mended: notes
without a note-off end at the next note of their pitch, overlapping notes of a pitch are cut.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any, TypeVar

from melodymuse.errors import MidiError
from melodymuse.limits import BARS
from melodymuse.midi.chord_track import chord_symbols
from melodymuse.midi.document import Document
from melodymuse.midi.file import (
    RawNote,
    as_mido,
    length,
    load_document,
    paired_notes,
    timed,
)
from melodymuse.midi.layout import (
    CHORD_TRACK_NAME,
    MICROSECONDS_A_MINUTE,
    SUSTAIN,
    TUNE_TRACK_NAME,
)
from melodymuse.midi.plan_event import plan_in
from melodymuse.midi.staves import HandSplitter, hand_named, hands_of_parts
from melodymuse.midi.view import DRUM_CHANNEL, Part, parts_of, piano_of
from melodymuse.music.hands import split_hands
from melodymuse.music.keyfinding import settled_key
from melodymuse.music.score import (
    TICKS_PER_QUARTER,
    Hand,
    Note,
    Pedal,
    Provenance,
    Score,
    Section,
    TempoMark,
    TimeSignature,
)
from melodymuse.music.theory import Key

DEFAULT_BPM = 120.0
_PEDAL_THRESHOLD = 64
_LARGEST_DENOMINATOR = 64
_SHORTEST = TICKS_PER_QUARTER // 12  # for notes that a file gives no length at all
_BPM_DIGITS = 6
# What the provenance says of a piece that goes round and round.
_LOOPS = ("loop", "True")

T = TypeVar("T")
# Hand of each part of the piano by track and channel; None where it is not known.
Hands = Mapping[tuple[int, int], Hand | None]


def read_midi(
    source: str | os.PathLike[str] | bytes, *, split: HandSplitter = split_hands
) -> Score:
    """Read a MIDI file of format 0 or 1, whatever its ticks per quarter, as a two-handed score.

    Reading what `midi_writer.midi_bytes` wrote gives the same score again, except for tempos finer
    than a microsecond a quarter, and for its chord symbols and what is its tune unless they have a
    track.  A track "Chords" beside both hands' is read as chord symbols; what in it is no chord is
    left out.  A track "Tune" there is the right hand's, too.

    A score has one metre and one key: where a file changes them, those that last longest are taken;
    of a key signature what the notes bear out (`keyfinding.settled_key`).  What is not the piano's
    (`view.piano_of`) is left out, and silence after the last note.

    Args:
        source: a file's path, or its bytes.
        split: gives hands to notes where neither the names of the tracks nor their number does.

    Raises:
        MidiError: the file is missing, empty, cut off, damaged, or no MIDI file at all.
    """
    return score_of(load_document(source), split=split)


def score_of(
    document: Document, *, split: HandSplitter = split_hands, hands: Hands | None = None
) -> Score:
    """`read_midi` of a document; `hands` says what of it is the piano, where that is known."""
    file = as_mido(document)
    scale = TICKS_PER_QUARTER / document.quarter
    events = [
        (_scaled(tick, scale), message) for track in file.tracks for tick, message in timed(track)
    ]
    end_of_file = _scaled(max(length(track) for track in file.tracks), scale)
    harmonies = chord_track_of(file)
    block_chords = _played(
        [] if harmonies is None else paired_notes(file.tracks[harmonies]),
        Hand.RIGHT,
        scale,
        end_of_file,
    )
    chords = chord_symbols((note.onset, note.end, note.pitch) for note in block_chords) or ()
    if hands is None:
        hands = hands_of(document, without=harmonies if chords else None)
    notes = _notes(document, hands, scale, end_of_file, split)
    ends = [note.end for note in notes] + [chord.onset + chord.duration for chord in chords]
    last_sound = max(ends, default=0)
    provenance = _provenance(events)
    if provenance is not None:
        provenance = replace(provenance, bars=plan_in(document))
    # A foreign file may run on in silence, and in another key than it says; ours do not.
    end = max(end_of_file, last_sound) if provenance or not ends else last_sound
    tune = _track_beside_hands(file, TUNE_TRACK_NAME)
    sung = [] if tune is None else paired_notes(file.tracks[tune])
    metre, stated = _metre(events, end), _key(events, end)
    bars = _bars(end, last_sound, metre)
    end = bars * metre.bar_ticks
    return Score(
        notes=notes,
        time_signature=metre,
        key=stated if stated and provenance else settled_key(stated, notes),
        bars=bars,
        tempos=_tempos(events, end),
        chords=chords,
        sections=_sections(events, end),
        pedals=_pedals(file, scale, end),
        title=_title(file),
        provenance=provenance,
        loops=provenance is not None and _LOOPS in provenance.controls,
        tune=frozenset((_scaled(note.onset, scale), note.pitch) for note in sung),
    )


def bpm_of(microseconds: int) -> float:
    """Quarter notes a minute of a tempo event: the roundest number that the event can stand for."""
    exact = MICROSECONDS_A_MINUTE / microseconds
    candidates = (round(exact, digits) for digits in range(_BPM_DIGITS))
    return next((bpm for bpm in candidates if bpm > 0 and _event_of(bpm) == microseconds), exact)


def _event_of(bpm: float) -> int:
    return round(MICROSECONDS_A_MINUTE / bpm)


def _scaled(tick: int, scale: Fraction) -> int:
    return round(tick * scale)


def hands_of(
    document: Document, tracks: Collection[int] = (), *, without: int | None = None
) -> Hands:
    """Who plays the piano of a file: each of its parts, by track and channel, with its hand; None
    where a splitter must tell.

    Args:
        document: the file.
        tracks: those that are the piano; none takes what `view.piano_of` finds.
        without: a track that is left out, such as that of the harmonies.

    Raises:
        MidiError: a track that is not there or has no notes.
    """
    parts = [part for part in parts_of(document) if part.track != without]
    if not tracks and all(part.channel == DRUM_CHANNEL for part in parts):
        return {}
    taken = {(part.track, part.channel) for part in piano_of(document, tracks)}
    by_track: dict[int, list[Part]] = defaultdict(list)
    for part in parts:
        if (part.track, part.channel) in taken:
            by_track[part.track].append(part)
    groups = list(by_track.values())
    if len(groups) == 1:  # channels of the only track
        groups = [[part] for part in groups[0]]
    # In a file of one track the name is the song's title.
    named = [
        (group[0].name if document.format else "", [n.pitch for part in group for n in part.notes])
        for group in groups
    ]
    tune = _track_beside_hands(as_mido(document), TUNE_TRACK_NAME)
    return {
        (part.track, part.channel): Hand.RIGHT if part.track == tune else hand
        for group, hand in zip(groups, hands_of_parts(named), strict=True)
        for part in group
    }


def chord_track_of(file: Any) -> int | None:
    """The index of the track of harmonies: called "Chords", beside one for each hand; None if
    there is none."""
    return _track_beside_hands(file, CHORD_TRACK_NAME)


def _track_beside_hands(file: Any, wanted: str) -> int | None:
    names = [track.name for track in file.tracks]
    named = [index for index, name in enumerate(names) if index and name == wanted]
    hands = {hand_named(name) for name in names[1:]}
    return named[0] if len(named) == 1 and hands.issuperset(Hand) else None


def _notes(
    document: Document, hands: Hands, scale: Fraction, end_of_file: int, split: HandSplitter
) -> tuple[Note, ...]:
    notes: list[Note] = []
    handless: list[Note] = []
    for part in parts_of(document):
        place = part.track, part.channel
        if place in hands:
            hand = hands[place]
            played = _played(part.notes, hand or Hand.RIGHT, scale, end_of_file)
            (handless if hand is None else notes).extend(played)
    told = split([(note.onset, note.duration, note.pitch) for note in handless])
    notes += [replace(note, hand=hand) for note, hand in zip(handless, told, strict=True)]
    mended = [note for hand in Hand for note in _mended(n for n in notes if n.hand is hand)]
    return tuple(sorted(mended))


def _played(
    raws: Sequence[RawNote], hand: Hand, scale: Fraction, end_of_file: int
) -> Iterator[Note]:
    """Notes in ticks of a score; one without a note-off ends at the next of its pitch."""
    next_onset: dict[tuple[int, int], int] = {}
    for raw in reversed(raws):
        onset = _scaled(raw.onset, scale)
        if raw.end is None:
            end = next_onset.get((raw.channel, raw.pitch), end_of_file)
        else:
            end = _scaled(raw.end, scale)
        next_onset[raw.channel, raw.pitch] = onset
        yield Note(onset, end - onset if end > onset else _SHORTEST, raw.pitch, raw.velocity, hand)


def _mended(notes: Iterable[Note]) -> list[Note]:
    """One hand's notes without overlaps: of notes struck together the longest is kept, as loud as
    the loudest; a note still sounding when its key is struck again is let go there."""
    mended: list[Note] = []
    for _, same_pitch in groupby(sorted(notes, key=lambda n: (n.pitch, n.onset)), _pitch):
        struck = []
        for _, together in groupby(same_pitch, _onset):
            chord = list(together)
            longest = max(note.duration for note in chord)
            loudest = max(note.velocity for note in chord)
            struck.append(replace(chord[0], duration=longest, velocity=loudest))
        for note, again in zip(struck, [*struck[1:], None], strict=True):
            if again is not None and note.end > again.onset:
                note = replace(note, duration=again.onset - note.onset)
            mended.append(note)
    return mended


def _pitch(note: Note) -> int:
    return note.pitch


def _onset(note: Note) -> int:
    return note.onset


def _metre(events: Iterable[tuple[int, Any]], end: int) -> TimeSignature:
    metres = [
        (tick, TimeSignature(message.numerator, message.denominator))
        for tick, message in events
        if message.type == "time_signature"
        and message.numerator > 0
        and message.denominator <= _LARGEST_DENOMINATOR
    ]
    return _longest(metres, end) or TimeSignature()


def _key(events: Iterable[tuple[int, Any]], end: int) -> Key | None:
    signatures = [(tick, m.key) for tick, m in events if m.type == "key_signature"]
    named = _longest(signatures, end)
    return None if named is None else Key.parse(named)


def _longest(changes: Sequence[tuple[int, T]], end: int) -> T | None:
    """The value that holds longest until `end`; the first counts from the beginning."""
    if not changes:
        return None
    ordered = sorted(changes, key=lambda change: change[0])
    ticks = [0, *(tick for tick, _ in ordered[1:]), end]
    lasting: dict[T, int] = {}
    for (_, value), (start, stop) in zip(ordered, pairwise(ticks), strict=True):
        lasting[value] = lasting.get(value, 0) + max(0, min(stop, end) - start)
    return max(lasting, key=lambda value: lasting[value])


def _bars(end: int, last_sound: int, metre: TimeSignature) -> int:
    """As many bars as the piece fills, whole ones to an end on a bar line.

    Raises:
        MidiError: more than `limits.BARS`.
    """
    bars, beyond = divmod(end, metre.bar_ticks)
    if beyond:
        bars = -(-last_sound // metre.bar_ticks)
    if bars > BARS.most:
        raise MidiError(f"the piece has more than {BARS.most} bars: cut it")
    return max(bars, 1)


def _tempos(events: Iterable[tuple[int, Any]], end: int) -> tuple[TempoMark, ...]:
    marks = {0: DEFAULT_BPM}
    for tick, message in sorted(events, key=lambda event: event[0]):
        if message.type == "set_tempo" and message.tempo > 0 and tick < end:
            marks[tick] = bpm_of(message.tempo)
    return tuple(TempoMark(tick, bpm) for tick, bpm in sorted(marks.items()))


def _sections(events: Iterable[tuple[int, Any]], end: int) -> tuple[Section, ...]:
    names: dict[int, str] = {}
    for tick, message in events:
        if message.type == "marker" and tick <= end:
            name = message.text.strip()
            if name:
                names.setdefault(tick, name)
    return tuple(Section(tick, name) for tick, name in sorted(names.items()))


def _pedals(file: Any, scale: Fraction, end: int) -> tuple[Pedal, ...]:
    """The strokes of all channels; those that overlap make one."""
    strokes: set[tuple[int, int]] = set()
    for track in file.tracks:
        down: dict[int, int] = {}
        for tick, message in timed(track):
            if message.type != "control_change" or message.control != SUSTAIN:
                continue
            if message.value >= _PEDAL_THRESHOLD:
                down.setdefault(message.channel, _scaled(tick, scale))
            elif message.channel in down:
                strokes.add((down.pop(message.channel), _scaled(tick, scale)))
        strokes.update((onset, end) for onset in down.values())
    joined: list[Pedal] = []
    for onset, release in sorted(strokes):
        release = min(release, end)
        if joined and onset < joined[-1].release:
            joined[-1] = Pedal(joined[-1].onset, max(release, joined[-1].release))
        elif release > onset:
            joined.append(Pedal(onset, release))
    return tuple(joined)


def _title(file: Any) -> str:
    """The name of the first track, unless that is a part: then the name is the part's."""
    first = file.tracks[0]
    if file.type == 1 and paired_notes(first):
        return ""
    return str(first.name)


def _provenance(events: Iterable[tuple[int, Any]]) -> Provenance | None:
    # One that stands later tells of the bars from there on.
    texts = (m.text for tick, m in events if m.type == "text" and tick == 0)
    return next((found for text in texts if (found := Provenance.parse(text))), None)
