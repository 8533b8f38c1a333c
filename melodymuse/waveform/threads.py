"""How torch's threads wait for each other."""

from __future__ import annotations

import os

_POLICY = "OMP_WAIT_POLICY"


def share_cores() -> None:
    """Let waiting threads sleep, unless the user has said how they shall wait.

    By default they spin, and where other work keeps the cores busy nobody gets on: 5 s of sound by
    a tiny MusicGen, two threads on two busy cores, took 124 s spinning and 6 s sleeping.  OpenMP
    looks at OMP_WAIT_POLICY when torch is first imported: call this before, and at the edge, since
    it sets the process's environment.
    """
    os.environ.setdefault(_POLICY, "PASSIVE")
