"""MIDI files that a command takes and gives back: from a path or standard input, to a name of their
own, a name that the user chose, or standard output."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from melodymuse.cli import file_options, terminal
from melodymuse.cli.safe_option import Safe, reader
from melodymuse.errors import ControlError, MidiError, OutputError
from melodymuse.files import at_unused_path, unused_path, write_bytes
from melodymuse.limits import MIDI_BYTES
from melodymuse.naming import take_path
from melodymuse.stages import stage_times

if TYPE_CHECKING:
    from melodymuse.engine import Take
    from melodymuse.midi.document import Document
    from melodymuse.music.theory import Key
    from melodymuse.planning.sayings import Said

Stages = Mapping[str, float]

STREAM = "-"
_BARS = re.compile(r"(\d+)(?:-(\d+))?")
_SUFFIXES = (".mid", ".midi")

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
KeyAround = Annotated[
    str | None,
    typer.Option(metavar="KEY", help="Of the bars; the one heard around them if not given."),
]
_FINEST_UPBEAT = 96
_ESTIMATE = "estimate"
T = TypeVar("T", bound="Take")


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
        return read(file, safe=self.safe, encoding=self.encoding, beats=self.beats)


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


@dataclass(frozen=True, slots=True)
class Takes:
    """How many versions are wanted, in which order."""

    takes: Annotated[
        int, typer.Option(metavar="NUMBER", help="Versions to write: seed, seed + 1 ...")
    ] = 1
    ranked: Annotated[
        bool,
        typer.Option(
            "--ranked",
            help="Of several takes the best first, and then those that are good and unlike the "
            "ones before them.",
        ),
    ] = False

    def check(self, seed: int | None) -> int:
        """See that there is something to write, and give the first seed.

        Raises:
            ControlError: there is not, there is nothing to compare, or seeds run out.
        """
        from melodymuse import api
        from melodymuse.planning.controls import LIMITS

        if self.takes < 1:
            raise ControlError(f"takes must be at least 1, not {self.takes}")
        if self.ranked and self.takes == 1:
            raise ControlError("--ranked compares several takes: say how many, as in --takes 8")
        first = api.draw_seed() if seed is None else seed
        if self.takes > 1 and first + self.takes - 1 > LIMITS["seed"][1]:
            raise ControlError(
                f"seed {first} leaves no room for {self.takes} takes: choose a lower one"
            )
        return first

    def composed(self, first: int, compose: Callable[[int], T]) -> Iterator[tuple[T, Stages]]:
        """What is composed from each seed, in the order wanted, and how long its stages took."""
        from melodymuse import api

        done = []
        for take in range(self.takes):
            what = "composing" if self.takes == 1 else f"composing take {take + 1} of {self.takes}"
            with terminal.waiting(what), stage_times() as times:
                made = compose(first + take)
            if self.ranked:
                done.append((made, times))
            else:
                yield made, times
        if done:
            with terminal.waiting(f"comparing {self.takes} takes"):
                order = api.engine.order([made for made, _ in done])
            yield from (done[index] for index in order)


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


def source_of(file: str) -> str | bytes:
    """A path as it is, and the bytes of standard input for ``-``.

    Raises:
        MidiError: there are too many of them.
    """
    if file != STREAM:
        return file
    largest = MIDI_BYTES.most
    data = sys.stdin.buffer.read(largest + 1)
    if len(data) > largest:
        raise MidiError(f"standard input has more than {largest / 2**20:g} MiB: split it")
    return data


def check_beats(beats: str | None) -> None:
    """See that beats are asked for in a way that is known.

    Raises:
        ControlError: they are not.
    """
    if beats not in (None, _ESTIMATE):
        raise ControlError(f"unknown beats '{beats}': use {_ESTIMATE}")


def read(
    file: str, *, safe: bool = False, encoding: str | None = None, beats: str | None = None
) -> Document:
    """The document of a path, or of standard input for ``-``, on bars of its own if its beats shall
    be estimated; one line on standard error tells of what was wrong with it.

    Raises:
        MidiError: it cannot be read, or no beat is heard.
    """
    from melodymuse.midi.file import load_document

    document = reader(load_document, safe=safe)(source_of(file), encoding or "")
    if document.faults:
        terminal.complain(f"{file}: {'; '.join(document.faults)}")
    if beats is None:
        return document
    from melodymuse.midi.beats import lay_bars

    return lay_bars(document)


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


def stem_of(file: str) -> str:
    """What files made of a file are called after."""
    return "input" if file == STREAM else Path(file).stem


def streams(file: str, output: str | None) -> bool:
    """Whether what is made of a file goes to standard output: as the user said, or unasked where
    the file came from standard input."""
    return output == STREAM or (output is None and file == STREAM)


def check_one(streamed: bool, *, takes: int, as_json: bool) -> None:
    """See that standard output gets one MIDI file and nothing else.

    Raises:
        ControlError: it would get more.
    """
    if streamed and (takes > 1 or as_json):
        raise ControlError("standard output takes one MIDI file: name a file with -o")


def place(file: str, output: str | None, ending: str, *, force: bool, take: int = 1) -> Path | None:
    """Where a file that is made of another goes: None for standard output, which is also what a
    file from standard input goes to.

    Args:
        file: what it is made of.
        output: what the user said.
        ending: of a name that the user did not choose, as in ``song-edited.mid``.
        force: the user's file may be overwritten.
        take: 1 for the first.

    Raises:
        OutputError: a name of another format or that is taken, or a folder that is not there.
    """
    if streams(file, output):
        return None
    if output == "":
        raise OutputError("-o is empty: name a file or a folder")
    if output is None or _names_folder(output):
        folder = Path(output or "")
        folder.mkdir(parents=True, exist_ok=True)
        return unused_path(take_path(folder / f"{stem_of(file)}-{ending}.mid", take))
    path = take_path(Path(output), take)
    if path.suffix.lower() not in _SUFFIXES:
        raise OutputError(f"-o {output}: the name must end in {' or '.join(_SUFFIXES)}")
    if path.exists() and not force:
        raise OutputError(f"{path} exists already: choose another name, or --force to overwrite it")
    return path


def _names_folder(output: str) -> bool:
    return output.endswith("/") or Path(output).is_dir()


def write(
    path: Path | None, document: Document, *, force: bool, output: str | None = None
) -> Path | None:
    """Write a document to a path, whole or not at all, or to standard output for None; gives the
    path, which is another where the name was ours and someone took it meanwhile."""
    data = document.to_bytes()
    if path is None:
        send(data)
        return None
    if output is None or _names_folder(output):
        return at_unused_path(path, lambda free: write_bytes(free, data))
    return write_bytes(path, data, overwrite=force)


def send(data: bytes) -> None:
    """Give a file to standard output."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
