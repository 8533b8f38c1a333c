"""Pieces and pictures by id, in one SQLite file that does not grow without bound.

An id of a piece is drawn and cannot be guessed: whoever has it may open the piece.  A picture's is
made of its bytes, so that the same picture is kept once.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from melodymuse.errors import OutputError
from melodymuse.limits import STORE_BYTES, STORE_DAYS
from melodymuse.studio.kept import Kept, analysis_from, kept_from
from melodymuse.studio.problems import UnknownPieceError
from melodymuse.vision import Analysis

_DAY = 86_400.0
# What was opened within the hour need not be noted again.
_NOTED = 3600.0
_TABLE = """
CREATE TABLE IF NOT EXISTS items (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, used REAL NOT NULL, size INTEGER NOT NULL,
    facts BLOB NOT NULL, file BLOB, view BLOB
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS items_by_use ON items (used);
"""
_PIECE, _PICTURE, _WAVEFORM = "piece", "picture", "waveform"


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture that was looked at.

    Attributes:
        analysis: what was seen and felt.
        file: the picture's bytes, as they were sent.
        view: a small JPEG of it, to be shown.
    """

    analysis: Analysis
    file: bytes
    view: bytes


class Store:
    """Any thread may use it.

    Args:
        path: the file; None keeps all in memory.
        clock: seconds since 1970.

    Raises:
        OutputError: the file cannot be opened or is no store.
    """

    def __init__(self, path: Path | None, clock: Callable[[], float] = time.time) -> None:
        self._clock, self._lock = clock, Lock()
        self._most, self._days = STORE_BYTES.most, STORE_DAYS.most
        self._name = "the studio's store" if path is None else f"'{path}'"
        with self._told():
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch(mode=0o600)
            self._data = sqlite3.connect(
                path or ":memory:", check_same_thread=False, isolation_level=None
            )
            self._data.execute("PRAGMA journal_mode=WAL")
            self._data.execute("PRAGMA synchronous=NORMAL")
            self._data.execute("PRAGMA busy_timeout=5000")
            self._data.executescript(_TABLE)

    def put(self, kept: Kept) -> str:
        """Keep a version of a piece; gives its id."""
        name = secrets.token_urlsafe(16)
        self._put(name, _PIECE, kept.as_dict(), kept.midi)
        return name

    def piece(self, name: str) -> Kept:
        """A version of a piece.

        Raises:
            UnknownPieceError: there is none of that id, or it was not opened for too long.
        """
        facts, midi, _ = self._get(name, _PIECE)
        return kept_from(facts, midi)

    def put_picture(self, seen: Seen) -> str:
        """Keep a picture; gives its id."""
        told = seen.analysis.name.encode() + b"\0" + seen.file
        name = hashlib.sha256(told).hexdigest()[:32]
        self._put(name, _PICTURE, asdict(seen.analysis), seen.file, seen.view)
        return name

    def picture(self, name: str) -> Seen:
        """A picture.

        Raises:
            UnknownPieceError: as `piece`.
        """
        facts, file, view = self._get(name, _PICTURE)
        return Seen(analysis_from(facts), file or b"", view or b"")

    def put_waveform(self, name: str, facts: dict[str, Any], file: bytes) -> None:
        """Keep a waveform, and what is told of it, under an id that its maker chose."""
        self._put(name, _WAVEFORM, facts, file)

    def find_waveform(self, name: str) -> tuple[dict[str, Any], bytes] | None:
        """A waveform with what is told of it; None where it is not kept."""
        try:
            facts, file, _ = self._get(name, _WAVEFORM)
        except UnknownPieceError:
            return None
        return facts, file or b""

    def waveform(self, name: str) -> bytes:
        """The file of a waveform.

        Raises:
            UnknownPieceError: as `piece`.
        """
        return self._get(name, _WAVEFORM)[1] or b""

    @property
    def size(self) -> int:
        """Bytes of all that is kept."""
        with self._told():
            (found,) = self._data.execute("SELECT coalesce(sum(size), 0) FROM items").fetchone()
        return int(found)

    @property
    def pieces(self) -> int:
        """How many versions of pieces are kept."""
        with self._told():
            (found,) = self._data.execute(
                "SELECT count(*) FROM items WHERE kind = ?", (_PIECE,)
            ).fetchone()
        return int(found)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._data.close()

    def _put(
        self,
        name: str,
        kind: str,
        facts: dict[str, Any],
        file: bytes | None,
        view: bytes | None = None,
    ) -> None:
        packed = zlib.compress(json.dumps(facts, separators=(",", ":")).encode(), 6)
        size = len(packed) + len(file or b"") + len(view or b"")
        with self._told():
            self._data.execute(
                "INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?, ?, ?)",
                (name, kind, self._clock(), size, packed, file, view),
            )
            self._make_room(name)

    def _get(self, name: str, kind: str) -> tuple[dict[str, Any], bytes | None, bytes | None]:
        with self._told():
            found = self._data.execute(
                "SELECT facts, file, view, used FROM items WHERE id = ? AND kind = ?", (name, kind)
            ).fetchone()
            now = self._clock()
            if found is not None and now - found[3] > _NOTED:
                self._data.execute("UPDATE items SET used = ? WHERE id = ?", (now, name))
        if found is None:
            raise UnknownPieceError(f"this {kind} is not here, or no longer: compose it again")
        facts: dict[str, Any] = json.loads(zlib.decompress(found[0]))
        return facts, found[1], found[2]

    def _make_room(self, newest: str) -> None:
        """Forget what nobody opened for long, then what was opened least lately, until the rest is
        small enough; never what was put in just now."""
        old = self._clock() - self._days * _DAY
        self._data.execute("DELETE FROM items WHERE used < ? AND id <> ?", (old, newest))
        (size,) = self._data.execute("SELECT sum(size) FROM items").fetchone()
        if size <= self._most:
            return
        # Some more than need be, so that not every piece has to look again.
        ids = []
        for name, own in self._data.execute(
            "SELECT id, size FROM items WHERE id <> ? ORDER BY used, id", (newest,)
        ):
            if size <= self._most * 0.95:
                break
            ids.append((name,))
            size -= own
        self._data.executemany("DELETE FROM items WHERE id = ?", ids)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """One thread at a time; what goes wrong is told as one of our errors."""
        try:
            with self._lock:
                yield
        except (sqlite3.Error, OSError) as error:
            raise OutputError(
                f"{self._name} cannot be used: {error}; give another file with --store"
            ) from error
