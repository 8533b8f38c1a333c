"""Names that nobody knows."""

from __future__ import annotations

import pytest

from melodymuse.music.emotion import EMOTIONS
from melodymuse.planning.controls import CONTROL_NAMES
from melodymuse.suggesting import _OTHER_WORDS, near, unknown


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("sadnes", ["sadness"]),
        ("Sad", ["sadness"]),
        ("joy", ["amusement", "excitement"]),
        ("exitement", ["excitement"]),
        ("xyzzy", []),
        ("", []),
    ],
)
def test_an_emotion_is_meant(word: str, meant: list[str]) -> None:
    assert near(word, EMOTIONS)[: len(meant) or None] == meant


def test_an_option_is_meant_as_it_is_written() -> None:
    options = ["--off-beat", "--tempo", "-o"]
    assert near("--off-beet", options) == ["--off-beat"]
    assert near("--bpm", options) == ["--tempo"]
    assert near("--syncopation", options) == ["--off-beat"]


def test_other_words_are_for_names_that_there_are_and_for_none_of_them() -> None:
    assert set(_OTHER_WORDS) <= {*EMOTIONS, *CONTROL_NAMES}
    assert not {word for words in _OTHER_WORDS.values() for word in words.split()} & set(
        (*EMOTIONS, *CONTROL_NAMES)
    )


def test_the_line_names_what_there_is() -> None:
    assert unknown("hue", "rad", ["red", "blue"]) == ("unknown hue 'rad': use one of red, blue")
    assert unknown("hue", "bleu", ["red", "blue"]).endswith("; did you mean blue?")
    assert unknown("hue", 3, ["red"]) == "unknown hue '3': use one of red"
