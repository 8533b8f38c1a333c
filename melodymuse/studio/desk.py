"""What a request asks, done: each method takes a request and gives its answer.

Called in threads of the workroom.  Every musical step is the engine's.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

from PIL import Image

from melodymuse.asking import draw_seed
from melodymuse.engine import Engine
from melodymuse.errors import ControlError
from melodymuse.guarded import Guard
from melodymuse.midi import edits
from melodymuse.midi.document import Document
from melodymuse.midi.feel import humanise
from melodymuse.midi.file import load_document
from melodymuse.midi.view import bars_of, piano_of
from melodymuse.music.score import Hand, Note
from melodymuse.music.theory import Key
from melodymuse.naming import stem_for
from melodymuse.piece import Piece
from melodymuse.repedalling import repedal
from melodymuse.retouching import changed_score, retouch
from melodymuse.studio.answers import (
    PictureAnswer,
    PieceAnswer,
    PlanAnswer,
    TakesAnswer,
    picture_answer,
    piece_answer,
    plan_answer,
)
from melodymuse.studio.kept import Kept
from melodymuse.studio.requests import Anew, Asked, Edit, More, Takes
from melodymuse.studio.store import Seen, Store
from melodymuse.vision import Analysis
from melodymuse.vision.loading import Picture, read_picture

# The longer side of the picture that the page shows, pixels.
_VIEW = 960
_LONGEST_NAME = 80


class Desk:
    """Does what requests ask.

    Args:
        engine: that looks and composes.
        store: that keeps what was made.
        guard: that reads what strangers send.
    """

    def __init__(self, engine: Engine, store: Store, guard: Guard) -> None:
        self._engine, self._store, self._guard = engine, store, guard

    def warm(self) -> None:
        """Load what the first request would wait for."""
        self._engine.analyze(Image.new("RGB", (64, 64), "grey"))
        self._engine.compose("awe", bars=1, seed=0)

    def look(self, file: bytes, name: str) -> PictureAnswer:
        """A picture, looked at and kept."""
        picture = self._guard(read_picture, file)
        picture = replace(picture, name=_file_name(name, "picture"))
        analysis = self._engine.analyze(picture)
        kept = self._store.put_picture(Seen(analysis, file, _view(picture)))
        return picture_answer(kept, analysis)

    def picture(self, name: str) -> PictureAnswer:
        """A picture that was looked at before."""
        return picture_answer(name, self._store.picture(name).analysis)

    def view(self, name: str) -> bytes:
        """A picture as the page shows it, a JPEG file."""
        return self._store.picture(name).view

    def plan(self, asked: Asked) -> PlanAnswer:
        """What a piece would be."""
        return plan_answer(self._engine.plan(self._seen(asked), **asked.wishes()))

    def compose(self, asked: Asked) -> PieceAnswer:
        """A piece."""
        piece = self._engine.compose(self._seen(asked), **asked.wishes())
        return self._keep(_composed(piece, asked, "composed"))

    def takes(self, takes: Takes) -> TakesAnswer:
        """Several pieces, composed side by side."""
        seen, wishes = self._seen(takes.asked), takes.asked.wishes()
        first = wishes.pop("seed", None)
        seed = draw_seed() if first is None else first
        plans = [self._engine.plan(seen, **wishes, seed=seed + take) for take in range(takes.count)]
        pieces = self._engine.compose_plans(plans)
        return TakesAnswer(
            pieces=[
                self._keep(_composed(piece, takes.asked, f"take {number}"))
                for number, piece in enumerate(pieces, 1)
            ]
        )

    def open_midi(self, file: bytes, name: str) -> PieceAnswer:
        """A user's own MIDI file as a piece."""
        document = self._guard(load_document, file)
        score = changed_score(document)
        if not score.notes:
            raise ControlError(f"no piano plays in {_file_name(name, 'the file')}")
        stem = Path(_file_name(name, "piece")).stem
        return self._keep(Kept(score, stem, midi=file, told=f"opened {_file_name(name, 'a file')}"))

    def piece(self, name: str) -> PieceAnswer:
        """A version of a piece."""
        return piece_answer(name, self._store.piece(name))

    def edit(self, name: str, edit: Edit) -> PieceAnswer:
        """A version with notes changed by hand, or the whole piano."""
        kept = self._store.piece(name)
        document, told = kept.document, []
        if edit.removed or edit.added:
            removed, added = ([each.note() for each in some] for some in (edit.removed, edit.added))
            document = retouch(document, removed, added)
            told.append(_notes_told(removed, added))
        for what, changed in _whole_edits(document, edit):
            document = changed
            told.append(what)
        if not told:
            raise ControlError("nothing to change: say what")
        return self._changed(kept, name, document, ", ".join(told), own=kept.own + 1)

    def continue_(self, name: str, more: More) -> PieceAnswer:
        """A version with more bars."""
        kept = self._store.piece(name)
        said = more.model_dump(exclude={"bars", "key"}, exclude_none=True)
        if more.key is not None:
            said["key"] = Key.parse(more.key)
        longer = self._engine.extend(kept.document, more.bars, **said)
        given = [c for c in kept.score.chords if c.onset < kept.score.end]
        score = longer.score
        if not any(chord.onset < kept.score.end for chord in score.chords):
            score = replace(score, chords=(*given, *score.chords))
        told = f"{more.bars} bars more, seed {longer.seed}"
        return self._keep(
            replace(kept, score=score, midi=longer.document.to_bytes(), parent=name, told=told)
        )

    def reroll(self, name: str, anew: Anew) -> PieceAnswer:
        """A version with some bars written anew."""
        kept = self._store.piece(name)
        said = anew.model_dump(exclude={"first", "last", "key", "hand"}, exclude_none=True)
        if anew.key is not None:
            said["key"] = Key.parse(anew.key)
        if anew.hand is not None:
            said["hand"] = Hand(anew.hand)
        document = kept.document
        bars = bars_of(document)
        done = self._engine.reroll(document, anew.first, anew.last, **said)
        stays = anew.hand is not None or anew.keep == "chords"
        lowest = 1 - bars.pickup
        harmony = range(0) if stays else range(anew.first - lowest, anew.last - lowest + 1)
        span = f"bar {anew.first}" if anew.first == anew.last else f"bars {anew.first}-{anew.last}"
        beside = f", {anew.hand} hand" if anew.hand else f", {anew.keep} kept" if anew.keep else ""
        told = f"{span} anew{beside}, seed {done.seed}"
        return self._changed(kept, name, done.document, told, anew=harmony)

    def recolor(self, name: str, asked: Asked) -> PieceAnswer:
        """The theme of a version in another mood, as a piece of its own."""
        kept = self._store.piece(name)
        piece = self._engine.recolor(kept.document, self._seen(asked), **asked.wishes())
        made = _composed(piece, asked, f"the theme in {piece.profile.emotion}")
        return self._keep(replace(made, parent=name))

    def harmonize(self, name: str, asked: Asked) -> PieceAnswer:
        """A version with chords and both hands under its tune."""
        kept = self._store.piece(name)
        found = self._engine.harmonize(kept.document, self._seen(asked), **asked.wishes())
        made = _composed(found.piece, asked, "the tune with chords and both hands")
        midi = found.document.to_bytes()
        return self._keep(replace(made, name=kept.name, midi=midi, parent=name))

    def _seen(self, asked: Asked) -> Analysis | None:
        return None if asked.picture is None else self._store.picture(asked.picture).analysis

    def _changed(
        self,
        kept: Kept,
        name: str,
        document: Document,
        told: str,
        *,
        own: int | None = None,
        anew: range = range(0),
    ) -> PieceAnswer:
        """A version whose file was changed, kept."""
        return self._keep(
            replace(
                kept,
                score=changed_score(document, kept.score, anew),
                midi=document.to_bytes(),
                parent=name,
                told=told,
                own=kept.own if own is None else own,
            )
        )

    def _keep(self, kept: Kept) -> PieceAnswer:
        return piece_answer(self._store.put(kept), kept)


def _composed(piece: Piece, asked: Asked, told: str) -> Kept:
    stem = stem_for(piece.plan.source, piece.profile.emotion, piece.controls)
    return Kept(
        piece.score, stem, piece.plan, picture=asked.picture, told=told, asked=asked.wishes()
    )


def _whole_edits(document: Document, edit: Edit) -> list[tuple[str, Document]]:
    """What the whole piano undergoes: in words, and the file after it."""
    done: list[tuple[str, Document]] = []

    def add(told: str, changed: Document) -> None:
        nonlocal document
        document = changed
        done.append((told, changed))

    if edit.transpose:
        add(f"transposed by {edit.transpose:+d}", edits.transpose(document, edit.transpose))
    if edit.tempo is not None:
        factor = edit.tempo / edits.first_tempo(document)
        add(f"tempo {edit.tempo:g}", edits.scale_tempo(document, factor))
    channels = edits.channels_of(piano_of(document))
    if edit.velocity is not None:
        louder = edits.centre_velocities(document, channels, edit.velocity)
        add(f"velocity {edit.velocity:g}", louder)
    if edit.feel is not None:
        add("human feel", humanise(document, channels, 0))
    if edit.pedal == "auto":
        add("pedalled anew", repedal(document))
    elif edit.pedal == "none":
        add("pedal lifted", edits.lift_pedal(document, channels))
    return done


def _notes_told(removed: list[Note], added: list[Note]) -> str:
    changed = min(len(removed), len(added))
    parts = (
        (changed, "changed"),
        (len(added) - changed, "added"),
        (len(removed) - changed, "deleted"),
    )
    said = [f"{count} note{'' if count == 1 else 's'} {what}" for count, what in parts if count]
    return ", ".join(said)


def _view(picture: Picture) -> bytes:
    image = Image.fromarray(picture.pixels)
    image.thumbnail((_VIEW, _VIEW))
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=82, optimize=True)
    return buffer.getvalue()


def _file_name(name: str, otherwise: str) -> str:
    """A name that a client gave a file, without folders, of a length that is bearable."""
    path = Path(name.replace("\\", "/").replace("\0", ""))
    stem, suffix = path.stem[:_LONGEST_NAME].strip(), path.suffix[:10]
    return f"{stem}{suffix}" if stem else otherwise
