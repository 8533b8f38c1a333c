"""The examples of docs/ethics.md are commands that work."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from melodymuse.audio.engines import load_engine
from melodymuse.errors import MelodyMuseError


def test_every_example_runs_in_an_empty_folder(
    run: Callable[..., Any], repository: Path, tmp_path: Path
) -> None:
    try:
        load_engine()
    except MelodyMuseError as error:
        pytest.skip(f"no engine: {error}")
    text = (repository / "docs" / "ethics.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 3
    told = {}
    for command in "".join(blocks).splitlines():
        program, *words = shlex.split(command)
        assert program == "melodymuse"
        outcome = run(*words)
        assert (outcome.status, outcome.err) == (0, ""), command
        told[command] = outcome.out
    assert len(set(told.values())) == len(told)
    assert (tmp_path / "sad.mid").read_bytes() != (tmp_path / "calm.mid").read_bytes()
    assert (tmp_path / "cave.ogg").stat().st_size > 10000
    assert "minor" in told["melodymuse describe sad.mid calm.mid"]
