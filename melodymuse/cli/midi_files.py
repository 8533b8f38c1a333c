"""MIDI files that a command takes and gives back: from a path or standard input, to a name of their
own, a name that the user chose, or standard output."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from melodymuse.cli import terminal
from melodymuse.errors import MidiError, OutputError
from melodymuse.files import unused_path, write_bytes
from melodymuse.naming import take_path

if TYPE_CHECKING:
    from melodymuse.midi.document import Document

STREAM = "-"
_SUFFIXES = (".mid", ".midi")

Output = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE_OR_DIR",
        help="The MIDI file, or the folder for it, or - for standard output; without it a name in "
        "this folder that is not taken, made of the file's own.",
    ),
]
Tracks = Annotated[
    list[int] | None,
    typer.Option(
        "--track",
        metavar="NUMBER",
        help="A track that is meant, 0 the first; may be said several times.  Without it those "
        "that a piano plays, or all that is not percussion.",
    ),
]


def read(file: str) -> Document:
    """The document of a path, or of standard input for ``-``; one line on standard error tells of
    what was wrong with it.

    Raises:
        MidiError: it cannot be read.
    """
    from melodymuse.midi.file import LARGEST_FILE, load_document

    if file == STREAM:
        data = sys.stdin.buffer.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise MidiError(f"standard input has more than {LARGEST_FILE // 2**20} MiB: split it")
        document = load_document(data)
    else:
        document = load_document(file)
    if document.faults:
        terminal.complain(f"{file}: {'; '.join(document.faults)}")
    return document


def stem_of(file: str) -> str:
    """What files made of a file are called after."""
    return "input" if file == STREAM else Path(file).stem


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
    if output == STREAM or (output is None and file == STREAM):
        return None
    if output == "":
        raise OutputError("-o is empty: name a file or a folder")
    if output is None or Path(output).is_dir() or output.endswith("/"):
        folder = Path(output or "")
        folder.mkdir(parents=True, exist_ok=True)
        return unused_path(take_path(folder / f"{stem_of(file)}-{ending}.mid", take))
    path = take_path(Path(output), take)
    if path.suffix.lower() not in _SUFFIXES:
        raise OutputError(f"-o {output}: the name must end in {' or '.join(_SUFFIXES)}")
    if path.exists() and not force:
        raise OutputError(f"{path} exists already: choose another name, or --force to overwrite it")
    return path


def write(path: Path | None, document: Document, *, force: bool) -> None:
    """Write a document to a path, whole or not at all, or to standard output for None."""
    data = document.to_bytes()
    if path is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        write_bytes(path, data, overwrite=force)
