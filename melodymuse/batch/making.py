"""From items to files in memory: what one machine and a hundred run alike.

An item's seed is a hash of the run's seed and of its content, and every piece is the same alone and
in lockstep with others.  So what is made of an item depends on nothing but the item and the run.
Pictures go through the eye one by one, which on a processor is quicker than in batches.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b, sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from melodymuse.asking import SEEDS
from melodymuse.batch.items import Item
from melodymuse.engine import Engine
from melodymuse.errors import BatchError, MelodyMuseError, MissingExtraError, ModelError
from melodymuse.guarded import guarded
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.naming import stem_for
from melodymuse.outputs import Options, encode, format_of
from melodymuse.piece import Piece
from melodymuse.planning.controls import CONTROL_NAMES
from melodymuse.planning.plan import Plan
from melodymuse.version import __version__
from melodymuse.vision.loading import read_picture

# Of the hash that a file's name ends with: 40 bits beside picture, emotion, key and tempo.
_MARK_DIGITS = 10
# Gives the bytes of the picture at a place.
Read = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Run:
    """What all pieces of a run share.

    Attributes:
        seed: of the run; each item's own follows from it.
        suffixes: a file of each is written for each piece, as in ``(".mid", ".pdf")``.
        asked: what is asked of every piece, unless its item says otherwise: names and values.
        eye: the name of another eye than the shipped one (`vision.eyes.opening.open_eye`).
        safe: decode each picture in a process of its own (`melodymuse.guarded`), which takes a
            little more.
    """

    seed: int
    suffixes: tuple[str, ...] = (".mid",)
    asked: tuple[tuple[str, Any], ...] = ()
    eye: str | None = None
    safe: bool = False

    def engine(self) -> Engine:
        """What makes its pieces; networks are loaded when they are needed.

        Raises:
            ModelError: there is no such eye.
            MissingExtraError: a package that it needs is not installed.
        """
        if self.eye is None:
            return Engine()
        from melodymuse.vision import load_eye
        from melodymuse.vision.eyes.opening import open_eye

        return Engine(eye=load_eye(open_eye(self.eye)))

    def as_dict(self) -> dict[str, Any]:
        """The run as JSON holds it, with the version that makes it."""
        return {
            "version": __version__,
            "seed": self.seed,
            "formats": list(self.suffixes),
            "asked": dict(self.asked),
            "eye": self.eye,
            "safe": self.safe,
        }

    def check(self) -> None:
        """See, before any work is done, that what is asked can be had and written.

        Raises:
            BatchError: no format, or one twice.
            ControlError: what is asked of every piece is impossible.
            OutputError: an unknown suffix.
            MissingExtraError: a package that a format needs is not installed.
        """
        if not self.suffixes or len(set(self.suffixes)) < len(self.suffixes):
            raise BatchError("name each format once, and at least one")
        for suffix in self.suffixes:
            format_of(suffix).check()
        Engine().plan(EmotionProfile.of(EMOTIONS[0]), **{"seed": self.seed, **dict(self.asked)})


@dataclass(frozen=True, slots=True)
class Made:
    """What became of an item.

    Attributes:
        item: what was to be made.
        input: the SHA-256 hash of the picture's bytes, hexadecimal; empty without a picture.
        piece: what was composed; None where it failed.
        files: the names and the bytes of the files.
        seconds: how long it took: looking, its share of composing, writing.
        error: why it failed; empty where it did not.
    """

    item: Item
    input: str = ""
    piece: Piece | None = None
    files: tuple[tuple[str, bytes], ...] = ()
    seconds: float = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True)
class _Begun:
    """An item that is looked at and planned, or has failed; `mark` tells its files from those of
    other items."""

    made: Made
    plan: Plan | None = None
    mark: str = ""


def make(engine: Engine, run: Run, items: Sequence[Item], read: Read) -> Iterator[Made]:
    """Make some items, side by side; what goes wrong with one of them is in its `Made.error`.

    Args:
        engine: what looks and composes.
        run: what they share.
        items: what to make, as many as shall be composed in lockstep.
        read: gives the bytes of a picture.

    Yields:
        What became of each, in their order, its files encoded when it is asked for.

    Raises:
        ModelError: the shipped weights are missing or damaged.
        MissingExtraError: `read` needs a package that is not installed.
    """
    begun = [_begin(engine, run, item, read) for item in items]
    started = perf_counter()
    pieces = iter(_compose(engine, [one.plan for one in begun if one.plan is not None]))
    each = (perf_counter() - started) / max(1, sum(one.plan is not None for one in begun))
    for one in begun:
        yield one.made if one.plan is None else _finish(run, one, next(pieces), each, read)


def _begin(engine: Engine, run: Run, item: Item, read: Read) -> _Begun:
    started = perf_counter()
    digest = ""
    options = json.dumps(item.options).encode()
    content, seen = options, None
    try:
        if item.fault:
            raise BatchError(item.fault)
        if item.picture:
            data = read(item.picture)
            digest = sha256(data).hexdigest()
            content = digest.encode()
            picture = guarded(read_picture, data) if run.safe else data
            seen = replace(engine.analyze(picture), name=_name_of(item.picture))
        asked: dict[str, Any] = {"seed": _hash(run.seed, content) % SEEDS}
        asked |= dict(run.asked) | dict(item.options)
        plan = engine.plan(seen, **asked)
    except (MissingExtraError, ModelError):
        raise
    except Exception as error:
        return _Begun(Made(item, digest, seconds=perf_counter() - started, error=_told(error)))
    mark = f"{_hash(run.seed, content, options):016x}"[:_MARK_DIGITS]
    return _Begun(Made(item, digest, seconds=perf_counter() - started), plan, mark)


def _compose(engine: Engine, plans: Sequence[Plan]) -> Sequence[Piece | Exception]:
    """All of them side by side; one by one where that fails, to find the one that does."""
    try:
        return engine.compose_plans(plans)
    except Exception as error:
        if len(plans) == 1:
            return [error]
    return [piece for plan in plans for piece in _compose(engine, [plan])]


def _finish(run: Run, begun: _Begun, piece: Piece | Exception, share: float, read: Read) -> Made:
    made = begun.made
    started = perf_counter()
    try:
        if isinstance(piece, Exception):
            raise piece
        stem = stem_for(piece.plan.source, piece.profile.emotion, piece.controls)
        drawn = any(format_of(suffix).kind == "roll" for suffix in run.suffixes)
        picture = read(made.item.picture) if drawn and made.item.picture else None
        options = Options(picture=picture, profile=piece.profile)
        files = tuple(
            (f"{stem}-{begun.mark}{suffix}", encode(piece.score, suffix, options=options))
            for suffix in run.suffixes
        )
    except Exception as error:
        return replace(made, error=_told(error))
    seconds = made.seconds + share + perf_counter() - started
    return replace(made, piece=piece, files=files, seconds=seconds)


def _name_of(place: str) -> str:
    """The last part of a path or a URL."""
    return Path(place).name


def _hash(seed: int, *content: bytes) -> int:
    """64 bits of the BLAKE2b hash of a run's seed and some content."""
    parts = b"\0".join((str(seed).encode(), *content))
    return int.from_bytes(blake2b(parts, digest_size=8).digest(), "big")


def _told(error: Exception) -> str:
    """An error as a row of a table can hold it."""
    if isinstance(error, MelodyMuseError):
        return " ".join(str(error).split())
    if isinstance(error, MemoryError):
        return "not enough memory: use a smaller picture or fewer bars"
    what = f"unexpected {type(error).__name__}: {' '.join(str(error).split())}"
    return f"{what} (a fault of the program, not of the input: please report it)"


def record_of(made: Made) -> dict[str, Any]:
    """What became of an item as the manifest tells it, ready for JSON.

    The keys: `id`, `image`, `input` (its hash), `seed`, `emotion`, `valence`, `arousal`,
    `controls`, `outputs` (file names), `seconds`, `error`; None for what there is not.
    """
    piece = made.piece
    return {
        "id": made.item.id,
        "image": made.item.picture or None,
        "input": f"sha256:{made.input}" if made.input else None,
        "seed": None if piece is None else piece.seed,
        "emotion": None if piece is None else piece.profile.emotion,
        "valence": None if piece is None else piece.profile.valence,
        "arousal": None if piece is None else piece.profile.arousal,
        "controls": None if piece is None else _told_controls(piece),
        "outputs": [name for name, _ in made.files],
        "seconds": round(made.seconds, 4),
        "error": made.error or None,
    }


def _told_controls(piece: Piece) -> dict[str, Any]:
    said = {name: getattr(piece.controls, name) for name in CONTROL_NAMES if name != "seed"}
    return {name: v if isinstance(v, int | float | str) else str(v) for name, v in said.items()}
