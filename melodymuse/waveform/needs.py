"""The packages of the extra ``musicgen``, asked for before they are imported."""

from __future__ import annotations

from importlib.util import find_spec

from melodymuse.errors import MissingExtraError

EXTRA = "musicgen"


def need(*packages: str, purpose: str) -> None:
    """See that packages are installed, without importing them.

    Raises:
        MissingExtraError: one is not.
    """
    for package in packages:
        if find_spec(package) is None:
            raise MissingExtraError(package, EXTRA, purpose)
