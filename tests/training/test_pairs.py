"""Sets of pictures, music and words, joined by emotion, out of tiny sets that are drawn here."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from melodymuse.music.emotion import EMOTIONS
from melodymuse.music.schemes import SCHEMES
from training.musicgen.paintings import parted, read_paintings
from training.musicgen.pairs import read_pairs, split
from training.pairs.__main__ import main
from training.pairs.dealing import MUSIC, PICTURE, dealt, joined
from training.pairs.labelled import CLUSTERS, Labelled, emotion_of, known_word
from training.pairs.music import read_mirex, read_pieces
from training.pairs.pictures import READERS, read_artemis, read_wikiart_emotions


def picture(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((8, 8, 3), 90, np.uint8)).save(path)
    return path


def sound(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.3 * np.sin(np.arange(8000 * 6) / 7), 8000)
    return path


@pytest.fixture(scope="module")
def artemis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty paintings of two emotions, each with two utterances."""
    folder = tmp_path_factory.mktemp("artemis")
    rows = []
    for number in range(20):
        emotion = ("awe", "anger")[number % 2]
        picture(folder / "wikiart" / "Baroque" / f"p{number}.jpg")
        rows += [("Baroque", f"p{number}", emotion, f"it is {n} {emotion}", 2) for n in range(2)]
    rows += [("Baroque", "p1", "something else", "hm", 1), ("Cubism", "gone", "awe", "oh", 1)]
    with (folder / "artemis_dataset_release_v0.csv").open("w", newline="") as file:
        head = ("art_style", "painting", "emotion", "utterance", "repetition")
        csv.writer(file).writerows([head, *rows])
    return folder


@pytest.fixture(scope="module")
def mirex(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six sounds of cluster 1 and six of cluster 5, numbered, with the table of clusters."""
    folder = tmp_path_factory.mktemp("mirex")
    for number in range(1, 13):
        sound(folder / "Audio" / f"{number:03d}.wav")
    lines = ["Cluster 1" if number < 7 else "Cluster 5" for number in range(1, 13)]
    (folder / "clusters.txt").write_text("\n".join(lines))
    return folder


def test_artemis_has_a_row_for_each_utterance(artemis: Path) -> None:
    found = read_artemis(artemis)
    assert len(found) == 40 and {one.word for one in found} == {"awe", "anger"}
    assert found[0].text == "it is 0 awe" and found[0].file.name == "p0.jpg"
    assert found[0].group == found[1].group != found[2].group


def test_wikiart_emotions_leads_with_what_most_people_felt(tmp_path: Path) -> None:
    columns = ["ID", "Artist", "Title", "ImageOnly: anger"]
    columns += [f"Art (image+title): {word}" for word in ("happiness", "love", "trust", "fear")]
    rows = [
        ["a", "x", "One", "1", "0.4", "0.3", "0.3", "0.2"],
        ["b", "x", "Two", "1", "0", "0", "0", "0.2"],
        ["c", "x", "Nothing felt", "1", "0", "0", "0", "0"],
        ["d", "x", "No picture", "1", "0", "0", "0", "1"],
    ]
    for name in "abc":
        picture(tmp_path / "images" / f"{name}.jpg")
    with (tmp_path / "WikiArt-Emotions-All.tsv").open("w", newline="") as file:
        csv.writer(file, delimiter="\t").writerows([columns, *rows])
    found = read_wikiart_emotions(tmp_path)
    # Love and trust together are more than happiness; the picture alone does not count.
    assert [(one.group, one.word, one.text) for one in found] == [
        ("a", "contentment", "One"),
        ("b", "fear", "Two"),
    ]


def test_annotated_pictures_lead_with_their_largest_share(tmp_path: Path) -> None:
    columns = ["file", "source", "kind", "valence", "arousal", *EMOTIONS]
    shares = ["0", ".6", ".4", "0", "0", "0", "0", "0"]
    with (tmp_path / "labels.csv").open("w", newline="") as file:
        csv.writer(file).writerows([columns, ["x.jpg", "s", "k", ".1", ".2", *shares]])
    (found,) = READERS["annotated"](tmp_path)
    assert (found.word, found.file) == ("awe", tmp_path / "images" / "x.jpg")


def test_mirex_is_read_from_its_table_and_from_folders(mirex: Path, tmp_path: Path) -> None:
    words = Counter(one.word for one in read_mirex(mirex))
    assert words == {"cluster 1": 6, "cluster 5": 6}
    for place in ("split/Cluster 3/Wistful/a.mp3", "Relax/b.mid", "other/c.mid", "sad/.d.mid"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).touch()
    found = {one.file.name: one.word for one in read_mirex(tmp_path)}
    assert found == {"a.mp3": "cluster 3", "b.mid": "relaxed"}


def test_every_cluster_is_one_of_the_five_words() -> None:
    assert {emotion_of(name, "paintings") for name in CLUSTERS} == set(SCHEMES["paintings"])
    assert {emotion_of(name, "melody-muse") for name in CLUSTERS} == set(SCHEMES["melody-muse"])
    assert emotion_of("relaxed", "paintings") == "neutral"
    assert emotion_of("angry", None) == "anger"
    assert known_word("Happy") == "happy" and known_word("Music") is None


def test_parts_are_80_10_10_in_every_emotion_and_split_no_group() -> None:
    found = [
        Labelled(Path(f"{n}.jpg"), EMOTIONS[(n // 3) % 8 if n % 3 else n % 5], f"theme {n // 3}")
        for n in range(1800)
    ]
    parts = dealt(found, None, 3)
    places: dict[str, set[str]] = {}
    for one, part in zip(found, parts, strict=True):
        places.setdefault(one.group, set()).add(part)
    assert all(len(where) == 1 for where in places.values())
    for emotion in EMOTIONS:
        mine = Counter(p for one, p in zip(found, parts, strict=True) if one.word == emotion)
        assert mine["train"] / mine.total() == pytest.approx(0.8, abs=0.03)
        assert mine["val"] / mine.total() == pytest.approx(0.1, abs=0.03)
    assert dealt(found, None, 3) == parts != dealt(found, None, 4)


def test_three_groups_are_in_three_parts() -> None:
    found = [Labelled(Path(f"{n}"), "awe", f"{n}") for n in range(3)]
    assert set(dealt(found, None, 0)) == {"train", "val", "test"}


def test_every_picture_gets_music_or_every_piece_a_picture() -> None:
    pictures = [Labelled(Path(f"p{n}"), "sad", f"{n}") for n in range(40)]
    music = [Labelled(Path(f"m{n}"), "cluster 3", f"{n}") for n in range(20)]
    pairs = joined(pictures, music, scheme="melody-muse", each=PICTURE, seed=0)
    assert {pair.picture for pair in pairs} == set(pictures) and len(pairs) == 40
    assert set(Counter(pair.music for pair in pairs).values()) == {2}  # none is favoured
    pairs = joined(pictures, music, scheme="melody-muse", each=MUSIC, seed=0)
    assert {pair.music for pair in pairs} == set(music) and len(pairs) == 20
    fun = [Labelled(Path("f"), "fun", "f")]
    assert joined(pictures, fun, scheme="paintings", each=PICTURE, seed=0) == []


def test_a_set_is_built_and_read_by_what_trains(
    artemis: Path, mirex: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--pictures", f"artemis={artemis}", "--music", f"mirex={mirex}", "--seed", "1"]
    words += ["--scheme", "melody-muse", "--out", str(tmp_path / "set")]
    assert main(words) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["groups_in_two_parts"] == 0 and set(report["emotions"]) == {"happy", "angry"}
    pairs = read_pairs(tmp_path / "set" / "pairs.csv")
    assert len(pairs) == report["pairs"] == 40
    learned, held_out = split(pairs, 0.1, 0)
    tested = [pair for pair in pairs if pair.part == "test"]
    assert {pair.part for pair in learned} == {"train"} and {p.part for p in held_out} == {"val"}
    for one, other in ((learned, held_out), (learned, tested), (held_out, tested)):
        assert not {pair.audio for pair in one} & {pair.audio for pair in other}
    parts = parted(read_paintings(tmp_path / "set" / "pairs.csv"), 0)
    assert len(parts.tested) == len(tested) == report["emotions"]["happy"]["test"] * 2
    assert {one.text.split()[-1] for one in pairs} == {"awe", "anger"}
    with (tmp_path / "set" / "immute.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["ytid", "start_s", "end_s", "caption", "aspect_list", "image_link"]
    assert rows[0]["end_s"] == "6.0" and rows[0]["caption"].startswith("it is")
    assert main(words) == 2 and "is there already" in capsys.readouterr().err


def test_pieces_say_their_emotion_and_are_played(
    artemis: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import melodymuse

    (tmp_path / "mine").mkdir()
    for seed in range(3):
        melodymuse.compose("awe", bars=2, seed=seed).write(tmp_path / "mine" / f"{seed}.mid")
    (tmp_path / "mine" / "broken.mid").write_bytes(b"MThd")
    found = read_pieces(tmp_path / "mine")
    assert [one.word for one in found] == ["awe"] * 3 and len({one.group for one in found}) == 3
    words = ["--pictures", f"artemis={artemis}", "--music", f"pieces={tmp_path / 'mine'}"]
    assert main([*words, "--each", "music", "--out", str(tmp_path / "set")]) == 0
    capsys.readouterr()
    pairs = read_pairs(tmp_path / "set" / "pairs.csv")
    assert {soundfile.info(pair.audio).samplerate for pair in pairs} == {32000}
    assert {pair.part for pair in pairs} == {"train", "val", "test"}


@pytest.mark.parametrize(
    ("pictures", "music", "message"),
    [
        ("nothing=x", "mirex={mirex}", "'nothing=x' is not KIND=DIR with a kind of annotated"),
        ("artemis=gone", "mirex={mirex}", "'gone' holds no table"),
        ("artemis={artemis}", "mirex=gone", "no folder 'gone'"),
        ("artemis={artemis}", "pieces={mirex}", "holds no MIDI file that MelodyMuse composed"),
        ("artemis={mirex}", "mirex={mirex}", "holds no table"),
    ],
)
def test_bad_sets_are_one_line(
    artemis: Path,
    mirex: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    pictures: str,
    music: str,
    message: str,
) -> None:
    places = {"artemis": artemis, "mirex": mirex}
    words = ["--pictures", pictures.format(**places), "--music", music.format(**places)]
    assert main([*words, "--out", str(tmp_path / "set")]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1


def test_a_part_that_is_none_is_refused(tmp_path: Path) -> None:
    sound(tmp_path / "a.wav")
    (tmp_path / "t.csv").write_text("text,audio,part\nx,a.wav,dev\n")
    with pytest.raises(Exception, match="row 2: 'dev' is no part: use train, val, test"):
        read_pairs(tmp_path / "t.csv")
