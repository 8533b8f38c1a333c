"""What is said of a control, once: the table of `melodymuse.planning.controls` has a row for each.

Checks, options of the command line and their help, the README's lists follow from these rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from melodymuse.errors import ControlError
from melodymuse.music.theory import Key
from melodymuse.suggesting import unknown

_MOST_BITS = 1000  # of a number that a message shows


class Kind(Enum):
    """What a control is, by the word that stands for its value in the help."""

    NUMBER = "NUMBER"
    WHOLE = "WHOLE"
    KEY = "KEY"
    METRE = "METRE"
    CHOICE = "NAME"
    WORDS = "TEXT"
    FLAG = ""


class Panel(Enum):
    """How controls are grouped."""

    SOUND = "How it sounds"
    TEXTURE = "Texture"
    FORM = "Form and harmony"


class Keeps(Enum):
    """What stays of a piece when this control alone is changed, and composed from the same seed."""

    NOTES = "every note, as loud as it was"
    ONSETS_AND_PITCHES = "every onset and every pitch"
    TRANSPOSED = "every note, transposed (within the mode, and where no register is given)"
    OPENING = "the first four-bar phrase (from 12 bars on, where no form is given)"
    TUNE = "the tune, note by note; key, chords, form, and which bars recall which"
    PLAN = "key, chords, form, and which bars recall which"
    NOTHING = "nothing for certain"


@dataclass(frozen=True, slots=True)
class Control:
    """A row of the table.

    Attributes:
        panel: what it is grouped with.
        text: what it is, in words that its limits or choices can follow.
        limits: the lowest and the highest number; both may be had, others are refused, not bent.
        keeps: what stays when it is changed.
        kind: what values it has.
        choices: the names that it may have; empty where they are not a few.
        alias: another name of its option.
    """

    panel: Panel
    text: str
    limits: tuple[float, float] | None = None
    keeps: Keeps = Keeps.PLAN
    kind: Kind = Kind.NUMBER
    choices: tuple[str, ...] = ()
    alias: str | None = None

    @property
    def help(self) -> str:
        """What it is and what it may be, in a sentence or more."""
        if self.choices:
            return f"{self.text}: {', '.join(self.choices)}."
        return f"{self.text}, {self.range}." if self.range else f"{self.text}."

    @property
    def range(self) -> str:
        """The limits, as in "30 to 240"; empty where there are none, or none that anyone meets."""
        if self.limits is None or self.limits[1] > 1e9:
            return ""
        return f"{self.limits[0]:g} to {self.limits[1]:g}"

    def check(self, name: str, value: object) -> None:
        """See that a value can be had.

        Raises:
            ControlError: it cannot.
        """
        if self.limits is not None:
            self._check_number(name, value, *self.limits)
        elif self.kind is Kind.KEY and not isinstance(value, Key):
            raise ControlError(f"unknown key {value!r}: write it as in 'D minor'")
        elif self.kind is Kind.METRE and str(value) not in self.choices:
            raise ControlError(f"no model for {value}: use one of {', '.join(self.choices)}")
        elif self.kind in (Kind.CHOICE, Kind.WORDS) and not isinstance(value, str):
            raise ControlError(f"{name} must be text, not {value!r}")
        elif self.kind is Kind.FLAG and not isinstance(value, bool):
            raise ControlError(f"{name} must be true or false, not {value!r}")
        elif self.kind is Kind.CHOICE and value not in self.choices:
            raise ControlError(unknown(name, value, self.choices))

    def _check_number(self, name: str, value: object, low: float, high: float) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ControlError(f"{name} must be a number, not {value!r}")
        if not low <= value <= high:
            raise ControlError(f"{name} must lie between {low} and {high}, not {_told(value)}")
        if self.kind is Kind.WHOLE and not isinstance(value, int):
            raise ControlError(f"{name} must be a whole number, not {value!r}")


def _told(value: float) -> str:
    """A number for a message; Python writes out no whole number of thousands of digits."""
    huge = isinstance(value, int) and value.bit_length() > _MOST_BITS
    return "a number of so many digits" if huge else str(value)
