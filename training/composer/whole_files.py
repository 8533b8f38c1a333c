"""MIDI files to learn from: whole ones alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from melodymuse.errors import MidiError
from melodymuse.midi.file import as_mido, load_document


def load_whole(path: Path) -> Any:
    """The `mido.MidiFile` of a file, as `midi.file.load_midi` gives it.

    Raises:
        MidiError: it cannot be read, or only in part.
    """
    document = load_document(path)
    if document.faults:
        raise MidiError(f"'{path}': {'; '.join(document.faults)}")
    return as_mido(document)
