"""What the composer is measured on, each made once, when a measure first asks for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random

from melodymuse.api import analyze
from melodymuse.errors import MelodyMuseError
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.score import Score
from melodymuse.planning.controls import controls_for
from melodymuse.planning.plan import BarPlan
from melodymuse.planning.planner import plan_for
from melodymuse.writing.composer import write_many
from melodymuse.writing.network import NoteNetwork
from training.composer.corpus import EncodedSong, prepare, split_songs
from training.evaluate.copied import (
    EACH,
    Excerpt,
    Piece,
    copied_plans,
    cut_from,
    own_form_plans,
    real_piece,
    written_piece,
)
from training.evaluate.quadrants import Clips, read_clips
from training.evaluate.tune.piece import TunePiece
from training.evaluate.tune.sets import TUNE_BARS, real_tunes

EXCERPT_BARS = 16
LONG_BARS = 32
PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})

Planner = Callable[[Excerpt, int], Sequence[BarPlan]]


@dataclass(frozen=True, slots=True)
class Composed:
    """A piece, what it was composed for, its share of the seconds that composing took."""

    profile: EmotionProfile
    score: Score
    seconds: float

    @property
    def emotion(self) -> str:
        """The leading emotion."""
        return self.profile.emotion


class Material:
    """Songs, pieces composed freely, and excerpts real and generated.

    Args:
        data: holds pop909_cl/, pop909_structure/, openscore_lieder/ and emopia/.
        out: where the prepared corpus is kept.
        model: folder of the ONNX files, None for the shipped ones.
        pieces: how many to compose, over the eight emotions in turn.
        excerpts: how many to cut out of held-out songs, and to generate.
        seed: of the first piece.
        photographs: a folder of pictures, None to do without.

    Raises:
        MelodyMuseError: where something is first asked for that the data do not give.
    """

    def __init__(
        self,
        data: Path,
        out: Path,
        *,
        model: Path | None = None,
        pieces: int = 200,
        excerpts: int = 80,
        seed: int = 0,
        photographs: Path | None = None,
    ) -> None:
        self.data, self.out, self.model, self.photographs = data, out, model, photographs
        self.pieces, self.excerpts, self.seed = pieces, excerpts, seed

    @cached_property
    def network(self) -> NoteNetwork:
        """The note generator."""
        return NoteNetwork(self.model) if self.model else NoteNetwork.shipped()

    @cached_property
    def _songs(self) -> tuple[list[EncodedSong], list[EncodedSong]]:
        try:
            return split_songs(prepare(self.data, self.out))
        except ValueError as error:
            raise MelodyMuseError(str(error)) from error

    @property
    def training(self) -> list[EncodedSong]:
        """The songs that the network learned from."""
        return self._songs[0]

    @property
    def held_out(self) -> list[EncodedSong]:
        """The songs that it did not."""
        return self._songs[1]

    @cached_property
    def clips(self) -> Clips:
        """Real emotional piano."""
        return read_clips(self.data / "emopia")

    @cached_property
    def composed(self) -> list[Composed]:
        """Sixteen-bar pieces with the defaults of each emotion in turn."""
        return compose_all(self.network, pure_profiles(self.pieces), self.seed)

    @cached_property
    def pictured(self) -> list[Composed]:
        """Sixteen-bar pieces for photographs: what the eye sees, heightened as `compose` does."""
        if self.photographs is None:
            raise MelodyMuseError("composing for photographs needs a folder of them")
        felt = felt_in(self.photographs, self.pieces, self.seed)
        return compose_all(self.network, felt, self.seed)

    @cached_property
    def long_pieces(self) -> list[Score]:
        """Thirty-two bars, as many as there are excerpts of that length."""
        count = max(len(self.long_excerpts), 1)
        composed = compose_all(self.network, pure_profiles(count), self.seed, bars=LONG_BARS)
        return [piece.score for piece in composed]

    @cached_property
    def long_composed(self) -> list[Composed]:
        """Pieces as long as the excerpts of `real_tunes`, the emotions in turn."""
        return compose_all(self.network, pure_profiles(self.pieces), self.seed, bars=TUNE_BARS)

    @cached_property
    def real_tunes(self) -> dict[str, list[TunePiece]]:
        """Excerpts of real songs by set."""
        return real_tunes(self.data, self.seed)

    @cached_property
    def cuts(self) -> list[Excerpt]:
        """Excerpts of held-out songs, `EACH` from a song."""
        return self._cut([song.name for song in self.held_out], EXCERPT_BARS, EACH)

    @cached_property
    def real(self) -> list[Piece]:
        """Those excerpts as pieces."""
        return self._real(self.cuts)

    @cached_property
    def other_real(self) -> list[Piece]:
        """As many excerpts of other songs, those of the training set."""
        names = [song.name for song in self.training]
        return self._real(self._cut(names, EXCERPT_BARS, EACH))

    @cached_property
    def long_excerpts(self) -> list[Piece]:
        """Thirty-two bars of each held-out song that has them."""
        songs = self.excerpts // EACH
        names = [song.name for song in self.held_out]
        return self._real(cut_from(self.data, names, LONG_BARS, songs, self.seed, each=1))

    @cached_property
    def copied(self) -> list[Piece]:
        """Generated, every bar's controls and the plan of recalled bars copied."""
        return self._written(copied_plans)

    @cached_property
    def own_form(self) -> list[Piece]:
        """Generated, mean controls copied, our own plan of recalled bars."""
        return self._written(own_form_plans)

    def _cut(self, names: Sequence[str], bars: int, each: int) -> list[Excerpt]:
        cut = cut_from(self.data, names, bars, self.excerpts, self.seed, each)
        if len({excerpt.song.name for excerpt in cut}) < 2:
            raise MelodyMuseError(
                f"the songs give {len(cut)} excerpts of {bars} bars: two songs in 4/4 are needed"
            )
        return cut

    def _real(self, cuts: Sequence[Excerpt]) -> list[Piece]:
        return [real_piece(cut, self.seed + index) for index, cut in enumerate(cuts)]

    def _written(self, plan: Planner) -> list[Piece]:
        pieces = []
        for index, cut in enumerate(self.cuts):
            seed = self.seed + index
            pieces.append(written_piece(self.network, cut, plan(cut, seed), seed))
        return pieces


def pure_profiles(count: int) -> list[EmotionProfile]:
    """The eight emotions in turn."""
    return [EmotionProfile.of(EMOTIONS[index % len(EMOTIONS)]) for index in range(count)]


def felt_in(folder: Path, count: int, seed: int) -> list[EmotionProfile]:
    """What the eye sees in up to `count` photographs of a folder, drawn with a seed, heightened."""
    photographs = sorted(p for p in folder.glob("*") if p.suffix.lower() in PICTURE_SUFFIXES)
    if not photographs:
        raise MelodyMuseError(f"no photographs in {folder}: it should hold .jpg or .png files")
    drawn = Random(seed).sample(photographs, min(count, len(photographs)))
    return [analyze(path).profile.heightened() for path in drawn]


def compose_all(
    network: NoteNetwork,
    profiles: Sequence[EmotionProfile],
    seed: int,
    bars: int = EXCERPT_BARS,
) -> list[Composed]:
    """Pieces with the controls that each profile asks for, each with a seed of its own."""
    plans = [
        plan_for(profile, profile, controls_for(profile, seed=seed + index, bars=bars))
        for index, profile in enumerate(profiles)
    ]
    begin = time.perf_counter()
    scores = write_many(plans, network)
    seconds = (time.perf_counter() - begin) / max(len(plans), 1)
    return [
        Composed(profile, score, seconds) for profile, score in zip(profiles, scores, strict=True)
    ]
