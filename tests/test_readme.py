"""What the README shows is what happens."""

from __future__ import annotations

import re
import runpy
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

README = Path(__file__).resolve().parent.parent / "README.md"
TEXT = README.read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def _commands() -> Iterator[tuple[str, list[str]]]:
    """Each command of the console blocks with the lines shown under it."""
    for block in _blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = part.rstrip("\n").split("\n")
            yield command, shown


def _stable(line: str) -> str:
    """A line without what the last digit of a processor may change: its numbers and pitches."""
    return re.sub(r"\b[A-G][#b]?\d\b|[-+]?\d[\d.:]*", "*", " ".join(line.split()))


def test_the_commands_print_what_is_shown_in_an_empty_folder(run: Callable[..., Any]) -> None:
    commands = list(_commands())
    assert len(commands) >= 4
    for command, shown in commands:
        program, *words = shlex.split(command)
        assert program == "melodymuse"
        outcome = run(*words)
        assert (outcome.status, outcome.err) == (0, "")
        printed = [_stable(line) for line in outcome.out.splitlines()]
        assert printed == [_stable(line) for line in shown], command


def test_the_python_code_runs(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (code,) = _blocks("python")
    exec(compile(code, str(README), "exec"), {})
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert (tmp_path / "rocket.mid").read_bytes().startswith(b"MThd")


def test_the_controls_are_listed_as_the_table_has_them(repository: Path) -> None:
    refresh = runpy.run_path(str(repository / "examples" / "refresh.py"))
    listed = re.search(r"^<!-- controls -->\n(.*?)\n<!-- end -->$", TEXT, re.DOTALL | re.MULTILINE)
    assert listed is not None and listed[1] == refresh["controls_list"]()


def test_every_link_leads_to_a_file() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert len(links) >= 5
    for link in links:
        if not link.startswith("http"):
            assert (README.parent / link).exists(), link


def test_the_pictures_are_small() -> None:
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", TEXT)
    assert pictures
    for picture in pictures:
        assert (README.parent / picture).stat().st_size < 300_000


def test_the_make_targets_exist() -> None:
    makefile = (README.parent / "Makefile").read_text()
    for target in re.findall(r"^make (\w+)", "\n".join(_blocks("sh")), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
