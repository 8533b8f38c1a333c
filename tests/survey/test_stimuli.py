"""Which pieces are to be judged."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from melodymuse.errors import SurveyError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.naming import stem_for, take_path
from melodymuse.planning.controls import controls_for
from melodymuse.survey.stimuli import Stimulus, find_stimuli
from tests.survey.makers import write_album, write_tone


def test_a_manifest_tells_all(tmp_path: Path) -> None:
    folder = write_album(tmp_path / "album")
    found = find_stimuli(folder)
    assert len(found) == 4
    assert found[1] == Stimulus(
        folder / "rocket-musicgen.wav", "musicgen", "awe", folder / "rocket.png"
    )


def test_a_manifest_may_lie_elsewhere_and_have_no_pictures(tmp_path: Path) -> None:
    folder = write_album(tmp_path / "album")
    table = tmp_path / "mine.csv"
    table.write_text(
        "Backend,seconds,Emotion,File\na,3,AWE,album/cat-musicgen.wav\n"
        "b,3,fear,album/cat-melodymuse.wav\n"
    )
    found = find_stimuli(folder, table)
    assert [(s.backend, s.emotion, s.picture) for s in found] == [
        ("a", "awe", None),
        ("b", "fear", None),
    ]
    assert found[0].file.samefile(folder / "cat-musicgen.wav")


@pytest.mark.parametrize(
    "source", ["rocket.jpg", "a-fear-of-b.png", "My Holiday (1).JPG", "y " * 40 + ".png", ""]
)
@pytest.mark.parametrize("emotion", ["awe", "fear"])
@pytest.mark.parametrize("key", ["Bb minor", "F# major"])
def test_names_that_compose_gives_are_understood(
    tmp_path: Path, source: str, emotion: str, key: str
) -> None:
    controls = controls_for(EmotionProfile.of(emotion), key=key, tempo=72.5)
    path = tmp_path / f"{stem_for(source, emotion, controls)}.wav"
    if source:
        (tmp_path / source).touch()
    for sound in (path, take_path(path, 2), path.with_stem(f"{path.stem}-2")):
        write_tone(sound, seconds=0.1)
    found = find_stimuli(tmp_path)
    picture = tmp_path / source if source else None
    assert [(s.backend, s.emotion, s.picture) for s in found] == [
        ("melodymuse", emotion, picture)
    ] * 3


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ("x.wav,a,joy,", "line 2: unknown emotion 'joy'"),
        ("x.wav,,awe,", "no backend"),
        (",a,awe,", "no file"),
        ("y.wav,a,awe,", "there is no file .*y.wav"),
        ("x.wav,a,awe,z.png", "there is no file .*z.png"),
        ("x.wav,a,awe,\n./x.wav,b,awe,", "line 3: './x.wav' is listed twice"),
        ("x.wav,a,awe,", "at least two pieces, not 1"),
        ("", "at least two pieces, not 0"),
    ],
)
def test_a_wrong_manifest_is_refused(tmp_path: Path, rows: str, complaint: str) -> None:
    write_tone(tmp_path / "x.wav", seconds=0.1)
    (tmp_path / "manifest.csv").write_text(f"file,backend,emotion,picture\n{rows}\n")
    with pytest.raises(SurveyError, match=complaint):
        find_stimuli(tmp_path)


def test_without_a_manifest_names_must_tell(tmp_path: Path) -> None:
    folder = write_album(tmp_path / "album")
    (folder / "manifest.csv").unlink()
    with pytest.raises(SurveyError, match=r"cat-melodymuse.wav: its name .* add a manifest.csv"):
        find_stimuli(folder)
    shutil.rmtree(folder)
    with pytest.raises(SurveyError, match="there is no such folder"):
        find_stimuli(folder)
    folder.mkdir()
    with pytest.raises(SurveyError, match="there are no sounds in it"):
        find_stimuli(folder)
