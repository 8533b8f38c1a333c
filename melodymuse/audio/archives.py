"""Taking one soundfont out of the archive it is published in."""

from __future__ import annotations

import errno
import shutil
import tarfile
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import BinaryIO

from melodymuse.errors import SoundfontError
from melodymuse.files import LEFTOVER
from melodymuse.optional import optional

_AR_MAGIC = b"!<arch>\n"
_AR_HEADER_BYTES = 60
_AR_NAME = slice(0, 16)
_AR_SIZE = slice(48, 58)
_COPY_BYTES = 1 << 20


def extract(archive: Path, kind: str, member: str, target: Path) -> None:
    """Write one member of an archive to a file.

    Args:
        archive: the file as downloaded and verified.
        kind: ``"deb"`` or ``"7z"``.
        member: the path within it.
        target: where to write; overwritten.

    Raises:
        SoundfontError: the archive is damaged or has no such member.
        MissingExtraError: a ``7z`` archive, and py7zr is not installed.
    """
    (_extract_deb if kind == "deb" else _extract_7z)(archive, member, target)


def _extract_deb(archive: Path, member: str, target: Path) -> None:
    """A Debian package is an `ar` archive (deb(5)) with the files in its data.tar."""
    try:
        with archive.open("rb") as package, _data_tar(package) as files:
            for info in files:
                if str(PurePosixPath(info.name)) == member and info.isfile():
                    source = files.extractfile(info)
                    assert source is not None  # it is a file
                    with source, target.open("wb") as out:
                        shutil.copyfileobj(source, out, _COPY_BYTES)
                    return
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise SoundfontError(f"the package '{archive.name}' is damaged: {error}") from error
    raise SoundfontError(f"the package '{archive.name}' holds no {member}")


def _data_tar(package: BinaryIO) -> tarfile.TarFile:
    if package.read(len(_AR_MAGIC)) != _AR_MAGIC:
        raise ValueError("no ar archive")
    while header := package.read(_AR_HEADER_BYTES):
        name = header[_AR_NAME].decode("ascii").strip().rstrip("/")
        # Ten places of digits and spaces: `int` would take a sign, which leads in a circle.
        if not (stated := header[_AR_SIZE].strip()).isdigit():
            raise ValueError("a size in it is no number")
        size = int(stated)
        if name.startswith("data.tar"):
            # Read as a stream, so what follows the archive does not matter.
            return tarfile.open(fileobj=package, mode="r|*")
        package.seek(size + size % 2, 1)
    raise ValueError("no data.tar in it")


def _extract_7z(archive: Path, member: str, target: Path) -> None:
    py7zr = optional("py7zr", "unpacking a .7z archive")
    try:
        with (
            TemporaryDirectory(dir=target.parent, prefix=LEFTOVER) as folder,
            py7zr.SevenZipFile(archive) as files,
        ):
            if member not in files.getnames():
                raise SoundfontError(f"the archive '{archive.name}' holds no {member}")
            files.extract(folder, targets=[member])
            found = Path(folder, member)
            if found.is_symlink() or not found.is_file():
                raise SoundfontError(f"{member} in the archive '{archive.name}' is no file")
            shutil.move(found, target)
    except (SoundfontError, MemoryError):
        raise
    # Damaged data makes py7zr and its decoders raise nearly anything (LZMAError, zlib.error ...).
    except Exception as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SoundfontError(f"the archive '{archive.name}' is damaged: {reason}") from error
