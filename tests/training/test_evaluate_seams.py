"""How new bars join those before them, told of notes whose answer is plain."""

from __future__ import annotations

from melodymuse.music.score import Hand, Note
from training.evaluate.seams import _apart, border_summary, seam_summary


def bar(pitch: int, count: int, velocity: int = 70) -> list[Note]:
    return [Note(i, 1, pitch, velocity, Hand.RIGHT) for i in range(count)]


def test_what_lies_apart_is_told_in_deviations() -> None:
    last = [bar(60 + 4 * (i % 2), 6 + 4 * (i % 2), 60 + 10 * (i % 2)) for i in range(8)]
    same = _apart(last, last[:4])
    assert same == {"density": 0, "loudness": 0, "register": 0}
    far = _apart(last, [bar(72, 8, 65)] * 4)
    assert far == {"density": 0, "loudness": 0, "register": 5}
    assert _apart(last, [[]] * 4)["register"] == float("inf")


def test_shares_count_songs_within_two_deviations_and_borders_within_real_ones() -> None:
    def row(density: float, figure: str | None) -> dict[str, object]:
        inside = {"density": density, "loudness": 0.0, "register": -1.5}
        strokes = {"new": 0.9 if figure else 0.5, "last": 0.6}
        return {"real": inside, "new": inside, "figure": figure, "strokes": strokes}

    found = seam_summary([row(1, "l.h."), row(2, None), row(-2.5, None), row(0, None)])
    assert found["new"] == {"density": 0.75, "loudness": 1, "register": 1, "all": 0.75}
    assert (found["figure"], found["steady strokes, new"]) == (0.25, 0.9)
    rows = [{"real": -float(i), "new": -float(i) - 0.5} for i in range(21)]
    told = border_summary(rows)
    assert told["least"] == -19 and told["new"] == 19 / 21
