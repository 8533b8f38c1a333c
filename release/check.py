"""See that what would be published works: python release/check.py

Builds wheel and source archive, checks their metadata, and composes the demonstration's piece from
the wheel in a fresh environment of each Python that is found here, and with uvx and pipx where they
are.  What is not there is skipped and said.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUPPORTED = ("3.11", "3.12", "3.13", "3.14")
MOST_MEGABYTES = 45
_WINDOWS = sys.platform == "win32"


def main() -> int:
    """Check, say what was found, and end with 1 where something does not work."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _say("building wheel and source archive")
        _run([sys.executable, "-m", "build", "--outdir", str(folder / "dist"), str(ROOT)])
        archives = sorted((folder / "dist").iterdir())
        for archive in archives:
            _say(f"{archive.name}: {archive.stat().st_size / 1e6:.1f} MB")
        _run([sys.executable, "-m", "twine", "check", "--strict", *map(str, archives)])
        (wheel,) = (archive for archive in archives if archive.suffix == ".whl")
        if wheel.stat().st_size > MOST_MEGABYTES * 1e6:
            _say(f"the wheel is larger than {MOST_MEGABYTES} MB")
            return 1
        for version in SUPPORTED:
            python = find_python(version)
            if python is None:
                _say(f"Python {version}: skipped, not installed here")
                continue
            _try_in_venv(python, version, wheel, folder)
        for tool, words in runners(wheel):
            if shutil.which(tool) is None:
                _say(f"{tool}: skipped, not installed here")
                continue
            _run([tool, *words, "melodymuse", "--version"])
            _say(f"{tool}: works")
    return 0


def find_python(version: str) -> str | None:
    """A Python of that version that can make environments: on the path, or pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for candidate in (
        f"python{version}",
        *sorted(map(str, pyenv.glob(f"{version}.*/bin/python"))),
        sys.executable,
    ):
        code = "import ensurepip, sys; print('%d.%d' % sys.version_info[:2])"
        try:
            done = subprocess.run([candidate, "-c", code], capture_output=True, text=True)
        except OSError:
            continue
        if done.stdout.strip() == version:
            return candidate
    return None


def runners(wheel: Path) -> Iterator[tuple[str, Sequence[str]]]:
    """The tools that run a program without installing it, and how they are told its wheel."""
    yield "uvx", ("--from", str(wheel))
    yield "pipx", ("run", "--spec", str(wheel))


def python_in(venv: Path) -> str:
    """The interpreter of an environment."""
    return str(venv / ("Scripts" if _WINDOWS else "bin") / "python")


def _try_in_venv(python: str, version: str, wheel: Path, folder: Path) -> None:
    venv = folder / f"venv-{version}"
    started = time.monotonic()
    _run([python, "-m", "venv", str(venv)])
    pip = [python_in(venv), "-m", "pip", "--disable-pip-version-check", "install"]
    _run([*pip, "--quiet", str(wheel)])
    installed = time.monotonic()
    made = folder / f"demo-{version}"
    _run([str(Path(python_in(venv)).with_name("melodymuse")), "demo", str(made), "--quiet"])
    kinds = sorted(path.suffix for path in made.iterdir())
    if kinds != [".mid", ".musicxml", ".png"]:
        raise SystemExit(f"Python {version}: the demonstration wrote {kinds}")
    size = sum(path.lstat().st_size for path in venv.rglob("*") if path.is_file())
    _say(
        f"Python {version}: works; {size / 1e6:.0f} MB, installed in {installed - started:.0f} s, "
        f"first piece {time.monotonic() - installed:.1f} s later"
    )
    shutil.rmtree(venv)


def _run(command: Sequence[str]) -> None:
    # Elsewhere, so that the wheel's package is tried and not the source tree's.
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=tempfile.gettempdir(), env=surroundings, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(
            f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )


def _say(line: str) -> None:
    print(f"release: {line}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
