"""Playing a MIDI file to an instrument, event by event, at its time.

Nothing is left sounding: whatever ends the performance, its last note or Ctrl-C, every key that is
down is let go and every channel that was played on is reset.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from statistics import median
from typing import Any, Protocol

_SUSTAIN, _ALL_SOUND_OFF, _RESET_CONTROLLERS, _ALL_NOTES_OFF = 64, 120, 121, 123
# A system wakes a sleeper a little late: the last part of a wait is in small steps.
_CLOSE_SECONDS, _STEP_SECONDS = 0.003, 0.0002


class Port(Protocol):
    """Where messages go: an instrument, as `mido.ports.BaseOutput` is one."""

    def send(self, message: Any, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Performance:
    """How a file was played.

    Attributes:
        events: how many messages were sent at their time.
        latest: by how many seconds the latest of them was late.
        median: by how many half of them were, or less.
    """

    events: int
    latest: float
    median: float


def perform(
    events: Iterable[tuple[float, Any]],
    port: Port,
    *,
    clock: Callable[[], float] = time.perf_counter,
    sleep: Callable[[float], None] = time.sleep,
) -> Performance:
    """Send messages at their times.

    Args:
        events: (seconds from the beginning, `mido.Message`) in order, as `Timeline.events`.
        port: takes them.
        clock: tells seconds.
        sleep: waits about so many.
    """
    down: set[tuple[int, int]] = set()
    channels: set[int] = set()
    late: list[float] = []
    with _undisturbed():
        try:
            begin = clock()
            for due, message in events:
                _wait_until(begin + due, clock, sleep)
                port.send(message)
                late.append(clock() - begin - due)
                if hasattr(message, "channel"):
                    channels.add(message.channel)
                _follow(down, message)
        except BaseException:
            _silence(port, down, channels, at_once=True)
            raise
        _silence(port, down, channels, at_once=False)
    return Performance(len(late), max(late, default=0.0), median(late) if late else 0.0)


def _wait_until(due: float, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
    while (left := due - clock()) > 0:
        sleep(left - _CLOSE_SECONDS if left > 2 * _CLOSE_SECONDS else min(left, _STEP_SECONDS))


def _follow(down: set[tuple[int, int]], message: Any) -> None:
    if message.type == "note_on" and message.velocity:
        down.add((message.channel, message.note))
    elif message.type in ("note_on", "note_off"):
        down.discard((message.channel, message.note))


def _silence(
    port: Port, down: Iterable[tuple[int, int]], channels: Iterable[int], *, at_once: bool
) -> None:
    """Let every key go, and put the controllers of the channels back; what still rings is cut off
    or left to fade."""
    import mido

    for channel, pitch in sorted(down):
        port.send(mido.Message("note_off", channel=channel, note=pitch))
    controllers = (_SUSTAIN, _ALL_NOTES_OFF, _RESET_CONTROLLERS)
    for channel in sorted(channels):
        for control in (*controllers, _ALL_SOUND_OFF) if at_once else controllers:
            port.send(mido.Message("control_change", channel=channel, control=control, value=0))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No pauses to collect garbage; and before other programs' turns, where the system allows."""
    was_on = gc.isenabled()
    gc.disable()
    with _foremost():
        try:
            yield
        finally:
            if was_on:
                gc.enable()


@contextmanager
def _foremost() -> Iterator[None]:
    if not hasattr(os, "sched_setscheduler"):
        yield
        return
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    with suppress(PermissionError):
        os.sched_setscheduler(
            0, os.SCHED_RR, os.sched_param(os.sched_get_priority_min(os.SCHED_RR))
        )
    try:
        yield
    finally:
        os.sched_setscheduler(0, *before)
