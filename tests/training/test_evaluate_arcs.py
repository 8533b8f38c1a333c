"""Stretches of arcs: each with its own bars, tempo and feeling."""

from __future__ import annotations

from melodymuse.music.score import TempoMark
from melodymuse.writing.network import NoteNetwork
from tests.music.strategies import small_score
from training.evaluate.arcs import PLACE_BARS, PLACES, arc_stretches, cut_out
from training.evaluate.report import composer_report


def test_a_stretch_has_the_notes_and_the_tempo_of_its_bars() -> None:
    score = small_score()
    second = cut_out(score, 1, 2)
    assert [(n.onset, n.pitch) for n in second.notes] == [
        (n.onset - 1920, n.pitch) for n in score.notes if n.onset >= 1920
    ]
    assert second.bars == 1 and second.tempos == (TempoMark(0, 72.0),)
    assert cut_out(score, 0, 2).notes == score.notes


def test_every_place_of_an_arc_gives_one() -> None:
    found = arc_stretches(NoteNetwork.shipped(), 1, seed=3)
    assert [piece.score.bars for piece in found] == [PLACE_BARS] * PLACES
    assert len({piece.emotion for piece in found}) == PLACES
    assert all(piece.score.notes for piece in found)


def test_the_report_has_a_row_for_each_listener() -> None:
    heard = {"everything": {"accuracy": 0.75, "interval": (0.5, 0.9)}}
    told = composer_report(
        {"about": {"pieces": 1, "excerpts": 4, "seed": 0}, "arcs": {"stretches": heard}}
    )
    assert "| stretches | everything | 0.750 | 0.500 to 0.900 |" in told
