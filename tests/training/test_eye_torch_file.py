"""The checkpoint reader, held against a file that is written here in the same format."""

from __future__ import annotations

import pickle
import struct
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

from melodymuse.errors import ModelError
from training.eye.torch_file import read_state_dict

_MAGIC = 0x1950A86A20F9469CFC6C


class _Global:
    """Pickles as a reference to a global, as PyTorch's own classes do."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


class _Storage:
    def __init__(self, kind: str, key: str, values: np.ndarray) -> None:
        self.kind, self.key, self.values = kind, key, values


class _Tensor:
    def __init__(self, storage: _Storage, offset: int, shape: tuple, strides: tuple) -> None:
        self.parts = (storage, offset, shape, strides, False, OrderedDict())


class _Writer(pickle._Pickler):  # the Python one: its `save_global` can be told what to write
    def persistent_id(self, value: object) -> object:
        if isinstance(value, _Storage):
            kind = _Global("torch", value.kind)
            return ("storage", kind, value.key, "cpu", len(value.values), None)
        return None

    def save(self, value: object, save_persistent_id: bool = True) -> None:
        if isinstance(value, _Global):
            self.write(f"c{value.module}\n{value.name}\n".encode())
        elif isinstance(value, _Tensor):
            self.write(b"ctorch._utils\n_rebuild_tensor_v2\n")
            super().save(value.parts)
            self.write(pickle.REDUCE)
        else:
            super().save(value, save_persistent_id)


def write(path: Path, state: OrderedDict, storages: list[_Storage]) -> Path:
    with path.open("wb") as file:
        for header in (_MAGIC, 1001, {"little_endian": True}):
            pickle.dump(header, file, protocol=2)
        _Writer(file, protocol=2).dump(state)
        pickle.dump([storage.key for storage in storages], file, protocol=2)
        for storage in storages:
            file.write(struct.pack("<q", len(storage.values)) + storage.values.tobytes())
    return path


def test_tensors_come_back_with_shape_offset_and_strides(tmp_path: Path) -> None:
    floats = _Storage("FloatStorage", "11", np.arange(12, dtype=np.float32))
    count = _Storage("LongStorage", "12", np.array([7], np.int64))
    state = OrderedDict(
        weight=_Tensor(floats, 0, (2, 3), (3, 1)),
        turned=_Tensor(floats, 6, (3, 2), (1, 3)),
        count=_Tensor(count, 0, (), ()),
    )
    tensors = read_state_dict(write(tmp_path / "made.pth", state, [floats, count]))
    assert list(tensors) == ["weight", "turned", "count"]
    np.testing.assert_array_equal(tensors["weight"], [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(tensors["turned"], [[6, 9], [7, 10], [8, 11]])
    assert tensors["count"] == 7


def test_a_file_that_would_run_code_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "evil.pth", OrderedDict(a=_Global("os", "system")), [])
    with pytest.raises(ModelError, match=r"os\.system"):
        read_state_dict(path)


@pytest.mark.parametrize("content", [b"", b"not a pickle", pickle.dumps(5)])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.pth"
    path.write_bytes(content)
    with pytest.raises(ModelError):
        read_state_dict(path)
    with pytest.raises(ModelError, match="cannot read"):
        read_state_dict(tmp_path / "nowhere.pth")
