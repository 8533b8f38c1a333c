"""Synthesisers behind one small protocol, and the choice among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from melodymuse.audio.engines.base import Engine, Room
from melodymuse.errors import AudioError, MelodyMuseError

__all__ = ["AUTO", "ENGINES", "Engine", "Room", "load_engine"]

AUTO = "auto"


def _load_system() -> Engine:
    from melodymuse.audio.engines.fluidsynth_engine import FluidSynthEngine
    from melodymuse.audio.engines.fluidsynth_library import system_library

    return FluidSynthEngine("fluidsynth", system_library())


def _load_wheel() -> Engine:
    from melodymuse.audio.engines.fluidsynth_engine import FluidSynthEngine
    from melodymuse.audio.engines.fluidsynth_library import wheel_library

    return FluidSynthEngine("fluidsynth-wheel", wheel_library())


def _load_tiny() -> Engine:
    from melodymuse.audio.engines.tinysoundfont_engine import load_tinysoundfont

    return load_tinysoundfont()


ENGINES: Mapping[str, Callable[[], Engine]] = MappingProxyType(
    {"fluidsynth": _load_system, "fluidsynth-wheel": _load_wheel, "tinysoundfont": _load_tiny}
)
"""How to load each engine, the preferred one first: FluidSynth as the system has it, FluidSynth out
of a wheel that needs nothing of the system (Linux, macOS), TinySoundFont out of another (Windows).
"""


def load_engine(name: str = AUTO) -> Engine:
    """The engine of that name; ``"auto"`` takes the first that works.

    Raises:
        AudioError: an unknown name, or the engine's library is missing; for ``"auto"``, none works.
        MissingExtraError: the engine's package is not installed.
    """
    if name != AUTO:
        if name not in ENGINES:
            raise AudioError(f"unknown engine '{name}': use {AUTO}, {', '.join(ENGINES)}")
        return ENGINES[name]()
    for load in ENGINES.values():
        try:
            return load()
        except MelodyMuseError:
            continue
    raise AudioError(
        "no engine to play with: pip install 'melodymuse[audio]' ('melodymuse doctor' says more)"
    )
