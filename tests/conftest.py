"""What all tests share: few threads, the command line in this process, a photograph."""

# ruff: noqa: E402

from __future__ import annotations

import os
import sys

# Every process would compile the source tree, and rewrite the tests' asserts, anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Before anything imports numpy: the libraries beneath read these once.
for _library in ("OMP", "OPENBLAS", "MKL", "RAYON"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
for _kind in ("INTRAOP", "INTEROP"):
    os.environ.setdefault(f"TF_NUM_{_kind}_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import gc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from melodymuse.example_pictures import picture_file

REPOSITORY = Path(__file__).resolve().parent.parent

# The programs that tests start shall find this source tree, installed or not.
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH")))
)

# A busy machine is no fault of the code.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: some tests wait for others to answer."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, so that no process is left with one of them at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """What has been imported stays: nobody need search it for garbage again and again."""
    gc.collect()
    gc.freeze()


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line on standard error of a command that refused its input."""
        assert self.status == 2, f"status {self.status}: {self.out}{self.err}"
        assert self.err.count("\n") == 1, self.err
        assert self.err.startswith("melodymuse: ")
        assert "Traceback" not in self.err
        return self.err.removeprefix("melodymuse: ").rstrip("\n")


RunCommand = Callable[..., Outcome]


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> RunCommand:
    """Run `melodymuse` with these words in this process, in an empty folder (`tmp_path`)."""
    from melodymuse.cli import main

    monkeypatch.chdir(tmp_path)

    def command(*words: object) -> Outcome:
        capfd.readouterr()
        status = main([str(word) for word in words])
        # The descriptors rather than the objects: decoders written in C complain there.
        captured = capfd.readouterr()
        return Outcome(status, captured.out, captured.err)

    return command


@pytest.fixture(scope="session")
def photograph() -> Path:
    """A real photograph, 640 x 427."""
    return picture_file("@rocket")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the source tree."""
    return REPOSITORY
