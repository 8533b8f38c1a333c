"""The networks that ship: opened in onnxruntime, once it is certain that they are what was shipped.

`models/SHA256SUMS` tells the SHA-256 of each of their files, as ``sha256sum`` writes it;
``python -m training.manifest`` writes it anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from melodymuse.errors import ModelError

if TYPE_CHECKING:
    import onnxruntime

MODELS = Path(__file__).parent / "models"
MANIFEST = MODELS / "SHA256SUMS"
# What lies beside the networks for people to read, and is not listed.
CARD_SUFFIXES = (".md", ".png")
_REINSTALL = "reinstall melodymuse"


def open_network(path: Path) -> onnxruntime.InferenceSession:
    """A network ready to run on one thread, so that its answers do not depend on the machine.

    Raises:
        ModelError: the file is missing, is no ONNX model, or ships and is not as shipped.
        MemoryError: there is no room for it.
    """
    # The hash is reckoned beside the import, which takes longer.
    with ThreadPoolExecutor(1) as pool:
        checked = pool.submit(model_bytes, path)
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        checked.result()
    try:
        # By its path: of bytes onnxruntime makes copies, which take longer than reading twice.
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    # onnxruntime raises its own exceptions, a different one for each way of being broken.
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        if "bad_alloc" in reason or "allocate" in reason:
            raise MemoryError(reason) from None
        raise ModelError(f"'{path}' is no usable ONNX model: {reason}: {_REINSTALL}") from None


def model_bytes(path: Path) -> bytes:
    """The bytes of a model's file; of one that ships, as they were shipped.

    Raises:
        ModelError: the file is missing, cannot be read, or ships and is not as shipped.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ModelError(f"{path} is missing: {_REINSTALL}") from None
    except OSError as error:
        raise ModelError(f"cannot read '{path}': {error.strerror}") from None
    if path.is_relative_to(MODELS):
        name = path.relative_to(MODELS).as_posix()
        if hashlib.sha256(data).hexdigest() != shipped_hashes().get(name):
            raise ModelError(f"'{path}' is not the file that was shipped: {_REINSTALL}")
    return data


def shipped_hashes() -> Mapping[str, str]:
    """SHA-256 by file, its path within the folder of models.

    Raises:
        ModelError: the list is missing or damaged.
    """
    try:
        lines = MANIFEST.read_text(encoding="ascii").splitlines()
        return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except (OSError, ValueError) as error:
        raise ModelError(f"'{MANIFEST}' is missing or damaged: {_REINSTALL}") from error
