"""The engine: what a picture or a feeling asks for, and the networks that look and compose.

One engine serves a whole process: it loads each network once, when it is first needed, and any
number of threads may use it at the same time.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from os import PathLike
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, Union, Unpack

from melodymuse.asking import (
    Asked,
    Seen,
    TuneWishes,
    draw_seed,
    is_felt,
    leave_to_the_tune,
    parted,
    plan_asked,
    station_of,
)
from melodymuse.errors import ControlError, ImageError
from melodymuse.example_pictures import is_example
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.score import Score
from melodymuse.music.theory import Key
from melodymuse.piece import Piece
from melodymuse.planning.arc import THEN, Station
from melodymuse.planning.controls import within_limits
from melodymuse.planning.plan import BarPlan, Plan
from melodymuse.stages import stage
from melodymuse.suggesting import instead

if TYPE_CHECKING:
    from melodymuse.extending import Extension, ExtensionWishes
    from melodymuse.harmonizing import Harmonization
    from melodymuse.inserting import Insertion, InsertionWishes
    from melodymuse.midi.document import Document
    from melodymuse.rerolling import Reroll, RerollWishes
    from melodymuse.vision import Analysis
    from melodymuse.writing.harmony.model import HarmonyModel
    from melodymuse.writing.modelling import Model
    from melodymuse.writing.network import NoteNetwork
    from melodymuse.writing.originality import TrainingMelodies
    from melodymuse.writing.tune.stage import Singer

# Whatever is composed, to be compared.
Take = Union[Piece, "Extension", "Reroll", "Insertion", "Harmonization"]


class Eye(Protocol):
    """What looks at pictures: takes one as `Engine.analyze` does, from any thread."""

    def __call__(self, image: Any, /) -> Analysis: ...


class Engine:
    """Looks at pictures and composes.

    Args:
        eye: what looks; None for the eye that comes with the package (`looks_as_shipped`).
        network: the note generator; None for the one that comes with the package.
        singer: what writes tunes; None for the one that comes with the package.
        harmony: what chooses chords for tunes; None for the one that comes with the package.
        melodies: what pieces are compared with; None for those that the package knows.
    """

    def __init__(
        self,
        *,
        eye: Eye | None = None,
        network: NoteNetwork | None = None,
        singer: Singer | None = None,
        harmony: HarmonyModel | None = None,
        melodies: TrainingMelodies | None = None,
    ) -> None:
        self._eye, self._network, self._singer, self._melodies = eye, network, singer, melodies
        self._harmony = harmony
        self._lock = Lock()
        self.looks_as_shipped = eye is None

    def analyze(self, image: Any) -> Analysis:
        """What a picture shows and how it feels.

        Args:
            image: a path (``str`` or path-like), an example's name such as ``"@rocket"``, the bytes
                of an image file, a PIL image, or a numpy array of shape (height, width), (height,
                width, 3) RGB or (height, width, 4) RGBA.

        Returns:
            The analysis: `features` (each with its unit in `melodymuse.vision`), `profile` with the
            probabilities of the eight emotions, valence and arousal.

        Raises:
            ImageError: the picture cannot be read or used.
            ModelError: the shipped weights are missing or damaged.
        """
        with self._lock:
            if self._eye is None:
                with stage("load the eye"):
                    from melodymuse.vision import load_eye

                    self._eye = load_eye()
            look = self._eye
        with stage("look"):
            return look(image)

    def plan(self, image_or_emotion: Any = None, **asked: Unpack[Asked]) -> Plan:
        """What a piece shall be, before a note of it is written; takes and raises what `compose`
        does, but for a plan."""
        stations, model = self._stations(asked.get("arc")), _model(asked.get("like"))
        return plan_asked(self._read(image_or_emotion), stations, model, **asked)

    def compose(self, image_or_emotion: Any = None, **asked: Unpack[Asked]) -> Piece:
        """Compose a piano piece for a picture or an emotion.

        Args:
            image_or_emotion: a picture as `analyze` takes it, an `Analysis`, the name of one of the
                eight emotions (a file of that name goes first), or an `EmotionProfile`; None when
                `emotion` or `valence` and `arousal` say it all; or a `Plan`, alone.
            **asked: the fields of `Asked`: `emotion`, one of the eight, in place of the one seen;
                `valence` (unpleasant -1 .. pleasant 1) and `arousal` (calm -1 .. excited 1), in
                place of what was seen; `moods`, words of `planning.sayings.MOODS` that move it, as
                in ``["sadder"]``; `preset`, a kind of piece in `planning.sayings.PRESETS`, whose
                controls yours go over; `arc`, feelings one after the other along the piece, in
                place of one, as in ``"contentment > fear > @rocket"`` or as a list of whatever a
                piece is composed from; `like`, a MIDI file, its bytes or a score whose metre, key,
                form, harmonic rhythm, texture bar by bar and tempo the piece has, with notes of its
                own (the feeling is then the nearest one unless it is said); `seconds`, how long the
                piece lasts, exactly, by fitting bars and tempo; `seed`, the only source of
                randomness, drawn and told by `Piece.seed` when not given; `title`, the picture's
                name or the emotion's when not given; and any field of `Controls` (``key="D
                minor"``, ``tempo=72``, ``bars=16``, ``form="AABA"``, ``chords="C | Am | F G | C"``
                ...), which follow from the emotion when not given, and of which numbers may be
                shares of that, as in ``tempo="+20%"``.

        Raises:
            ImageError: the picture cannot be read or used.
            ControlError: nothing to compose from, an unknown control or an impossible value.
        """
        if isinstance(image_or_emotion, Plan):
            if asked:
                raise ControlError("a plan says it all: change the plan, and compose that")
            return self.compose_plans([image_or_emotion])[0]
        seen, stations = self._read(image_or_emotion), self._stations(asked.get("arc"))
        plan = plan_asked(seen, stations, _model(asked.get("like")), **asked)
        piece = self.compose_plans([plan])[0]
        return _shown(piece, seen, image_or_emotion)

    def compose_plans(self, plans: Sequence[Plan]) -> tuple[Piece, ...]:
        """Compose many plans side by side, which is quicker than one after the other and gives
        each the piece that it has alone.

        Raises:
            ControlError: bars that cannot be written so that they keep to `max_copy`.
        """
        from melodymuse.writing.composer import write_many
        from melodymuse.writing.original import write_originals

        network, singer, melodies = self.network, self.singer, self.melodies
        with stage("compose"):
            written = write_originals(
                plans, lambda some: write_many(some, network, singer), melodies
            )
        return tuple(Piece(one.score, one.plan, originality=one.originality) for one in written)

    def rank(self, pieces: Sequence[Piece]) -> tuple[Piece, ...]:
        """Takes in the order in which to hear them: the good ones first that are unlike those
        before them (`melodymuse.writing.ranking`)."""
        return tuple(pieces[index] for index in self.order(pieces))

    def order(self, takes: Sequence[Take]) -> list[int]:
        """The indices of takes, of whatever is composed, in the order of `rank`."""
        from melodymuse.writing.ranking import order_of

        with stage("rank"):
            return order_of([_heard(take) for take in takes], self.network)

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

            with stage("read"):
                score = read_midi(score)
        network = self.network
        with stage("compose"):
            return continue_score(
                score,
                bars,
                seed=draw_seed() if seed is None else seed,
                temperature=temperature,
                network=network,
            )

    def extend(
        self,
        file: str | PathLike[str] | bytes | Document,
        bars: int,
        *,
        seed: int | None = None,
        **wishes: Unpack[ExtensionWishes],
    ) -> Extension:
        """A MIDI file with more bars at its end, everything that is in it left as it is.

        Args:
            file: its path or its bytes, or a document.
            bars: how many bars to add, 2..256.
            seed: the only source of randomness; None draws one, which the extension tells.
            **wishes: `key`, `closes`, `tracks` ...: the fields of `extending.ExtensionWishes`.

        Raises:
            MidiError: the file cannot be read, no piano plays in it, or its metre is not known.
            ControlError: an impossible number of bars, seed or temperature.
        """
        from melodymuse.extending import extend

        chosen = draw_seed() if seed is None else seed
        document, network = self._document(file), self.network
        melodies = self.melodies if wishes.get("max_copy") else None
        with stage("compose"):
            return extend(document, bars, seed=chosen, network=network, melodies=melodies, **wishes)

    def reroll(
        self,
        file: str | PathLike[str] | bytes | Document,
        first: int,
        last: int,
        *,
        seed: int | None = None,
        **wishes: Unpack[RerollWishes],
    ) -> Reroll:
        """A MIDI file with some bars of its piano written anew, everything else left as it is.

        Args:
            file: its path or its bytes, or a document.
            first, last: numbers of the bars, both included.
            seed: the only source of randomness; None draws one, which the reroll tells.
            **wishes: `hand`, `keep` ...: the fields of `rerolling.RerollWishes`.

        Raises:
            MidiError: the file cannot be read, no piano plays in it, the bars are not there, or
                their metre is not known.
            ControlError: an impossible seed, temperature or `keep`.
        """
        from melodymuse.rerolling import reroll

        chosen = draw_seed() if seed is None else seed
        document, network = self._document(file), self.network
        melodies = self.melodies if wishes.get("max_copy") else None
        with stage("compose"):
            return reroll(
                document, first, last, seed=chosen, network=network, melodies=melodies, **wishes
            )

    def insert(
        self,
        file: str | PathLike[str] | bytes | Document,
        after: int,
        bars: int,
        *,
        seed: int | None = None,
        **wishes: Unpack[InsertionWishes],
    ) -> Insertion:
        """A MIDI file with new bars in its midst that lead into what follows; that moves, and
        everything else stays as it is.

        Args:
            file: its path or its bytes, or a document.
            after: number of the bar behind which they come.
            bars: how many, 1..64.
            seed: the only source of randomness; None draws one, which the insertion tells.
            **wishes: `key`, `tracks` ...: the fields of `inserting.InsertionWishes`.

        Raises:
            MidiError: the file cannot be read, no piano plays in it, the bar is not there or the
                last one, or its metre is not known.
            ControlError: an impossible number of bars, seed or temperature.
        """
        from melodymuse.inserting import insert

        chosen = draw_seed() if seed is None else seed
        document, network = self._document(file), self.network
        melodies = self.melodies if wishes.get("max_copy") else None
        with stage("compose"):
            return insert(
                document, after, bars, seed=chosen, network=network, melodies=melodies, **wishes
            )

    def harmonize(
        self,
        file: str | PathLike[str] | bytes | Document,
        image_or_emotion: Any = None,
        *,
        chord_track: bool = False,
        **wishes: Unpack[TuneWishes],
    ) -> Harmonization:
        """A MIDI file with chords and both hands under its tune, which stays as it is.

        Key, metre, tempo, length and upbeat are the tune's.

        Args:
            file: its path or its bytes, or a document.
            image_or_emotion: as `compose` takes it; None for what the tune says by itself.
            chord_track: put the chords on a track of their own.
            **wishes: the fields of `TuneWishes`; `chords` are the user's in place of ours, `key`
                that of the tune where it is heard wrongly.

        Raises:
            MidiError: the file cannot be read, has no tune or several parts that could be it, or a
                metre that changes or is not known.
            ImageError: the picture cannot be read or used.
            ControlError: an unknown control, an impossible value, or one that the tune decides.
        """
        from melodymuse import harmonizing
        from melodymuse.midi.theme import tune_in
        from melodymuse.writing.accompanying import plan_under
        from melodymuse.writing.themes import form_of

        place, asked = parted(wishes)
        leave_to_the_tune(
            asked, "tempo", "bars", "time_signature", "ritardando", "seconds", "arc", "max_copy"
        )
        document, network, harmony = self._document(file), self.network, self.harmony
        key = asked.get("key")
        theme = tune_in(
            document,
            place.get("tracks", ()),
            pickup=place.get("pickup"),
            key=Key.parse(key) if isinstance(key, str) else key,
        )
        tune = harmonizing.tune_of(theme)
        seen = self._read(image_or_emotion)
        if seen.profile is None and not is_felt(asked):
            seen = Seen(harmonizing.feeling_of(theme))
        score = theme.score
        asked |= {
            "key": score.key,
            "bars": score.bars,
            "time_signature": score.time_signature,
            "tempo": within_limits("tempo", score.tempos[0].bpm),
            "ritardando": 0.0,
        }
        if asked.get("form") is None:
            asked["form"] = form_of(tune)
        with stage("compose"):
            if asked.get("density") is None:
                # As many notes a second as the feeling has at its own tempo.
                sketch = plan_asked(seen, **{**asked, "seed": 0})
                slower = sketch.own.tempo / sketch.controls.tempo
                asked["density"] = within_limits("density", sketch.controls.density * slower)
            plan = plan_asked(seen, over=partial(plan_under, tune, model=harmony), **asked)
            found = harmonizing.harmonize(
                document, theme, tune, plan, network, chord_track=chord_track
            )
        piece = self._compared(_shown(found.piece, seen, image_or_emotion))
        return replace(found, piece=piece)

    def recolor(
        self,
        file: str | PathLike[str] | bytes | Document,
        image_or_emotion: Any = None,
        **wishes: Unpack[TuneWishes],
    ) -> Piece:
        """The theme of a MIDI file in another mood, as a piece of its own.

        The theme keeps its rhythm and its contour, its metre, its length and its upbeat; its mode,
        the harmony, the tempo, the register and all that lies under it follow from what is felt.

        Args:
            file: its path or its bytes, or a document.
            image_or_emotion: as `compose` takes it.
            **wishes: the fields of `TuneWishes`.

        Raises:
            MidiError, ImageError, ControlError: as `harmonize`.
        """
        from melodymuse import recoloring
        from melodymuse.midi.theme import theme_in
        from melodymuse.planning.tune_manner import manner_of
        from melodymuse.writing.accompanying import plan_under
        from melodymuse.writing.themes import form_of

        place, asked = parted(wishes)
        leave_to_the_tune(asked, "bars", "time_signature", "seconds", "arc", "max_copy")
        document, network, harmony = self._document(file), self.network, self.harmony
        theme = theme_in(
            document,
            place.get("tracks", ()),
            place.get("hands"),
            pickup=place.get("pickup"),
        )
        seen, score = self._read(image_or_emotion), theme.score
        asked |= {"bars": score.bars, "time_signature": score.time_signature}
        if asked.get("title") is None:
            asked["title"] = score.title or None
        if asked.get("key") is None:
            mode = plan_asked(seen, **{**asked, "seed": 0}).controls.key.mode
            asked["key"] = Key.of(score.key.pitch_class, mode)
        with stage("compose"):
            # A plan tells how the feeling sings, and so in which octave.
            sketch = plan_asked(seen, **{**asked, "seed": 0, "form": None})
            middle = manner_of(sketch.expressed, sketch.controls).centre
            upbeat, tune = recoloring.theme_tune(theme, sketch.controls.key.mode, middle)
            if asked.get("form") is None:
                asked["form"] = form_of(tune)
            plan = plan_asked(seen, over=partial(plan_under, tune, model=harmony), **asked)
            piece = recoloring.recolor(upbeat, tune, plan, network)
        return self._compared(_shown(piece, seen, image_or_emotion))

    def _compared(self, piece: Piece) -> Piece:
        """A piece that knows what it shares with the training music."""
        return replace(piece, originality=self.melodies.compare(piece.score))

    @staticmethod
    def _document(file: str | PathLike[str] | bytes | Document) -> Document:
        from melodymuse.midi.document import Document
        from melodymuse.midi.file import load_document

        return file if isinstance(file, Document) else load_document(file)

    @property
    def network(self) -> NoteNetwork:
        """The note generator, loaded.

        Raises:
            ModelError: the shipped weights are missing or damaged.
        """
        with self._lock:
            if self._network is None:
                with stage("load the composer"):
                    from melodymuse.writing.network import NoteNetwork

                    self._network = NoteNetwork.shipped()
            return self._network

    @property
    def singer(self) -> Singer:
        """What writes tunes, loaded.

        Raises:
            ModelError: the shipped weights are missing or damaged.
        """
        with self._lock:
            if self._singer is None:
                with stage("load the singer"):
                    from melodymuse.writing.tune.stage import Singer

                    self._singer = Singer.shipped()
            return self._singer

    @property
    def melodies(self) -> TrainingMelodies:
        """What is remembered of the training music's melodies, loaded.

        Raises:
            ModelError: it is missing or damaged.
        """
        with self._lock:
            if self._melodies is None:
                from melodymuse.writing.originality import TrainingMelodies

                self._melodies = TrainingMelodies.shipped()
            return self._melodies

    @property
    def harmony(self) -> HarmonyModel:
        """What chooses chords for tunes, loaded.

        Raises:
            ModelError: the shipped weights are missing or damaged.
        """
        with self._lock:
            if self._harmony is None:
                with stage("load the harmony"):
                    from melodymuse.writing.harmony.model import HarmonyNetwork

                    self._harmony = HarmonyNetwork.shipped()
            return self._harmony

    def _stations(self, arc: str | Sequence[Any] | None) -> list[Station]:
        """The places of an arc; none where there is no arc."""
        if arc is None:
            return []
        places = [place.strip() for place in arc.split(THEN)] if isinstance(arc, str) else [*arc]
        if any(isinstance(place, str) and not place for place in places):
            raise ControlError(f"arc '{arc}': write it as in 'contentment {THEN} fear'")
        return [station_of(self._read(place)) for place in places]

    def _read(self, given: Any) -> Seen:
        """What there is to see in whatever a user composes from."""
        if given is None:
            return Seen()
        if isinstance(given, EmotionProfile):
            return Seen(given)
        if isinstance(given, str) and not os.path.exists(given):
            if given.casefold() in EMOTIONS:
                return Seen(EmotionProfile.of(given))
            if not (Path(given).suffix or is_example(given)):
                raise ImageError(
                    f"there is no picture '{given}', and no emotion of that name: "
                    f"{instead(given, EMOTIONS)}"
                )
        from melodymuse.vision import Analysis

        analysis = given if isinstance(given, Analysis) else self.analyze(given)
        # The name alone: the same picture gives the same file wherever it lies.
        return Seen(analysis.profile, analysis, Path(analysis.name).name)


def _heard(take: Take) -> tuple[Score, Sequence[BarPlan]]:
    """What is heard of a take, and what its bars were to be; of a file with new bars, the bars
    around them."""
    from melodymuse.writing.rewriting import plans_of

    if isinstance(take, Piece) and take.score.bars == len(take.plan.bars):
        return take.score, take.plan.bars
    score = take.score if isinstance(take, Piece) else take.heard
    return score, plans_of(score)


def _shown(piece: Piece, seen: Seen, given: Any) -> Piece:
    """A piece with what was seen, and the picture that it was seen in."""
    if seen.analysis is None or seen.analysis is given:
        return replace(piece, analysis=seen.analysis)
    return replace(piece, analysis=seen.analysis, picture=given)


def _model(file: str | PathLike[str] | bytes | Document | Score | None) -> Model | None:
    """What the piece shall be like, where it shall be like another."""
    if file is None:
        return None
    from melodymuse.midi.stretch import read_steadily
    from melodymuse.writing.modelling import model_of

    with stage("read"):
        return model_of(file if isinstance(file, Score) else read_steadily(Engine._document(file)))
