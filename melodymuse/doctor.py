"""What is there to work with on this machine, what is missing, and how to get it."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path

from melodymuse.errors import MelodyMuseError
from melodymuse.version import __version__


class State(StrEnum):
    """How a thing is: there; missing, but nothing is lost; or missing where it is needed."""

    GOOD = "good"
    OPTIONAL = "optional"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked for.

    Attributes:
        area: ``"core"``, ``"machine"``, ``"models"``, ``"limits"``, ``"engines"``,
            ``"soundfonts"``, or the name of an extra.
        name: what was looked for.
        state: whether it is there.
        detail: its version or place, or how to get it.
    """

    area: str
    name: str
    state: State
    detail: str


# The packages of each extra that MelodyMuse itself uses: the name to import it by, and for what.
_PACKAGES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "audio": {
        "pyfluidsynth": ("fluidsynth", "sound through the system's FluidSynth"),
        "pygame-ce": ("pygame", "sound through the FluidSynth that its wheel brings"),
        "tinysoundfont": ("tinysoundfont", "sound without FluidSynth"),
        "soundfile": ("soundfile", "writing sound files"),
        "soxr": ("soxr", "bringing sound to another rate"),
        "py7zr": ("py7zr", "installing soundfonts that come as .7z"),
    },
    "train": {
        "tensorflow": ("tensorflow", "training"),
        "keras": ("keras", "training"),
        "onnx": ("onnx", "export of trained networks"),
        "scikit-learn": ("sklearn", "evaluation"),
    },
}
_FOR_DEVELOPERS = frozenset({"test", "dev"})
_EXTRA = re.compile(r"extra == [\"']([^\"']+)")
_NAME = re.compile(r"[\w.-]*")
# Packages that do for another of their extra: it is enough if one is there.
_ALTERNATIVES = ({"pyfluidsynth", "pygame-ce", "tinysoundfont"},)


def examine() -> tuple[Finding, ...]:
    """Look at everything; nothing is raised, what is wrong is in the findings."""
    return (
        *_core(),
        *_machine(),
        *_models(),
        *_limits(),
        *_engines(),
        *_soundfonts(),
        *_packages(),
        *_further(),
    )


def _core() -> Iterable[Finding]:
    system = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    yield Finding("core", "melodymuse", State.GOOD, f"{__version__}, {system}")
    for name in _required():
        found = _version(name)
        if found is None:
            yield Finding("core", name, State.MISSING, f"pip install {name}")
        else:
            yield Finding("core", name, State.GOOD, found)


def _machine() -> Iterable[Finding]:
    there = os.cpu_count() or 1
    ours = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else there
    yield Finding("machine", "cores", State.GOOD, f"{ours} of {there} for this program")


def _models() -> Iterable[Finding]:
    from melodymuse.networks import MODELS, shipped_hashes

    try:
        hashes = shipped_hashes()
    except MelodyMuseError as error:
        yield Finding("models", "SHA256SUMS", State.MISSING, str(error))
        return
    for name, digest in hashes.items():
        yield _tried("models", name, partial(_model, MODELS / name, digest), State.MISSING)


def _model(path: Path, digest: str) -> str:
    from melodymuse.networks import model_bytes

    return f"{len(model_bytes(path)) / 10**6:.1f} MB, SHA-256 {digest}"


def _limits() -> Iterable[Finding]:
    from melodymuse.limits import LIMITS

    for limit in LIMITS:
        yield _tried("limits", limit.variable, limit.told, State.MISSING)


def _engines() -> Iterable[Finding]:
    from melodymuse.audio.engines import AUTO, ENGINES

    for name in ENGINES:
        yield _tried("engines", name, partial(_engine, name))
    yield _tried("engines", AUTO, partial(_engine, AUTO), State.MISSING)


def _engine(name: str) -> str:
    from melodymuse.audio.engines import load_engine

    return load_engine(name).description


def _soundfonts() -> Iterable[Finding]:
    from melodymuse.audio.soundfont_file import read_soundfont
    from melodymuse.audio.soundfonts import find_soundfont, installed_soundfonts

    yield _tried(
        "soundfonts",
        "default",
        lambda: str(read_soundfont(find_soundfont()).path),
        State.MISSING,
    )
    for font in installed_soundfonts():
        yield _tried("soundfonts", font.name, partial(_soundfont, font.path))


def _soundfont(path: object) -> str:
    from melodymuse.audio.soundfont_file import read_soundfont

    found = read_soundfont(str(path))
    return f"{found.kind}, {len(found.presets)} instruments, {found.path}"


def _packages() -> Iterable[Finding]:
    for extra, packages in _PACKAGES.items():
        there = {name for name, (module, _) in packages.items() if find_spec(module) is not None}
        for name, (_, purpose) in packages.items():
            if name in there:
                yield Finding(extra, name, State.GOOD, _version(name) or "installed")
                continue
            advice = f"for {purpose}: pip install 'melodymuse[{extra}]'"
            if any(name in group and group & there for group in _ALTERNATIVES):
                advice = f"not needed here (for {purpose})"
            yield Finding(extra, name, State.OPTIONAL, advice)


def _further() -> Iterable[Finding]:
    """The packages of all other extras that the installed metadata names."""
    for extra, name in _stated_extras():
        if extra in _PACKAGES or extra in _FOR_DEVELOPERS:
            continue
        found = _version(name)
        if found is None:
            advice = f"pip install 'melodymuse[{extra}]'"
            yield Finding(extra, name, State.OPTIONAL, advice)
        else:
            yield Finding(extra, name, State.GOOD, found)


def _stated_extras() -> Iterable[tuple[str, str]]:
    """Extra and package of each optional requirement."""
    for line in _stated():
        requirement, _, marker = line.partition(";")
        extra = _EXTRA.search(marker)
        if extra is not None:
            yield extra[1], _name_of(requirement)


def _tried(
    area: str, name: str, look: Callable[[], str], otherwise: State = State.OPTIONAL
) -> Finding:
    try:
        return Finding(area, name, State.GOOD, look())
    except MelodyMuseError as error:
        return Finding(area, name, otherwise, str(error))


def _required() -> list[str]:
    """The packages that the installed metadata says composing needs."""
    plain = (line.partition(";") for line in _stated() if _EXTRA.search(line) is None)
    return [_name_of(requirement) for requirement, _, _ in plain]


def _stated() -> list[str]:
    """The requirements in the installed metadata; none when the package was never installed."""
    try:
        return requires("melodymuse") or []
    except PackageNotFoundError:
        return []


def _name_of(requirement: str) -> str:
    name: str = _NAME.findall(requirement)[0]
    return name


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
