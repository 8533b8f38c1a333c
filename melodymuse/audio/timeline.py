"""A MIDI file as an engine plays it: nothing lost, times in seconds along the file's own tempo map.

A `Score` would round a user's file to its grid and to two hands; what sounds is the file itself,
with every controller, programme and channel.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from io import BytesIO
from operator import itemgetter
from typing import Any

from melodymuse.errors import AudioError
from melodymuse.limits import PLAYING_SECONDS
from melodymuse.midi.file import load_midi, ticks_per_quarter, timed
from melodymuse.midi.layout import PROVENANCE_MARK, WORDS_MARK

_DEFAULT_TEMPO = 500_000  # microseconds a quarter in a file that states none
_LARGEST_TEMPO = 0xFFFFFF
_SMPTE_RESOLUTION = 480


@dataclass(frozen=True, slots=True)
class Timeline:
    """A MIDI file ready to be played.

    Attributes:
        midi: the file written anew, so that engines stricter than our reader take it too.
        events: the channel messages (`mido.Message`) with their times in seconds, in order.
        seconds: when the last event or the end of the longest track is reached.
        title: the name of the file's first track, may be empty.
        provenance: the text that says which MelodyMuse composed the piece, may be empty.
        words: the text that tells it to people who cannot see the page, may be empty.
    """

    midi: bytes
    events: tuple[tuple[float, Any], ...]
    seconds: float
    title: str
    provenance: str
    words: str


def read_timeline(source: str | os.PathLike[str] | bytes) -> Timeline:
    """Read a MIDI file of format 0 or 1, from a path or from its bytes.

    Raises:
        MidiError: the file is missing, damaged or no MIDI file.
        AudioError: it holds no note, or lasts longer than `limits.PLAYING_SECONDS`.
    """
    name = "the data" if isinstance(source, bytes) else f"'{os.fspath(source)}'"
    file = load_midi(source)
    if len(file.tracks) > 1:
        file.type = 1  # whatever the header says: engines take no other
    _mend_tempo(file)
    events = tuple(_in_seconds(file))
    seconds = events[-1][0] if events else 0.0
    if not any(message.type == "note_on" and message.velocity for _, message in events):
        raise AudioError(f"{name} holds no note: there is nothing to hear")
    longest = PLAYING_SECONDS.most
    if seconds > longest:
        raise AudioError(
            f"{name} lasts {seconds / 60:.0f} minutes: at most {longest / 60:.0f} can be "
            "rendered at once, so cut it"
        )
    return Timeline(
        midi=_written(file),
        events=tuple(event for event in events if not event[1].is_meta),
        seconds=seconds,
        title=file.tracks[0].name.strip(),
        provenance=_text(file, PROVENANCE_MARK),
        words=_text(file, WORDS_MARK).removeprefix(WORDS_MARK),
    )


def _in_seconds(file: Any) -> Iterator[tuple[float, Any]]:
    """All messages of all tracks in order; those of one tick by track, as they stand there."""
    start, start_tick = 0.0, 0
    second_a_tick = _DEFAULT_TEMPO / (10**6 * file.ticks_per_beat)
    for tick, message in merge(*(timed(track) for track in file.tracks), key=itemgetter(0)):
        now = start + (tick - start_tick) * second_a_tick
        yield now, message
        if message.type == "set_tempo":
            start, start_tick = now, tick
            second_a_tick = message.tempo / (10**6 * file.ticks_per_beat)


def _mend_tempo(file: Any) -> None:
    """Take out tempos of no duration, which stop an engine's clock; count quarters, not frames."""
    import mido

    keeps_quarters = file.ticks_per_beat > 0
    for track in file.tracks:
        # A file that counts film frames keeps time by the clock: tempo says nothing there.
        track[:] = list(_without_tempo(track, at_most=0 if keeps_quarters else _LARGEST_TEMPO))
    if not keeps_quarters:
        ticks_a_second = 2 * ticks_per_quarter(file)
        tempo = round(_SMPTE_RESOLUTION * 10**6 / ticks_a_second)
        file.tracks[0].insert(0, mido.MetaMessage("set_tempo", tempo=tempo, time=0))
        file.ticks_per_beat = _SMPTE_RESOLUTION


def _without_tempo(track: Iterable[Any], *, at_most: int) -> Iterator[Any]:
    """The messages without tempos up to so many microseconds a quarter; nothing else moves."""
    waited = 0
    for message in track:
        if message.type == "set_tempo" and message.tempo <= at_most:
            waited += message.time
        else:
            yield message.copy(time=message.time + waited) if waited else message
            waited = 0


def _written(file: Any) -> bytes:
    buffer = BytesIO()
    file.type = int(len(file.tracks) > 1)
    file.save(file=buffer)
    return buffer.getvalue()


def _text(file: Any, mark: str) -> str:
    """The first text event that opens with a mark."""
    texts = (message.text for track in file.tracks for message in track if message.type == "text")
    return next((text for text in texts if text.startswith(mark)), "")
