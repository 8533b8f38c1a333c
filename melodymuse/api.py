"""The Python interface: a picture or an emotion in, a piece out.

Conventions: valence and arousal lie in -1..1, probabilities sum to 1 in EmoSet's order, tempo is in
quarter notes a minute, times within a score are ticks of 1/480 quarter note.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from melodymuse.errors import ControlError, ImageError, OutputError
from melodymuse.files import whole_file
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.score import Score
from melodymuse.planning.controls import Controls, controls_for

if TYPE_CHECKING:
    from melodymuse.audio import Rendering, Sound
    from melodymuse.vision import Analysis, Eye
    from melodymuse.writing.network import NoteNetwork

# Of `pictures.themes`, which only pictures need.
DEFAULT_THEME = "light"

# Short enough to be read out and typed again.
_SEEDS = 10**9


@dataclass(frozen=True, slots=True)
class Piece:
    """A composed piece, with everything that it came from.

    Attributes:
        score: the notes, chords and sections.
        profile: the emotion that was seen or asked for.
        expressed: what the music says of it.  Without a picture the same; a picture's feeling is
            heightened first (`EmotionProfile.heightened`), because photographs lie close together.
        controls: key, tempo, seed and all else that decided it.
        analysis: what was seen in the picture; None when there was none.
        picture: the picture as it was given, drawn beside the piano roll; None when there was none.
    """

    score: Score
    profile: EmotionProfile
    expressed: EmotionProfile
    controls: Controls
    analysis: Analysis | None = None
    picture: Any = None

    @property
    def seed(self) -> int:
        """The seed: with the same input, options and version it gives the same bytes."""
        return self.controls.seed

    def render(self, sound: Sound | None = None) -> Rendering:
        """Play the piece through a soundfont, for listening or for `Rendering.write`.

        Args:
            sound: soundfont, engine, loudness and so on; None for the defaults.

        Raises:
            AudioError: no engine works, or the soundfont is missing or damaged.
            MissingExtraError: a package of the extra ``audio`` is not installed.
        """
        from melodymuse.audio.rendering import render
        from melodymuse.midi.writer import midi_bytes

        return render(midi_bytes(self.score), sound)

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
        overwrite: bool = False,
        sound: Sound | None = None,
        theme: str = DEFAULT_THEME,
        chord_track: bool = False,
    ) -> Path:
        """Write the piece to a file, in the format that the suffix names.

        Args:
            path: ``.mid`` or ``.midi``; ``.musicxml``, ``.xml`` or ``.pdf``, the printed score;
                ``.png`` or ``.svg``, a picture of the notes; ``.wav``, ``.flac``, ``.ogg`` or
                ``.mp3``, how it sounds.  The file appears whole or not at all.
            overwrite: replace the file if it exists.
            sound: how it shall sound, for a sound file; None for the defaults.
            theme: ``"light"`` or ``"dark"``, for a picture of the notes.
            chord_track: put the chords, as block chords, on a third track of a MIDI file.

        Returns:
            The path written.

        Raises:
            OutputError: an unknown suffix, an existing file, or a folder that cannot be written.
            AudioError, MissingExtraError: a sound file, as `render`.
            ControlError: an unknown theme.
        """
        return self.write_all(
            [path], overwrite=overwrite, sound=sound, theme=theme, chord_track=chord_track
        )[0]

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
        sound: Sound | None = None,
        theme: str = DEFAULT_THEME,
        chord_track: bool = False,
    ) -> tuple[Path, ...]:
        """Write the piece to several files, each of `paths` as `write` does and each of `printed`
        as `write_score` does: all of them appear, or none.

        Raises:
            OutputError: as those, or one file is named twice.
        """
        try:
            pieces, scores = (tuple(Path(path) for path in given) for given in (paths, printed))
        except TypeError as error:
            raise OutputError(f"a file's name must be text or a path: {error}") from error
        targets = (*pieces, *scores)
        if len(set(targets)) < len(targets):
            raise OutputError("a file is named twice: give each file a name of its own")
        writers = [
            *(_writer_for(target, sound, theme, chord_track) for target in pieces),
            *(_score_writer_for(target) for target in scores),
        ]
        with ExitStack() as stack:
            for target, writer in zip(targets, writers, strict=True):
                writer(self, stack.enter_context(whole_file(target, overwrite=overwrite)))
        return targets


def draw_seed() -> int:
    """A seed for a piece that shall be a surprise: the one place where chance comes in."""
    return secrets.randbelow(_SEEDS)


def analyze(image: Any, eye: Eye | None = None) -> Analysis:
    """What a picture shows and how it feels.

    Args:
        image: a path (``str`` or path-like), the bytes of an image file, a PIL image, or a numpy
            array of shape (height, width), (height, width, 3) RGB or (height, width, 4) RGBA.
        eye: who looks, as `melodymuse.vision.eyes.opening.open_eye` gives it; None for the built-in
            eye.

    Returns:
        The analysis: `features` (each with its unit in `melodymuse.vision`), `profile` with the
        probabilities of the eight emotions, valence and arousal.

    Raises:
        ImageError: the picture cannot be read or used.
        ModelError: the eye gives no answer.
    """
    from melodymuse.vision import analyze as look

    return look(image, eye)


def compose(
    image_or_emotion: Any = None,
    *,
    emotion: str | None = None,
    valence: float | None = None,
    arousal: float | None = None,
    seed: int | None = None,
    title: str | None = None,
    network: NoteNetwork | None = None,
    eye: Eye | None = None,
    **controls: Any,
) -> Piece:
    """Compose a piano piece for a picture or an emotion.

    Args:
        image_or_emotion: a picture as `analyze` takes it, an `Analysis`, the name of one of the
            eight emotions (a file of that name goes first), or an `EmotionProfile`; None when
            `emotion` or `valence` and `arousal` say it all.
        emotion: one of the eight emotions, in place of the one seen in the picture.
        valence: unpleasant -1 .. pleasant 1, in place of what was seen.
        arousal: calm -1 .. excited 1, in place of what was seen.
        seed: the only source of randomness; None draws one, which `Piece.seed` tells.
        title: the piece's title; None takes the picture's name or the emotion's.
        network: the note generator, for whoever composes many pieces and loads it once, with
            `NoteNetwork.shipped()`; None loads it.
        eye: who looks at the picture, as for `analyze`; the piece's provenance names it.
        **controls: any field of `Controls` (``key="D minor"``, ``tempo=72``, ``bars=16``,
            ``form="AABA"``, ``chords="C | Am | F G | C"`` ...); what is not given follows from the
            emotion.

    Raises:
        ImageError: the picture cannot be read or used.
        ControlError: nothing to compose from, an unknown control or an impossible value.
    """
    from melodymuse.writing.composer import compose_score

    analysis, base, source = _read(image_or_emotion, eye)
    profile = felt(base, emotion=emotion, valence=valence, arousal=arousal)
    chosen = draw_seed() if seed is None else seed
    stirred = base if analysis is None or base is None else base.heightened()
    expressed = felt(stirred, emotion=emotion, valence=valence, arousal=arousal)
    wishes = controls_for(expressed, seed=chosen, **controls)
    if title is None:
        title = Path(source).stem or profile.emotion.capitalize()
    score = compose_score(wishes, profile, source=source, title=title, network=network)
    if analysis is not None and analysis.eye:
        score = _disclosing(score, analysis.eye)
    picture = None if analysis is None or image_or_emotion is analysis else image_or_emotion
    return Piece(score, profile, expressed, wishes, analysis, picture)


def felt(
    base: EmotionProfile | None,
    *,
    emotion: str | None = None,
    valence: float | None = None,
    arousal: float | None = None,
) -> EmotionProfile:
    """What the piece shall express: what was seen, with what the user says put over it.

    A named emotion replaces the profile; a valence or an arousal then moves it along that axis.
    Without a named emotion they move the place on the plane, and the emotions follow the place.

    Raises:
        ControlError: an unknown emotion, a value outside -1..1, or too little to go on.
    """
    if emotion is not None:
        named = EmotionProfile.of(emotion)
        return replace(
            named,
            valence=named.valence if valence is None else valence,
            arousal=named.arousal if arousal is None else arousal,
        )
    if base is None:
        if valence is None or arousal is None:
            raise ControlError(
                "nothing to compose from: give a picture, an emotion, or both valence and arousal"
            )
        return EmotionProfile.at(valence, arousal)
    if valence is None and arousal is None:
        return base
    return EmotionProfile.at(
        base.valence if valence is None else valence,
        base.arousal if arousal is None else arousal,
    )


def _disclosing(score: Score, eye: str) -> Score:
    """The score with the eye that looked at the picture in its provenance."""
    if score.provenance is None:
        return score
    facts = (*score.provenance.controls, ("eye", eye.replace(";", ",")))
    return replace(score, provenance=replace(score.provenance, controls=facts))


def _read(given: Any, eye: Eye | None) -> tuple[Analysis | None, EmotionProfile | None, str]:
    """The analysis, profile and name of whatever a user composes from."""
    if given is None:
        return None, None, ""
    if isinstance(given, EmotionProfile):
        return None, given, ""
    if isinstance(given, str) and not os.path.exists(given):
        if given.casefold() in EMOTIONS:
            return None, EmotionProfile.of(given), ""
        if not Path(given).suffix:
            raise ImageError(
                f"there is no picture '{given}', and no emotion of that name: "
                f"the emotions are {', '.join(EMOTIONS)}"
            )
    from melodymuse.vision import Analysis

    analysis = given if isinstance(given, Analysis) else analyze(given, eye)
    # The name alone: the same picture gives the same file wherever it lies.
    return analysis, analysis.profile, Path(analysis.name).name


def _writer_for(
    path: Path, sound: Sound | None, theme: str, chord_track: bool
) -> Callable[[Piece, Path], None]:
    suffix = path.suffix.lower()
    if suffix in MIDI_SUFFIXES:
        return partial(_write_midi, chord_track=chord_track)
    if suffix in SOUND_SUFFIXES:
        return partial(_write_sound, sound=sound)
    if suffix in ROLL_SUFFIXES:
        return partial(_draw_roll, theme=theme)
    writer = WRITERS.get(suffix)
    if writer is None:
        known = ", ".join([*MIDI_SUFFIXES, *WRITERS, *ROLL_SUFFIXES, *SOUND_SUFFIXES])
        raise OutputError(f"{path}: cannot tell the format: use a name ending in {known}")
    return writer


def _score_writer_for(path: Path) -> Callable[[Piece, Path], None]:
    suffix = path.suffix.lower()
    if suffix not in SCORE_SUFFIXES:
        known = ", ".join(SCORE_SUFFIXES)
        raise OutputError(f"{path}: cannot tell the format: use a name ending in {known}")
    return WRITERS.get(suffix, _print_score)


def _write_midi(piece: Piece, path: Path, *, chord_track: bool) -> None:
    from melodymuse.midi.writer import write_midi

    write_midi(piece.score, path, chord_track=chord_track, overwrite=True)


def _write_musicxml(piece: Piece, path: Path) -> None:
    from melodymuse.engraving.musicxml_writer import write_musicxml

    write_musicxml(piece.score, path, overwrite=True)


def _print_score(piece: Piece, path: Path) -> None:
    from melodymuse.engraving.printing import print_score

    print_score(piece.score, path, overwrite=True)


def _draw_roll(piece: Piece, path: Path, *, theme: str) -> None:
    from melodymuse.pictures.roll import draw_roll

    draw_roll(
        piece.score,
        path,
        picture=piece.picture,
        profile=piece.profile,
        theme=theme,
        overwrite=True,
    )


def _write_sound(piece: Piece, path: Path, *, sound: Sound | None) -> None:
    piece.render(sound).write(path, overwrite=True)


# As `pictures.roll`, `engraving.printing` and `audio.formats` write them; named here because
# loading those takes time.
MIDI_SUFFIXES = (".mid", ".midi")
ROLL_SUFFIXES = (".png", ".svg")
SCORE_SUFFIXES = (".musicxml", ".xml", ".pdf", ".svg", ".png")
SOUND_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")

WRITERS: Mapping[str, Callable[[Piece, Path], None]] = MappingProxyType(
    {
        ".musicxml": _write_musicxml,
        ".xml": _write_musicxml,
        ".pdf": _print_score,
    }
)
