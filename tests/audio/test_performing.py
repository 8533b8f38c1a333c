"""Playing on an instrument: at the time, and nothing left sounding."""

from __future__ import annotations

import gc
import os
from typing import Any

import mido
import pytest

from melodymuse.audio.performing import perform


class Clock:
    """Time that passes where someone sleeps, always a little longer than was asked for."""

    def __init__(self, later: float = 0.0001) -> None:
        self.now, self.later = 100.0, later
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds + self.later


class Instrument:
    """Keeps what it is sent, and when; `fails` on the message of a number."""

    def __init__(self, clock: Clock, fails: int | None = None) -> None:
        self.clock, self.fails = clock, fails
        self.heard: list[tuple[float, Any]] = []

    def send(self, message: Any) -> None:
        if len(self.heard) == self.fails:
            self.fails = None
            raise KeyboardInterrupt
        self.heard.append((self.clock.now - 100, message))


def struck(pitch: int, channel: int = 0, velocity: int = 64) -> Any:
    return mido.Message("note_on", note=pitch, channel=channel, velocity=velocity)


EVENTS = [
    (0.0, mido.Message("control_change", control=64, value=127, channel=0)),
    (0.0, struck(60)),
    (0.25, struck(64, channel=3)),
    (0.5, struck(60, velocity=0)),
    (2.0, struck(72)),
    (2.5, mido.Message("note_off", note=72)),
]


def test_every_event_comes_at_its_time() -> None:
    clock = Clock()
    port = Instrument(clock)
    done = perform(EVENTS, port, clock=clock, sleep=clock.sleep)
    played = port.heard[: len(EVENTS)]
    assert [message for _, message in played] == [message for _, message in EVENTS]
    for (at, _), (due, _) in zip(played, EVENTS, strict=True):
        assert due <= at < due + 0.001
    assert done.events == len(EVENTS)
    late = [at - due for (at, _), (due, _) in zip(played, EVENTS, strict=True)]
    assert done.latest == pytest.approx(max(late))
    assert max(clock.slept) > 1  # it rests where it can


def test_at_the_end_keys_are_let_go_and_controllers_put_back() -> None:
    clock = Clock()
    port = Instrument(clock)
    perform(EVENTS[:4], port, clock=clock, sleep=clock.sleep)
    after = [message for _, message in port.heard[4:]]
    offs = [(m.channel, m.note) for m in after if m.type == "note_off"]
    assert offs == [(3, 64)]
    controls = {(m.channel, m.control) for m in after if m.type == "control_change"}
    assert controls == {(c, control) for c in (0, 3) for control in (64, 121, 123)}


def test_ctrl_c_silences_at_once_and_is_passed_on() -> None:
    clock = Clock()
    port = Instrument(clock, fails=3)
    with pytest.raises(KeyboardInterrupt):
        perform(EVENTS, port, clock=clock, sleep=clock.sleep)
    after = [message for _, message in port.heard[3:]]
    assert {(m.channel, m.note) for m in after if m.type == "note_off"} == {(0, 60), (3, 64)}
    cut = {m.channel for m in after if m.type == "control_change" and m.control == 120}
    assert cut == {0, 3}
    assert port.heard[-1][0] == pytest.approx(port.heard[2][0], abs=0.3)


def test_on_the_clock_of_this_machine_it_is_in_time() -> None:
    """Other work on the machine makes single events late, and a whole try now and then."""
    events = [(index * 0.01, struck(60)) for index in range(20)]
    tries = (perform(events, Instrument(Clock())).median for _ in range(10))
    assert any(late < 0.005 for late in tries)


def test_the_system_is_left_as_it_was() -> None:
    before = os.sched_getscheduler(0) if hasattr(os, "sched_getscheduler") else None
    perform(EVENTS[:2], Instrument(Clock()))
    assert gc.isenabled()
    assert before is None or os.sched_getscheduler(0) == before
