"""See that the core works on the other supported Pythons: python release/other_pythons.py

On each that is found here, in a fresh environment: the package, its demonstration, a few fast
tests.  What is not there, or cannot be had from the package index in time, is skipped and said;
what fails of ours ends with 1.
"""

from __future__ import annotations

import configparser
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from check import ROOT, SUPPORTED, find_python, python_in

INSTALLING_SECONDS, TRYING_SECONDS = 180, 300
NEEDED_TO_TEST = ("setuptools>=70.1", "pytest>=8", "pytest-timeout>=2.3", "hypothesis>=6.100")
TESTS = tuple(
    f"tests/{name}.py"
    for name in ("midi/test_reader", "midi/test_writer", "planning/test_sayings", "test_describing")
)


@dataclass(frozen=True, slots=True)
class Tried:
    """How it went on a Python, and whether all that was tried of ours worked."""

    said: str
    works: bool = True


def main() -> int:
    """Try each, say how it went, and end with 1 where something of ours does not work."""
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    status = 0
    for version in SUPPORTED:
        if version != here:
            tried = _tried(version)
            print(f"Python {version}: {tried.said}", flush=True)
            status = status if tried.works else 1
    return status


def not_installed(python: str, requirements: Sequence[str]) -> str:
    """Why an environment cannot have some packages; empty when it has got them."""
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", *requirements]
    try:
        done = subprocess.run(pip, capture_output=True, text=True, timeout=INSTALLING_SECONDS)
    except subprocess.TimeoutExpired:
        return f"its packages took more than {INSTALLING_SECONDS} s"
    lines = done.stderr.strip().splitlines() or [f"pip ended with {done.returncode}"]
    return lines[-1] if done.returncode else ""


def failure(command: Sequence[str]) -> str:
    """What a command of ours says when it fails; empty when it works."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=TRYING_SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"{' '.join(command)} took more than {TRYING_SECONDS} s"
    ended = f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return ended if done.returncode else ""


def _tried(version: str) -> Tried:
    python = find_python(version)
    if python is None:
        return Tried("skipped, not installed here")
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    needed = setup["options"]["install_requires"].split()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        venv = Path(scratch) / "venv"
        if reason := failure([python, "-m", "venv", str(venv)]):
            return Tried(f"skipped, it makes no environments: {reason}")
        inside = python_in(venv)
        if reason := not_installed(inside, [*needed, *NEEDED_TO_TEST]):
            return Tried(f"skipped, {reason}")
        installed = time.monotonic()
        alone = ("--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--editable", ".")
        ours = (
            ("pip", "--disable-pip-version-check", "install", *alone),
            ("melodymuse", "demo", str(Path(scratch) / "demo"), "--quiet"),
            ("pytest", "-p", "no:cacheprovider", *TESTS),
        )
        for words in ours:
            if reason := failure([inside, "-m", *words]):
                return Tried(f"FAILED: {reason}", works=False)
    lasted = time.monotonic() - installed
    return Tried(f"works; installed in {installed - started:.0f} s, tried in {lasted:.0f} s")


if __name__ == "__main__":
    raise SystemExit(main())
