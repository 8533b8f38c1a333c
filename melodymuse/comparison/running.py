"""A comparison from beginning to end: briefs, takes, figures."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from melodymuse.audio.clip import Clip
from melodymuse.comparison.backends import SECONDS_LIMITS, Backend, prompt_for
from melodymuse.comparison.evaluation import (
    REFERENCE,
    Entry,
    Heard,
    Judges,
    figures_of_pair,
    figures_of_sets,
    figures_of_take,
)
from melodymuse.comparison.figures import Figure
from melodymuse.comparison.takes import Brief
from melodymuse.errors import ControlError

# Called with what is being done.
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that a report shows.

    Attributes:
        entries: one for each picture, in order.
        makers: the makers' names, in order; every entry has a take of each.
        figures: every figure, measured or not.
        judges: what listened.
        references: names of the real recordings that sets were held against.
    """

    entries: tuple[Entry, ...]
    makers: tuple[str, ...]
    figures: tuple[Figure, ...]
    judges: Judges
    references: tuple[str, ...] = ()


def read_briefs(
    pictures: Sequence[str | os.PathLike[str]],
    *,
    seconds: float,
    seed: int,
    caption: str | None = None,
) -> tuple[Brief, ...]:
    """Look at each picture, and decide what every maker is asked for.

    Args:
        pictures: paths.
        seconds: length to ask for, 5..120.
        seed: of the first picture; the next ones have seed + 1, seed + 2 ...
        caption: what the picture shows, for one picture alone; None for its light and colours in
            words.

    Raises:
        ImageError: a picture cannot be read.
        ControlError: seconds or seed out of range, no pictures, or a caption for several.
    """
    from melodymuse import api
    from melodymuse.waveform.captions import describe_features

    check_seconds(seconds)
    if not pictures:
        raise ControlError("nothing to compare for: name a picture")
    if caption is not None and len(pictures) > 1:
        raise ControlError("--caption says what one picture shows: give one picture")
    briefs = []
    labels = labels_of(pictures)
    for index, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        analysis = api.analyze(picture)
        plan = api.plan(analysis, seed=seed + index)
        shown = describe_features(analysis.features) if caption is None else caption
        briefs.append(
            Brief(Path(picture), label, analysis, plan.expressed, plan.controls, seconds, shown)
        )
    return tuple(briefs)


def check_seconds(seconds: float) -> None:
    """See that a length can be asked for.

    Raises:
        ControlError: it is out of range.
    """
    low, high = SECONDS_LIMITS
    if not low <= seconds <= high:
        raise ControlError(f"seconds must lie between {low:g} and {high:g}, not {seconds:g}")


def labels_of(pictures: Iterable[str | os.PathLike[str]]) -> tuple[str, ...]:
    """A name for each picture: that of its file without suffix, numbered where it was taken."""
    labels: list[str] = []
    for picture in pictures:
        stem = Path(picture).stem.lstrip("@") or "picture"
        number, label = 1, stem
        while label.casefold() in (taken.casefold() for taken in labels):
            number += 1
            label = f"{stem}-{number}"
        labels.append(label)
    return tuple(labels)


def compare(
    briefs: Sequence[Brief],
    backends: Sequence[Backend],
    *,
    judges: Judges | None = None,
    references: Sequence[Clip] = (),
    step: Step | None = None,
) -> Comparison:
    """Let every backend make a piece for every brief, and measure them all.

    Args:
        briefs: what is asked for, one for each picture.
        backends: who is asked, each with a name of its own.
        judges: what listens; None for what needs no download.
        references: real recordings that each maker's set is held against.
        step: told what is being done.

    Raises:
        ControlError: no backends, or two of one name.
        MelodyMuseError: a backend could not make its piece.
    """
    listening = Judges() if judges is None else judges
    tell = step or (lambda _: None)
    makers = tuple(backend.name for backend in backends)
    _check_makers(makers)
    entries = _with_most_memory([_entry(brief, backends, listening, tell) for brief in briefs])
    figures: list[Figure] = []
    for entry in entries:
        for heard in entry.heard:
            tell(f"measuring {heard.take.maker} for {entry.brief.label}")
            figures += figures_of_take(entry, heard, listening)
        takes = [heard.take for heard in entry.heard]
        for index, first in enumerate(takes):
            for second in takes[index + 1 :]:
                tell(f"comparing {first.maker} and {second.maker} for {entry.brief.label}")
                figures += figures_of_pair(entry.brief.label, first, second, listening)
    sets = {
        maker: [
            heard.take.clip
            for entry in entries
            for heard in entry.heard
            if heard.take.maker == maker
        ]
        for maker in makers
    }
    if references:
        sets[REFERENCE] = list(references)
    tell("measuring over all pictures")
    figures += figures_of_sets(sets, listening)
    names = tuple(Path(clip.name).name for clip in references)
    return Comparison(entries, makers, tuple(figures), listening, names)


def _check_makers(makers: Sequence[str]) -> None:
    if not makers:
        raise ControlError("nobody to compare: name a backend or a recording")
    known: set[str] = set()
    for maker in makers:
        if maker.casefold() in known or maker == REFERENCE:
            raise ControlError(f"'{maker}' is taken: give each maker a name of its own")
        known.add(maker.casefold())


def _with_most_memory(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries, each take with the most memory that its maker took for any of them: what the
    first take made the process grow by, the next ones find there."""
    most: dict[str, int] = {}
    for entry in entries:
        for heard in entry.heard:
            if heard.take.cost is not None:
                maker = heard.take.maker
                most[maker] = max(most.get(maker, 0), heard.take.cost.memory)

    def mended(heard: Heard) -> Heard:
        if heard.take.cost is None:
            return heard
        cost = replace(heard.take.cost, memory=most[heard.take.maker])
        return replace(heard, take=replace(heard.take, cost=cost))

    return tuple(replace(entry, heard=tuple(map(mended, entry.heard))) for entry in entries)


def _entry(brief: Brief, backends: Sequence[Backend], judges: Judges, tell: Step) -> Entry:
    heard = []
    for backend in backends:
        tell(f"{backend.name} for {brief.label}")
        take = backend.make(brief)
        notes = None
        if judges.transcriber is not None:
            tell(f"transcribing {backend.name} for {brief.label}")
            notes = judges.transcriber.transcribe(take.clip)
        heard.append(Heard(take, notes))
    return Entry(brief, prompt_for(brief), tuple(heard))
