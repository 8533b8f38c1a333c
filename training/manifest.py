"""``python -m training.manifest``: tell the package which files of networks are the ones that ship.

Whoever puts a network, or a table that belongs to one, into `melodymuse/models` runs it; what was
exported there by `training` has done so already.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from melodymuse.files import write_text
from melodymuse.networks import CARD_SUFFIXES, MANIFEST, MODELS


def manifest_text(models: Path = MODELS) -> str:
    """A line for each file in a folder of models that is read at run time, as ``sha256sum`` has
    it: SHA-256, two spaces, path."""
    files = sorted(
        path
        for path in models.rglob("*")
        if path.is_file() and path.suffix not in CARD_SUFFIXES and path.name != MANIFEST.name
    )
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(models).as_posix()}\n"
        for path in files
    )


def update_manifest(written: Path = MODELS) -> None:
    """Write the manifest anew if what was written, a file or a folder, ships with the package."""
    if written.resolve().is_relative_to(MODELS):
        write_text(MANIFEST, manifest_text(), overwrite=True)


if __name__ == "__main__":
    update_manifest()
    sys.stdout.write(manifest_text())
