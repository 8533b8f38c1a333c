"""The one random number in an Ogg file, its serial, set to a fixed one.

An encoder draws the serial so that streams can be mixed in one file.  A file of one stream needs no
luck, and the same music shall give the same bytes.  (Ogg's page format: RFC 3533.)
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

_CAPTURE = b"OggS"
_SERIAL = slice(14, 18)
_CHECKSUM = slice(22, 26)
_SEGMENT_COUNT = 26
_HEADER_BYTES = 27
_SERIAL_WRITTEN = b"MMse"
_REVERSED_BITS = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_ALL_ONES = 0xFFFFFFFF


def with_fixed_serial(data: bytes) -> bytes:
    """An Ogg file of one stream with a serial that is always the same.

    Raises:
        ValueError: the bytes are not a run of whole Ogg pages.
    """
    return b"".join(_renumbered(page) for page in _pages(data))


def checksum(page: bytes) -> int:
    """Ogg's CRC-32 of a page whose checksum field is zero.

    Its polynomial is zlib's, its bits run the other way and it begins with and ends on nothing
    inverted: so zlib does the work on reversed bits.
    """
    reversed_bits = page.translate(_REVERSED_BITS)
    crc = zlib.crc32(reversed_bits, _ALL_ONES) ^ _ALL_ONES
    return int(f"{crc:032b}"[::-1], 2)


def _pages(data: bytes) -> Iterator[bytes]:
    position = 0
    while position < len(data):
        header = data[position : position + _HEADER_BYTES]
        if len(header) < _HEADER_BYTES or not header.startswith(_CAPTURE):
            raise ValueError(f"no Ogg page at byte {position}")
        segments = position + _HEADER_BYTES
        body = segments + header[_SEGMENT_COUNT]
        end = body + sum(data[segments:body])
        yield data[position:end]
        position = end


def _renumbered(page: bytes) -> bytes:
    changed = bytearray(page)
    changed[_SERIAL] = _SERIAL_WRITTEN
    changed[_CHECKSUM] = bytes(4)
    changed[_CHECKSUM] = checksum(bytes(changed)).to_bytes(4, "little")
    return bytes(changed)
