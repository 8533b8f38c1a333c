"""What a run shall make: from folders, globs, lists and tables to items, one after the other."""

from __future__ import annotations

import csv
import glob
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import Any

from melodymuse.batch.places import files_under, is_url, join
from melodymuse.errors import BatchError, ControlError, MelodyMuseError
from melodymuse.example_pictures import is_example
from melodymuse.planning.control_table import Kind
from melodymuse.planning.controls import CONTROLS
from melodymuse.planning.sayings import read_number
from melodymuse.suggesting import unknown
from melodymuse.vision.decoding.kinds import SUFFIXES as PICTURES

# The column of a table that names the picture; every other one is an option.
PICTURE = "image"
_FLAGS = MappingProxyType({"true": True, "yes": True, "false": False, "no": False})
_NUMBERS: Mapping[Kind, Callable[[str], Any]] = MappingProxyType(
    {
        Kind.NUMBER: lambda cell: read_number(cell, float),
        Kind.WHOLE: lambda cell: read_number(cell, int),
        Kind.FLAG: lambda cell: _FLAGS[cell.casefold()],
    }
)
OPTIONS: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        "emotion": str,
        "valence": float,
        "arousal": float,
        "seconds": float,
        "preset": str,
        "title": str,
        **{name: _NUMBERS.get(control.kind, str) for name, control in CONTROLS.items()},
    }
)


@dataclass(frozen=True, slots=True)
class Item:
    """One piece to make.

    Attributes:
        picture: where its picture lies, as it was said; empty where it has none.
        options: what is asked of this piece alone, names and values sorted by name.
        fault: what is wrong with what was said of it; empty for nothing.
    """

    picture: str = ""
    options: tuple[tuple[str, Any], ...] = ()
    fault: str = ""

    @property
    def id(self) -> str:
        """What tells it from all other items of a run: 64 bits of the BLAKE2b hash of what was
        said of it, 16 hexadecimal digits."""
        said = json.dumps([self.picture, self.options, self.fault])
        return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def read_items(places: Sequence[str], leave_out: str = "") -> Iterator[Item]:
    """The items that some places hold, each place read as it is gone through.

    Args:
        places: pictures; folders and globs of pictures; ``.txt`` files that name a picture a line;
            ``.csv`` and ``.jsonl`` tables with a column ``image`` and a column for any option of
            `compose`.  Lists name pictures as seen from their own folder.
        leave_out: a folder that is not gone through, that of the results.

    Raises:
        BatchError: a place is not there, or is no table.
    """
    away = os.path.realpath(leave_out) if leave_out else None
    for place in places:
        yield from _items_of(place, away)


def _items_of(place: str, away: str | None) -> Iterator[Item]:
    suffix = Path(place).suffix.lower()
    if is_url(place) and suffix not in PICTURES:
        yield from _pictures(files_under(place), None)
    elif is_url(place) or is_example(place):
        yield Item(place)
    elif os.path.isdir(place):
        yield from _pictures(files_under(place), away)
    elif suffix in _TABLES and os.path.isfile(place):
        yield from _TABLES[suffix](Path(place))
    elif os.path.lexists(place):
        yield Item(place)
    elif glob.has_magic(place):
        yield from _pictures(glob.iglob(place, recursive=True), away)
    else:
        raise BatchError(f"there is no picture, folder or list '{place}'")


def _pictures(names: Iterable[str], away: str | None) -> Iterator[Item]:
    for name in names:
        if Path(name).suffix.lower() not in PICTURES:
            continue
        if away is None or not _lies_in(name, away):
            yield Item(name)


def _lies_in(name: str, folder: str) -> bool:
    return os.path.realpath(name).startswith(folder.rstrip(os.sep) + os.sep)


def _listed(path: Path) -> Iterator[Item]:
    for _, line in _lines(path):
        yield Item(_seen_from(path, line))


def _csv_rows(path: Path) -> Iterator[Item]:
    rows = csv.reader(line for _, line in _lines(path))
    try:
        header = [name.strip() for name in next(rows, [])]
        for name in header:
            if name != PICTURE and name not in OPTIONS:
                raise BatchError(f"{path}: {unknown('column', name, (PICTURE, *OPTIONS))}")
        for row in rows:
            if len(row) > len(header):
                yield Item(fault=f"{path}, row {rows.line_num}: more cells than columns")
                continue
            cells = {name: cell.strip() for name, cell in zip(header, row, strict=False)}
            said = {name: cell for name, cell in cells.items() if cell}
            yield _said(path, f"row {rows.line_num}", said, _read_cell)
    except csv.Error as error:
        raise BatchError(f"{path}: not a CSV table: {error}") from error


def _json_lines(path: Path) -> Iterator[Item]:
    for number, line in _lines(path):
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            yield Item(fault=f"{path}, line {number}: not a JSON object")
            continue
        yield _said(path, f"line {number}", said, lambda _, value: value)


_TABLES: Mapping[str, Callable[[Path], Iterator[Item]]] = MappingProxyType(
    {".txt": _listed, ".csv": _csv_rows, ".jsonl": _json_lines}
)


def _said(path: Path, where: str, said: Mapping[str, Any], read: Callable[[str, Any], Any]) -> Item:
    """The item of a table's row; one with a fault where the row cannot be understood."""
    try:
        picture = said.get(PICTURE) or ""
        if not isinstance(picture, str):
            raise ControlError(f"{PICTURE} must be text, not {picture!r}")
        options = {name: read(name, value) for name, value in said.items() if name != PICTURE}
        for name, value in options.items():
            if name not in OPTIONS:
                raise ControlError(unknown("option", name, (PICTURE, *OPTIONS)))
            if not isinstance(value, str | int | float | None):
                raise ControlError(f"{name} must be text or a number, not {value!r}")
    except MelodyMuseError as error:
        return Item(fault=f"{path}, {where}: {error}")
    known = tuple(sorted((name, value) for name, value in options.items() if value is not None))
    return Item(_seen_from(path, picture) if picture else "", known)


def _read_cell(name: str, cell: str) -> Any:
    try:
        return OPTIONS[name](cell)
    except ValueError:
        raise ControlError(f"{name} must be a number, not '{cell}'") from None
    except KeyError:
        raise ControlError(f"{name} must be true or false, not '{cell}'") from None


def _seen_from(path: Path, name: str) -> str:
    return name if is_url(name) or is_example(name) else join(str(path.parent), name)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text file that are not blank, with their numbers from 1."""
    try:
        with path.open(encoding="utf-8-sig", newline=None) as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line.rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise BatchError(f"cannot read '{path}': {reason}") from error
