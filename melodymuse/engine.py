"""The engine: what a picture or a feeling asks for, and the networks that look and compose.

One engine serves a whole process: it loads each network once, when it is first needed, and any
number of threads may use it at the same time.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, replace
from functools import partial
from os import PathLike
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, Unpack

from melodymuse.errors import ControlError, ImageError
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.score import Score
from melodymuse.piece import Piece
from melodymuse.planning.controls import Controls, Wishes, controls_for
from melodymuse.suggesting import instead

if TYPE_CHECKING:
    from melodymuse.vision import Analysis
    from melodymuse.writing.network import NoteNetwork

# Short enough to be read out and typed again.
_SEEDS = 10**9


class Eye(Protocol):
    """What looks at pictures: takes one as `Engine.analyze` does, from any thread."""

    def __call__(self, image: Any, /) -> Analysis: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What a piece shall be, before a note of it is written.

    Attributes:
        profile: the emotion that was seen or asked for.
        expressed: what the music shall say of it; a picture's feeling is heightened first
            (`EmotionProfile.heightened`), because photographs lie close together.
        controls: key, tempo, seed and all else that decides the music.
        title: the piece's title.
        source: the picture's name; empty when there was none.
        analysis: what was seen in the picture; None when there was none.
        picture: the picture as it was given; None when there was none.
    """

    profile: EmotionProfile
    expressed: EmotionProfile
    controls: Controls
    title: str = ""
    source: str = ""
    analysis: Analysis | None = None
    picture: Any = None


class Engine:
    """Looks at pictures and composes.

    Args:
        eye: what looks; None for the eye that comes with the package.
        network: the note generator; None for the one that comes with the package.
    """

    def __init__(self, *, eye: Eye | None = None, network: NoteNetwork | None = None) -> None:
        self._eye, self._network = eye, network
        self._lock = Lock()

    def analyze(self, image: Any) -> Analysis:
        """What a picture shows and how it feels.

        Args:
            image: a path (``str`` or path-like), the bytes of an image file, a PIL image, or a
                numpy array of shape (height, width), (height, width, 3) RGB or (height, width, 4)
                RGBA.

        Returns:
            The analysis: `features` (each with its unit in `melodymuse.vision`), `profile` with the
            probabilities of the eight emotions, valence and arousal.

        Raises:
            ImageError: the picture cannot be read or used.
            ModelError: the shipped weights are missing or damaged.
        """
        with self._lock:
            if self._eye is None:
                from melodymuse.vision import load_eye

                self._eye = load_eye()
            look = self._eye
        return look(image)

    def plan(
        self,
        image_or_emotion: Any = None,
        *,
        emotion: str | None = None,
        valence: float | None = None,
        arousal: float | None = None,
        seed: int | None = None,
        title: str | None = None,
        **controls: Unpack[Wishes],
    ) -> Plan:
        """What a piece shall be; takes and raises what `compose` does."""
        analysis, base, source = self._read(image_or_emotion)
        wished = partial(felt, emotion=emotion, valence=valence, arousal=arousal)
        profile = wished(base)
        expressed = wished(base if analysis is None or base is None else base.heightened())
        return Plan(
            profile,
            expressed,
            controls_for(expressed, seed=draw_seed() if seed is None else seed, **controls),
            title=title if title is not None else Path(source).stem or profile.emotion.capitalize(),
            source=source,
            analysis=analysis,
            picture=None if analysis is None or image_or_emotion is analysis else image_or_emotion,
        )

    def compose(
        self,
        image_or_emotion: Any = None,
        *,
        emotion: str | None = None,
        valence: float | None = None,
        arousal: float | None = None,
        seed: int | None = None,
        title: str | None = None,
        **controls: Unpack[Wishes],
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
            **controls: any field of `Controls` (``key="D minor"``, ``tempo=72``, ``bars=16``,
                ``form="AABA"``, ``chords="C | Am | F G | C"`` ...); what is not given follows from
                the emotion.

        Raises:
            ImageError: the picture cannot be read or used.
            ControlError: nothing to compose from, an unknown control or an impossible value.
        """
        plan = self.plan(
            image_or_emotion,
            emotion=emotion,
            valence=valence,
            arousal=arousal,
            seed=seed,
            title=title,
            **controls,
        )
        return self.compose_plan(plan)

    def compose_plan(self, plan: Plan) -> Piece:
        """Compose what was planned: the same plan gives the same piece."""
        from melodymuse.writing.composer import compose_score

        score = compose_score(
            plan.controls,
            plan.profile,
            source=plan.source,
            title=plan.title,
            network=self.network,
        )
        if plan.analysis is not None and plan.analysis.eye:
            score = _disclosing(score, plan.analysis.eye)
        return Piece(
            score, plan.profile, plan.expressed, plan.controls, plan.analysis, plan.picture
        )

    def continue_score(
        self,
        score: Score | str | PathLike[str] | bytes,
        bars: int,
        *,
        seed: int | None = None,
        temperature: float = 1.0,
    ) -> Score:
        """A score with more bars, in the manner of those it has, closing on its tonic.

        Args:
            score: the opening, or a MIDI file's path or bytes; its notes stay as they are.
            bars: how many bars to add, 2..256.
            seed: the only source of randomness; None draws one, which the provenance tells.
            temperature: from tame to wild, 1 as learned, 0.1..2.

        Raises:
            MidiError: the file cannot be read.
            ControlError: an impossible number of bars, seed or temperature, or a metre that the
                network has not learned.
        """
        from melodymuse.writing.continuing import continue_score

        if not isinstance(score, Score):
            from melodymuse.midi.reader import read_midi

            score = read_midi(score)
        return continue_score(
            score,
            bars,
            seed=draw_seed() if seed is None else seed,
            temperature=temperature,
            network=self.network,
        )

    @property
    def network(self) -> NoteNetwork:
        """The note generator, loaded.

        Raises:
            ModelError: the shipped weights are missing or damaged.
        """
        with self._lock:
            if self._network is None:
                from melodymuse.writing.network import NoteNetwork

                self._network = NoteNetwork.shipped()
            return self._network

    def _read(self, given: Any) -> tuple[Analysis | None, EmotionProfile | None, str]:
        """The analysis, profile and name of whatever a user composes from."""
        if given is None:
            return None, None, ""
        if isinstance(given, EmotionProfile):
            return None, given, ""
        if isinstance(given, str) and not os.path.exists(given):
            if given.casefold() in EMOTIONS:
                return None, EmotionProfile.of(given), ""
            if not (Path(given).suffix or given.startswith("@")):
                raise ImageError(
                    f"there is no picture '{given}', and no emotion of that name: "
                    f"{instead(given, EMOTIONS)}"
                )
        from melodymuse.vision import Analysis

        analysis = given if isinstance(given, Analysis) else self.analyze(given)
        # The name alone: the same picture gives the same file wherever it lies.
        return analysis, analysis.profile, Path(analysis.name).name


def _disclosing(score: Score, eye: str) -> Score:
    """The score with the foreign eye that looked at the picture in its provenance."""
    if score.provenance is None:
        return score
    facts = (*score.provenance.controls, ("eye", eye.replace(";", ",")))
    return replace(score, provenance=replace(score.provenance, controls=facts))


def draw_seed() -> int:
    """A seed for a piece that shall be a surprise: the one place where chance comes in."""
    return secrets.randbelow(_SEEDS)


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
        if valence is not None and arousal is not None:
            raise ControlError(
                f"emotion '{emotion}' beside both valence and arousal: give the name, or the place"
            )
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
