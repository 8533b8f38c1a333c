"""The four styles of prompts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.planning.controls import LIMITS, controls_for
from melodymuse.waveform.prompts import (
    LONGEST_PROMPT,
    STYLES,
    WORDINGS,
    check_prompt,
    plain_line,
    write_prompt,
)
from melodymuse.waveform.stop_words import STOP_WORDS, without_stop_words

SAD = EmotionProfile.of("sadness")
CONTROLS = controls_for(SAD, seed=1, key="D minor", tempo=66, loudness=50, articulation=1.5)


def test_what_each_style_says() -> None:
    said = {style: write_prompt(style, SAD, CONTROLS, "a boat.\n") for style in STYLES}
    assert said == {
        "mood": "sad solo piano music",
        "scene": "A sad solo piano piece for this picture: a boat",
        "musical": (
            "A sad and melancholic romantic classical piece for solo piano in D minor, slow at 66 "
            "bpm, soft and legato, with a falling melody in long, singing notes, inspired by this "
            "picture: a boat"
        ),
        "tags": (
            "slow, a falling melody in long, singing notes. key: d minor. bpm: 66. genre: romantic "
            "classical. moods: sad, melancholic, slow. instrument: solo piano"
        ),
    }


def test_without_a_caption_nothing_is_invented() -> None:
    for caption in (None, "", " . "):
        assert write_prompt("scene", SAD, CONTROLS, caption).endswith("for a picture")
        assert "picture" not in write_prompt("musical", SAD, CONTROLS, caption)


@given(
    st.floats(-1, 1),
    st.floats(-1, 1),
    st.floats(*LIMITS["tempo"]),
    st.floats(*LIMITS["loudness"]),
    st.floats(*LIMITS["articulation"]),
    st.text(max_size=2000),
)
def test_every_prompt_is_one_usable_line(
    valence: float, arousal: float, tempo: float, loudness: float, touch: float, caption: str
) -> None:
    profile = EmotionProfile.at(valence, arousal)
    controls = controls_for(profile, tempo=tempo, loudness=loudness, articulation=touch)
    for style in STYLES:
        prompt = write_prompt(style, profile, controls, caption)
        check_prompt(prompt)
        assert prompt == plain_line(prompt)
        assert "piano" in prompt
        check_prompt(without_stop_words(prompt))


def test_emotions_are_told_apart_in_every_style() -> None:
    assert set(WORDINGS) == set(EMOTIONS)
    for style in STYLES:
        said = {write_prompt(style, EmotionProfile.of(name), CONTROLS) for name in EMOTIONS}
        assert len(said) == len(EMOTIONS)


def test_what_cannot_be_a_prompt() -> None:
    with pytest.raises(ControlError, match="unknown prompt style 'epic'"):
        write_prompt("epic", SAD, CONTROLS)
    with pytest.raises(ControlError, match="empty"):
        check_prompt(" \n")
    with pytest.raises(ControlError, match=f"{LONGEST_PROMPT + 1} characters"):
        check_prompt("x" * (LONGEST_PROMPT + 1))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("A boat that looks like the moon, over the sea.", "boat moon, sea."),
        ("The sun is up. Birds sing.", "sun. Birds sing."),
        ("key: d minor", "key: d minor"),
        ("What is this?", "What is this?"),
        ("", ""),
    ],
)
def test_stop_words_go(text: str, kept: str) -> None:
    assert without_stop_words(text) == kept


@given(st.lists(st.sampled_from([*sorted(STOP_WORDS)[:20], "piano", "sea,", "(slow)"])))
def test_dropping_stop_words_twice_changes_nothing_more(words: list[str]) -> None:
    once = without_stop_words(" ".join(words))
    assert without_stop_words(once) == once
    assert [w for w in once.split() if w == "piano"] == [w for w in words if w == "piano"]
