"""Archives as soundfonts are published in, made of what the tests put into them."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path


def debian_package(files: Mapping[str, bytes], compression: str = "xz") -> bytes:
    """A .deb: an ar archive of debian-binary, control.tar and data.tar (deb(5))."""
    suffix = f".{compression}" if compression else ""
    parts = {
        "debian-binary": b"2.0\n",
        f"control.tar{suffix}": _tar({"control": b"Package: piano\n"}, compression),
        f"data.tar{suffix}": _tar(files, compression),
    }
    archive = b"!<arch>\n"
    for name, body in parts.items():
        archive += f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(body):<10}`\n".encode()
        archive += body + b"\n" * (len(body) % 2)
    return archive


def seven_zip(path: Path, files: Mapping[str, bytes]) -> Path:
    """A .7z archive with files in it."""
    import py7zr

    with py7zr.SevenZipFile(path, "w") as archive:
        for name, body in files.items():
            archive.writestr(body, name)
    return path


def _tar(files: Mapping[str, bytes], compression: str) -> bytes:
    buffer = io.BytesIO()
    mode = f"w:{compression}"
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, body in files.items():
            info = tarfile.TarInfo(f"./{name}")
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return buffer.getvalue()
