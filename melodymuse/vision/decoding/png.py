"""A PNG file without what no picture needs, so that damage there cannot spoil the picture.

Decoders stop at a comment that is damaged or too large; viewers show the picture all the same.
Source: "Portable Network Graphics specification, third edition" (W3C 2025), 5.3 and 13.1: an
ancillary chunk may be left out, and one with a bad checksum should be.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Ancillary chunks that change what is seen: transparency, colours, orientation; an animation.
LOOK = frozenset({b"tRNS", b"iCCP", b"eXIf"})
ANIMATION = frozenset({b"acTL", b"fcTL", b"fdAT"})
# Pillow takes no larger profile or text.
_LONGEST_PROFILE = 2**20
_DEPTH, _COLOURS, _PALETTE = 24, 25, 3
_SHORTEST = 26
# Samples of a pixel by colour type: grey, colours, palette, grey and colours with alpha.
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def cleaned(data: bytes, kept: frozenset[bytes]) -> bytes:
    """The file with critical chunks as they are, and of the others those `kept`, where sound.

    What cannot be told apart as chunks stays as it is, for the decoder to complain of.
    """
    return SIGNATURE + b"".join(
        data[start:end]
        for kind, start, end in _chunks(data)
        # The fifth bit of the first letter marks what is ancillary.
        if not kind[:1].islower() or (kind in kept and _is_sound(kind, data[start:end], data))
    )


def whole(data: bytes) -> bytes | None:
    """The file with its pixels packed anew, where all are there and only their end is missing.

    None where pixels are missing, cannot be unpacked, or do not fit a checksum that is there.
    """
    head, chunks = size_and_bytes(data), list(_chunks(data))
    packed = b"".join(data[start + 8 : end - 4] for kind, start, end in chunks if kind == b"IDAT")
    if head is None or not packed:
        return None
    (_, height), samples = head
    # Behind the two bytes of its head the stream is deflated; a checksum follows.
    decoder = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        # Rows, of interlaced pictures twice as many, are filled up to bytes and told their filter.
        pixels = decoder.decompress(packed[2:], samples + 4 * height + _SHORTEST)
    except zlib.error:
        return None
    check = decoder.unused_data[:4]
    if not decoder.eof or not zlib.adler32(pixels).to_bytes(4, "big").startswith(check):
        return None
    before = data[: next(start for kind, start, _ in chunks if kind == b"IDAT")]
    return before + _chunk(b"IDAT", zlib.compress(pixels, 1)) + _chunk(b"IEND", b"")


def size_and_bytes(data: bytes) -> tuple[tuple[int, int], int] | None:
    """Width and height of a PNG file, and the bytes of its samples; None where it is none."""
    if not data.startswith(SIGNATURE + b"\0\0\0\x0dIHDR") or len(data) < _SHORTEST:
        return None
    width, height, depth, colours = struct.unpack_from(">IIBB", data, 16)
    return (width, height), width * height * _CHANNELS.get(colours, 1) * depth // 8


def is_deep(data: bytes) -> bool:
    """Whether its samples have 16 bits."""
    return data.startswith(SIGNATURE) and data[_DEPTH : _DEPTH + 1] == b"\x10"


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of each chunk; the last may be cut short."""
    start = len(SIGNATURE)
    while start < len(data):
        length = int.from_bytes(data[start : start + 4], "big")
        end = min(start + 12 + length, len(data))
        yield data[start + 4 : start + 8], start, end
        start = end


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _is_sound(kind: bytes, chunk: bytes, data: bytes) -> bool:
    if len(chunk) < 12 or zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
        return False
    if kind == b"tRNS":
        # Of a palette, any number of entries; else a sample of 16 bits for each channel.
        colours = data[_COLOURS]
        return colours == _PALETTE or len(chunk) - 12 >= 2 * _CHANNELS.get(colours, 1)
    return kind != b"iCCP" or _is_sound_profile(chunk[8:-4])


def _is_sound_profile(body: bytes) -> bool:
    _, _, packed = body.partition(b"\0")
    decoder = zlib.decompressobj()
    try:
        decoder.decompress(packed[1:], _LONGEST_PROFILE)
    except zlib.error:
        return False
    return decoder.eof
