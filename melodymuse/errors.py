"""The one exception family of the package.

Every error a user can cause derives from `MelodyMuseError`; the command line prints its message as
one line and exits with status 2.  A message says what was wrong with which input, and what to do.
"""

import re

# Where text goes on in another line: a message quotes names and texts of strangers.
_LINE_ENDS = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


class MelodyMuseError(Exception):
    """Base of every error that a user's input or environment can cause."""

    def __str__(self) -> str:
        """The message, in one line."""
        return _LINE_ENDS.sub(" ", super().__str__())


class ImageError(MelodyMuseError):
    """A picture that cannot be read or used."""


class ControlError(MelodyMuseError):
    """A musical control (key, tempo, bars, emotion ...) with an impossible value."""


class MidiError(MelodyMuseError):
    """A MIDI file that cannot be read, or a score that cannot be written as one."""


class OutputError(MelodyMuseError):
    """A file that cannot be written where it was asked for."""


class NameTakenError(OutputError):
    """A file that is there already, where overwriting was not asked for."""


class ModelError(MelodyMuseError):
    """Shipped or user-given weights that are missing or do not fit the code."""


class AudioError(MelodyMuseError):
    """A piece that cannot be made to sound: no engine, silence, a format that does not fit."""


class SoundfontError(AudioError):
    """A soundfont that is missing, damaged, or cannot be downloaded."""


class SurveyError(MelodyMuseError):
    """A listening survey that cannot be made, or answers that do not fit it."""


class LimitError(MelodyMuseError):
    """An input that costs more memory or time than `melodymuse.limits` allows."""


class BatchError(MelodyMuseError):
    """A run over many items that cannot be begun, or that cannot go on where it ended."""


class MissingExtraError(MelodyMuseError):
    """An optional dependency that is not installed; the message names the pip command."""

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs the package '{package}', which is not installed: "
            f"pip install 'melodymuse[{extra}]'"
        )
