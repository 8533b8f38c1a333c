"""`melodymuse sheet`: the pieces of a folder on one page."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from melodymuse.cli import terminal
from melodymuse.cli.terminal import Row
from melodymuse.errors import MidiError, OutputError
from melodymuse.files import at_unused_path, visible_files
from melodymuse.outputs import suffixes

if TYPE_CHECKING:
    from melodymuse.pictures.contact_sheet import Entry

_DEFAULT_NAME = "contact-sheet.png"
_BAD_INPUT = 2


def sheet(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of MIDI files.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help=f"The picture, .png or .svg; without it {_DEFAULT_NAME} in the folder, or a "
            "name like it that is not taken.",
        ),
    ] = None,
    theme: Annotated[str, typer.Option(metavar="NAME", help="light or dark.")] = "light",
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file named.")] = False,
) -> int:
    """Draw a contact sheet: every MIDI file of a folder as a small piano roll, with its facts.

    A picture of the name that a file was composed from is shown with it if it lies in the folder.
    Files that cannot be read are named and left out; the exit status is 2 then.
    """
    from melodymuse.pictures.contact_sheet import draw_sheet

    files = _midi_files(folder)
    if output is not None and output.exists() and not force:
        raise OutputError(
            f"{output} exists already: choose another name, or --force to overwrite it"
        )
    entries = []
    with terminal.waiting(f"drawing {len(files)} pieces"):
        for file in files:
            try:
                entries.append(_entry(file))
            except MidiError as error:
                terminal.complain(str(error))
        if not entries:
            raise OutputError(f"{folder}: none of its MIDI files can be read")
        draw = partial(draw_sheet, entries, title=folder.resolve().name, theme=theme)
        if output is None:
            target = at_unused_path(folder / _DEFAULT_NAME, draw)
        else:
            target = draw(output, overwrite=force)
    terminal.say_table(str(target), [Row("pieces", str(len(entries)))])
    return _BAD_INPUT if len(entries) < len(files) else 0


def _midi_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise OutputError(f"{folder}: there is no such folder")
    found = [path for path in visible_files(folder) if path.suffix.lower() in suffixes("midi")]
    if not found:
        raise OutputError(f"{folder}: there are no MIDI files in it")
    return sorted(found, key=lambda path: (_natural(path.stem), path.name))


def _natural(name: str) -> list[tuple[int, str]]:
    """A key that sorts ``take-2`` before ``take-10``."""
    parts = re.split(r"0*(\d+)", name.casefold())
    return [(len(part), part) if part.isdecimal() else (-1, part) for part in parts]


def _entry(file: Path) -> Entry:
    from melodymuse.midi.reader import read_midi
    from melodymuse.pictures.contact_sheet import Entry

    score = read_midi(file)
    source = "" if score.provenance is None else Path(score.provenance.source).name
    picture = file.parent / source
    return Entry(file.stem, score, picture if source and picture.is_file() else None)
