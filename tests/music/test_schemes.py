"""The words of earlier work say the same as the eight that they are made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.schemes import SCHEMES, in_scheme, profile_of


@given(st.lists(st.floats(0.01, 1), min_size=8, max_size=8), st.sampled_from(sorted(SCHEMES)))
def test_nothing_that_is_felt_is_lost(weights: list[float], scheme: str) -> None:
    profile = EmotionProfile(tuple(weight / sum(weights) for weight in weights), 0.0, 0.0)
    said = in_scheme(profile, scheme)
    assert sum(said.values()) == pytest.approx(1)
    assert min(said.values()) >= 0


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_a_word_leads_where_it_was_asked_for(scheme: str) -> None:
    for word in SCHEMES[scheme]:
        profile = profile_of(word.upper(), scheme)
        said = in_scheme(profile, scheme)
        assert max(said, key=said.__getitem__) == word


def test_words_stand_where_they_belong_on_the_plane() -> None:
    assert [len(words) for words in SCHEMES.values()] == [4, 5]
    for scheme in SCHEMES:
        assert profile_of("happy", scheme).valence > 0.3
        assert profile_of("sad", scheme).arousal < 0 > profile_of("sad", scheme).valence
        assert profile_of("angry", scheme).arousal > 0.3
    assert in_scheme(EmotionProfile.of("amusement"), "paintings")["fun"] == 1
    assert in_scheme(EmotionProfile.of("contentment"), "melody-muse")["relaxed"] == 1


def test_what_a_scheme_does_not_have_is_refused() -> None:
    with pytest.raises(ControlError, match="use one of happy, sad, angry, relaxed"):
        profile_of("fun", "melody-muse")
    with pytest.raises(ControlError, match="unknown scheme 'moods'"):
        in_scheme(EmotionProfile.of("awe"), "moods")
