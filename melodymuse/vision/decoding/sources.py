"""From the path of a picture to its bytes, without waiting for a pipe or reading without end."""

from __future__ import annotations

import os
import re
import stat

from melodymuse.errors import ImageError
from melodymuse.limits import PICTURE_BYTES

# A scheme of two letters or more (one is a drive of Windows), also as `Path` shortens its slashes.
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+):/|data:", re.IGNORECASE)
# Neither wait for the other end of a pipe, nor translate line ends.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_SHOWN = 80
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def read_picture_file(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a regular file of at most `limits.PICTURE_BYTES`.

    Raises:
        ImageError: there is none, it is a folder, a pipe, a device or an address on the network, it
            is too large, or it may not be read.
    """
    given = os.fspath(path)
    try:
        # Asked before it is opened: opening alone already acts on some devices.
        _check_kind(os.stat(path).st_mode, given)
        with open(os.open(path, _FLAGS), "rb") as file:
            found = os.fstat(file.fileno())
            _check_kind(found.st_mode, given)
            _check_length(found.st_size, given)
            # One more than allowed: some files of the system have no size, and some grow.
            data = file.read(PICTURE_BYTES.most + 1)
    except (OSError, ValueError) as error:
        raise ImageError(_reason(given, error)) from None
    _check_length(len(data), given)
    return data


def _check_kind(mode: int, given: str) -> None:
    if stat.S_ISREG(mode):
        return
    kind = next((name for is_kind, name in _KINDS if is_kind(mode)), "no regular file")
    raise ImageError(f"'{given}' is {kind}, not a picture")


def _check_length(length: int, given: str) -> None:
    most = PICTURE_BYTES.most
    if length > most:
        raise ImageError(
            f"'{given}' is too large: {length / 2**20:.0f} MiB of at most {most / 2**20:.0f}"
        )


def _reason(given: str, error: OSError | ValueError) -> str:
    address = _ADDRESS.match(given)
    if address is not None and (address[1] or "").casefold() == "file":
        return f"'{given}' is an address (URL): give the path alone, without 'file://'"
    if address is not None and not os.path.isdir(os.path.dirname(given)):
        shown = given if len(given) <= _SHOWN else f"{given[: _SHOWN - 1]}…"
        return (
            f"'{shown}' is an address (URL), not a file: save the picture first and name its file"
        )
    if isinstance(error, FileNotFoundError):
        return f"no such picture: '{given}'"
    return f"cannot read '{given}': {getattr(error, 'strerror', None) or error}"
