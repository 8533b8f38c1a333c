"""What is no file that ends, and what is too much: refused at once."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from melodymuse.errors import ImageError
from melodymuse.limits import PICTURE_BYTES
from melodymuse.vision.decoding.kinds import webp_size
from melodymuse.vision.decoding.limits import decoding_bytes
from melodymuse.vision.loading import load_image

posix = pytest.mark.skipif(os.name == "nt", reason="pipes and devices as files")


@posix
@pytest.mark.timeout(10)
def test_pipes_devices_and_sockets_are_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    link = tmp_path / "link.png"
    link.symlink_to(pipe)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket.png"))
        told = {"/dev/zero": "device", "/dev/null": "device", pipe: "pipe", link: "pipe"}
        for path, kind in {**told, tmp_path / "socket.png": "socket"}.items():
            start = time.monotonic()
            with pytest.raises(ImageError, match=f"is a {kind}, not a picture"):
                load_image(path)
            assert time.monotonic() - start < 1


@pytest.mark.parametrize(
    "address", ["https://example.org/cat.jpg", "http://example.org", "ftp://x/y.png", "s3://b/k"]
)
@pytest.mark.parametrize("kind", [str, Path])
def test_an_address_is_said_to_be_one(address: str, kind: Callable[[str], Any]) -> None:
    with pytest.raises(ImageError, match=r"is an address \(URL\), not a file"):
        load_image(kind(address))


def test_addresses_of_files_and_data_are_told_apart() -> None:
    with pytest.raises(ImageError, match="without 'file://'"):
        load_image("file:///home/cat.png")
    with pytest.raises(ImageError, match="URL") as caught:
        load_image("data:image/png;base64," + "A" * 5000)
    assert len(str(caught.value)) < 300
    with pytest.raises(ImageError, match="no such picture"):
        load_image("notes: a cat.png")


def png_of(width: int, height: int, depth: int, colours: int) -> bytes:
    """A PNG file whose pixels are all zero: a megabyte holds a gigabyte of them."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def webp_canvas(width: int, height: int) -> bytes:
    """The head of an animated WebP file with a canvas of that size."""
    body = b"\x02\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunks = b"VP8X" + struct.pack("<I", len(body)) + body
    chunks += b"ANIM" + struct.pack("<I", 6) + bytes(6)
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


@pytest.mark.parametrize(
    "data",
    [
        png_of(12600, 12600, 16, 6),
        png_of(2**31 - 1, 2**31 - 1, 8, 2),
        png_of(2**31 - 1, 2**31 - 1, 8, 2)[:33],
        webp_canvas(3568069, 36),
        webp_canvas(2**24, 2**24),
    ],
    ids=["deep", "header", "header alone", "wide film", "huge film"],
)
def test_what_would_take_gigabytes_is_refused_from_its_head(data: bytes) -> None:
    with pytest.raises(ImageError, match="too large"):
        load_image(data)


_MEASURE = """
import sys
from pathlib import Path
from melodymuse.vision.decoding.files import decode

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

decode(Path(sys.argv[1]).read_bytes(), "it")
data = Path(sys.argv[2]).read_bytes()
before = peak()
print(decode(data, "it")[0].size)
print((peak() - before) * 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for its peak")
@pytest.mark.parametrize(
    ("kind", "mode", "size"),
    [
        ("PNG", "RGBA", (5000, 5000)),
        ("GIF", "P", (4000, 4000)),
    ],
)
def test_decoding_takes_no_more_memory_than_is_foretold(
    tmp_path: Path, kind: str, mode: str, size: tuple[int, int]
) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    options = {"transparency": 0} if mode == "P" else {"compress_level": 1}
    colour = {"RGBA": (9, 9, 9, 9), "P": 1}[mode]
    for path, sides in ((small, (8, 8)), (large, size)):
        Image.new(mode, sides, colour).save(path, kind, **options)
    grown = subprocess.run(
        [sys.executable, "-c", _MEASURE, small, large], capture_output=True, text=True, check=True
    )
    said, taken = grown.stdout.splitlines()
    assert said.startswith("("), said
    foretold = decoding_bytes(size, kind, mode)
    # The bytes of the file are copied once more, and the decoder is loaded.
    assert int(taken) < 1.25 * foretold + 16 * 2**20


def test_sizes_of_webp_are_read_from_every_kind() -> None:
    import io

    for options in ({"lossless": True}, {"quality": 80}):
        file = io.BytesIO()
        Image.fromarray(np.zeros((37, 53, 3), np.uint8)).save(file, "WEBP", **options)
        assert webp_size(file.getvalue()) == (53, 37)
    assert webp_size(webp_canvas(1234, 77)) == (1234, 77)
    assert webp_size(b"RIFF") is None


def test_a_file_that_is_too_long_is_not_read(tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "long.png"
    with path.open("wb") as file:
        file.truncate(PICTURE_BYTES.usual + 1)
    with pytest.raises(ImageError, match="512 MiB of at most 512"):
        load_image(path)
