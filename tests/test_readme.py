"""What the README shows is what happens."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from melodymuse.cli.app import build_app

README = Path(__file__).resolve().parent.parent / "README.md"
TEXT = README.read_text(encoding="utf-8")
PAGES = (README, *sorted((README.parent / "docs").glob("*.md")))


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def _stable(line: str) -> str:
    """A line without what the last digit of a processor may change: its numbers and pitches."""
    return re.sub(r"\b[A-G][#b]?\d\b|[-+]?\d[\d.:]*", "*", " ".join(line.split()))


def _lines() -> Iterator[tuple[str, list[str] | None]]:
    """All commands in order, with what is shown of their answers; blocks of another language than
    `console` and `sh` need what a test has not: networks of others, a screen, an instrument."""
    for language, block in re.findall(
        r"^```(console|sh)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE
    ):
        if language == "sh":
            yield from ((line, None) for line in block.splitlines() if line)
        else:
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, *shown = part.rstrip("\n").split("\n")
                yield command, shown


def test_every_command_runs_in_order_in_an_empty_folder(
    run: Callable[..., Any], photograph: Path, tmp_path: Path
) -> None:
    # The reader's own: a folder of pictures, and something played.
    (tmp_path / "holiday").mkdir()
    shutil.copy(photograph, tmp_path / "holiday" / "beach.jpg")
    lines = list(_lines())
    assert len(lines) >= 12
    for line, shown in lines:
        program, *words = shlex.split(line, comments=True)
        if "|" in words or ">" in words:
            assert _in_a_shell(line, tmp_path) == 0, line
            continue
        assert program == "melodymuse"
        if "played.mid" in words and not (tmp_path / "played.mid").exists():
            shutil.copy(tmp_path / "mine.mid", tmp_path / "played.mid")
        outcome = run(*words)
        assert (outcome.status, outcome.err) == (0, ""), line
        if shown is not None:
            printed = [_stable(line) for line in outcome.out.splitlines()]
            assert printed == [_stable(line) for line in shown], line


def _in_a_shell(line: str, folder: Path) -> int:
    program = f'melodymuse() {{ {shlex.quote(sys.executable)} -m melodymuse "$@"; }}; '
    return subprocess.run(["bash", "-c", program + line], cwd=folder, timeout=120).returncode


def test_every_option_is_told() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    told = set(re.findall(r"--[a-z][a-z-]*", text))
    for path, options in _options(typer.main.get_command(build_app()), "melodymuse"):
        assert any(option in told for option in options), f"{path} {options[0]}"


def _options(command: Any, path: str) -> Iterator[tuple[str, list[str]]]:
    for param in command.params:
        names = [name for name in param.opts if name.startswith("--")]
        if names and names != ["--show-completion"]:
            yield path, names
    for name, inner in getattr(command, "commands", {}).items():
        yield from _options(inner, f"{path} {name}")


def test_the_python_code_runs(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (code,) = _blocks("python")
    for _ in range(2):  # as a reader does who tries something
        exec(compile(code, str(README), "exec"), {})
    assert len(capsys.readouterr().out.splitlines()) == 4
    assert (tmp_path / "rocket.mid").read_bytes().startswith(b"MThd")


def test_the_controls_are_listed_as_the_table_has_them(repository: Path) -> None:
    refresh = runpy.run_path(str(repository / "examples" / "refresh.py"))
    listed = re.search(r"^<!-- controls -->\n(.*?)\n<!-- end -->$", TEXT, re.DOTALL | re.MULTILINE)
    assert listed is not None and listed[1] == refresh["controls_list"]()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_leads_to_a_file(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if not link.startswith("http"):
            assert (page.parent / link).exists(), link


def test_the_sound_is_small() -> None:
    (sound,) = re.findall(r"\]\(([^)]+\.mp3)\)", TEXT)
    assert 50_000 < (README.parent / sound).stat().st_size < 400_000


def test_the_pictures_are_small() -> None:
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", TEXT)
    assert pictures
    for picture in pictures:
        assert (README.parent / picture).stat().st_size < 300_000


def test_the_make_targets_exist() -> None:
    makefile = (README.parent / "Makefile").read_text()
    for target in re.findall(r"^make ([\w-]+)", "\n".join(_blocks("bash")), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
