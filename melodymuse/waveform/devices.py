"""The device that a network runs on, and running out of its memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from melodymuse.errors import ControlError, ModelError

AUTO = "auto"
DEVICES = ("cuda", "mps", "cpu")


def choose_device(wish: str = AUTO) -> str:
    """The device that was asked for, or for ``"auto"`` the first of `DEVICES` that is there.

    Raises:
        ControlError: an unknown device, or one that this machine does not have.
    """
    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if wish == AUTO:
        return next(device for device in DEVICES if there[device])
    if wish not in DEVICES:
        raise ControlError(f"unknown device '{wish}': use one of {', '.join((AUTO, *DEVICES))}")
    if not there[wish]:
        raise ControlError(f"this machine has no device '{wish}': use cpu, or leave it to auto")
    return wish


@contextmanager
def enough_memory(purpose: str, device: str, advice: str) -> Iterator[None]:
    """Turn running out of memory into one line.

    Raises:
        ModelError: there is not enough.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not _is_shortage(error):
            raise
        raise ModelError(f"not enough memory on {device} to {purpose}: {advice}") from error


@contextmanager
def seeded(seed: int, device: str) -> Iterator[None]:
    """Draw from a seed inside, and leave the generators of the caller as they were."""
    with torch.random.fork_rng(devices=[torch.cuda.current_device()] if device == "cuda" else []):
        # Of MPS, some releases of torch take no device and some need none.
        state = torch.mps.get_rng_state() if device == "mps" else None
        torch.manual_seed(seed)
        try:
            yield
        finally:
            if state is not None:
                torch.mps.set_rng_state(state)


def reset_peak(device: str) -> None:
    """Begin to watch the memory of a device."""
    if device == "cuda":
        torch.cuda.reset_peak_memory_stats()


def peak_bytes(device: str) -> int | None:
    """The most memory that tensors held on a device since `reset_peak`; None where it is shared
    with the process or nobody counts it."""
    return int(torch.cuda.max_memory_allocated()) if device == "cuda" else None


def _is_shortage(error: BaseException) -> bool:
    # torch says it on a CPU with a plain RuntimeError, on MPS likewise.
    texts = ("can't allocate memory", "out of memory", "not enough memory")
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or any(
        text in str(error) for text in texts
    )
