"""What became of each item, a JSON object a line, written as the run goes on.

A run's folder holds `run.json` (what all pieces share), `manifest.jsonl` and the pieces.  A line is
in the manifest once its files are there, so that a run that was killed knows what is done.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from melodymuse.batch.items import Item
from melodymuse.batch.making import Run
from melodymuse.batch.places import exists, join, read_bytes, write
from melodymuse.errors import BatchError, OutputError
from melodymuse.spreadsheets import csv_text

RUN, MANIFEST, ERRORS = "run.json", "manifest.jsonl", "errors.csv"

Record = Mapping[str, Any]


class Manifest:
    """The manifest of a run, open to be written on.

    Args:
        folder: of the run; made if need be.
        run: what all pieces share.
        resume: go on with what is there.

    Raises:
        BatchError: the folder has a run and `resume` was not said, or it is another run, or another
            process is at it.
        OutputError: the folder cannot be written.
    """

    def __init__(self, folder: str, run: Run, *, resume: bool = False) -> None:
        open_run(folder, run, MANIFEST, resume=resume)
        self._path = Path(folder, MANIFEST)
        try:
            self._file = self._path.open("a+b", buffering=0)
        except OSError as error:
            raise OutputError(f"cannot write '{self._path}': {error.strerror}") from error
        self._lock()
        # By the numbers that their ids are, which takes some 70 bytes an item.
        self._done = self._read()

    def __enter__(self) -> Manifest:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def left(self, items: Iterable[Item]) -> Iterator[Item]:
        """Those of some items that are not done, each once."""
        return left(items, self._done)

    def add(self, record: Record) -> None:
        """Write down what became of an item, whole or not at all.

        Raises:
            OutputError: the disk is full, or it cannot be written for another reason.
        """
        line = json.dumps(record, allow_nan=False).encode() + b"\n"
        size = self._file.seek(0, os.SEEK_END)
        try:
            if self._file.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(size)
            raise OutputError(
                f"cannot write '{self._path}': {error.strerror}: make room, then --resume goes on"
            ) from error

    def records(self) -> Iterator[Record]:
        """What became of each item that is done."""
        with self._path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)

    def _lock(self) -> None:
        """Keep other processes from the run, where the system has a way."""
        with suppress(ImportError):
            import fcntl

            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise BatchError(f"{self._path}: another process is at this run") from None

    def _read(self) -> set[int]:
        """The items that are done; a last line that was cut short is taken off."""
        done: set[int] = set()
        self._file.seek(0)
        whole = 0
        for number, line in enumerate(self._file, 1):
            if not line.endswith(b"\n"):
                self._file.truncate(whole)
                break
            whole += len(line)
            try:
                done.add(int(json.loads(line)["id"], 16))
            except (KeyError, TypeError, ValueError):
                raise BatchError(f"{self._path}, line {number}: not of a manifest") from None
        return done


def left(items: Iterable[Item], done: Iterable[int]) -> Iterator[Item]:
    """Those of some items that are not done, each once; ids as numbers."""
    seen = set(done)
    for item in items:
        number = int(item.id, 16)
        if number not in seen:
            seen.add(number)
            yield item


def open_run(folder: str, run: Run, manifest: str, *, resume: bool) -> None:
    """Begin a run in a folder, or see that it is the one that was begun there.

    Args:
        folder: of the run, a path or a URL; made if need be.
        run: what all pieces share.
        manifest: the name of its manifest.
        resume: go on with what is there.

    Raises:
        BatchError: the folder has a run and `resume` was not said, or it is another run.
        OutputError: the folder cannot be written.
    """
    now = {**run.as_dict(), "manifest": manifest}
    begun = begun_in(folder)
    if begun is None:
        write(join(folder, RUN), f"{json.dumps(now, indent=1)}\n".encode())
    elif not resume:
        raise BatchError(f"{folder} holds a run: --resume goes on with it, or use another folder")
    elif begun != now:
        name = next(name for name in now if begun.get(name) != now[name])
        raise BatchError(
            f"{folder} holds a run with {name} {json.dumps(begun.get(name))}, not "
            f"{json.dumps(now[name])}: say the same words again, or use another folder"
        )


def begun_in(folder: str) -> Mapping[str, Any] | None:
    """What the run of a folder was begun with (`Run.as_dict`); None where there is none.

    Raises:
        BatchError: it cannot be read.
    """
    path = join(folder, RUN)
    if not exists(path):
        return None
    try:
        found = json.loads(read_bytes(path))
    except ValueError as error:
        raise BatchError(f"cannot read '{path}': {error}") from error
    if not isinstance(found, dict):
        raise BatchError(f"'{path}' does not describe a run")
    return found


def write_errors(folder: str, records: Iterable[Record]) -> int:
    """Write the table of what failed, if anything did, beside the manifest; gives how many did.

    Raises:
        OutputError: it cannot be written.
    """
    failed = [(line["image"], line["error"]) for line in records if line["error"]]
    if failed:
        write(join(folder, ERRORS), csv_text(("image", "error"), failed).encode())
    return len(failed)
