"""How a studio is set up."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from melodymuse.audio.soundfonts import user_folder

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def default_store() -> Path:
    """The file for pieces, in the place that the system gives to a program's data."""
    return user_folder().with_name("studio.sqlite")


@dataclass(frozen=True, slots=True)
class Settings:
    """A studio; what each client may ask of it stands in `melodymuse.limits`.

    Attributes:
        store: the file that keeps pieces; None keeps them in memory, as long as the studio runs.
        token: what clients must show; None lets everybody in who reaches it.
        hosts: the names it may be called by, without port; empty for any.  A page from elsewhere
            that has its own name point at this machine finds the door closed.
        frames: addresses of pages that may show it within themselves.
        musicgen: the folder or hub name of the MusicGen that plays beside pieces; None for none.
        workers: how many requests are composed or rendered at the same time.
    """

    store: Path | None = None
    token: str | None = None
    hosts: tuple[str, ...] = LOCAL_HOSTS
    frames: tuple[str, ...] = ()
    musicgen: str | None = None
    workers: int = max(os.cpu_count() or 2, 2)
