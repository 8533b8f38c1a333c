"""Files that arrive whole or not at all: written beside their place, then renamed into it.

Nothing is overwritten unless the caller says so, even when another process takes the name between
the check and the rename.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TypeVar

from melodymuse.errors import NameTakenError, OutputError

T = TypeVar("T")

# How the names of files and folders begin that are not whole yet.
LEFTOVER = ".melodymuse-"
# What can go wrong on a file system while a file grows, and what to tell the user ...
DISK_TROUBLE = {
    errno.ENOSPC: "the disk is full: make room or write elsewhere",
    errno.EDQUOT: "the disk quota is used up: make room or write elsewhere",
    errno.EFBIG: "the file is too large for this file system: write elsewhere",
}
# ... and when it is made or renamed.
_PLACE_TROUBLE = DISK_TROUBLE | {
    errno.EROFS: "the file system is read-only: write elsewhere",
    errno.EACCES: "no permission to write there: choose another folder",
    errno.EPERM: "no permission to write there: choose another folder",
    errno.ENAMETOOLONG: "the name is too long for this file system: choose a shorter one",
    errno.EEXIST: "the file exists: allow overwriting it or choose another name",
    errno.ENOTDIR: "part of the path is a file, not a folder: choose another folder",
    errno.ELOOP: "its symbolic links lead in a circle: name another file",
}


@contextmanager
def whole_file(path: str | os.PathLike[str], *, overwrite: bool = False) -> Iterator[Path]:
    """Give a path to write to; what lies there at the end becomes `path`, or nothing does.

    The path given stands in the same folder and has the same suffix as `path`.  After an exception
    it is removed and `path` is as it was.  A symbolic link is followed: its target is replaced.

    Args:
        path: where the file shall be.
        overwrite: replace a file that is already there instead of refusing.

    Raises:
        NameTakenError: a file is there and `overwrite` is false.
        OutputError: the folder is missing or not writable, `path` is a folder or a device, or the
            disk is full.
    """
    with _explained(path):
        target = _checked_target(path, overwrite=overwrite)
    beside = target.with_name(f"{LEFTOVER}{secrets.token_hex(8)}{target.suffix}")
    # A signal may end the program at any place from here on: what was begun is taken away.
    try:
        # Reserved rather than merely named: an unwritable folder shows before the work is done,
        # and the new file gets the permissions that the user's umask grants.
        with _explained(path):
            os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        with _explained(path, DISK_TROUBLE):
            yield beside
        with _explained(path):
            if overwrite:
                _keep_owner_and_mode(target, beside)
                beside.replace(target)
            else:
                _rename_to_free_name(beside, target)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def write_bytes(path: str | os.PathLike[str], data: bytes, *, overwrite: bool = False) -> Path:
    """Write a file of bytes, whole or not at all; gives its path.

    Raises:
        OutputError: as `whole_file`.
    """
    with whole_file(path, overwrite=overwrite) as beside:
        beside.write_bytes(data)
    return Path(path)


def write_text(path: str | os.PathLike[str], text: str, *, overwrite: bool = False) -> Path:
    """Write a UTF-8 text file, whole or not at all, line ends as given; gives its path.

    Raises:
        OutputError: as `whole_file`.
    """
    return write_bytes(path, text.encode("utf-8"), overwrite=overwrite)


def unused_path(path: str | os.PathLike[str]) -> Path:
    """The path itself where nothing is there, else the first free of ``x-2.mid``, ``x-3.mid`` ...

    Another process may take the name before it is written; a write without `overwrite` then refuses
    rather than destroys, and `at_unused_path` takes the next.
    """
    wanted = Path(path)
    if not os.path.lexists(wanted):
        return wanted
    numbered = (wanted.with_name(f"{wanted.stem}-{n}{wanted.suffix}") for n in count(2))
    return next(candidate for candidate in numbered if not os.path.lexists(candidate))


def at_unused_path(path: str | os.PathLike[str], write: Callable[[Path], T]) -> T:
    """What `write` gives at the first free of a path's names (`unused_path`); where another process
    takes the name meanwhile, it is called again with the next.

    Args:
        path: the name wished for.
        write: writes to the path given, without overwriting, and gives anything.
    """
    while True:
        free = unused_path(path)
        try:
            return write(free)
        except NameTakenError:
            if not os.path.lexists(free):  # another name of the writer's is taken, and stays so
                raise


def visible_files(folder: Path) -> list[Path]:
    """What lies in a folder, by name, without what begins with a dot: what a killed program left
    behind, and what file systems and programs keep for themselves.

    Raises:
        OSError: the folder cannot be read.
    """
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


@contextmanager
def _explained(
    path: str | os.PathLike[str], only: Mapping[int, str] | None = None
) -> Iterator[None]:
    """Turn system errors into an OutputError: all of them, or only those listed."""
    try:
        yield
    except OSError as error:
        number = error.errno or 0
        if only is not None and number not in only:
            raise
        reason = _PLACE_TROUBLE.get(number, error.strerror or str(error))
        kind = NameTakenError if number == errno.EEXIST else OutputError
        raise kind(f"cannot write '{path}': {reason}") from error


def _checked_target(path: str | os.PathLike[str], *, overwrite: bool) -> Path:
    try:
        target = Path(os.path.realpath(path))
        kind = None if not target.exists() else "folder" if target.is_dir() else "file"
    except ValueError as error:
        raise OutputError(f"cannot write {os.fspath(path)!r}: not a usable file name") from error
    if kind == "folder":
        raise OutputError(f"cannot write '{path}': it is a folder: name a file in it")
    if not target.parent.is_dir():
        folder = Path(path).parent
        raise OutputError(f"cannot write '{path}': there is no folder '{folder}': create it")
    if kind == "file" and not target.is_file():
        raise OutputError(f"cannot write '{path}': it is not a regular file: name another")
    if kind == "file" and not overwrite:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    return target


def _keep_owner_and_mode(target: Path, beside: Path) -> None:
    with suppress(OSError):
        there = target.stat()
        # Where another user's file may be replaced, it stays that user's.
        if hasattr(os, "chown"):
            with suppress(OSError):
                os.chown(beside, there.st_uid, there.st_gid)
        beside.chmod(stat.S_IMODE(there.st_mode))


def _rename_to_free_name(beside: Path, target: Path) -> None:
    """Rename, but never over a file: raises FileExistsError where the name was taken meanwhile."""
    try:
        os.link(beside, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links.  On Windows a rename refuses by itself to overwrite.
        if os.name != "nt" and target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        beside.rename(target)
