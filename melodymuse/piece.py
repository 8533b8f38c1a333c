"""A composed piece, with everything that it came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.score import Score, plain_number
from melodymuse.outputs import Kind, Options, Wishes, write_files
from melodymuse.planning.controls import CONTROL_NAMES, Controls
from melodymuse.planning.plan import Plan

if TYPE_CHECKING:
    from melodymuse.audio import Rendering, Sound
    from melodymuse.vision import Analysis
    from melodymuse.writing.originality import Originality


_Target = tuple[str | PathLike[str], Kind | None]


@dataclass(frozen=True, slots=True)
class Piece:
    """A composed piece, with everything that it came from.

    Attributes:
        score: the notes, chords and sections.
        plan: what was composed.
        analysis: what was seen in the picture; None when there was none.
        picture: the picture as it was given, drawn beside the piano roll; None when there was none.
        originality: what its melody shares with the music that the networks learned from; None
            where nobody looked.
    """

    score: Score
    plan: Plan
    analysis: Analysis | None = None
    picture: Any = None
    originality: Originality | None = None

    @property
    def profile(self) -> EmotionProfile:
        """The emotion that was seen or asked for."""
        return self.plan.profile

    @property
    def expressed(self) -> EmotionProfile:
        """What the music says of it: a picture's feeling is heightened first
        (`EmotionProfile.heightened`), because photographs lie close together."""
        return self.plan.expressed

    @property
    def controls(self) -> Controls:
        """Key, tempo, seed and all else that decided it."""
        return self.plan.controls

    @property
    def seed(self) -> int:
        """The seed: with the same input, options and version it gives the same bytes."""
        return self.controls.seed

    def as_dict(self) -> dict[str, Any]:
        """Everything about the piece, ready for JSON: feeling, then `Score.as_dict`, then controls.

        Where it goes from feeling to feeling, `arc` tells each, with the `bar`, from 1, in which
        it begins, its mode and its tempo.  `chords` is the progression asked for;
        `composed_chords` are those of the music.
        """
        controls = {name: getattr(self.controls, name) for name in CONTROL_NAMES}
        arc = [
            {
                "name": stretch.name,
                "bar": stretch.start + 1,
                "emotion": stretch.expressed.emotion,
                "expressed": _felt(stretch.expressed),
                "key": str(stretch.controls.key),
                "tempo": plain_number(stretch.controls.tempo),
            }
            for stretch in self.plan.arc
        ]
        return {
            "emotion": self.profile.emotion,
            **_felt(self.profile),
            "expressed": _felt(self.expressed),
            **({"arc": arc} if arc else {}),
            **({"like": self.plan.like} if self.plan.like else {}),
            # The score tells of key, tempo and metre as they sound, and in words.
            **controls,
            **self.score.as_dict(),
            "originality": None if self.originality is None else self.originality.as_dict(),
        }

    def _repr_html_(self) -> str:
        """The piece as a notebook shows it: a card with a small player."""
        from melodymuse.card import card

        return card(self)

    def render(self, sound: Sound | None = None) -> Rendering:
        """Play the piece through a soundfont, for listening or for `Rendering.write`.

        Args:
            sound: soundfont, engine, loudness and so on; None for the defaults.

        Raises:
            AudioError: no engine works, or the soundfont is missing or damaged.
            MissingExtraError: a package of the extra ``audio`` is not installed.
        """
        from melodymuse.audio.rendering import Sound, render

        if self.score.loops:
            sound = replace(sound or Sound(), loop=True)
        return render(self.score.to_bytes(".mid"), sound)

    def play(self, sound: Sound | None = None) -> None:
        """Let the piece be heard, to its end; in a notebook, show a player.

        Raises:
            AudioError: as `render`; or the system has no program that plays sound.
        """
        from melodymuse.audio.playing import play

        play(self.render(sound))

    def write(
        self,
        path: str | PathLike[str],
        *,
        kind: Kind | None = None,
        overwrite: bool = False,
        **options: Unpack[Wishes],
    ) -> Path:
        """Write the piece to a file as `Score.write` does, a picture of the notes with the picture
        and the feeling beside it."""
        return self._write([(path, kind)], overwrite, options)[0]

    def write_score(self, path: str | PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the printed score to a file, in the format that the suffix names.

        Args:
            path: ``.musicxml`` or ``.xml``; ``.pdf``, A4 pages; ``.svg`` or ``.png``, one page as
                tall as need be.  The file appears whole or not at all.
            overwrite: replace the file if it exists.

        Raises:
            MissingExtraError: a package of the extra ``score`` is not installed, which all but
                MusicXML need.
            OutputError: an unknown suffix, an existing file, or a folder that cannot be written.
        """
        return self.write_all([], printed=[path], overwrite=overwrite)[0]

    def write_all(
        self,
        paths: Iterable[str | PathLike[str]],
        *,
        printed: Iterable[str | PathLike[str]] = (),
        overwrite: bool = False,
        **options: Unpack[Wishes],
    ) -> tuple[Path, ...]:
        """Write the piece to several files, each of `paths` as `write` does and each of `printed`
        as `write_score` does: all of them appear, or none.

        Raises:
            OutputError: as those, or one file is named twice.
        """
        targets: list[_Target] = [(path, None) for path in paths]
        targets += [(path, "score") for path in printed]
        return self._write(targets, overwrite, options)

    def _write(
        self, targets: Iterable[_Target], overwrite: bool, options: Wishes
    ) -> tuple[Path, ...]:
        beside: Wishes = {"picture": self.picture, "profile": self.profile, **options}
        return write_files(self.score, targets, overwrite=overwrite, options=Options(**beside))


def _felt(profile: EmotionProfile) -> dict[str, Any]:
    return {
        "probabilities": profile.as_dict(),
        "valence": profile.valence,
        "arousal": profile.arousal,
    }
