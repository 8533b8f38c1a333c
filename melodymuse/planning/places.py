"""What of a plan stays with a piece once it is written: each bar's place in the form, so that a bar
which is written anew is what it was meant to be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from melodymuse.music.grid import GridChord, Metre
from melodymuse.music.theory import QUALITIES
from melodymuse.planning.accompaniment import SIGNS, Pattern
from melodymuse.planning.plan import BarPlan
from melodymuse.planning.recall import LIKENESSES, NOTHING, Recall

_NONE = Recall(None, NOTHING)
# The longest text that is read: 256 bars take a tenth.
_LONGEST = 1 << 17
_MOST_CHORDS = 16
_SAME = 0
_HOMES = range(24, 85)


@dataclass(frozen=True, slots=True)
class Place:
    """A bar's place in its piece: fields of `BarPlan`."""

    recall: Recall = _NONE
    closes: bool = False
    harmony: tuple[GridChord, ...] | None = None
    accompaniment: Pattern | None = None


def spell_places(bars: Sequence[BarPlan | Place]) -> str:
    """The places of bars as text; `read_places` is the inverse."""
    rows: list[list[Any]] = []
    before: Pattern | None = None
    for bar in bars:
        harmony = bar.harmony and [[c.position, c.root, c.quality] for c in bar.harmony]
        own = bar.accompaniment
        figure = _SAME if own == before else own and [own.signs, own.home]
        rows.append([bar.recall.bar, bar.recall.likeness, int(bar.closes), harmony, figure])
        before = own
    return json.dumps(rows, separators=(",", ":"))


def read_places(text: str, metre: Metre) -> tuple[Place, ...]:
    """The places that a text tells, of bars of a metre; none where it does not."""
    if not text or len(text) > _LONGEST:
        return ()
    try:
        found: list[Place] = []
        for row in json.loads(text):
            before = found[-1].accompaniment if found else None
            found.append(_read(row, len(found), before, metre))
    except (ValueError, TypeError, RecursionError):
        return ()
    return tuple(found)


def part_of(places: Sequence[Place], bars: range) -> tuple[Place, ...]:
    """The places of some bars alone, which are counted from the first of them; beyond the last one
    that is known nothing is said."""
    return tuple(_moved(place, -bars.start) for place in places[bars.start : bars.stop])


def with_room(places: Sequence[Place], at: int, count: int) -> tuple[Place, ...]:
    """The places of bars among which others come in that nothing is said of."""
    later = (
        replace(p, recall=replace(p.recall, bar=p.recall.bar + count))
        if p.recall.bar is not None and p.recall.bar >= at
        else p
        for p in places[at:]
    )
    return (*places[:at], *[Place()] * min(count, count * len(places[at:])), *later)


def _moved(place: Place, by: int) -> Place:
    bar = place.recall.bar
    if bar is None:
        return place
    return replace(place, recall=_NONE if bar + by < 0 else replace(place.recall, bar=bar + by))


def _read(row: Any, index: int, before: Pattern | None, metre: Metre) -> Place:
    """One place.

    Raises:
        ValueError, TypeError: it is none.
    """
    back, likeness, closes, chords, figure = row
    if not (back is None or _is_in(back, range(index))) or not _is_in(likeness, range(LIKENESSES)):
        raise ValueError("no recall")
    harmony = None if chords is None else tuple(GridChord(*chord) for chord in chords)
    if harmony is not None and not (
        0 < len(harmony) <= _MOST_CHORDS
        and all(
            _is_in(c.position, range(metre.bar_steps))
            and _is_in(c.root, range(12))
            and c.quality in QUALITIES
            for c in harmony
        )
        and all(a.position < b.position for a, b in pairwise(harmony))
    ):
        raise ValueError("no harmony")
    if figure == _SAME:
        pattern = before
    else:
        pattern = None if figure is None else Pattern(*figure)
        if pattern is not None and not (
            isinstance(pattern.signs, str)
            and SIGNS.issuperset(pattern.signs)
            and pattern.signs
            and metre.bar_steps % len(pattern.signs) == 0
            and _is_in(pattern.home, _HOMES)
        ):
            raise ValueError("no figure")
    return Place(Recall(back, likeness), closes == 1, harmony, pattern)


def _is_in(value: Any, known: range) -> bool:
    return type(value) is int and value in known
