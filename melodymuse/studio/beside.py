"""A piece's picture, emotion and seed told to MusicGen, so that notes and waveform compare.

The model is the one that the studio was started with: clients choose neither it nor its words.
"""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING

from melodymuse.errors import ControlError
from melodymuse.studio.answers import MusicGenTold, WaveformAnswer
from melodymuse.studio.kept import Kept
from melodymuse.studio.problems import BusyError, NotOfferedError
from melodymuse.studio.requests import WaveformAsked
from melodymuse.studio.store import Store
from melodymuse.waveform.captions import describe_features
from melodymuse.waveform.licences import allows_sale, licence_of
from melodymuse.waveform.making import Making, make
from melodymuse.waveform.musicgen import MusicGen
from melodymuse.waveform.naming import called
from melodymuse.waveform.prompts import write_prompt
from melodymuse.waveform.request import Request
from melodymuse.waveform.wording import DEFAULT_STYLE, Words

if TYPE_CHECKING:
    from melodymuse.planning.plan import Plan

_SUFFIX = ".wav"


class Beside:
    """Lets MusicGen play; loads it when it is first asked.

    Args:
        model: its folder or hub name; None offers nothing, as do packages that are missing.
        store: that keeps pieces and waveforms.
    """

    def __init__(self, model: str | None, store: Store) -> None:
        there = all(find_spec(package) for package in ("torch", "transformers"))
        self._model = _whole(model) if model is not None and there else None
        self._store, self._lock, self._closing = store, Lock(), Event()
        self._loaded: MusicGen | None = None

    @property
    def told(self) -> MusicGenTold | None:
        """What is offered, and whose it is; None where nothing is."""
        if self._model is None:
            return None
        licence = licence_of(self._model)
        return MusicGenTold(
            model=called(self._model), licence=licence, commercial_use=allows_sale(licence)
        )

    def make(self, piece: str, asked: WaveformAsked) -> WaveformAnswer:
        """A waveform for what a piece was composed from; one that was made before is given again.

        Raises:
            NotOfferedError: the studio has no MusicGen.
            UnknownPieceError: there is no such piece.
            ControlError: it was not composed here, so that no feeling is known.
            ModelError, AudioError: as `waveform.making.make`.
            BusyError: the studio is being closed.
        """
        if self._model is None:
            raise NotOfferedError(
                "this studio has no MusicGen: start it with --musicgen and the extra musicgen"
            )
        kept = self._store.piece(piece)
        if kept.plan is None:
            raise ControlError("a file of your own tells no feeling: compose a piece first")
        # As hard to guess as the piece's own id, which it is made of.
        told = f"{piece}\0{asked.seconds}\0{self._model}"
        name = hashlib.sha256(told.encode()).hexdigest()[:32]
        known = self._store.find_waveform(name)
        if known is not None:
            return WaveformAnswer(**known[0])
        made = self._played(self._words(kept, kept.plan), asked.seconds, kept.plan.controls.seed)
        answer = WaveformAnswer(
            id=name,
            piece=piece,
            prompt=made.words.prompt,
            seed=made.request.seed,
            seconds=made.clip.seconds,
            model=called(made.model),
            licence=made.licence,
            commercial_use=made.commercial_use,
        )
        tags = {"title": kept.score.title, "comment": made.comment}
        self._store.put_waveform(name, answer.model_dump(), made.clip.to_bytes(_SUFFIX, tags))
        return answer

    def close(self) -> None:
        """End what is being made, at its next frame."""
        self._closing.set()

    def _words(self, kept: Kept, plan: Plan) -> Words:
        """The words that ``melodymuse waveform`` finds for the picture or emotion and the seed."""
        caption = None
        if kept.picture is not None:
            caption = describe_features(self._store.picture(kept.picture).analysis.features)
        prompt = write_prompt(DEFAULT_STYLE, plan.expressed, plan.controls, caption)
        return Words(prompt, DEFAULT_STYLE, caption, plan.expressed, plan.controls)

    def _played(self, words: Words, seconds: int, seed: int) -> Making:
        with self._lock:
            if self._loaded is None:
                self._loaded = MusicGen.load(str(self._model))
            return make(self._loaded, words, Request(seconds, seed), progress=self._go_on)

    def _go_on(self, done: int, of: int) -> None:
        if self._closing.is_set():
            raise BusyError("the studio is being closed: ask again when it is back", 10)


def _whole(model: str) -> str:
    """A folder as a whole path, of which problems tell the last part alone; a hub name as it is."""
    return str(Path(model).resolve()) if Path(model).is_dir() else model
