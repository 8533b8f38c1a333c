"""MIDI files that a command takes and gives back: from a path or standard input, to a name of their
own, a name that the user chose, or standard output."""

from __future__ import annotations

import re
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from melodymuse.cli import file_options, terminal
from melodymuse.cli.safe_option import reader
from melodymuse.errors import ControlError, MidiError, OutputError
from melodymuse.files import at_unused_path, unused_path, write_bytes
from melodymuse.limits import MIDI_BYTES
from melodymuse.naming import take_path

if TYPE_CHECKING:
    from melodymuse.midi.document import Document

STREAM = "-"
_BARS = re.compile(r"(\d+)(?:-(\d+))?")
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
_PANEL = "What the file is"
PianoTracks = Annotated[
    list[int] | None,
    typer.Option(
        "--track",
        metavar="NUMBER",
        help="A track that is the piano, 0 the first; may be said several times.  Without it "
        "those that a piano plays.",
        rich_help_panel=_PANEL,
    ),
]
Hands = Annotated[
    str | None,
    typer.Option(
        metavar="RIGHT,LEFT",
        help="The tracks of the two hands, where names and pitch do not tell.",
        rich_help_panel=_PANEL,
    ),
]
Pickup = Annotated[
    float | None,
    typer.Option(
        metavar="QUARTERS",
        help="Length of an upbeat that the file's metres do not tell of.",
        rich_help_panel=_PANEL,
    ),
]
# Of what is composed around, over or under a file.
PieceOutput = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE_OR_DIR",
        help="The MIDI file, or another (.pdf, .wav ...) in its place, or the folder for it, "
        "or - for standard output; without it a name in this folder that is not taken, made "
        "of the file's own.",
        rich_help_panel=file_options.PANEL,
    ),
]
Takes = Annotated[int, typer.Option(metavar="NUMBER", help="Versions to write: seed, seed + 1 ...")]
BarsSeed = Annotated[
    int | None,
    typer.Option(
        metavar="NUMBER",
        help="Same seed, same bars: a whole number from 0; drawn and told when not given.",
    ),
]
KeyAround = Annotated[
    str | None,
    typer.Option(metavar="KEY", help="Of the bars; the one heard around them if not given."),
]
_FINEST_UPBEAT = 96


def two_tracks(text: str | None) -> tuple[int, int] | None:
    """The tracks of the right and the left hand in ``1,2``.

    Raises:
        ControlError: not of that form, or one track twice.
    """
    if text is None:
        return None
    right, comma, left = text.partition(",")
    if not (comma and right.strip().isdecimal() and left.strip().isdecimal()):
        raise ControlError(f"--hands {text}: write the right hand's track and the left's, as 1,2")
    if int(right) == int(left):
        raise ControlError(f"--hands {text}: one track for both: name it with --track instead")
    return int(right), int(left)


def upbeat_of(quarters: float | None) -> Fraction | None:
    """A pickup in quarter notes.

    Raises:
        ControlError: no length.
    """
    if quarters is None:
        return None
    if not 0 < quarters < float("inf"):
        raise ControlError(f"pickup must be a length in quarter notes, not {quarters:g}")
    return Fraction(quarters).limit_denominator(_FINEST_UPBEAT)


def bars_named(option: str, text: str) -> tuple[int, int]:
    """First and last bar of ``5-12`` or ``5``.

    Raises:
        ControlError: not of that form.
    """
    found = _BARS.fullmatch(text)
    if not found:
        raise ControlError(f"{option} {text}: write the first and the last bar, as in 5-12")
    return int(found[1]), int(found[2] or found[1])


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


def read(file: str, *, safe: bool = False) -> Document:
    """The document of a path, or of standard input for ``-``; one line on standard error tells of
    what was wrong with it.

    Raises:
        MidiError: it cannot be read.
    """
    from melodymuse.midi.file import load_document

    document = reader(load_document, safe=safe)(source_of(file))
    if document.faults:
        terminal.complain(f"{file}: {'; '.join(document.faults)}")
    return document


def stem_of(file: str) -> str:
    """What files made of a file are called after."""
    return "input" if file == STREAM else Path(file).stem


def streams(file: str, output: str | None) -> bool:
    """Whether what is made of a file goes to standard output: as the user said, or unasked where
    the file came from standard input."""
    return output == STREAM or (output is None and file == STREAM)


def check_takes(takes: int) -> None:
    """See that there is something to write.

    Raises:
        ControlError: there is not.
    """
    if takes < 1:
        raise ControlError(f"takes must be at least 1, not {takes}")


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
