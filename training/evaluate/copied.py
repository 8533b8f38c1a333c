"""Excerpts of held-out songs, and excerpts generated with controls copied from them.

Both sides pass through the same representation: quantised, each beat to sixteenths or to triplets
(`on_legible_grid`), put into classes by `encode_bar`, tonic C, velocities spread within their
class, let go where two hands cannot hold them (`release_out_of_reach`: the songs are arrangements
of more parts than a pianist plays), cut at the excerpt's last bar line.  What the generated side
has beside: `setting.set_bars` lets notes go with the harmony and `touch` shapes velocities, as in
every composed piece; both are left in, since a user hears them too.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Any

from melodymuse.errors import MelodyMuseError
from melodymuse.music.grid import GRID_PER_QUARTER, METRES, GridNote
from melodymuse.music.score import Hand, Note, Score, TempoMark, TimeSignature
from melodymuse.music.theory import Key
from melodymuse.planning.bar_controls import PHRASE_BARS, BarControls
from melodymuse.planning.form import default_form, plan_sections
from melodymuse.planning.plan import BarPlan
from melodymuse.planning.remembering import plan_recalls
from melodymuse.writing.draft import Draft
from melodymuse.writing.generator import write_drafts
from melodymuse.writing.measuring import average, measure_bar
from melodymuse.writing.network import NoteNetwork
from melodymuse.writing.reach import release_out_of_reach
from melodymuse.writing.recall import read_recalls
from melodymuse.writing.setting import place_notes, set_bars
from melodymuse.writing.touch import LEAST_SPREAD, Touch
from melodymuse.writing.vocabulary import Event, decode_bar, encode_bar
from training.composer.phrases import song_folder
from training.composer.pop909 import read_song
from training.composer.song import Song

SET = "pop909/"
METRE = METRES["4/4"]
EACH = 2
# An excerpt with fewer notes a bar is an intro, a fade or a rest.
FEWEST_NOTES_A_BAR = 2
_UNKNOWN_TEMPO = 90.0
# Grid steps of a sixteenth and of a triplet.
_DIVISIONS = (GRID_PER_QUARTER // 4, GRID_PER_QUARTER // 3)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some bars of a song: the song, the first bar's index, how many bars."""

    song: Song
    start: int
    bars: int

    @property
    def bar_events(self) -> tuple[tuple[Event, ...], ...]:
        """Its bars as the network would have written them."""
        bars = range(self.start, self.start + self.bars)
        return tuple(
            encode_bar(on_legible_grid(self.song.notes[bar]), self.song.chords[bar]) for bar in bars
        )

    @property
    def grid_notes(self) -> tuple[tuple[GridNote, ...], ...]:
        """Its bars' notes, in classes."""
        return tuple(decode_bar(events)[0] for events in self.bar_events)

    @property
    def tempo(self) -> float:
        """Quarter notes a minute."""
        return self.song.tempo or _UNKNOWN_TEMPO

    @property
    def mode(self) -> str:
        """The mode of most of its bars."""
        modes = self.song.mode[self.start : self.start + self.bars]
        return max(sorted(set(modes)), key=modes.count)


@dataclass(frozen=True, slots=True)
class Piece:
    """A score, the song that it is or that its controls come from; what writing it took.

    `events` and `seconds` count what the network wrote and how long it took; 0 for real music.
    """

    song: str
    score: Score
    events: int = 0
    seconds: float = 0.0


def on_legible_grid(notes: Sequence[GridNote]) -> tuple[GridNote, ...]:
    """A bar's notes with every beat divided by two and four or by three, whichever is nearer.

    Composed music can be read (`melodymuse.writing.rules`); played music lies between.
    """
    beats: dict[int, list[GridNote]] = defaultdict(list)
    for note in notes:
        beats[note.position // GRID_PER_QUARTER].append(note)
    snapped: dict[tuple[int, Hand, int], GridNote] = {}
    for beat, played in beats.items():
        places = [note.position % GRID_PER_QUARTER for note in played]
        step = min(_DIVISIONS, key=lambda size: sum(min(p % size, -p % size) for p in places))
        for note, place in zip(played, places, strict=True):
            nearest = min(round(place / step) * step, GRID_PER_QUARTER - step)
            moved = replace(note, position=beat * GRID_PER_QUARTER + nearest)
            snapped.setdefault((moved.position, moved.hand, moved.pitch), moved)
    return tuple(sorted(snapped.values()))


def read_named(data: Path, names: Sequence[str]) -> Iterator[Song]:
    """The songs of POP909-CL with these names, those that are there and in 4/4.

    Args:
        data: holds pop909_cl/ and, for true tempi, pop909_structure/.
        names: as `Song.name` gives them; those of other sets are passed over.

    Raises:
        MelodyMuseError: there is no such set.
    """
    folder = data / "pop909_cl" / "midi"
    if not folder.is_dir():
        raise MelodyMuseError(f"no POP909-CL in {data / 'pop909_cl'}: it should hold midi/")
    for name in names:
        number = name.removeprefix(SET)
        path = folder / f"{number}.mid"
        if not name.startswith(SET) or not path.exists():
            continue
        song = read_song(path, song_folder(data / "pop909_structure", number))
        if song is not None and song.metre == METRE.name:
            yield song


def cut_excerpts(song: Song, bars: int, each: int, random: Random) -> list[Excerpt]:
    """Up to `each` excerpts that begin at phrase boundaries and do not overlap."""
    starts = list(range(0, len(song.notes) - bars + 1, PHRASE_BARS))
    random.shuffle(starts)
    chosen: list[Excerpt] = []
    for start in starts:
        full = sum(len(bar) for bar in song.notes[start : start + bars])
        apart = all(abs(start - other.start) >= bars for other in chosen)
        if apart and full >= FEWEST_NOTES_A_BAR * bars and len(chosen) < each:
            chosen.append(Excerpt(song, start, bars))
    return chosen


def cut_from(
    data: Path, names: Sequence[str], bars: int, count: int, seed: int, each: int = EACH
) -> list[Excerpt]:
    """`count` excerpts, `each` from a song, from as many of the named songs as that takes."""
    excerpts: list[Excerpt] = []
    for song in read_named(data, names):
        random = Random(f"{seed} {song.name} {bars}")
        excerpts += cut_excerpts(song, bars, each, random)[: count - len(excerpts)]
        if len(excerpts) == count:
            break
    return excerpts


def real_piece(excerpt: Excerpt, seed: int) -> Piece:
    """The excerpt itself."""
    notes = place_notes(excerpt.grid_notes, METRE.bar_steps, 0, seed)
    return Piece(excerpt.song.name, _score(excerpt, release_out_of_reach(notes)))


def measured_controls(excerpt: Excerpt) -> tuple[BarControls, ...]:
    """The controls of every bar, read off the music; the place is that in the song."""
    return tuple(
        measure_bar(notes, excerpt.song.place(excerpt.start + index))
        for index, notes in enumerate(excerpt.grid_notes)
    )


def copied_plans(excerpt: Excerpt, seed: int) -> tuple[BarPlan, ...]:
    """Every bar's controls and the plan of recalled bars, copied."""
    recalls = read_recalls(excerpt.bar_events)
    pairs = zip(measured_controls(excerpt), recalls, strict=True)
    return tuple(BarPlan(controls, recall) for controls, recall in pairs)


def own_form_plans(excerpt: Excerpt, seed: int) -> tuple[BarPlan, ...]:
    """Only the piece's mean controls copied; what recalls what is as our own form has it."""
    measured = measured_controls(excerpt)
    means: dict[str, Any] = average(measured)
    form = default_form(excerpt.bars, "contentment")
    sections = plan_sections(form, excerpt.bars)
    recalls = plan_recalls(sections, [None] * excerpt.bars, seed)
    return tuple(
        BarPlan(replace(bar, mode=excerpt.mode, **means), recall)
        for bar, recall in zip(measured, recalls, strict=True)
    )


def written_piece(
    network: NoteNetwork, excerpt: Excerpt, plans: Sequence[BarPlan], seed: int
) -> Piece:
    """What the network writes to these plans, at the excerpt's tempo."""
    begin = time.perf_counter()
    (events,) = write_drafts(network, [Draft(tuple(plans), METRE, seed)])
    seconds = time.perf_counter() - begin
    # A bar more, empty: what is cut out of a song has no final bar to be held.
    bars = [*(decode_bar(bar) for bar in events), ((), ())]
    asked = [p.controls.dynamics for p in plans if p.controls.dynamics is not None]
    touch = Touch(spread=fmean(asked) if asked else LEAST_SPREAD)
    notes, _ = set_bars(bars, [*plans, plans[-1]], METRE, shift=0, seed=seed, touch=touch)
    written = sum(len(bar) for bar in events)
    return Piece(excerpt.song.name, _score(excerpt, notes), written, seconds)


def _score(excerpt: Excerpt, notes: Sequence[Note]) -> Score:
    metre = TimeSignature(4, 4)
    end = excerpt.bars * metre.bar_ticks
    return Score(
        notes=tuple(sorted(replace(n, duration=min(n.duration, end - n.onset)) for n in notes)),
        time_signature=metre,
        key=Key("C", excerpt.mode),
        bars=excerpt.bars,
        tempos=(TempoMark(0, excerpt.tempo),),
    )
