"""Where a piece's files go: named by the user, or by the piece itself."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from melodymuse.api import (
    DEFAULT_THEME,
    MIDI_SUFFIXES,
    ROLL_SUFFIXES,
    SCORE_SUFFIXES,
    SOUND_SUFFIXES,
    Piece,
)
from melodymuse.errors import OutputError
from melodymuse.files import unused_path
from melodymuse.naming import stem_for, take_path

if TYPE_CHECKING:
    from melodymuse.audio import Sound


@dataclass(frozen=True, slots=True)
class Written:
    """The files of one piece; None for what was not asked for."""

    midi: Path
    score: Path | None = None
    roll: Path | None = None
    audio: Path | None = None

    @property
    def unprinted(self) -> tuple[Path, ...]:
        """The files beside the printed score, whose suffix may be that of a picture."""
        found = (self.midi, self.roll, self.audio)
        return tuple(path for path in found if path is not None)

    @property
    def printed(self) -> tuple[Path, ...]:
        """The printed score, if there is one."""
        return () if self.score is None else (self.score,)


@dataclass(frozen=True, slots=True)
class Destinations:
    """What the user said about files.

    Attributes:
        folder: where the MIDI file goes when it has no name.
        midi: the MIDI file's name; None for a name made of picture, emotion, key and tempo.
        score: the printed score, None for none.
        roll: the picture of the notes, None for none.
        force: overwrite the files named.
        audio: the sound file, None for none.
        theme: the colours of the picture of the notes.
        chord_track: put the chords on a track of the MIDI file.
    """

    folder: Path
    midi: Path | None
    score: Path | None
    roll: Path | None
    force: bool
    audio: Path | None = None
    theme: str = DEFAULT_THEME
    chord_track: bool = False

    @classmethod
    def of(
        cls,
        output: str | None,
        score: str | None,
        roll: str | None,
        audio: str | None = None,
        *,
        theme: str = DEFAULT_THEME,
        force: bool,
        chord_track: bool = False,
    ) -> Destinations:
        """Read the options ``-o``, ``--score``, ``--roll``, ``--audio``, ``--theme``, ``--force``,
        ``--chord-track``.

        Raises:
            OutputError: a name from which the file's format cannot be told.
            ControlError: an unknown theme.
        """
        if theme != DEFAULT_THEME:
            from melodymuse.pictures.themes import theme_named

            theme_named(theme)
        folder, midi = Path(), None
        if output == "":
            raise OutputError("-o is empty: name a file or a folder")
        if output is not None:
            separators = tuple(filter(None, (os.sep, os.altsep)))
            if Path(output).is_dir() or output.endswith(separators):
                folder = Path(output)
            else:
                midi = _with_suffix("-o", output, MIDI_SUFFIXES)
        return cls(
            folder,
            midi,
            None if score is None else _with_suffix("--score", score, SCORE_SUFFIXES),
            None if roll is None else _with_suffix("--roll", roll, ROLL_SUFFIXES),
            force,
            None if audio is None else _with_suffix("--audio", audio, SOUND_SUFFIXES),
            theme,
            chord_track,
        )

    def check(self, takes: int) -> None:
        """See that the named files can be written, before any work is done.

        Raises:
            OutputError: a file exists and `force` was not said, there is no such folder, or one
                name was given twice.
        """
        named = [
            path for path in (self.midi, self.score, self.roll, self.audio) if path is not None
        ]
        for number, path in enumerate(named):
            if path in named[:number]:
                raise OutputError(f"{path} is named twice: give each file a name of its own")
            if not path.parent.is_dir():
                raise OutputError(f"{path}: there is no folder '{path.parent}'")
            for take in range(1, takes + 1):
                target = take_path(path, take)
                if target.exists() and not self.force:
                    raise OutputError(
                        f"{target} exists already: choose another name, or --force to overwrite it"
                    )

    def write(self, piece: Piece, source: str, take: int, sound: Sound | None = None) -> Written:
        """Write a take's files, all of them or none.

        Args:
            piece: what to write.
            source: the picture's name, empty when there was none.
            take: 1 for the first piece, and so on.
            sound: how the sound file shall sound.

        Raises:
            OutputError: a file cannot be written.
        """
        if self.midi is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            stem = stem_for(source, piece.profile.emotion, piece.controls)
            midi = unused_path(take_path(self.folder / f"{stem}.mid", take))
        else:
            midi = take_path(self.midi, take)
        score = None if self.score is None else take_path(self.score, take)
        roll = None if self.roll is None else take_path(self.roll, take)
        audio = None if self.audio is None else take_path(self.audio, take)
        written = Written(midi, score, roll, audio)
        piece.write_all(
            written.unprinted,
            printed=written.printed,
            overwrite=self.force,
            sound=sound,
            theme=self.theme,
            chord_track=self.chord_track,
        )
        return written


def _with_suffix(option: str, name: str, suffixes: tuple[str, ...]) -> Path:
    path = Path(name)
    if path.suffix.lower() not in suffixes:
        raise OutputError(f"{option} {name}: the name must end in {' or '.join(suffixes)}")
    return path
