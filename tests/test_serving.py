"""The tools of a language model, asked over standard input and output as such a program asks."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import mido
import pytest

mcp = pytest.importorskip("mcp", reason="needs the SDK: pip install 'melodymuse[mcp]'")

import melodymuse  # noqa: E402
from melodymuse.midi.writer import midi_bytes  # noqa: E402

# A tool, what it is given, and what is expected of its answer: an error or facts.
Call = tuple[str, Mapping[str, Any]]


def ask(folder: Path, *calls: Call) -> tuple[list[str], list[tuple[bool, Any]]]:
    """The names of a server's tools; of each call whether it failed, and its answer."""

    async def talk() -> tuple[list[str], list[tuple[bool, Any]]]:
        started = mcp.StdioServerParameters(
            command=sys.executable,
            args=["-m", "melodymuse", "mcp"],
            cwd=folder,
            env=dict(os.environ),
        )
        async with (
            mcp.stdio_client(started) as (read, write),
            mcp.ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = [tool.name for tool in (await session.list_tools()).tools]
            answers = [await session.call_tool(name, dict(given)) for name, given in calls]
        return tools, [(bool(a.is_error), a.content[0].text) for a in answers]

    return asyncio.run(talk())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a piece of eight bars."""
    folder = tmp_path_factory.mktemp("served")
    melodymuse.compose("awe", seed=1, bars=8, time_signature="4/4").write(folder / "mine.mid")
    yield folder


def test_every_tool_does_what_the_engine_does(folder: Path) -> None:
    given = {"emotion": "awe", "seed": 3, "controls": {"bars": 4, "key": "D minor"}}
    tools, answers = ask(
        folder,
        ("compose", {**given, "output": "new.mid"}),
        ("continue_file", {"file": "mine.mid", "bars": 2, "seed": 1}),
        ("reroll", {"file": "mine.mid", "first_bar": 3, "last_bar": 4, "seed": 1}),
        ("recolor", {"file": "mine.mid", "emotion": "sadness", "seed": 1}),
        ("inspect", {"file": "mine.mid"}),
        ("compose", {**given, "output": "new.mid"}),
        ("reroll", {"file": "mine.mid", "first_bar": 30, "last_bar": 40}),
        ("compose", {"emotion": "joyy"}),
    )
    assert tools == ["compose", "continue_file", "reroll", "recolor", "harmonize", "inspect"]
    assert [failed for failed, _ in answers] == [False] * 5 + [True] * 3
    composed, longer, anew, other, seen = (json.loads(text) for _, text in answers[:5])
    alone = melodymuse.compose("awe", seed=3, bars=4, key="D minor")
    assert Path(composed["file"]).read_bytes() == midi_bytes(alone.score)
    assert composed["key"] == "D minor" and composed["originality"]["melody_notes"] > 0
    assert Path(longer["file"]).name == "mine-continued.mid" and longer["added_notes"] > 0
    assert Path(anew["file"]).name == "mine-rerolled.mid" and anew["removed_notes"] > 0
    assert Path(other["file"]).name == "mine-recolored-sadness.mid"
    assert other["key"].endswith("minor")
    assert (seen["bars"], seen["faults"]) == (8, [])
    for facts in (longer, anew, other):
        mido.MidiFile(facts["file"])
    taken, missing, unknown = (text for _, text in answers[5:])
    assert "the file exists" in taken
    assert "30 to 40" in missing
    assert "did you mean" in unknown or "joyy" in unknown
    for line in (taken, missing, unknown):
        assert "\n" not in line and "Traceback" not in line
