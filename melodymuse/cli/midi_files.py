"""MIDI files that a command takes and gives back: from a path or standard input, to a name of their
own, a name that the user chose, or standard output."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from melodymuse.cli import terminal
from melodymuse.cli.safe_option import reader
from melodymuse.errors import ControlError, MidiError, OutputError
from melodymuse.files import at_unused_path, unused_path, write_bytes
from melodymuse.limits import MIDI_BYTES
from melodymuse.naming import take_path

if TYPE_CHECKING:
    from melodymuse.midi.document import Document

STREAM = "-"
_SUFFIXES = (".mid", ".midi")


def source_of(file: str) -> str | bytes:
    """A path as it is, and the bytes of standard input for ``-``.

    Raises:
        MidiError: there are too many of them.
    """
    if file != STREAM:
        return file
    largest = MIDI_BYTES.most
    data = sys.stdin.buffer.read(largest + 1)
    if len(data) > largest:
        raise MidiError(f"standard input has more than {largest / 2**20:g} MiB: split it")
    return data


def read(
    file: str, *, safe: bool = False, encoding: str | None = None, beats: str | None = None
) -> Document:
    """The document of a path, or of standard input for ``-``, on bars of its own if its beats shall
    be estimated; one line on standard error tells of what was wrong with it.

    Raises:
        MidiError: it cannot be read, or no beat is heard.
    """
    from melodymuse.midi.file import load_document

    document = reader(load_document, safe=safe)(source_of(file), encoding or "")
    if document.faults:
        terminal.complain(f"{file}: {'; '.join(document.faults)}")
    if beats is None:
        return document
    from melodymuse.midi.beats import lay_bars

    return lay_bars(document)


def stem_of(file: str) -> str:
    """What files made of a file are called after."""
    return "input" if file == STREAM else Path(file).stem


def streams(file: str, output: str | None) -> bool:
    """Whether what is made of a file goes to standard output: as the user said, or unasked where
    the file came from standard input."""
    return output == STREAM or (output is None and file == STREAM)


def check_one(streamed: bool, *, takes: int, as_json: bool) -> None:
    """See that standard output gets one MIDI file and nothing else.

    Raises:
        ControlError: it would get more.
    """
    if streamed and (takes > 1 or as_json):
        raise ControlError("standard output takes one MIDI file: name a file with -o")


def place(file: str, output: str | None, ending: str, *, force: bool, take: int = 1) -> Path | None:
    """Where a file that is made of another goes: None for standard output, which is also what a
    file from standard input goes to.

    Args:
        file: what it is made of.
        output: what the user said.
        ending: of a name that the user did not choose, as in ``song-edited.mid``.
        force: the user's file may be overwritten.
        take: 1 for the first.

    Raises:
        OutputError: a name of another format or that is taken, or a folder that is not there.
    """
    if streams(file, output):
        return None
    if output == "":
        raise OutputError("-o is empty: name a file or a folder")
    if output is None or _names_folder(output):
        folder = Path(output or "")
        folder.mkdir(parents=True, exist_ok=True)
        return unused_path(take_path(folder / f"{stem_of(file)}-{ending}.mid", take))
    path = take_path(Path(output), take)
    if path.suffix.lower() not in _SUFFIXES:
        raise OutputError(f"-o {output}: the name must end in {' or '.join(_SUFFIXES)}")
    if path.exists() and not force:
        raise OutputError(f"{path} exists already: choose another name, or --force to overwrite it")
    return path


def _names_folder(output: str) -> bool:
    return output.endswith("/") or Path(output).is_dir()


def write(
    path: Path | None, document: Document, *, force: bool, output: str | None = None
) -> Path | None:
    """Write a document to a path, whole or not at all, or to standard output for None; gives the
    path, which is another where the name was ours and someone took it meanwhile."""
    data = document.to_bytes()
    if path is None:
        send(data)
        return None
    if output is None or _names_folder(output):
        return at_unused_path(path, lambda free: write_bytes(free, data))
    return write_bytes(path, data, overwrite=force)


def send(data: bytes) -> None:
    """Give a file to standard output."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
