"""Ogg pages: our checksum is the encoder's, and only the serial changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from melodymuse.audio.ogg import checksum, with_fixed_serial


@pytest.fixture
def encoded(tmp_path: Path) -> bytes:
    """A file as libsndfile's encoder writes it."""
    path = tmp_path / "x.ogg"
    dice = np.random.default_rng(1)
    soundfile.write(path, 0.1 * dice.standard_normal((30000, 2)), 44100)
    return path.read_bytes()


def pages(data: bytes) -> list[bytes]:
    return [b"OggS" + page for page in data.split(b"OggS")[1:]]


def test_the_checksum_is_the_encoders(encoded: bytes) -> None:
    assert len(pages(encoded)) >= 4
    for page in pages(encoded):
        blank = page[:22] + bytes(4) + page[26:]
        assert checksum(blank) == int.from_bytes(page[22:26], "little")


def test_only_serial_and_checksum_change(encoded: bytes) -> None:
    changed = with_fixed_serial(encoded)
    assert len(changed) == len(encoded)
    serials = {page[14:18] for page in pages(changed)}
    assert len(serials) == 1
    for before, after in zip(pages(encoded), pages(changed), strict=True):
        assert before[:14] + before[18:22] + before[26:] == after[:14] + after[18:22] + after[26:]
    assert with_fixed_serial(changed) == changed


@pytest.mark.parametrize("data", [b"RIFF" + bytes(40), b"OggS"])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no Ogg page at byte 0"):
        with_fixed_serial(data)
