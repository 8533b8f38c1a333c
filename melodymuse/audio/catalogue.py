"""The soundfonts that MelodyMuse knows: what they are, whose, under which licence, from where."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any

from melodymuse.errors import SoundfontError

FILE_NAME = "catalogue.toml"
ARCHIVES = ("", "deb", "7z")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_TEXT = (lambda value: isinstance(value, str), "a text")
_COUNT = (lambda value: type(value) is int and value > 0, "a number of bytes")
# What the fields that are no texts must be.
_KINDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "size": _COUNT,
    "font_size": _COUNT,
    "addresses": (
        lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
        "a list of texts",
    ),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A soundfont that can be had.

    Attributes:
        id: its name on the command line.
        title: its full name.
        file: the file's name, ending in ``.sf2`` or ``.sf3``.
        licence: an SPDX identifier.
        author: who made it.
        sound: what it sounds like.
        source: the page that it comes from.
        by_hand: how to get it without `install`.
        addresses: where to download it, the first that answers counts; none, when there is no hash.
        size: bytes of the download, None when unknown.
        sha256: of the download, 64 hexadecimal digits.
        archive: what the download is: ``"deb"``, ``"7z"``, or empty for the soundfont itself.
        member: the soundfont's path within the archive.
        font_size: bytes of the soundfont, None when unknown.
        font_sha256: of the soundfont, empty when unknown.
        hash_origin: ``"computed"`` from the file, or ``"published"`` alike by independent parties.
    """

    id: str
    title: str
    file: str
    licence: str
    author: str
    sound: str
    source: str
    by_hand: str
    addresses: tuple[str, ...] = ()
    size: int | None = None
    sha256: str = ""
    archive: str = ""
    member: str = ""
    font_size: int | None = None
    font_sha256: str = ""
    hash_origin: str = ""

    @property
    def kind(self) -> str:
        """``"sf2"``, or ``"sf3"`` with compressed samples."""
        return Path(self.file).suffix[1:].lower()

    @property
    def installable(self) -> bool:
        """Whether it can be downloaded and verified."""
        return bool(self.addresses and self.sha256)


def load_catalogue(*extra: Path) -> Mapping[str, Entry]:
    """The shipped catalogue by id, with those of further files that are there put over it.

    Raises:
        SoundfontError: a file is no catalogue.
    """
    shipped = files("melodymuse.audio").joinpath(FILE_NAME).read_text(encoding="utf-8")
    texts = [(FILE_NAME, shipped)]
    for path in extra:
        if path.is_file():
            try:
                texts.append((str(path), path.read_text(encoding="utf-8")))
            except (OSError, UnicodeDecodeError) as error:
                raise SoundfontError(f"cannot read the catalogue '{path}': {error}") from error
    entries = (entry for name, text in texts for entry in parse_catalogue(text, name))
    return {entry.id: entry for entry in entries}


def parse_catalogue(text: str, name: str) -> Iterable[Entry]:
    """Read a catalogue's text.

    Raises:
        SoundfontError: it is no TOML, or an entry lacks a field or has one that is wrong.
    """
    try:
        tables = tomllib.loads(text).get("soundfont", [])
    # Deep nesting ends the parser's recursion.
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SoundfontError(f"the catalogue '{name}' is no TOML file: {error}") from error
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SoundfontError(f"the catalogue '{name}' must hold tables [[soundfont]]")
    return [_entry(table, name) for table in tables]


def _entry(table: Mapping[str, Any], name: str) -> Entry:
    known = {field.name for field in fields(Entry)}
    unknown = set(table) - known
    if unknown:
        raise SoundfontError(f"the catalogue '{name}' has an unknown field {sorted(unknown)[0]!r}")
    for field, value in table.items():
        fits, wanted = _KINDS.get(field, _TEXT)
        if not fits(value):
            raise SoundfontError(
                f"the catalogue '{name}', entry {table.get('id', '')!r}: {field} must be {wanted}, "
                f"not {value!r}"
            )
    given = dict(table)
    given["addresses"] = tuple(table.get("addresses", ()))
    try:
        entry = Entry(**given)
    except TypeError as error:
        raise SoundfontError(f"the catalogue '{name}' has an incomplete entry: {error}") from error
    if not _ID.fullmatch(entry.id):
        raise SoundfontError(
            f"the catalogue '{name}' has a wrong id {entry.id!r}: use small letters, digits and '-'"
        )
    if Path(entry.file).name != entry.file or entry.kind not in ("sf2", "sf3"):
        raise SoundfontError(f"the catalogue '{name}' has a wrong file name {entry.file!r}")
    member = PurePosixPath(entry.member)
    if member.is_absolute() or ".." in member.parts:
        raise SoundfontError(f"the catalogue '{name}' has a wrong member {entry.member!r}")
    if entry.archive not in ARCHIVES:
        raise SoundfontError(f"the catalogue '{name}' has an unknown archive {entry.archive!r}")
    if not all(address.startswith(("https://", "http://")) for address in entry.addresses):
        raise SoundfontError(f"the catalogue '{name}' has an address that is not http or https")
    return entry
