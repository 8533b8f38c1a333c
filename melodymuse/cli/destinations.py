"""Where a piece's files go: named by the user, or by the piece itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack, get_args

from melodymuse.errors import OutputError
from melodymuse.files import at_unused_path
from melodymuse.naming import take_path
from melodymuse.outputs import (
    DEFAULT_THEME,
    Kind,
    Options,
    Wishes,
    format_of,
    suffixes,
    write_files,
)

if TYPE_CHECKING:
    from melodymuse.music.score import Score

KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Written:
    """The files of one piece by what they show, the one that bears its name first."""

    files: Mapping[Kind, Path]

    @property
    def first(self) -> Path:
        """The file that the piece is called by."""
        return next(iter(self.files.values()))

    def as_dict(self) -> dict[str, Any]:
        """Each kind's path, ready for JSON; None for what was not asked for."""
        return {kind: str(self.files[kind]) if kind in self.files else None for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Destinations:
    """What the user said about files.

    Attributes:
        folder: where the MIDI file goes when it has no name; None when ``-o`` names a file.
        named: the files that have one.
        force: overwrite the files named.
        theme: the colours of the picture of the notes.
        chord_track: put the chords on a track of the MIDI file.
        tune_track: put the tune on one.
    """

    folder: Path | None
    named: Mapping[Kind, Path]
    force: bool
    theme: str = DEFAULT_THEME
    chord_track: bool = False
    tune_track: bool = False

    @classmethod
    def of(
        cls,
        output: str | None,
        score: str | None,
        roll: str | None,
        audio: str | None = None,
        lead: str | None = None,
        *,
        theme: str = DEFAULT_THEME,
        force: bool,
        chord_track: bool = False,
        tune_track: bool = False,
    ) -> Destinations:
        """Read the options ``-o``, ``--score``, ``--lead``, ``--roll``, ``--audio``, ``--theme``,
        ``--force``, ``--chord-track``, ``--tune-track``.

        Raises:
            OutputError: a name from which the file's format cannot be told, or that asks for what
                another option names.
            ControlError: an unknown theme.
        """
        if theme != DEFAULT_THEME:
            from melodymuse.pictures.themes import theme_named

            theme_named(theme)
        folder: Path | None = Path()
        named: dict[Kind, Path] = {}
        if output == "":
            raise OutputError("-o is empty: name a file or a folder")
        if output is not None:
            separators = tuple(filter(None, (os.sep, os.altsep)))
            if Path(output).is_dir() or output.endswith(separators):
                folder = Path(output)
            else:
                folder, path = None, _with_suffix("-o", output, suffixes())
                named[format_of(path).kind] = path
        beside: dict[Kind, str | None] = {
            "score": score, "lead": lead, "roll": roll, "audio": audio
        }  # fmt: skip
        for kind, name in beside.items():
            if name is not None:
                if kind in named:
                    raise OutputError(f"-o {output} and --{kind} name the same: leave one out")
                named[kind] = _with_suffix(f"--{kind}", name, suffixes(kind))
        return cls(folder, named, force, theme, chord_track, tune_track)

    @property
    def audio(self) -> Path | None:
        """The sound file asked for, if any."""
        return self.named.get("audio")

    def check(self, takes: int) -> None:
        """See that the named files can be written, before any work is done.

        Raises:
            OutputError: a file exists and `force` was not said, there is no such folder, or one
                name was given twice.
            MissingExtraError: a package that a format needs is not installed.
        """
        paths = list(self.named.values())
        for number, (kind, path) in enumerate(self.named.items()):
            if path in paths[:number]:
                raise OutputError(f"{path} is named twice: give each file a name of its own")
            if not path.parent.is_dir():
                raise OutputError(f"{path}: there is no folder '{path.parent}'")
            for take in range(1, takes + 1):
                self._check_free(take_path(path, take))
            format_of(path, kind).check()

    def check_beside(self, suffix: str, takes: int) -> None:
        """As `check`, of what is written beside the first named file under another suffix."""
        for path in [*self.named.values()][:1] if self.folder is None else []:
            for take in range(1, takes + 1):
                self._check_free(take_path(path, take).with_suffix(suffix))

    def _check_free(self, target: Path) -> None:
        if target.exists() and not self.force:
            raise OutputError(
                f"{target} exists already: choose another name, or --force to overwrite it"
            )

    def write(self, score: Score, stem: str, take: int = 1, **beside: Unpack[Wishes]) -> Written:
        """Write a take's files, all of them or none.

        Args:
            score: what to write.
            stem: what the MIDI file is called, without suffix, when ``-o`` named no file.
            take: 1 for the first piece, and so on.
            **beside: how it shall be written, but for what the user said already.

        Raises:
            OutputError: a file cannot be written.
        """
        targets = {kind: take_path(path, take) for kind, path in self.named.items()}
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
        said: Wishes = {
            "theme": self.theme,
            "chord_track": self.chord_track,
            "tune_track": self.tune_track,
            **beside,
        }
        options = Options(**said)

        def write(files: Mapping[Kind, Path]) -> Written:
            paths = [(path, kind) for kind, path in files.items()]
            write_files(score, paths, overwrite=self.force, options=options)
            return Written(files)

        if self.folder is None:
            return write(targets)
        own = take_path(self.folder / f"{stem}.mid", take)
        return at_unused_path(own, lambda midi: write({"midi": midi, **targets}))


def _with_suffix(option: str, name: str, known: tuple[str, ...]) -> Path:
    path = Path(name)
    if path.suffix.lower() not in known:
        raise OutputError(f"{option} {name}: the name must end in {' or '.join(known)}")
    return path
