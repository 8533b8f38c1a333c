"""Which of several takes comes first."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from melodymuse import Engine, Piece
from melodymuse.music.score import Score
from melodymuse.writing.network import NoteNetwork
from melodymuse.writing.ranking import order_of


@pytest.fixture(scope="module")
def network() -> NoteNetwork:
    return NoteNetwork.shipped()


@pytest.fixture(scope="module")
def pieces() -> list[Piece]:
    engine = Engine()
    plans = [engine.plan("contentment", seed=seed, bars=4, key="C major") for seed in range(3)]
    return list(engine.compose_plans(plans))


def garbled(score: Score) -> Score:
    """The same rhythm, every pitch anywhere."""
    random = Random(1)
    notes = {
        (n.onset, n.hand, p := random.randrange(40, 90)): replace(n, pitch=p) for n in score.notes
    }
    return replace(score, notes=tuple(sorted(notes.values())))


def test_what_is_no_music_comes_last(network: NoteNetwork, pieces: list[Piece]) -> None:
    takes = [(piece.score, piece.plan.bars) for piece in pieces]
    broken = (garbled(pieces[0].score), pieces[0].plan.bars)
    assert order_of([broken, *takes], network)[-1] == 0


def test_a_copy_comes_after_all_that_are_others(network: NoteNetwork, pieces: list[Piece]) -> None:
    takes = [(piece.score, piece.plan.bars) for piece in pieces]
    first = order_of(takes, network)[0]
    order = order_of([*takes, takes[first]], network)
    assert order[0] == first and order[-1] == 3


def test_the_engine_gives_the_pieces_in_that_order(
    pieces: list[Piece], network: NoteNetwork
) -> None:
    ranked = Engine(network=network).rank(pieces)
    order = order_of([(piece.score, piece.plan.bars) for piece in pieces], network)
    assert ranked == tuple(pieces[index] for index in order)
    assert Engine(network=network).rank(pieces[:1]) == (pieces[0],)
