"""`melodymuse doctor`: the report, and its exit status."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]


def test_the_report_names_what_is_there(run: Run) -> None:
    outcome = run("doctor")
    assert outcome.err == ""
    for word in ("core", "engines", "soundfonts", "TimGM6mb", "audio"):
        assert word in outcome.out


def test_json_says_the_same(run: Run) -> None:
    findings = [json.loads(line) for line in run("doctor", "--json").out.splitlines()]
    assert all(set(one) == {"area", "name", "state", "detail"} for one in findings)
    assert {one["state"] for one in findings} <= {"good", "optional", "missing"}


def test_no_engine_gives_status_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("fluidsynth", "tinysoundfont"):
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr("melodymuse.audio.engines.fluidsynth_library.find_spec", lambda _: None)
    outcome = run("doctor")
    assert (outcome.status, outcome.err) == (1, "")
    assert "MISSING: no engine to play with" in outcome.out
