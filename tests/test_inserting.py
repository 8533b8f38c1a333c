"""New bars in the midst of a file: nothing is lost, and they are like the bars around them."""

from __future__ import annotations

from collections import Counter
from statistics import fmean

import pytest

from melodymuse.engine import Engine
from melodymuse.errors import ControlError, MidiError
from melodymuse.midi.document import Document, read_document
from melodymuse.midi.file import paired_events
from melodymuse.midi.view import bars_of
from tests.test_extending import END, metre, rich, song, tempo


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def test_everything_stays_or_moves_and_the_new_bars_are_full(engine: Engine) -> None:
    before = rich()
    found = engine.insert(before, 2, 2, seed=1)
    assert (found.first, found.last) == (3, 4)
    after = read_document(found.document.to_bytes())
    for old, new in zip(before.tracks, after.tracks, strict=True):
        moved = Counter(
            (event.tick + 3840 * (event.tick >= 3840), event.data)
            for event in old.events
            if event.data != END and not 0x80 <= event.data[0] < 0xA0
        )
        assert not moved - Counter((event.tick, event.data) for event in new.events)
        notes = Counter(
            note if note.onset < 3840 else note._replace(onset=note.onset + 3840,
                                                         end=(note.end or 0) + 3840)
            for note in paired_events(old.events)
        )  # fmt: skip
        assert not notes - Counter(paired_events(new.events))
    new = [n for part in after.tracks for n in paired_events(part.events)
           if 3840 <= n.onset < 7680]  # fmt: skip
    assert len(new) == found.added
    assert {note.onset // 1920 for note in new} == {2, 3}
    assert all(note.end is not None and note.end <= 7680 for note in new)
    assert bars_of(after).count == bars_of(before).count + 2


def test_new_bars_are_as_loud_and_as_high_as_their_neighbours(engine: Engine) -> None:
    before = song(ticks=range(0, 8 * 1920, 480))
    found = engine.insert(before, 4, 4, seed=3).document
    for index in (1, 2):
        notes = paired_events(found.tracks[index].events)
        new = [n for n in notes if 4 * 1920 <= n.onset < 8 * 1920]
        old = [n for n in notes if n not in new]
        assert abs(fmean(n.velocity for n in new) - fmean(n.velocity for n in old)) < 6
        assert abs(fmean(n.pitch for n in new) - fmean(n.pitch for n in old)) < 9


def test_metres_tempi_and_pickups_keep_their_bars(engine: Engine) -> None:
    upbeat = song(metre(0, 1, 2), metre(480, 4, 2), ticks=range(0, 8160, 480))
    after = engine.insert(upbeat, 2, 1, seed=1).document
    bars = bars_of(after)
    assert bars.pickup and bars.count == bars_of(upbeat).count + 1
    assert bars.span(3, 3) == (480 + 2 * 1920, 480 + 3 * 1920)
    changing = song(metre(0, 3, 2), tempo(2880, 60), metre(2880, 4, 2))
    after = engine.insert(changing, 2, 2, seed=1).document
    assert [str(bar.metre) for bar in bars_of(after).bars[:5]] == ["3/4"] * 4 + ["4/4"]
    cut_short = song(metre(0, 4, 2), metre(2880, 4, 2))
    after = engine.insert(cut_short, 2, 1, seed=1).document
    assert bars_of(after).span(3, 4) == (2880, 2880 + 2 * 1920)


def test_the_same_seed_gives_the_same_bars(engine: Engine) -> None:
    one, same, other = (engine.insert(song(), 2, 1, seed=seed).document for seed in (1, 1, 2))
    assert one == same != other


@pytest.mark.parametrize(
    ("document", "after", "bars", "error", "message"),
    [
        (song(), 4, 1, MidiError, "bar 4 is the last one: add bars with 'melodymuse continue'"),
        (song(), 9, 1, MidiError, "there are no bars 9 to 9"),
        (song(), 2, 0, ControlError, "bars to insert must lie between 1 and 64"),
        (song(), 2, 65, ControlError, "bars to insert must lie between 1 and 64"),
        (song(metre(0, 5, 2)), 1, 1, MidiError, "no bars can be written in 5/4"),
    ],
)
def test_the_impossible_is_refused(
    engine: Engine, document: Document, after: int, bars: int, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        engine.insert(document, after, bars, seed=1)
