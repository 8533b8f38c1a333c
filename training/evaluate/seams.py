"""How new bars join those that were there: held-out or not, songs as their files are.

Of each song some bars are read and four more written, and two of its bars are written anew.  Asked:
whether the new bars lie within the spread of the last eight in density, loudness and register, and
whether the network finds the bar behind rewritten ones as likely as it finds bars of real songs.
What the song itself does there is measured in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from statistics import fmean, pstdev
from typing import Any

import numpy as np

from melodymuse.engine import Engine
from melodymuse.errors import MelodyMuseError
from melodymuse.midi.cutting import cut
from melodymuse.midi.document import Document
from melodymuse.midi.file import load_document
from melodymuse.midi.stretch import players_of
from melodymuse.midi.view import bars_of, parts_of
from melodymuse.midi.window import Window
from melodymuse.music.grid import METRES, GridBar
from melodymuse.music.score import Hand, Note, Score
from melodymuse.writing.continuing import grid_bars
from melodymuse.writing.figure_reading import steady_pattern
from melodymuse.writing.likelihood import bar_likelihoods
from melodymuse.writing.rewriting import plans_of
from melodymuse.writing.vocabulary import encode_bar

SETS = {
    "pop909": "pop909_cl/midi/*.mid",
    "lieder": "openscore_lieder/midi/*/*/*/*.mid",
    "chopin": "chopin_first_editions/midi/*.mid",
}
BEFORE, NEW = 16, 4
LAST = 8
# What is heard as no jump, whatever the spread: a note a bar, a dynamic step's third, a semitone.
_FLOORS = {"density": 1.0, "loudness": 4.0, "register": 1.0}
# Bars of an excerpt that are written anew, counted from 0.
REWRITTEN = range(10, 12)
_CHORDS = "chords"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Bars of a song in one metre, as a file of their own, and the same with those that follow."""

    name: str
    before: Document
    whole: Document


def excerpts(data: Path, songs: int, seed: int) -> Iterator[Excerpt]:
    """One of each of so many songs, from every set as many; songs without such bars are skipped."""
    each, rest = divmod(songs, len(SETS))
    for index, (name, pattern) in enumerate(SETS.items()):
        files = sorted(data.glob(pattern))
        Random(seed).shuffle(files)
        found = filter(None, (_excerpt(f"{name}/{f.stem}", f) for f in files))
        for excerpt, _ in zip(found, range(each + (index < rest)), strict=False):
            yield excerpt


def _excerpt(name: str, file: Path) -> Excerpt | None:
    try:
        document = load_document(file)
        # A track of the experts' chords is no music.
        drawn = {part.track for part in parts_of(document) if part.name == _CHORDS}
        music = (track for index, track in enumerate(document.tracks) if index not in drawn)
        document = Document(document.format, document.division, tuple(music))
        bars = bars_of(document)
        first = int(bars.pickup) + 8
        inside = bars.bars[first : first + BEFORE + NEW]
        if (
            len(inside) < BEFORE + NEW
            or {str(bar.metre) for bar in inside} - {*METRES}
            or len({bar.metre for bar in inside}) > 1
        ):
            return None
        start, seam, end = inside[0].start, inside[BEFORE - 1].end, inside[-1].end
        excerpt = Excerpt(name, cut(document, start, seam), cut(document, start, end))
        piano = _score(excerpt.whole)
        played = {note.onset // piano.time_signature.bar_ticks for note in piano.notes}
        return excerpt if len(played) == BEFORE + NEW == piano.bars else None
    except MelodyMuseError:
        return None


def _score(document: Document) -> Score:
    bars = bars_of(document)
    players, _ = players_of(document)
    return Window.of(document, players, bars, 0, len(bars.bars) - 1).score


def evaluate_seams(data: Path, songs: int, borders: int, seed: int) -> dict[str, Any]:
    """Shares of songs within the spread at the seam, and of rewritten bars that lead on.

    Args:
        data: holds the folders of `SETS`.
        songs: how many are gone on from, a third of each set.
        borders: of how many bars are rewritten.
        seed: chooses the songs, and writes.
    """
    engine = Engine()
    seams = [seam(engine, excerpt, seed) for excerpt in excerpts(data, songs, seed)]
    leads = [border(engine, excerpt, seed) for excerpt in excerpts(data, borders, seed)]
    return {"songs": len(seams), **seam_summary(seams), "borders": border_summary(leads)}


def seam(engine: Engine, excerpt: Excerpt, seed: int) -> dict[str, Any]:
    """What new bars are like beside the last ones, and what the song's own are like."""
    real = _score(excerpt.whole)
    bar = real.time_signature.bar_ticks
    longer = engine.extend(excerpt.before, NEW, seed=seed, closes=False).longer
    shift = real.end - longer.end
    new = [replace(n, onset=n.onset + shift) for n in longer.notes]
    last = _by_bar(real.notes, bar, range(BEFORE - LAST, BEFORE))
    beyond = range(BEFORE, BEFORE + NEW)
    grid = grid_bars(real)
    figure = steady_pattern(grid[:BEFORE], METRES[str(real.time_signature)])
    return {
        "name": excerpt.name,
        "real": _apart(last, _by_bar(real.notes, bar, beyond)),
        "new": _apart(last, _by_bar(new, bar, beyond)),
        "figure": None if figure is None else str(figure),
        "strokes": {
            "new": _alike(grid_bars(longer)[-NEW:], grid[BEFORE:]),
            "last": _alike(grid[BEFORE - NEW : BEFORE], grid[BEFORE:]),
        },
    }


def border(engine: Engine, excerpt: Excerpt, seed: int) -> dict[str, float]:
    """How likely the bar behind rewritten ones is, and how likely it was."""
    again = engine.reroll(excerpt.whole, REWRITTEN.start + 1, REWRITTEN.stop, seed=seed)
    return {
        "real": _leads(engine, _score(excerpt.whole)),
        "new": _leads(engine, _score(again.document)),
    }


def _by_bar(notes: Sequence[Note], bar: int, bars: range) -> list[list[Note]]:
    return [[n for n in notes if n.onset // bar == index] for index in bars]


_MEASURES: dict[str, Callable[[Sequence[Note]], float]] = {
    "density": lambda notes: float(len(notes)),
    "loudness": lambda notes: fmean(n.velocity for n in notes),
    "register": lambda notes: fmean(n.pitch for n in notes),
}


def _apart(last: Sequence[Sequence[Note]], first: Sequence[Sequence[Note]]) -> dict[str, float]:
    """How far the mean of the first new bars lies from that of the last, in their standard
    deviations; 0 where it would not be heard."""
    found = {}
    for name, measure in _MEASURES.items():
        before = [measure(b) for b in last if b or name == "density"]
        after = [measure(b) for b in first if b or name == "density"]
        if not after or not before:
            found[name] = float("inf")
            continue
        apart = fmean(after) - fmean(before)
        found[name] = 0.0 if abs(apart) <= _FLOORS[name] else apart / max(pstdev(before), 1e-9)
    return found


def _alike(bars: Sequence[GridBar], others: Sequence[GridBar]) -> float:
    """F of the left hand's strokes, bar by bar."""
    hits = total = 0
    for (notes, _), (real, _) in zip(bars, others, strict=True):
        one = {n.position for n in notes if n.hand is Hand.LEFT}
        two = {n.position for n in real if n.hand is Hand.LEFT}
        hits, total = hits + 2 * len(one & two), total + len(one) + len(two)
    return hits / total if total else 1.0


def _leads(engine: Engine, score: Score) -> float:
    """How likely the bar behind the rewritten ones is."""
    bars = grid_bars(score)[: REWRITTEN.stop + 1]
    plans = plans_of(score)[: len(bars)]
    return bar_likelihoods(engine.network, plans, [encode_bar(*b) for b in bars])[-1]


def seam_summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Shares of songs within two deviations, of those whose figure goes on, and how many of the
    left hand's strokes are where the song has them."""
    found: dict[str, Any] = {}
    for who in ("real", "new"):
        inside = {name: fmean(abs(row[who][name]) <= 2 for row in rows) for name in _MEASURES}
        every = fmean(all(abs(value) <= 2 for value in row[who].values()) for row in rows)
        found[who] = inside | {"all": every}
    found["figure"] = fmean(row["figure"] is not None for row in rows)
    steady = [row for row in rows if row["figure"]]
    for who in ("new", "last"):
        found[f"strokes, {who}"] = fmean(row["strokes"][who] for row in rows)
        if steady:
            found[f"steady strokes, {who}"] = fmean(row["strokes"][who] for row in steady)
    return found


def border_summary(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    """The share of rewritten bars that lead on as well as 19 of 20 real ones."""
    least = float(np.quantile([row["real"] for row in rows], 0.05))
    return {"songs": len(rows), "least": least, "new": fmean(row["new"] >= least for row in rows)}
