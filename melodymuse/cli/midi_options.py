"""The options that say what a MIDI file is that a command takes, and what of it is wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from melodymuse.cli import file_options, midi_files
from melodymuse.cli.safe_option import Safe
from melodymuse.errors import ControlError
from melodymuse.planning.controls import CONTROLS

if TYPE_CHECKING:
    from melodymuse.midi.document import Document
    from melodymuse.music.theory import Key
    from melodymuse.planning.sayings import Said

_BARS = re.compile(r"(\d+)(?:-(\d+))?")
Output = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE_OR_DIR",
        help="The MIDI file, or the folder for it, or - for standard output; without it a name in "
        "this folder that is not taken, made of the file's own.",
    ),
]
Tracks = Annotated[
    list[int] | None,
    typer.Option(
        "--track",
        metavar="NUMBER",
        help="A track that is meant, 0 the first; may be said several times.  Without it those "
        "that a piano plays, or all that is not percussion.",
    ),
]
_PANEL = "What the file is"
PianoTracks = Annotated[
    list[int] | None,
    typer.Option(
        "--track",
        metavar="NUMBER",
        help="A track that is the piano, 0 the first; may be said several times.  Without it "
        "those that a piano plays.",
        rich_help_panel=_PANEL,
    ),
]
Hands = Annotated[
    str | None,
    typer.Option(
        metavar="RIGHT,LEFT",
        help="The tracks of the two hands, where names and pitch do not tell.",
        rich_help_panel=_PANEL,
    ),
]
Pickup = Annotated[
    float | None,
    typer.Option(
        metavar="QUARTERS",
        help="Length of an upbeat that the file's metres do not tell of.",
        rich_help_panel=_PANEL,
    ),
]
# Of what is composed around, over or under a file.
PieceOutput = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE_OR_DIR",
        help="The MIDI file, or another (.pdf, .wav ...) in its place, or the folder for it, "
        "or - for standard output; without it a name in this folder that is not taken, made "
        "of the file's own.",
        rich_help_panel=file_options.PANEL,
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Of names and texts in the file, such as cp932 (Shift-JIS), gbk or cp1251; guessed if "
        "not given.",
        rich_help_panel=_PANEL,
    ),
]
Beats = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="estimate: lay bar lines, in 4/4, where the beats of free playing are heard.",
        rich_help_panel=_PANEL,
    ),
]
German = Annotated[
    bool,
    typer.Option(
        "--german",
        help="--key, and --chords where there are, in German: H is B and B is B flat; Es, Fis; a "
        "small letter is minor; h-Moll.",
    ),
]
MaxCopy = Annotated[
    int | None,
    typer.Option(
        metavar="NUMBER",
        help="Most notes in a row that the new bars may share with the training music.",
    ),
]
BarsSeed = Annotated[
    int | None,
    typer.Option(
        metavar="NUMBER",
        help="Same seed, same bars: a whole number from 0; drawn and told when not given.",
    ),
]
Temperature = Annotated[float, typer.Option(metavar="NUMBER", help=CONTROLS["temperature"].help)]
Force = Annotated[bool, typer.Option("--force", help="Overwrite the file named.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object a line for each take.")]
KeyAround = Annotated[
    str | None,
    typer.Option(metavar="KEY", help="Of the bars; the one heard around them if not given."),
]
_FINEST_UPBEAT = 96
_ESTIMATE = "estimate"


@dataclass(frozen=True, slots=True)
class Source:
    """What is said of a file that is read."""

    pickup: Pickup = None
    beats: Beats = None
    encoding: Encoding = None
    safe: Safe = False

    def said(self) -> dict[str, Any]:
        """What the engine takes of it.

        Raises:
            ControlError: something impossible.
        """
        check_beats(self.beats)
        return {"pickup": upbeat_of(self.pickup)}

    def read(self, file: str) -> Document:
        """The file, as `read`."""
        return midi_files.read(file, safe=self.safe, encoding=self.encoding, beats=self.beats)


@dataclass(frozen=True, slots=True)
class PianoSource(Source):
    """What is said of a file in which a piano plays."""

    track: PianoTracks = None
    hands: Hands = None

    def said(self) -> dict[str, Any]:
        """As `Source.said`."""
        return {
            **Source.said(self), "tracks": self.track or (), "hands": two_tracks(self.hands)
        }  # fmt: skip


def two_tracks(text: str | None) -> tuple[int, int] | None:
    """The tracks of the right and the left hand in ``1,2``.

    Raises:
        ControlError: not of that form, or one track twice.
    """
    if text is None:
        return None
    right, comma, left = text.partition(",")
    if not (comma and right.strip().isdecimal() and left.strip().isdecimal()):
        raise ControlError(f"--hands {text}: write the right hand's track and the left's, as 1,2")
    if int(right) == int(left):
        raise ControlError(f"--hands {text}: one track for both: name it with --track instead")
    return int(right), int(left)


def upbeat_of(quarters: float | None) -> Fraction | None:
    """A pickup in quarter notes.

    Raises:
        ControlError: no length.
    """
    if quarters is None:
        return None
    if not 0 < quarters < float("inf"):
        raise ControlError(f"pickup must be a length in quarter notes, not {quarters:g}")
    return Fraction(quarters).limit_denominator(_FINEST_UPBEAT)


def bars_named(option: str, text: str) -> tuple[int, int]:
    """First and last bar of ``5-12`` or ``5``.

    Raises:
        ControlError: not of that form.
    """
    found = _BARS.fullmatch(text)
    if not found:
        raise ControlError(f"{option} {text}: write the first and the last bar, as in 5-12")
    return int(found[1]), int(found[2] or found[1])


def check_beats(beats: str | None) -> None:
    """See that beats are asked for in a way that is known.

    Raises:
        ControlError: they are not.
    """
    if beats not in (None, _ESTIMATE):
        raise ControlError(f"unknown beats '{beats}': use {_ESTIMATE}")


def key_of(text: str | None, *, german: bool = False) -> Key | None:
    """The key that is named, if one is.

    Raises:
        ControlError: none that is known.
    """
    from melodymuse.music.german_names import key_from_german
    from melodymuse.music.theory import Key

    if text is None:
        return None
    return Key.parse(key_from_german(text) if german else text)


def from_german(controls: Said) -> Said:
    """Controls whose chords and key are in German, as others write them."""
    from melodymuse.music.german_names import chords_from_german, key_from_german

    said: Said = {**controls}
    if chords := controls.get("chords"):
        said["chords"] = chords_from_german(chords)
    if isinstance(key := controls.get("key"), str):
        said["key"] = key_from_german(key)
    return said
