"""The events of a track as bytes: told apart, and put together again.

An event's bytes begin with its status; lengths and running status, which only say where events end,
are left out and made anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from melodymuse.errors import MidiError
from melodymuse.limits import EVENTS

_META, _SYSEX, _ESCAPE = 0xFF, 0xF0, 0xF7
END_OF_TRACK = b"\xff\x2f"
# Data bytes of a channel message by the upper half of its status, of a system message by all of it.
_CHANNEL_DATA = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}
_SYSTEM_DATA = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0, 0xF8: 0, 0xFA: 0, 0xFB: 0, 0xFC: 0, 0xFE: 0}
# The longest number that the format allows has four bytes of seven bits.
_LONGEST_NUMBER = 4


class Event(NamedTuple):
    """One event.

    Attributes:
        tick: from the beginning of the track, in ticks of the file.
        data: status first; a meta event is FF, its type, its data; a system exclusive one F0 or
            F7 and its data.
    """

    tick: int
    data: bytes

    @property
    def is_meta(self) -> bool:
        """Whether it is about the music, not for an instrument."""
        return self.data[0] == _META

    @property
    def channel(self) -> int | None:
        """0..15, None where it is for no channel."""
        return self.data[0] & 0x0F if self.data[0] < _SYSEX else None


class _DamageError(Exception):
    """A number is too long to be one, or the data ends; says so in the user's words."""


def read_events(
    data: bytes, position: int, stop: int | None, *, most: int
) -> tuple[list[Event], int, list[str]]:
    """The events from a position on, to the end of the track or of the data.

    Args:
        data: of a whole file.
        position: of the first event.
        stop: where the track ends even if no event says so; None leaves it to the events.
        most: how many there may be.

    Returns:
        The events, the position after them, and what was wrong.

    Raises:
        MidiError: there are more.
    """
    events: list[Event] = []
    faults: list[str] = []
    tick, running = 0, 0
    try:
        while position != stop:
            delta, position = _number(data, position)
            tick += delta
            status = _byte(data, position)
            if status == _META:
                begin = position + 2
                length, begin = _number(data, begin)
                event = data[position : position + 2] + _slice(data, begin, length)
                position = begin + length
            elif status in (_SYSEX, _ESCAPE):
                length, begin = _number(data, position + 1)
                event = data[position : position + 1] + _slice(data, begin, length)
                position = begin + length
            elif _means_nothing(status, running):
                faults.append("bytes that mean nothing were left out")
                position += 1
                continue
            else:
                if status >= 0x80:
                    position += 1
                else:
                    status = running
                size = _SYSTEM_DATA.get(status)
                if size is None:
                    running, size = status, _CHANNEL_DATA[status >> 4]
                event = bytes([status]) + _slice(data, position, size)
                position += size
            events.append(Event(tick, event))
            if len(events) > most:
                raise MidiError(f"the file has more than {EVENTS.most} events: split it")
            if event.startswith(END_OF_TRACK):
                return events, position, faults
    except _DamageError as damage:
        return events, len(data) if position >= len(data) else position, [*faults, str(damage)]
    return events, position, [*faults, "a track does not say where it ends"]


def write_events(events: Sequence[Event]) -> bytes:
    """The bytes of a track; ticks must not fall."""
    written = bytearray()
    now = 0
    for tick, data in events:
        written += _as_number(tick - now)
        now = tick
        if data[0] == _META:
            written += data[:2] + _as_number(len(data) - 2) + data[2:]
        elif data[0] in (_SYSEX, _ESCAPE):
            written += data[:1] + _as_number(len(data) - 1) + data[1:]
        else:
            written += data
    return bytes(written)


def _number(data: bytes, position: int) -> tuple[int, int]:
    """A variable-length number, and the position after it."""
    value = 0
    for place in range(position, position + _LONGEST_NUMBER):
        byte = _byte(data, place)
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + 1
    raise _DamageError("a track is damaged: what follows the damage was left out")


def _as_number(value: int) -> bytes:
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(value & 0x7F | 0x80)
    return bytes(reversed(digits))


def _byte(data: bytes, position: int) -> int:
    if position >= len(data):
        raise _DamageError("the file is cut off: what is there was read")
    return data[position]


def _slice(data: bytes, position: int, length: int) -> bytes:
    if position + length > len(data):
        raise _DamageError("the file is cut off: what is there was read")
    return data[position : position + length]


def _means_nothing(status: int, running: int) -> bool:
    """Whether no event begins with a byte, after one of the status that runs on (0: none)."""
    if status >= _SYSEX:
        return status not in _SYSTEM_DATA
    return status < 0x80 and not running
