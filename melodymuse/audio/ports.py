"""The MIDI ports of a computer: instruments, and programs that play."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from melodymuse.errors import AudioError
from melodymuse.optional import optional

_PURPOSE = "playing to an instrument"
# JACK connects, and takes what is sent, once a period of some 20 ms: a port that is just open
# hears nothing yet, and what was sent last is still on its way.
_SETTLING_SECONDS = 0.1


def port_names() -> tuple[str, ...]:
    """The names of all ports that take MIDI.

    Raises:
        MissingExtraError: python-rtmidi is not installed.
    """
    return tuple(name for _, name in _found())


@contextmanager
def open_port(name: str) -> Iterator[Any]:
    """A port that takes MIDI, as a `mido.ports.BaseOutput`, open while it is needed.

    Args:
        name: as `port_names` has it, or the only part of one, in any case.

    Raises:
        AudioError: there is no such port, it is one of several, or it cannot be opened.
        MissingExtraError: python-rtmidi is not installed.
    """
    backend, full = _chosen(name, _found())
    try:
        port = backend.open_output(full)
    except (OSError, RuntimeError) as error:
        raise AudioError(f"the MIDI port '{full}' cannot be opened: {error}") from error
    with port:
        time.sleep(_SETTLING_SECONDS)
        try:
            yield port
        finally:
            time.sleep(_SETTLING_SECONDS)


def _chosen(name: str, found: list[tuple[Any, str]]) -> tuple[Any, str]:
    wanted = name.casefold()
    exact = [one for one in found if one[1].casefold() == wanted]
    likely = exact or [one for one in found if wanted in one[1].casefold()]
    if not found:
        raise AudioError("this computer has no MIDI port: connect an instrument, or start one")
    known = ", ".join(f"'{port}'" for _, port in found)
    if not likely:
        raise AudioError(f"there is no MIDI port '{name}': there are {known}")
    if len(likely) > 1 and not exact:
        raise AudioError(f"'{name}' is the name of several MIDI ports: there are {known}")
    return likely[0]


def _found() -> list[tuple[Any, str]]:
    """Every port of every system that python-rtmidi was built for and that runs here."""
    rtmidi: Any = optional("rtmidi", _PURPOSE)
    import mido
    from mido.backends.rtmidi import get_api_names

    found = []
    for api in get_api_names():
        backend = mido.Backend(f"mido.backends.rtmidi/{api}")
        try:
            names = backend.get_output_names()
        except rtmidi.RtMidiError:  # that system does not run here
            continue
        found += [(backend, name) for name in dict.fromkeys(names)]
    return found
