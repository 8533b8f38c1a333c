"""Tempo words, characters, pedal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from melodymuse.engraving.playing_directions import CHARACTERS, heading, tempo_word
from melodymuse.music.emotion import EMOTIONS
from melodymuse.music.score import Provenance, TempoMark
from tests.music.strategies import small_score


@pytest.mark.parametrize(
    ("bpm", "word"),
    [
        (20, "Grave"),
        (40, "Largo"),
        (59.9, "Largo"),
        (64, "Larghetto"),
        (72, "Adagio"),
        (84, "Andante"),
        (116, "Moderato"),
        (138, "Allegro"),
        (180, "Presto"),
        (240, "Prestissimo"),
    ],
)
def test_tempo_words(bpm: float, word: str) -> None:
    assert tempo_word(bpm) == word


def test_every_emotion_has_a_character_of_its_own() -> None:
    assert tuple(CHARACTERS) == EMOTIONS
    assert len(set(CHARACTERS.values())) == len(EMOTIONS)


def test_the_heading_joins_tempo_and_character() -> None:
    assert heading(small_score()) == "Adagio maestoso"
    contented = Provenance("0.1.0", 1, "contentment")
    piece = replace(small_score(), tempos=(TempoMark(0, 84.0),), provenance=contented)
    assert heading(piece) == "Andante dolce"


@pytest.mark.parametrize("provenance", [None, Provenance("0.1.0", 1, "nostalgia")])
def test_without_a_known_emotion_the_tempo_stands_alone(provenance: Provenance | None) -> None:
    assert heading(replace(small_score(), provenance=provenance)) == "Adagio"
