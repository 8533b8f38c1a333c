"""The packages of the extras, imported when asked for, and advice where they are missing."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType, ModuleType

from melodymuse.errors import MissingExtraError

# The name to import it by -> the extra that brings it, and the package's name where that differs.
_EXTRAS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "fluidsynth": ("audio", "pyfluidsynth"),
        "pygame": ("audio", "pygame-ce"),
        "tinysoundfont": ("audio", ""),
        "soundfile": ("audio", ""),
        "soxr": ("audio", ""),
        "py7zr": ("audio", ""),
        "rtmidi": ("live", "python-rtmidi"),
        "mcp": ("mcp", ""),
        "torch": ("musicgen", ""),
        "transformers": ("musicgen", ""),
        "peft": ("musicgen", ""),
        "diffusers": ("musicgen", ""),
        "ray": ("ray", ""),
        "fsspec": ("ray", ""),
        "pyarrow": ("ray", ""),
        "librosa": ("compare", ""),
        "mir_eval": ("compare", ""),
        "psutil": ("compare", ""),
        "fastapi": ("studio", ""),
        "uvicorn": ("studio", ""),
        "python_multipart": ("studio", "python-multipart"),
    }
)


def optional(module: str, purpose: str) -> ModuleType:
    """Import a module of an extra.

    Args:
        module: its name, such as ``"mir_eval.key"``.
        purpose: what it is needed for, to begin a sentence with.

    Raises:
        MissingExtraError: its package is not installed, or lacks its own library.
    """
    try:
        return import_module(module)
    except (ImportError, OSError) as error:
        raise missing(module, purpose) from error


def need(*modules: str, purpose: str) -> None:
    """See that modules of an extra are installed, without importing them.

    Raises:
        MissingExtraError: one is not.
    """
    for module in modules:
        if find_spec(module) is None:
            raise missing(module, purpose)


def missing(module: str, purpose: str) -> MissingExtraError:
    """What to say where a module of an extra is not there."""
    name = module.partition(".")[0]
    extra, package = _EXTRAS[name]
    return MissingExtraError(package or name, extra, purpose)


def librosa() -> ModuleType:
    """librosa, whose parts load themselves when used.

    Raises:
        MissingExtraError: it is not installed.
    """
    return optional("librosa", "measuring sound")
