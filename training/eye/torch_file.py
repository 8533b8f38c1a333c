"""Reads the tensors of a PyTorch checkpoint (the format before 1.6) without PyTorch.

Such a file is a row of pickles: a magic number, the protocol version, facts on the machine, the
state dict whose tensors point to numbered storages, and the list of storages; their raw contents
follow.  Only the few globals that a state dict needs are allowed, so a file cannot run code.
"""

from __future__ import annotations

import pickle
import struct
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from melodymuse.errors import ModelError

_MAGIC = 0x1950A86A20F9469CFC6C
_DTYPES: dict[str, np.dtype[Any]] = {
    "FloatStorage": np.dtype("<f4"),
    "DoubleStorage": np.dtype("<f8"),
    "HalfStorage": np.dtype("<f2"),
    "LongStorage": np.dtype("<i8"),
    "IntStorage": np.dtype("<i4"),
}

Tensors = dict[str, npt.NDArray[Any]]


class _Storage:
    """A run of numbers that tensors are views of; its contents come after the pickles."""

    def __init__(self, dtype: np.dtype[Any], length: int) -> None:
        self.dtype = dtype
        self.values = np.zeros(length, dtype)


class _Tensor:
    """A view of a storage, by offset, shape and strides (all in elements)."""

    def __init__(
        self, storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]
    ) -> None:
        self.storage, self.offset, self.shape, self.strides = storage, offset, shape, strides

    def array(self) -> npt.NDArray[Any]:
        values = self.storage.values[self.offset :]
        strides = tuple(stride * values.itemsize for stride in self.strides)
        return np.lib.stride_tricks.as_strided(values, self.shape, strides).copy()


def _rebuild_tensor(
    storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any
) -> _Tensor:
    return _Tensor(storage, offset, shape, strides)


_ALLOWED: dict[tuple[str, str], Callable[..., Any]] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor"): _rebuild_tensor,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
}


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        if module == "torch" and name in _DTYPES:
            return name
        if (module, name) in _ALLOWED:
            return _ALLOWED[module, name]
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a state dict")

    def persistent_load(self, pid: Any) -> _Storage:
        kind, storage_type, key, _device, length, _view = pid
        if kind != "storage":
            raise pickle.UnpicklingError(f"unknown reference: {kind}")
        if key not in self.storages:
            self.storages[key] = _Storage(_DTYPES[storage_type], length)
        return self.storages[key]


def read_state_dict(path: str | Path) -> Tensors:
    """Name -> array for every tensor of a state dict saved with `torch.save` before PyTorch 1.6.

    Raises:
        ModelError: the file is missing, of another format, or holds more than tensors.
    """
    try:
        with Path(path).open("rb") as file:
            if _Unpickler(file).load() != _MAGIC:
                raise ModelError(f"'{path}' is not a PyTorch checkpoint of the old format")
            _Unpickler(file).load()  # protocol version
            _Unpickler(file).load()  # byte order and sizes of the machine that wrote it
            unpickler = _Unpickler(file)
            state = unpickler.load()
            for key in _Unpickler(file).load():
                storage = unpickler.storages[key]
                (length,) = struct.unpack("<q", file.read(8))
                data = file.read(length * storage.dtype.itemsize)
                storage.values[:] = np.frombuffer(data, storage.dtype, length)
    except OSError as error:
        raise ModelError(f"cannot read '{path}': {error.strerror}") from None
    except (pickle.UnpicklingError, KeyError, ValueError, EOFError, struct.error) as error:
        raise ModelError(f"'{path}' is not a plain PyTorch state dict: {error}") from None
    return {name: value.array() for name, value in state.items() if isinstance(value, _Tensor)}
