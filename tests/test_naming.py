"""Names of files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.music.emotion import EmotionProfile
from melodymuse.naming import stem_for, take_path
from melodymuse.planning.controls import controls_for

AWE = EmotionProfile.of("awe")


def test_the_name_says_picture_emotion_key_and_tempo() -> None:
    controls = controls_for(AWE, key="D minor", tempo=72)
    assert stem_for("holiday/rocket.jpg", "awe", controls) == "rocket-awe-Dminor-72bpm"
    assert stem_for("", "awe", controls) == "awe-Dminor-72bpm"


@pytest.mark.parametrize(("tempo", "words"), [(72.5, "72.5bpm"), (72.0, "72bpm"), (200, "200bpm")])
def test_the_tempo_is_written_as_short_as_it_can_be(tempo: float, words: str) -> None:
    assert stem_for("", "awe", controls_for(AWE, key="Bb major", tempo=tempo)).endswith(
        f"-Bbmajor-{words}"
    )


@pytest.mark.parametrize(
    ("source", "picture"),
    [
        ("My Holiday (1).JPG", "My-Holiday-1"),
        ("Émile Zola.png", "Émile-Zola"),
        ("../../etc/.hidden", "hidden"),
        ("a:b*c?.png", "a-b-c"),
        ("-rf.png", "rf"),
        ("x" * 300 + ".png", "x" * 40),
    ],
)
def test_pictures_with_awkward_names(source: str, picture: str) -> None:
    stem = stem_for(source, "awe", controls_for(AWE, key="C major", tempo=60))
    assert stem == f"{picture}-awe-Cmajor-60bpm"


@given(st.text(max_size=300))
def test_any_picture_name_gives_a_name_that_file_systems_take(source: str) -> None:
    stem = stem_for(source.replace("\0", ""), "awe", controls_for(AWE, key="C major", tempo=60))
    assert Path(stem).name == stem
    assert not stem.startswith((".", "-"))
    assert len(f"{stem}-take-1000.musicxml".encode()) <= 255


def test_takes_after_the_first_are_numbered() -> None:
    assert take_path(Path("out/x.mid"), 1) == Path("out/x.mid")
    assert take_path(Path("out/x.mid"), 3) == Path("out/x-take-3.mid")
