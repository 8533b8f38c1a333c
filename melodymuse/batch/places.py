"""Where pictures lie and files go: local paths, or URLs that fsspec knows (``s3://`` ...)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from melodymuse.errors import BatchError, ImageError, MelodyMuseError, OutputError
from melodymuse.example_pictures import picture_file
from melodymuse.files import write_bytes
from melodymuse.limits import PICTURE_BYTES
from melodymuse.optional import optional
from melodymuse.vision.decoding.sources import read_picture_file


def is_url(place: str) -> bool:
    """Whether a place is a URL rather than a path of this machine."""
    return "://" in place


def join(folder: str, name: str) -> str:
    """A name within a folder; the name itself where it says the whole way."""
    if is_url(name) or not folder:
        return name
    return f"{folder.rstrip('/')}/{name}" if is_url(folder) else os.path.join(folder, name)


def read(place: str) -> bytes:
    """The bytes of a picture.

    Raises:
        ImageError: there is none, or it cannot be read or is too large.
        MissingExtraError: a URL, and no fsspec.
    """
    if not is_url(place):
        return read_picture_file(picture_file(place))
    with _explained(ImageError, f"cannot read '{place}'"):
        system, path = _system(place)
        with system.open(path, "rb") as file:
            data: bytes = file.read(PICTURE_BYTES.most + 1)
    if len(data) > PICTURE_BYTES.most:
        raise ImageError(f"'{place}' is too large: more than {PICTURE_BYTES.most / 2**20:g} MiB")
    return data


def exists(place: str) -> bool:
    """Whether there is a file.

    Raises:
        BatchError: nobody knows.
    """
    if not is_url(place):
        return os.path.exists(place)
    with _explained(BatchError, f"cannot look for '{place}'"):
        system, path = _system(place)
        return bool(system.exists(path))


def read_bytes(place: str) -> bytes:
    """The bytes of any file.

    Raises:
        BatchError: there is none, or it cannot be read.
    """
    with _explained(BatchError, f"cannot read '{place}'"):
        if not is_url(place):
            return Path(place).read_bytes()
        system, path = _system(place)
        return bytes(system.cat_file(path))


def write(place: str, data: bytes) -> None:
    """Write a file whole, over what is there; its folder is made if need be.

    Raises:
        OutputError: it cannot be written.
        MissingExtraError: a URL, and no fsspec.
    """
    if not is_url(place):
        path = Path(place)
        _make_folder(path.parent)
        write_bytes(path, data, overwrite=True)
        return
    with _explained(OutputError, f"cannot write '{place}'"):
        system, path_there = _system(place)
        if "file" in system.protocol:
            write(path_there, data)
            return
        # What stores objects shows one when it is whole.
        system.pipe_file(path_there, data)


def _make_folder(path: Path) -> None:
    """Make a folder, with those above it, unless it is there.

    Raises:
        OutputError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder '{path}': {error.strerror}") from error


def files_under(place: str) -> Iterator[str]:
    """Every file in a folder and those below it, in the order that the system tells them; hidden
    ones are left out.

    Raises:
        ImageError: the folder cannot be read.
    """
    if is_url(place):
        with _explained(ImageError, f"cannot list '{place}'"):
            system, path = _system(place)
            found = [system.unstrip_protocol(name) for name in system.find(path)]
        yield from found
        return
    folders = [place]
    while folders:
        with _explained(ImageError, f"cannot list '{place}'"), os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    yield entry.path


def _system(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path there."""
    found: tuple[Any, str] = optional("fsspec", "reading and writing URLs").core.url_to_fs(url)
    return found


@contextmanager
def _explained(family: type[MelodyMuseError], what: str) -> Iterator[None]:
    try:
        yield
    except MelodyMuseError:
        raise
    # Each store has exceptions of its own.
    except Exception as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise family(f"{what}: {' '.join(str(reason).split())}") from error
