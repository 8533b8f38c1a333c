"""The optional libraries of the comparison, imported when they are asked for."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from melodymuse.errors import MissingExtraError

EXTRA = "compare"


def librosa() -> ModuleType:
    """librosa, whose parts load themselves when used."""
    return optional("librosa", "measuring sound")


def optional(name: str, purpose: str) -> ModuleType:
    """A library of the extra ``compare``.

    Raises:
        MissingExtraError: it is not installed; the message says what for and how to get it.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingExtraError(name.partition(".")[0], EXTRA, purpose) from error
