"""How much an input may cost, in one table: bytes, pixels, bars, events, seconds.

A few bytes of a picture or a MIDI file can ask for gigabytes, or for hours.  What is larger than a
limit is refused where it is read, before it is decoded.  Each can be set otherwise by a variable of
the environment: ``MELODYMUSE_MAX_PIXELS=50000000`` for `PIXELS`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from melodymuse.errors import ControlError

_VARIABLE = "MELODYMUSE_MAX_"


@dataclass(frozen=True, slots=True)
class Limit:
    """A row of the table.

    Attributes:
        name: what is limited, as the variable names it.
        usual: how much, where nothing else is said.
        unit: of what.
        text: what for.
    """

    name: str
    usual: int
    unit: str
    text: str

    @property
    def variable(self) -> str:
        """The environment's variable that sets it."""
        return f"{_VARIABLE}{self.name}"

    @property
    def most(self) -> int:
        """The limit in force.

        Raises:
            ControlError: the variable holds no whole number above 0.
        """
        said = os.environ.get(self.variable)
        if said is None:
            return self.usual
        if not (said.isdecimal() and len(said) <= 18 and int(said) > 0):
            raise ControlError(
                f"{self.variable} must be a whole number of {self.unit}, above 0, not '{said}'"
            )
        return int(said)

    def told(self) -> str:
        """The limit in force, as in "10000 bars: a piece that is read".

        Raises:
            ControlError: as `most`.
        """
        return f"{self.most} {self.unit}: {self.text}"


PICTURE_BYTES = Limit("PICTURE_BYTES", 512 * 2**20, "bytes", "a picture's file")
# More than any camera of today.
PIXELS = Limit("PIXELS", 160_000_000, "pixels", "a picture")
DECODING_BYTES = Limit("DECODING_BYTES", 768 * 2**20, "bytes", "memory to decode a picture")
# An hour of dense piano takes one MiB.
MIDI_BYTES = Limit("MIDI_BYTES", 16 * 2**20, "bytes", "a MIDI file")
BARS = Limit("BARS", 10_000, "bars", "a piece that is read")
# An hour of dense piano has 70,000 for its notes, and some more for its pedals.
EVENTS = Limit("EVENTS", 150_000, "events", "a MIDI file, two for each note")
# A longer piece would take gigabytes of memory to play.
PLAYING_SECONDS = Limit("PLAYING_SECONDS", 3600, "seconds", "a piece that is played")
SAFE_MEMORY = Limit("SAFE_MEMORY", 2 * 2**30, "bytes", "address space of what reads with --safe")
SAFE_SECONDS = Limit("SAFE_SECONDS", 30, "seconds", "time to read with --safe")
UPLOAD_BYTES = Limit("UPLOAD_BYTES", 32 * 2**20, "bytes", "a file sent to the studio")
# Some thousand pieces with their pictures.
STORE_BYTES = Limit("STORE_BYTES", 512 * 2**20, "bytes", "what the studio keeps")
STORE_DAYS = Limit("STORE_DAYS", 90, "days", "how long the studio keeps what nobody opens")
REQUESTS = Limit("REQUESTS", 300, "requests", "a minute, of one client of the studio")
QUEUE = Limit("QUEUE", 64, "requests", "that wait in the studio while others are answered")

LIMITS = (
    PICTURE_BYTES,
    PIXELS,
    DECODING_BYTES,
    MIDI_BYTES,
    BARS,
    EVENTS,
    PLAYING_SECONDS,
    SAFE_MEMORY,
    SAFE_SECONDS,
    UPLOAD_BYTES,
    STORE_BYTES,
    STORE_DAYS,
    REQUESTS,
    QUEUE,
)
