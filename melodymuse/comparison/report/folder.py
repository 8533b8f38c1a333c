"""A folder that arrives whole or not at all: filled beside its place, then renamed into it."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from melodymuse.errors import OutputError
from melodymuse.files import LEFTOVER, visible_files


def check_folder(path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """See that `whole_folder` could write there, before any work is done; leaves nothing behind.

    Raises:
        OutputError: it cannot.
    """
    target = Path(path)
    try:
        _check_place(target, overwrite=overwrite)
        _try_place(target.resolve())
    except OSError as error:
        raise _explained(path, error) from error
    except ValueError as error:
        raise OutputError(f"cannot write {os.fspath(path)!r}: not a usable name") from error


def _check_place(target: Path, *, overwrite: bool) -> None:
    if target.exists() and not target.is_dir():
        raise OutputError(f"cannot write '{target}': it is a file: name a folder")
    if target.is_dir() and visible_files(target) and not overwrite:
        raise OutputError(
            f"{target} is not empty: choose another folder, or --force to write over its files"
        )
    parent = target.resolve().parent
    if not parent.is_dir():
        raise OutputError(
            f"cannot write '{target}': there is no folder '{target.parent}': create it"
        )


def _try_place(target: Path) -> None:
    """Make folders as the report will, and take them away: what permissions say is not the whole
    truth about network shares, read-only places or the user root."""
    if target.is_dir():
        _beside(target.parent).rmdir()
        _beside(target).rmdir()
    else:
        target.mkdir()
        target.rmdir()


def _beside(folder: Path) -> Path:
    made = folder / f"{LEFTOVER}{secrets.token_hex(8)}"
    made.mkdir()
    return made


def _explained(path: str | os.PathLike[str], error: OSError) -> OutputError:
    reason = error.strerror or error
    return OutputError(f"cannot write '{path}': {reason}: choose another folder")


@contextmanager
def whole_folder(path: str | os.PathLike[str], *, overwrite: bool = False) -> Iterator[Path]:
    """Give a folder to fill; at the end it becomes `path`, after an exception nothing does.

    Args:
        path: where the folder shall be; it may be there already if it is empty.
        overwrite: write over files of the same names in a folder that is not empty; others stay.

    Raises:
        OutputError: `path` is a file, a folder that is not empty, or cannot be written.
    """
    check_folder(path, overwrite=overwrite)
    target = Path(os.path.realpath(path))
    beside = target.parent / f"{LEFTOVER}{secrets.token_hex(8)}"
    try:
        beside.mkdir()
        yield beside
        if target.is_dir():
            _move_into(beside, target)
        else:
            beside.rename(target)
    except OSError as error:
        raise _explained(path, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _move_into(source: Path, target: Path) -> None:
    """Every file to its place, each by a rename."""
    for file in sorted(source.rglob("*")):
        place = target / file.relative_to(source)
        if file.is_dir():
            place.mkdir(exist_ok=True)
        else:
            file.replace(place)
