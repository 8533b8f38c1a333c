"""`melodymuse compose`: files, names, JSON, determinism, and everything a user can get wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mido
import music21
import pretty_midi
import pytest

from melodymuse.midi.conventions import broken_conventions
from melodymuse.music.emotion import EMOTIONS, PLANE
from melodymuse.planning.controls import CONTROL_NAMES, LIMITS
from tests.picture_files import UNUSABLE, USABLE

Run = Callable[..., Any]
CONTRACT = {
    "midi",
    "score",
    "roll",
    "image",
    "emotion",
    "probabilities",
    "valence",
    "arousal",
    "key",
    "tempo",
    "time_signature",
    "bars",
    "seed",
    "notes",
    "seconds",
    "sections",
    "originality",
    *CONTROL_NAMES,
}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_photograph_becomes_a_named_midi_file(run: Run, photograph: Path, tmp_path: Path) -> None:
    outcome = run(
        "compose", photograph, "--key", "D minor", "--tempo", 72, "--bars", 4, "--seed", 1
    )
    assert (outcome.status, outcome.err) == (0, "")
    (path,) = tmp_path.iterdir()
    picture, emotion, key, tempo = path.stem.split("-")
    assert (picture, key, tempo, path.suffix) == ("rocket", "Dminor", "72bpm", ".mid")
    assert emotion in EMOTIONS
    assert outcome.out.splitlines()[0] == path.name
    assert "seed" in outcome.out
    assert broken_conventions(path.read_bytes()) == ()


def test_json_keeps_the_contract_and_tells_the_truth(
    run: Run, photograph: Path, tmp_path: Path
) -> None:
    outcome = run(
        "compose", photograph, "-o", "x.mid", "--score", "x.musicxml", "--roll", "x.png",
        "--key", "Eb major", "--tempo", 90, "--bars", 6, "--seed", 11, "--json",
        "--time-signature", "4/4", "--ritardando", 0,
    )  # fmt: skip
    assert (outcome.status, outcome.err) == (0, "")
    facts = json.loads(outcome.out)
    assert set(facts) >= CONTRACT
    assert (facts["midi"], facts["score"], facts["roll"]) == ("x.mid", "x.musicxml", "x.png")
    assert (facts["key"], facts["tempo"], facts["bars"]) == ("Eb major", 90, 6)
    assert (facts["time_signature"], facts["seed"]) == ("4/4", 11)
    assert facts["seconds"] == pytest.approx(6 * 4 * 60 / 90)

    read = pretty_midi.PrettyMIDI(str(tmp_path / "x.mid"))
    assert sum(len(instrument.notes) for instrument in read.instruments) == facts["notes"]
    song = mido.MidiFile(tmp_path / "x.mid")
    tempos = [
        message.tempo for track in song.tracks for message in track if message.type == "set_tempo"
    ]
    assert mido.tempo2bpm(tempos[0]) == pytest.approx(90, abs=0.01)
    assert song.length == pytest.approx(facts["seconds"], abs=0.01)
    printed = music21.converter.parse(tmp_path / "x.musicxml")
    assert len(printed.parts[0].getElementsByClass("Measure")) == 6


def test_each_of_several_pictures_has_its_piece(run: Run, photograph: Path, tmp_path: Path) -> None:
    words = ("--bars", 2, "--seed", 5, "--json")
    both = run("compose", photograph, "@coins", *words)
    assert (both.status, both.err) == (0, "")
    rocket, coins = map(json.loads, both.out.splitlines())
    assert (rocket["image"], coins["image"]) == (str(photograph), "@coins")
    alone = json.loads(run("compose", "@coins", *words, "-o", "alone.mid").out)
    measured = {name: alone[name] for name in ("stages", "energy")}
    assert coins | {"midi": "alone.mid"} | measured == alone
    assert (tmp_path / coins["midi"]).read_bytes() == (tmp_path / "alone.mid").read_bytes()


def test_of_several_pictures_a_bad_one_is_named_and_the_others_go_on(
    run: Run, photograph: Path, tmp_path: Path
) -> None:
    outcome = run("compose", "none.jpg", photograph, "--bars", 2, "--seed", 5)
    assert outcome.complaint == "no such picture: 'none.jpg'"
    assert len(names(tmp_path)) == 1
    outcome = run("compose", "@coins", photograph, "-o", "one.mid")
    assert "one.mid is one file for 2 pictures" in outcome.complaint


def test_an_emotion_or_a_place_on_the_plane_is_enough(run: Run) -> None:
    named = json.loads(run("compose", "--emotion", "fear", "--bars", 2, "--json").out)
    assert named["midi"].startswith("fear-")
    assert (named["emotion"], named["image"]) == ("fear", None)
    assert (named["valence"], named["arousal"]) == PLANE["fear"]
    placed = json.loads(
        run("compose", "--valence", "-0.6", "--arousal", "-0.6", "--bars", 2, "--json").out
    )
    assert (placed["emotion"], placed["valence"], placed["arousal"]) == ("sadness", -0.6, -0.6)


def test_an_emotion_goes_over_the_picture(run: Run, photograph: Path) -> None:
    facts = json.loads(run("compose", photograph, "--emotion", "anger", "--bars", 2, "--json").out)
    assert facts["emotion"] == "anger"
    assert facts["midi"].startswith("rocket-anger-")


def test_same_seed_same_bytes(run: Run, tmp_path: Path, photograph: Path) -> None:
    for name in ("a.mid", "b.mid"):
        run("compose", photograph, "--bars", 4, "--seed", 5, "-o", name)
    run("compose", photograph, "--bars", 4, "--seed", 6, "-o", "c.mid")
    first, again, other = ((tmp_path / name).read_bytes() for name in ("a.mid", "b.mid", "c.mid"))
    assert first == again
    assert first != other


def test_where_the_picture_lies_does_not_matter(run: Run, tmp_path: Path, photograph: Path) -> None:
    (tmp_path / "rocket.jpg").write_bytes(photograph.read_bytes())
    run("compose", photograph, "--bars", 2, "--seed", 5, "-o", "a.mid")
    run("compose", "rocket.jpg", "--bars", 2, "--seed", 5, "-o", "b.mid")
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()


def test_the_seed_told_composes_the_piece_again(run: Run, tmp_path: Path) -> None:
    seed = json.loads(run("compose", "--emotion", "awe", "--bars", 2, "-o", "a.mid", "--json").out)[
        "seed"
    ]
    run("compose", "--emotion", "awe", "--bars", 2, "-o", "b.mid", "--seed", seed)
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()


def test_a_name_of_its_own_never_overwrites(run: Run, tmp_path: Path) -> None:
    words = ("compose", "--emotion", "awe", "--key", "C major", "--tempo", 70, "--bars", 1)
    for _ in range(3):
        assert run(*words).status == 0
    stem = "awe-Cmajor-70bpm"
    assert names(tmp_path) == {f"{stem}.mid", f"{stem}-2.mid", f"{stem}-3.mid"}


def test_a_folder_as_output(run: Run, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    words = ("compose", "--emotion", "awe", "--key", "C major", "--tempo", 70, "--bars", 1, "-o")
    assert run(*words, "there").status == 0
    assert run(*words, "new/inner/").status == 0
    assert (tmp_path / "there" / "awe-Cmajor-70bpm.mid").is_file()
    assert (tmp_path / "new" / "inner" / "awe-Cmajor-70bpm.mid").is_file()


def test_takes_have_names_and_seeds_in_a_row(run: Run, tmp_path: Path) -> None:
    outcome = run(
        "compose", "--emotion", "awe", "--bars", 2, "--seed", 7, "--takes", 3,
        "-o", "x.mid", "--score", "y.xml", "--json",
    )  # fmt: skip
    facts = [json.loads(line) for line in outcome.out.splitlines()]
    assert [take["seed"] for take in facts] == [7, 8, 9]
    assert [take["midi"] for take in facts] == ["x.mid", "x-take-2.mid", "x-take-3.mid"]
    assert [take["score"] for take in facts] == ["y.xml", "y-take-2.xml", "y-take-3.xml"]
    assert names(tmp_path) == {take[kind] for take in facts for kind in ("midi", "score")}
    run("compose", "--emotion", "awe", "--bars", 2, "--seed", 8, "-o", "again.mid")
    assert (tmp_path / "again.mid").read_bytes() == (tmp_path / "x-take-2.mid").read_bytes()


@pytest.mark.parametrize("option", ["-o", "--score", "--roll"])
def test_a_file_that_exists_is_kept_unless_forced(run: Run, tmp_path: Path, option: str) -> None:
    name = {"-o": "mine.mid", "--score": "mine.musicxml", "--roll": "mine.png"}[option]
    (tmp_path / name).write_text("precious")
    words = ("compose", "--emotion", "awe", "--bars", 1, option, name)
    assert "--force" in run(*words).complaint
    assert (tmp_path / name).read_text() == "precious"
    assert names(tmp_path) == {name}
    assert run(*words, "--force").status == 0
    assert (tmp_path / name).read_bytes() != b"precious"


def test_a_later_take_that_exists_is_noticed_before_work(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x-take-2.mid").write_text("precious")
    words = ("compose", "--emotion", "awe", "--bars", 1, "--takes", 2, "-o", "x.mid")
    assert "x-take-2.mid exists" in run(*words).complaint
    assert names(tmp_path) == {"x-take-2.mid"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "nothing to compose from"),
        (("--valence", 0.5), "nothing to compose from"),
        (("--emotion", "joy"), "unknown emotion 'joy': use one of amusement, awe"),
        (("--emotion", "joy"), "sadness; did you mean amusement or excitement?"),
        (("--emotion", "sadnes"), "; did you mean sadness?"),
        (("--emotion", "sad"), "; did you mean sadness?"),
        (("--emotion", "awe", "--valence", 0, "--arousal", 0), "beside both valence and arousal"),
        (("--emotion", "awe", "--tempoo", 60), "(Possible options: --tempo)"),
        (("--emotion", "awe", "--volume", 60), "(Possible options: --loudness)"),
        (("--emotion", "awe", "--tempo", 60, "--tempo", 70), "--tempo is given twice"),
        (("--emotion", "awe", "--metre", "4/4", "--time-signature", "4/4"), "is given twice"),
        (("--emotion", "awe", "--emotion", "awe"), "--emotion is given twice"),
        (("--emotion", "awe", "--chords", "C | F", "--key", "F# major"), "deny the key of F# m"),
        (("--emotion", "awe", "--key", "H moll"), "unknown key 'H moll'"),
        (("--emotion", "awe", "--key", ""), "unknown key ''"),
        (("--emotion", "awe", "--tempo", 0), "tempo must lie between 30 and 240, not 0"),
        (("--emotion", "awe", "--tempo", "nan"), "tempo must lie between"),
        (("--emotion", "awe", "--tempo", "inf"), "tempo must lie between"),
        (("--emotion", "awe", "--bars", 0), "bars must lie between 1 and 256, not 0"),
        (("--emotion", "awe", "--bars", -4), "bars must lie between"),
        (("--emotion", "awe", "--bars", 10**9), "bars must lie between"),
        (("--emotion", "awe", "--seed", -1), "seed must lie between"),
        (("--emotion", "awe", "--temperature", 0), "temperature must lie between"),
        (("--emotion", "awe", "--valence", 1.5), "valence must lie between -1 and 1"),
        (("--valence", "nan", "--arousal", 0), "valence must lie between -1 and 1"),
        (("--emotion", "awe", "--density", 99), "density must lie between"),
        (("--emotion", "awe", "--time-signature", "5/4"), "no model for 5/4: use one of 4/4, 3/4"),
        (("--emotion", "awe", "--metre", "waltz"), "unknown time signature 'waltz'"),
        (("--emotion", "awe", "--form", "aaba"), "unknown form 'aaba': write sections as in AABA"),
        (("--emotion", "awe", "--form", "AABA", "--bars", 3), "form AABA needs at least 4 bars"),
        (
            ("--emotion", "awe", "--harmony", "joy"),
            "'joy': use one of free, amusement",
        ),
        (("--emotion", "awe", "--harmony", "awe+"), "unknown harmony ''"),
        (("--emotion", "awe", "--chords", "C | H"), "unknown chord 'H': use chords such as C, Cm"),
        (("--emotion", "awe", "--chords", "C || G"), "no chords in a bar of 'C || G'"),
        (("--emotion", "awe", "--chords", "|"), "no chords in a bar"),
        (("--emotion", "awe", "--chords", "C D E F G |"), "more than four chords in a bar"),
        (("--emotion", "awe", "--style", "jazz"), "unknown style 'jazz': use one of pop"),
        (("--emotion", "awe", "--tempo", "fast"), "--tempo"),
        (("--emotion", "awe", "--seed", "+20%"), "not a number such as 7"),
        (("--emotion", "awe", "--bars", "4.5"), "--bars"),
        (("--emotion", "awe", "--leaps"), "--leaps"),
        (("--emotion", "awe", "--takes", 0), "takes must be at least 1"),
        (("--emotion", "awe", "-o", "x.doc"), "must end in .mid"),
        (("--emotion", "awe", "-o", "x.pdf", "--score", "y.pdf"), "-o x.pdf and --score name the"),
        (("--emotion", "awe", "-o", "x"), "must end in .mid"),
        (("--emotion", "awe", "--score", "x.gif"), "must end in .musicxml"),
        (("--emotion", "awe", "--roll", "x.png", "--theme", "sepia"), "unknown theme 'sepia'"),
        (("--emotion", "awe", "--roll", "x.png", "--score", "x.png"), "x.png is named twice"),
        (("--emotion", "awe", "--roll", "x.jpg"), "must end in .png"),
        (("--emotion", "awe", "-o", "no/such/x.mid"), "no folder 'no/such'"),
        (("--emotion", "awe", "-o", "x" * 300 + ".mid"), "name"),
        (("awe",), "awe"),
    ],
)
def test_bad_wishes_end_with_one_line_and_no_file(
    run: Run, tmp_path: Path, words: tuple[object, ...], message: str
) -> None:
    outcome = run("compose", *words)
    assert message in outcome.complaint
    assert outcome.out == ""
    assert names(tmp_path) == set()


@pytest.mark.parametrize("make", UNUSABLE, ids=lambda make: make.__name__)
def test_unusable_pictures_leave_nothing_behind(
    run: Run, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    picture = make(tmp_path)
    before = names(tmp_path)
    outcome = run("compose", picture, "--bars", 1, "-o", "x.mid", "--roll", "x.png")
    assert picture.name in outcome.complaint
    assert outcome.out == ""
    assert names(tmp_path) == before


@pytest.mark.parametrize("make", USABLE, ids=lambda make: make.__name__)
def test_unusual_pictures_are_composed_from(
    run: Run, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    outcome = run("compose", make(tmp_path), "--bars", 1, "-o", "x.mid", "--roll", "x.png")
    assert (outcome.status, outcome.err) == (0, "")
    assert broken_conventions((tmp_path / "x.mid").read_bytes()) == ()


def test_a_folder_without_permission(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    outcome = run("compose", "--emotion", "awe", "--bars", 1, "-o", "file/")
    assert "file" in outcome.complaint
    assert names(tmp_path) == {"file"}


@pytest.mark.parametrize("suffix", [".pdf", ".svg", ".png", ".musicxml"])
def test_the_score_is_printed_as_its_name_says(run: Run, tmp_path: Path, suffix: str) -> None:
    outcome = run(
        "compose", "--emotion", "awe", "--bars", 4, "--seed", 1,
        "-o", "x.mid", "--score", f"score{suffix}", "--roll", "roll.png", "--theme", "dark",
    )  # fmt: skip
    assert (outcome.status, outcome.err) == (0, "")
    assert names(tmp_path) == {"x.mid", f"score{suffix}", "roll.png"}
    first = (tmp_path / f"score{suffix}").read_bytes()[:5]
    assert first.startswith({".pdf": b"%PDF-", ".png": b"\x89PNG"}.get(suffix, b"<"))
    assert (tmp_path / "roll.png").read_bytes() != (tmp_path / f"score{suffix}").read_bytes()


def test_without_the_extra_nothing_is_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "verovio", None)
    outcome = run("compose", "--emotion", "awe", "--bars", 1, "-o", "x.mid", "--score", "x.pdf")
    assert "pip install 'melodymuse[score]'" in outcome.complaint
    assert names(tmp_path) == set()


def option_of(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def test_every_control_has_an_option_with_its_limits_in_the_help(run: Run) -> None:
    shown = " ".join(run("compose", "--help").out.split())
    for name in CONTROL_NAMES:
        assert f"{option_of(name)} " in shown or f"{option_of(name)}, " in shown, name
    for name in sorted(set(LIMITS) - {"seed"}):
        low, high = LIMITS[name]
        told = shown.split(f"{option_of(name)} ")[1:]
        assert any(f"{low:g} to {high:g}" in words[:160] for words in told), name


WISHES = {
    "key": "D minor", "tempo": 66, "time_signature": "6/8", "bars": 5, "density": 3,
    "polyphony": 2, "loudness": 60, "register": 58, "articulation": 1.1, "dissonance": 0.1,
    "chromaticism": 0.05, "brightness": 0.4, "spread": 10, "dynamics": 12, "balance": 0.6,
    "off_beat": 0.3, "triplets": 0.1, "blocks": 0.2, "octaves": 0.1, "leaps": 4,
    "accompaniment": "waltz", "level": "medium",
    "contour": -2, "growth": -5, "ritardando": 0.2, "form": "ABA",
    "harmony": "awe+fear", "chords": "Dm | Gm A7", "style": "salon", "temperature": 0.9,
    "pedal": "none", "literal": 0.4, "max_copy": 12, "loop": False, "seed": 3,
}  # fmt: skip


def test_every_control_can_be_said_and_is_told(run: Run, tmp_path: Path) -> None:
    assert set(WISHES) == set(CONTROL_NAMES)
    said = {name: value for name, value in WISHES.items() if value is not False}
    words = [word for name, value in said.items() for word in (option_of(name), value)]
    facts = json.loads(run("compose", "--emotion", "awe", *words, "-o", "x.mid", "--json").out)
    assert {name: facts[name] for name in CONTROL_NAMES} == WISHES
    assert facts["sections"] == ["A", "B", "A'"]
    song = mido.MidiFile(tmp_path / "x.mid")
    markers = [m.text for m in song.tracks[0] if m.type == "marker"]
    assert markers == facts["sections"]
    metre = next(m for m in song.tracks[0] if m.type == "time_signature")
    assert (metre.numerator, metre.denominator) == (6, 8)
    assert song.length == pytest.approx(facts["seconds"], abs=0.01)
    table = run("compose", "--emotion", "awe", *words, "-o", "y.mid").out
    rows = dict(line.split(maxsplit=1) for line in table.splitlines()[1:])
    assert (rows["form"], rows["harmony"]) == ("A, B, A'", "Dm | Gm A7")
    assert (tmp_path / "x.mid").read_bytes() == (tmp_path / "y.mid").read_bytes()


def test_the_metre_goes_by_two_names(run: Run, tmp_path: Path) -> None:
    words = ("compose", "--emotion", "awe", "--bars", 2, "--seed", 1)
    assert run(*words, "--metre", "3/4", "-o", "a.mid").status == 0
    assert run(*words, "--time-signature", "3/4", "-o", "b.mid").status == 0
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()


@pytest.mark.parametrize("name", sorted(set(LIMITS) - {"bars", "seed"}))
def test_a_number_out_of_its_limits_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    low, high = LIMITS[name]
    # Of a whole number the parser itself says that "nan" is none.
    odd = () if name == "max_copy" else ("nan",)
    for value in (low - 1, high + 1, *odd):
        complaint = run("compose", "--emotion", "awe", option_of(name), value).complaint
        assert f"{name} must lie between {low} and {high}" in complaint
    assert names(tmp_path) == set()


def test_an_emotion_of_earlier_work_is_composed(run: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "sad.mid"
    outcome = run(
        "compose", "--emotion", "sad", "--scheme", "paintings", "--seed", "1", "--bars", "4",
        "-o", path, "--json",
    )  # fmt: skip
    assert outcome.status == 0
    facts = json.loads(outcome.out)
    assert facts["emotion"] == "sadness"
    assert facts["valence"] < 0
    refused = run("compose", "--emotion", "neutral", "--scheme", "melody-muse")
    assert refused.status == 2
    assert "has no emotion 'neutral'" in refused.err


def test_what_is_shared_with_the_training_music_is_told_and_bounded(run: Run) -> None:
    words = ("compose", "--emotion", "awe", "--bars", 8, "--seed", 1, "--json")
    facts = json.loads(run(*words).out)
    assert set(facts["originality"]) == {"longest_run", "bars", "melody_notes"}
    assert 0 < facts["originality"]["melody_notes"] <= facts["notes"]
    bounded = json.loads(run(*words, "--max-copy", 6).out)
    assert bounded["originality"]["longest_run"] <= 6
    assert "all music shares so few" in run(*words, "--max-copy", 3).complaint


def test_a_piece_goes_down_a_pipe(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "melodymuse"]
    wishes = ["compose", "--emotion", "awe", "--bars", "4", "--seed", "1"]
    done = subprocess.run([*program, *wishes, "-o", "-"], cwd=tmp_path, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert names(tmp_path) == set()
    named = subprocess.run([*program, *wishes, "-o", "x.mid"], cwd=tmp_path, capture_output=True)
    assert named.returncode == 0
    assert done.stdout == (tmp_path / "x.mid").read_bytes()
    told = subprocess.run([*program, "inspect", "-"], input=done.stdout, capture_output=True)
    assert told.returncode == 0 and told.stdout.startswith(b"-\n  title")


@pytest.mark.parametrize("more", [("--takes", 2), ("--json",), ("--roll", "x.png")])
def test_standard_output_takes_one_file(run: Run, more: tuple[object, ...]) -> None:
    refused = run("compose", "--emotion", "awe", "--bars", 4, "-o", "-", *more)
    assert refused.complaint == "standard output takes one MIDI file: name a file with -o"


def test_the_tune_has_a_track_and_a_lead_sheet(run: Run, tmp_path: Path) -> None:
    words = ("compose", "--emotion", "awe", "--seed", 1, "--bars", 4, "-o", "x.mid")
    outcome = run(*words, "--tune-track", "--lead", "lead.musicxml", "--json")
    assert outcome.status == 0
    assert json.loads(outcome.out)["lead"] == "lead.musicxml"
    assert [track.name for track in mido.MidiFile("x.mid").tracks[1:]] == [
        "Piano RH", "Piano LH", "Tune"
    ]  # fmt: skip
    assert b"<part-name" in (tmp_path / "lead.musicxml").read_bytes()
    refused = run(*words, "--lead", "lead.mid")
    assert refused.status == 2 and "--lead lead.mid: the name must end in" in refused.err


def test_an_arc_is_told_and_named(run: Run, tmp_path: Path) -> None:
    words = ("compose", "--arc", "sadness > @rocket", "--bars", 8, "--seed", 1)
    outcome = run(*words)
    assert outcome.status == 0
    (path,) = tmp_path.iterdir()
    assert path.name.startswith("sadness-")
    assert "sadness (bar 1, minor, 64 bpm) > rocket.jpg (bar 5, " in outcome.out
    assert [place["bar"] for place in json.loads(run(*words, "--json").out)["arc"]] == [1, 5]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--arc", "awe"), "an arc goes from one feeling to another"),
        (("--arc", "awe > joyy"), "joyy"),
        (("--arc", "awe > fear", "--emotion", "awe"), "an arc says all that is felt"),
        (("@rocket", "--arc", "awe > fear"), "make the picture a place of the arc"),
    ],
)
def test_impossible_arcs_end_with_two(run: Run, words: tuple[str, ...], message: str) -> None:
    outcome = run("compose", *words)
    assert outcome.status == 2 and message in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_seconds_are_met_and_the_choice_is_told(run: Run, tmp_path: Path) -> None:
    outcome = run("compose", "--emotion", "awe", "--seconds", 15, "--seed", 3, "-o", "x.mid")
    assert outcome.status == 0 and "bars, 0:15" in outcome.out
    assert mido.MidiFile("x.mid").length == pytest.approx(15, abs=0.004)
    outcome = run("compose", "--emotion", "awe", "--seconds", 15, "--bars", 99)
    assert outcome.status == 2 and "it must lie between 30 and 240" in outcome.err


def test_ranked_takes_are_the_same_takes_in_another_order(run: Run, tmp_path: Path) -> None:
    words = ("compose", "--emotion", "awe", "--bars", 4, "--seed", 5, "--takes", 3, "--json")
    plain = [json.loads(line) for line in run(*words, "-o", "a.mid").out.splitlines()]
    ranked = [json.loads(line) for line in run(*words, "--ranked", "-o", "b.mid").out.splitlines()]
    assert [take["seed"] for take in plain] == [5, 6, 7]
    assert sorted(take["seed"] for take in ranked) == [5, 6, 7]
    bytes_by_seed = {take["seed"]: (tmp_path / take["midi"]).read_bytes() for take in plain}
    for take in ranked:
        assert (tmp_path / take["midi"]).read_bytes() == bytes_by_seed[take["seed"]]
    alone = run("compose", "--emotion", "awe", "--ranked")
    assert alone.complaint.startswith("--ranked compares several takes")


def test_german_chords_and_keys_are_understood_when_asked_for(run: Run) -> None:
    words = ("compose", "--emotion", "awe", "--bars", 4, "--seed", 1, "--json")
    german = json.loads(run(*words, "--german", "--chords", "h | G | D A7 | h").out)
    assert (german["key"], german["chords"]) == ("B minor", "Bm | G | D A7 | Bm")
    assert json.loads(run(*words, "--german", "--key", "B-Dur").out)["key"] == "Bb major"
    assert "unknown chord 'h'" in run(*words, "--chords", "h | G").complaint


def test_a_piece_like_a_file_is_told(run: Run, tmp_path: Path) -> None:
    model = ("compose", "--emotion", "fear", "--seed", 1, "--bars", 4, "-o", "model.mid")
    assert run(*model).status == 0
    outcome = run("compose", "--like", "model.mid", "--seed", 2, "-o", "x.mid", "--json")
    facts = json.loads(outcome.out)
    assert (facts["like"], facts["bars"]) == ("model.mid", 4)
    assert run("compose", "--like", "model.mid", "-o", "y.mid").out.count("like     model.mid") == 1
    for words, message in (
        (("--like", "nothing.mid"), "nothing.mid"),
        (("--like", "model.mid", "--bars", 8), "has its length: leave out bars"),
    ):
        refused = run("compose", *words)
        assert refused.status == 2 and message in refused.err
        assert len(refused.err.splitlines()) == 1


def test_it_takes_what_musicians_say(run: Callable[..., Any]) -> None:
    plain, faster = (
        json.loads(
            run("compose", "--emotion", "awe", "--bars", 1, "--seed", 1, *words, "--json").out
        )
        for words in ((), ("--tempo", "+25%", "--sadder"))
    )
    assert faster["valence"] < plain["valence"]
    lullaby = run("compose", "--preset", "lullaby", "--bars", 1, "--tempo", 60).out
    assert "60 bpm, 6/8: 60 quarters or 40 dotted quarters a minute" in lullaby
    assert "such as 0.5 or +20%" in run("compose", "--emotion", "awe", "--tempo", "fast").complaint
    assert "did you mean waltz" in run("compose", "--preset", "walz").complaint
