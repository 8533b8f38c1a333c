"""Every format that a score can be written in: one table, from a file's suffix to its bytes.

A suffix may stand for two kinds: ``.png`` and ``.svg`` are a picture of the notes unless the
printed score is asked for.  Encoders are imported when they are used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from melodymuse.errors import MissingExtraError, OutputError
from melodymuse.files import whole_file
from melodymuse.music.score import Score
from melodymuse.stages import stage

if TYPE_CHECKING:
    from melodymuse.audio import Sound
    from melodymuse.music.emotion import EmotionProfile

# Of `pictures.themes`, which only pictures need.
DEFAULT_THEME = "light"


# What a file shows of a score.
Kind = Literal["midi", "score", "lead", "roll", "audio"]


@dataclass(frozen=True, slots=True)
class Options:
    """How a score shall be written; each format takes what concerns it.

    Attributes:
        sound: how a sound file shall sound; None for the defaults.
        theme: ``"light"`` or ``"dark"``, for a picture of the notes.
        chord_track: put the chords, as block chords, on a third track of a MIDI file.
        tune_track: take the tune out of the right hand's track of a MIDI file, onto its own.
        picture: what the piece was composed from, drawn beside the notes.
        profile: what is felt, drawn beside the notes.
        midi: the MIDI file that the score was read from, to be written and heard as it stands.
    """

    sound: Sound | None = None
    theme: str = DEFAULT_THEME
    chord_track: bool = False
    tune_track: bool = False
    picture: Any = None
    profile: EmotionProfile | None = None
    midi: bytes | None = None


class Wishes(TypedDict, total=False):
    """The fields of `Options`, for signatures."""

    sound: Sound | None
    theme: str
    chord_track: bool
    tune_track: bool
    picture: Any
    profile: EmotionProfile | None
    midi: bytes | None


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a score.

    Attributes:
        kind: what it shows.
        suffixes: the file names it takes, small letters.
        encode: score, suffix and options -> the bytes of the file; the same give the same.
        needs: packages of the extra, without which it cannot be written.
        extra: what installs them.
    """

    kind: Kind
    suffixes: tuple[str, ...]
    encode: Callable[[Score, str, Options], bytes]
    needs: tuple[str, ...] = ()
    extra: str = ""

    def check(self) -> None:
        """See, before any work is done, that what it needs is installed.

        Raises:
            MissingExtraError: it is not.
        """
        for package in self.needs:
            if find_spec(package) is None:
                raise MissingExtraError(package, self.extra, f"writing {self.suffixes[0]} files")


def _midi(score: Score, _: str, options: Options) -> bytes:
    from melodymuse.midi.writer import midi_bytes

    return options.midi or midi_bytes(
        score, chord_track=options.chord_track, tune_track=options.tune_track
    )


def _musicxml(score: Score, *_: object) -> bytes:
    from melodymuse.engraving.musicxml_writer import musicxml_bytes

    return musicxml_bytes(score)


def _print(score: Score, suffix: str, _: Options) -> bytes:
    from melodymuse.engraving.printing import printed_bytes

    return printed_bytes(score, suffix)


def _lead(score: Score, suffix: str, _: Options) -> bytes:
    from melodymuse.engraving.lead_sheet import lead_sheet_bytes

    return lead_sheet_bytes(score, suffix)


def _roll(score: Score, suffix: str, options: Options) -> bytes:
    from melodymuse.pictures.roll import roll_bytes

    return roll_bytes(
        score, suffix, picture=options.picture, profile=options.profile, theme=options.theme
    )


def _sound(score: Score, suffix: str, options: Options) -> bytes:
    from melodymuse.audio.rendering import Sound, render
    from melodymuse.midi.writer import midi_bytes

    sound = options.sound
    if score.loops:
        sound = replace(sound or Sound(), loop=True)
    return render(options.midi or midi_bytes(score), sound).to_bytes(suffix)


# Of two formats with one suffix the first is meant unless the other's kind is named.
FORMATS = (
    Format("midi", (".mid", ".midi"), _midi),
    Format("score", (".musicxml", ".xml"), _musicxml),
    Format("roll", (".png", ".svg"), _roll),
    Format("score", (".pdf", ".svg", ".png"), _print, ("verovio", "typst"), "score"),
    Format("lead", (".musicxml", ".xml"), _lead),
    Format("lead", (".pdf", ".svg", ".png"), _lead, ("verovio", "typst"), "score"),
    Format("audio", (".wav", ".flac", ".ogg", ".mp3"), _sound, ("soundfile",), "audio"),
)


def suffixes(kind: Kind | None = None) -> tuple[str, ...]:
    """The suffixes of a kind, or all."""
    known = (form.suffixes for form in FORMATS if kind in (None, form.kind))
    return tuple(dict.fromkeys(suffix for some in known for suffix in some))


def format_of(path: str | PathLike[str], kind: Kind | None = None) -> Format:
    """The format that a file's name, or a bare suffix, stands for.

    Raises:
        OutputError: none of that kind has such a suffix.
    """
    suffix = _suffix(path)
    for form in FORMATS:
        if suffix in form.suffixes and kind in (None, form.kind):
            return form
    known = ", ".join(suffixes(kind))
    raise OutputError(f"{path}: cannot tell the format: use a name ending in {known}")


def encode(
    score: Score, suffix: str, kind: Kind | None = None, options: Options | None = None
) -> bytes:
    """A score as the bytes of a file; see `Score.to_bytes`."""
    return format_of(suffix, kind).encode(score, _suffix(suffix), options or Options())


def write_files(
    score: Score,
    paths: Iterable[tuple[str | PathLike[str], Kind | None]],
    *,
    overwrite: bool = False,
    options: Options | None = None,
) -> tuple[Path, ...]:
    """Write a score to several files: all of them appear, or none.

    Args:
        score: what to write.
        paths: each file's name and its kind; None for the one that its suffix suggests.
        overwrite: replace files that exist.
        options: how it shall be written; None for the defaults.

    Returns:
        The paths written.

    Raises:
        NameTakenError: a file exists.
        OutputError: an unknown suffix, a file named twice, or a folder that cannot be written.
        MelodyMuseError: what a format raises.
    """
    try:
        targets = [(Path(path), kind) for path, kind in paths]
    except TypeError as error:
        raise OutputError(f"a file's name must be text or a path: {error}") from error
    formats = {path: format_of(path, kind) for path, kind in targets}
    if len(formats) < len(targets):
        raise OutputError("a file is named twice: give each file a name of its own")
    with ExitStack() as stack:
        # The first gets its name first: where another process took that, none has appeared yet.
        besides = {
            path: stack.enter_context(whole_file(path, overwrite=overwrite))
            for path in reversed(formats)
        }
        for path, form in formats.items():
            with stage(f"write {form.kind}"):
                besides[path].write_bytes(form.encode(score, _suffix(path), options or Options()))
    return tuple(formats)


def _suffix(name: str | PathLike[str]) -> str:
    path = Path(name)
    return (path.suffix or path.name).lower()
