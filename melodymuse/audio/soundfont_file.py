"""Whether a file is a sound soundfont, before an engine meets it.

Engines answer a damaged soundfont with silence, with a crash, or with whatever is in memory.  So
the container and the tables that lead from a preset to its samples are checked here, as the
SoundFont Technical Specification 2.04 (E-mu Systems, 2006) lays them down; an ``.sf3`` is the same
with samples compressed as Ogg Vorbis (MuseScore's extension).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import SoundfontError

SUFFIXES = (".sf2", ".sf3")
_HEADER_BYTES = 8
_NAME_BYTES = 20
_LARGEST_TABLE = 64 * 2**20  # bytes; the fullest General MIDI banks have three million
_INSTRUMENT, _SAMPLE = 41, 53  # the generators that name the next table's row
_COMPRESSED = 0x10  # sample type of Ogg Vorbis data

# Record sizes in bytes of the nine tables, section 7 of the specification.  Each ends with a record
# that only says where the last real one's rows end.
_RECORDS = {
    b"phdr": 38,
    b"pbag": 4,
    b"pmod": 10,
    b"pgen": 4,
    b"inst": 22,
    b"ibag": 4,
    b"imod": 10,
    b"igen": 4,
    b"shdr": 46,
}
# Where a record holds the first row of the next table: byte offset, type, and that table.
_LEADS = (
    (b"phdr", 24, b"pbag"),
    (b"pbag", 0, b"pgen"),
    (b"pbag", 2, b"pmod"),
    (b"inst", 20, b"ibag"),
    (b"ibag", 0, b"igen"),
    (b"ibag", 2, b"imod"),
)
_UNPADDED = frozenset({b"LIST", b"sm24", *_RECORDS})
_SAMPLE_BOUNDS_AT, _SAMPLE_TYPE_AT = 20, 44


class Preset(NamedTuple):
    """An instrument of the font: MIDI bank, programme 0..127 and its name."""

    bank: int
    program: int
    name: str


@dataclass(frozen=True, slots=True)
class SoundfontFile:
    """What a soundfont says of itself.

    Attributes:
        path: the file.
        name: the name in the file, or the file's name where there is none.
        kind: ``"sf2"`` or, with compressed samples, ``"sf3"``.
        size: bytes.
        presets: its instruments, by bank and programme.
    """

    path: Path
    name: str
    kind: str
    size: int
    presets: tuple[Preset, ...]


class _Chunk(NamedTuple):
    start: int
    size: int


def read_soundfont(path: str | os.PathLike[str]) -> SoundfontFile:
    """Check a soundfont and say what is in it.  Samples are not read, only where they lie.

    Raises:
        SoundfontError: the file is missing, no soundfont, cut off, or its tables lead nowhere.
    """
    try:
        with Path(path).open("rb") as file:
            return _Reader(file, Path(path)).read()
    except FileNotFoundError as error:
        raise SoundfontError(f"there is no soundfont '{path}'") from error
    except IsADirectoryError as error:
        raise SoundfontError(f"'{path}' is a folder: name a soundfont in it") from error
    except (OSError, ValueError) as error:
        raise SoundfontError(f"cannot read the soundfont {os.fspath(path)!r}: {error}") from error


class _Reader:
    """One pass over a file, from the container inwards."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._size = os.fstat(file.fileno()).st_size

    def read(self) -> SoundfontFile:
        lists = self._lists()
        info, pool, tables = (lists.get(kind) for kind in (b"INFO", b"sdta", b"pdta"))
        if pool is None or tables is None:
            raise self._damaged("it holds no samples or no instruments")
        sample_bytes = self._chunks(pool).get(b"smpl", _Chunk(0, 0)).size
        rows = {name: self._table(chunk) for name, chunk in self._named_tables(tables)}
        self._check_leads(rows)
        compressed = self._check_samples(rows[b"shdr"], sample_bytes)
        name = "" if info is None else self._name(self._chunks(info))
        return SoundfontFile(
            path=self._path,
            name=name or self._path.stem,
            kind="sf3" if compressed else "sf2",
            size=self._size,
            presets=_presets(rows[b"phdr"]),
        )

    def _lists(self) -> Mapping[bytes, _Chunk]:
        head = self._at(0, 12)
        if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"sfbk":
            raise SoundfontError(
                f"'{self._path}' is no soundfont: it does not begin with RIFF ... sfbk; "
                "give an .sf2 or .sf3 file"
            )
        stated = int.from_bytes(head[4:8], "little") + _HEADER_BYTES
        if stated > self._size:
            raise SoundfontError(
                f"'{self._path}' is cut off: {self._size} of {stated} bytes are there; "
                "download or copy it again"
            )
        return {
            self._at(chunk.start, 4): _Chunk(chunk.start + 4, chunk.size - 4)
            for name, chunk in self._walk(_Chunk(12, stated - 12))
            if name == b"LIST" and chunk.size >= 4
        }

    def _named_tables(self, tables: _Chunk) -> Iterator[tuple[bytes, _Chunk]]:
        found = self._chunks(tables)
        for name, record in _RECORDS.items():
            chunk = found.get(name)
            if chunk is None or not chunk.size or chunk.size % record:
                raise self._damaged(f"its table {name.decode()} is missing or incomplete")
            if chunk.size > _LARGEST_TABLE:
                raise self._damaged(f"its table {name.decode()} has {chunk.size} bytes")
            yield name, chunk

    def _table(self, chunk: _Chunk) -> bytes:
        data = self._at(chunk.start, chunk.size)
        if len(data) < chunk.size:
            raise self._damaged("its tables are cut off")
        return data

    def _check_leads(self, rows: Mapping[bytes, bytes]) -> None:
        counts = {name: len(data) // _RECORDS[name] for name, data in rows.items()}
        for table, offset, target in _LEADS:
            first = _field(rows[table], _RECORDS[table], offset, "<u2")
            if np.any(np.diff(first.astype(np.int32)) < 0) or first[-1] >= counts[target]:
                raise self._damaged(f"its table {table.decode()} leads past {target.decode()}")
        for table, generator, target in (
            (b"pgen", _INSTRUMENT, b"inst"),
            (b"igen", _SAMPLE, b"shdr"),
        ):
            kinds = _field(rows[table], 4, 0, "<u2")
            named = _field(rows[table], 4, 2, "<u2")[kinds == generator]
            if named.size and named.max() >= counts[target] - 1:
                raise self._damaged(f"its table {table.decode()} leads past {target.decode()}")
        if counts[b"phdr"] < 2 or counts[b"inst"] < 2 or counts[b"shdr"] < 2:
            raise self._damaged("it holds no instrument")

    def _check_samples(self, headers: bytes, sample_bytes: int) -> bool:
        """See that the samples lie within the pool; whether they are compressed."""
        real = headers[: -_RECORDS[b"shdr"]]
        start, end = (
            _field(real, _RECORDS[b"shdr"], _SAMPLE_BOUNDS_AT + 4 * i, "<u4") for i in range(2)
        )
        kinds = _field(real, _RECORDS[b"shdr"], _SAMPLE_TYPE_AT, "<u2")
        compressed = (kinds & _COMPRESSED) > 0
        # Compressed samples are counted in bytes, others in numbers of 16 bits.
        limit = np.where(compressed, sample_bytes, sample_bytes // 2)
        in_memory = kinds < 0x8000  # the others were in the ROM of a sound card
        if np.any(((start > end) | (end > limit)) & in_memory):
            raise self._damaged("a sample lies outside the file")
        if not np.any((end > start) & in_memory):
            raise self._damaged("it holds no sample")
        return bool(compressed.any())

    def _name(self, info: Mapping[bytes, _Chunk]) -> str:
        chunk = info.get(b"INAM")
        return "" if chunk is None else _text(self._at(chunk.start, min(chunk.size, 256)))

    def _chunks(self, parent: _Chunk) -> Mapping[bytes, _Chunk]:
        return dict(self._walk(parent))

    def _walk(self, parent: _Chunk) -> Iterator[tuple[bytes, _Chunk]]:
        position, end = parent.start, parent.start + parent.size
        while position + _HEADER_BYTES <= end:
            name, size = struct.unpack("<4sI", self._at(position, _HEADER_BYTES))
            start = position + _HEADER_BYTES
            if start + size > end:
                raise self._damaged(f"its chunk {name.decode('latin-1')!r} reaches past the end")
            yield name, _Chunk(start, size)
            position = start + size
            # A chunk of odd size is padded; MuseScore's converter leaves that out.
            if size % 2 and self._at(position, 4) not in _UNPADDED:
                position += 1

    def _at(self, position: int, size: int) -> bytes:
        self._file.seek(position)
        return self._file.read(size)

    def _damaged(self, reason: str) -> SoundfontError:
        return SoundfontError(
            f"'{self._path}' is a damaged soundfont: {reason}; download or copy it again"
        )


def _presets(headers: bytes) -> tuple[Preset, ...]:
    size = _RECORDS[b"phdr"]
    found = []
    for start in range(0, len(headers) - size, size):
        program, bank = struct.unpack_from("<HH", headers, start + _NAME_BYTES)
        found.append(Preset(bank, program, _text(headers[start : start + _NAME_BYTES])))
    return tuple(sorted(found))


def _field(table: bytes, record: int, offset: int, kind: str) -> NDArray[np.unsignedinteger]:
    """One column of a table, as numbers."""
    columns = np.dtype({"names": ["f"], "formats": [kind], "offsets": [offset], "itemsize": record})
    column: NDArray[np.unsignedinteger] = np.frombuffer(table, columns)["f"]
    return column


def _text(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode("latin-1").strip()
