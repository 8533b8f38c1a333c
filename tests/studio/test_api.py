"""What the studio answers: the same music and the same files as the package, errors as problems."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from melodymuse.engine import Engine
from melodymuse.midi.reader import read_midi
from melodymuse.music.emotion import EMOTIONS
from melodymuse.planning.controls import CONTROLS

pytest.importorskip("fastapi", reason="needs the extra studio")
pytest.importorskip("httpx", reason="asking the app needs httpx")

from fastapi.testclient import TestClient

from melodymuse.studio.app import create_app
from melodymuse.studio.settings import Settings

Client = Any
ASKED = {"emotion": "sadness", "bars": 4, "seed": 7}


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with TestClient(create_app(), base_url="http://localhost") as found:
        yield found


def problem(answer: Any, status: int) -> str:
    """The detail of a problem."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status and {"type", "title", "detail"} <= set(told)
    assert "\n" not in told["detail"]
    return str(told["detail"])


@pytest.fixture(scope="module")
def piece(client: Client) -> dict[str, Any]:
    answer = client.post("/api/compose", json=ASKED)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def picture(client: Client, photograph: Path) -> dict[str, Any]:
    files = {"file": ("my rocket.jpg", photograph.read_bytes())}
    answer = client.post("/api/analyze", files=files)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def change(client: Client, piece: dict[str, Any], what: str, **said: Any) -> dict[str, Any]:
    """A changed version of a piece."""
    answer = client.post(f"/api/pieces/{piece['id']}/{what}", json=said)
    assert answer.status_code == 200, answer.text
    assert answer.json()["parent"] == piece["id"]
    return answer.json()  # type: ignore[no-any-return]


def notes(piece: dict[str, Any], *, bars: range | None = None) -> list[tuple[Any, ...]]:
    """Onset, pitch and velocity of each note, of some bars (from 1) or all."""
    size = piece["bar_ticks"]
    return [
        (n["onset"], n["duration"], n["pitch"], n["velocity"], n["hand"])
        for n in piece["notes"]
        if bars is None or n["onset"] // size + 1 in bars
    ]


def test_a_picture_becomes_the_piece_that_the_engine_composes(
    client: Client, picture: dict[str, Any], photograph: Path
) -> None:
    seen = Engine().analyze(photograph)
    assert picture["feeling"]["probabilities"] == pytest.approx(seen.profile.as_dict())
    assert "picture" in picture["description"]
    answer = client.post("/api/compose", json={"picture": picture["id"], "bars": 4, "seed": 3})
    composed = answer.json()
    ours = Engine().compose(photograph, bars=4, seed=3)
    assert [tuple(n.values()) for n in composed["notes"]] == [
        (n.onset, n.duration, n.pitch, n.velocity, n.hand.value) for n in ours.score.notes
    ]
    assert composed["name"].startswith("my-rocket-")
    assert composed["feeling"]["emotion"] == ours.profile.emotion
    view = client.get(f"/api/pictures/{picture['id']}/view")
    assert view.content.startswith(b"\xff\xd8") and view.headers["content-type"] == "image/jpeg"


def test_the_files_are_those_of_the_command_line(
    client: Client, photograph: Path, run: Any, tmp_path: Path
) -> None:
    files = {"file": (photograph.name, photograph.read_bytes())}
    seen = client.post("/api/analyze", files=files).json()
    made = client.post("/api/compose", json={"picture": seen["id"], "bars": 4, "seed": 3}).json()
    words = ["compose", photograph, "--bars", "4", "--seed", "3"]
    outcome = run(*words, "-o", "x.mid", "--score", "x.musicxml", "--roll", "x.png")
    assert outcome.status == 0, outcome.err
    for suffix in (".mid", ".musicxml", ".png"):
        answer = client.get(f"/api/pieces/{made['id']}/export", params={"suffix": suffix})
        assert answer.status_code == 200, answer.text
        assert answer.content == (tmp_path / f"x{suffix}").read_bytes(), suffix
        assert f"{made['name']}{suffix}" in answer.headers["content-disposition"]


def test_a_sound_is_that_of_the_command_line(
    client: Client, piece: dict[str, Any], run: Any, tmp_path: Path
) -> None:
    pytest.importorskip("soundfile")
    run("compose", "--emotion", "sadness", "--bars", "4", "--seed", "7", "--audio", "x.wav")
    address = f"/api/pieces/{piece['id']}/export"
    exported = client.get(address, params={"suffix": ".wav"})
    assert exported.content == (tmp_path / "x.wav").read_bytes()
    heard = client.get(f"/api/pieces/{piece['id']}/sound", params={"suffix": ".wav", "bars": 1})
    assert heard.content.startswith(b"RIFF")
    assert 44 < len(heard.content) < len(exported.content)
    unknown = client.get(address, params={"suffix": ".wav", "soundfont": "../../etc/passwd"})
    assert "no such soundfont" in problem(unknown, 422)


def test_a_plan_says_what_the_emotion_proposes(client: Client) -> None:
    planned = client.post("/api/plan", json={**ASKED, "tempo": 100}).json()
    assert planned["controls"]["tempo"] == 100 != planned["proposed"]["tempo"]
    assert set(planned["controls"]) == set(CONTROLS)
    moved = client.post("/api/plan", json={"valence": 0.7, "arousal": 0.8, "seed": 7}).json()
    assert moved["feeling"]["emotion"] == "excitement"


def test_takes_are_the_pieces_of_seeds_in_a_row(client: Client, piece: dict[str, Any]) -> None:
    made = client.post("/api/takes", json={"asked": ASKED, "count": 2}).json()["pieces"]
    assert [each["seed"] for each in made] == [7, 8]
    assert notes(made[0]) == notes(piece) != notes(made[1])


def test_pieces_lie_on_one_sheet(client: Client, piece: dict[str, Any]) -> None:
    one = client.get("/api/sheet", params={"piece": [piece["id"]]})
    two = client.get("/api/sheet", params={"piece": [piece["id"]] * 2, "theme": "dark"})
    for answer in (one, two):
        assert answer.status_code == 200 and answer.content.startswith(b"\x89PNG")
    assert len(two.content) > len(one.content)
    problem(client.get("/api/sheet", params={"piece": "none"}), 404)
    assert "theme" in problem(
        client.get("/api/sheet", params={"piece": piece["id"], "theme": "pink"}), 422
    )


def test_bars_are_written_anew_and_own_edits_of_others_stay(
    client: Client, piece: dict[str, Any]
) -> None:
    first = piece["notes"][0]
    louder = {**first, "velocity": 99, "pitch": first["pitch"] + 1}
    edited = change(client, piece, "edit", removed=[first], added=[louder])
    assert edited["own"] == 1
    assert set(notes(edited)) ^ set(notes(piece)) == {
        tuple(first.values()),
        tuple(louder.values()),
    }
    anew = change(client, edited, "reroll", first=3, last=3, seed=5)
    for bars in (range(1, 3), range(4, 5)):
        assert notes(anew, bars=bars) == notes(edited, bars=bars)
    assert notes(anew, bars=range(3, 4)) != notes(edited, bars=range(3, 4))
    assert anew["own"] == 1 and anew["chords"]
    kept = change(client, edited, "reroll", first=2, last=3, hand="left", seed=5)
    right = [note for note in notes(edited) if note[-1] == "right"]
    assert [note for note in notes(kept) if note[-1] == "right"] == right
    assert kept["chords"] == edited["chords"] == piece["chords"]


def test_a_piece_goes_on(client: Client, piece: dict[str, Any]) -> None:
    longer = change(client, piece, "continue", bars=4, seed=1)
    assert longer["bars"] == 8
    assert notes(longer, bars=range(1, 4)) == notes(piece, bars=range(1, 4))
    assert {chord["onset"] // longer["bar_ticks"] for chord in longer["chords"]} >= {0, 7}


def test_a_theme_goes_into_another_mood_and_under_chords(
    client: Client, piece: dict[str, Any]
) -> None:
    other = change(client, piece, "recolor", emotion="excitement", seed=2)
    ours = Engine().recolor(
        client.get(f"/api/pieces/{piece['id']}/export").content, emotion="excitement", seed=2
    )
    assert len(other["notes"]) == len(ours.score.notes) and other["bars"] == piece["bars"]
    assert other["feeling"]["emotion"] == "excitement"
    left = [note for note in piece["notes"] if note["hand"] == "left"]
    tune = change(client, piece, "edit", removed=left)
    under = change(client, tune, "harmonize", seed=3)
    assert set(notes(tune)) <= set(notes(under)) and under["chords"]
    assert any(note[-1] == "left" for note in notes(under))
    fixed = client.post(f"/api/pieces/{tune['id']}/harmonize", json={"bars": 8})
    assert "bars" in problem(fixed, 422)


def test_whole_edits_are_those_of_the_command(client: Client, piece: dict[str, Any]) -> None:
    moved = change(client, piece, "edit", transpose=2, tempo=90, pedal="none")
    assert [note[2] for note in notes(moved)] == [note[2] + 2 for note in notes(piece)]
    assert moved["tempo"] == pytest.approx(90, abs=0.01) and moved["pedals"] == []
    empty = client.post(f"/api/pieces/{piece['id']}/edit", json={})
    assert "nothing to change" in problem(empty, 422)


def test_a_users_own_file_comes_back_as_it_was(client: Client, piece: dict[str, Any]) -> None:
    midi = client.get(f"/api/pieces/{piece['id']}/export", params={"suffix": ".mid"}).content
    opened = client.post("/api/pieces", files={"file": ("../my song.mid", midi)}).json()
    assert notes(opened) == notes(piece) and opened["name"] == "my song"
    assert opened["controls"] is None and opened["chords"]
    back = client.get(f"/api/pieces/{opened['id']}/export", params={"suffix": ".mid"})
    assert back.content == midi
    anew = change(client, opened, "reroll", first=2, last=2, seed=1)
    data = client.get(f"/api/pieces/{anew['id']}/export", params={"suffix": ".mid"}).content
    assert len(read_midi(data).notes) == len(anew["notes"])


def test_long_work_tells_its_place_and_then_the_answer(
    client: Client, piece: dict[str, Any]
) -> None:
    accept = {"Accept": "text/event-stream"}
    answer = client.post("/api/compose", json=ASKED, headers=accept)
    events = [
        (block.split("\n")[0].removeprefix("event: "), json.loads(block.split("\ndata: ")[1]))
        for block in answer.text.strip().split("\n\n")
        if not block.startswith(":")
    ]
    assert [name for name, _ in events] == ["place", "done"]
    assert events[0][1] == {"place": 0}
    assert notes(events[1][1]) == notes(piece)
    wrong = client.post("/api/compose", json={**ASKED, "form": "?!"}, headers=accept)
    assert "event: problem" in wrong.text and "form" in wrong.text


def test_nonsense_is_a_problem(client: Client, piece: dict[str, Any]) -> None:
    post = client.post
    assert "tempo" in problem(post("/api/compose", json={**ASKED, "tempo": 1000}), 422)
    assert "extra" in problem(post("/api/compose", json={**ASKED, "tempoo": 60}), 422).lower()
    assert "key" in problem(post("/api/compose", json={**ASKED, "key": "H dull"}), 422)
    assert "nothing to compose" in problem(post("/api/compose", json={}), 422)
    picture = {"picture": "0" * 32, "seed": 1}
    assert "not here" in problem(post("/api/compose", json=picture), 404)
    assert "not here" in problem(client.get("/api/pieces/none"), 404)
    problem(client.get("/api/nothing"), 404)
    problem(client.get("/api/compose"), 404)
    bad = post("/api/analyze", files={"file": ("x.png", b"no picture")})
    assert "not a picture" in problem(bad, 422)
    assert "MIDI" in problem(post("/api/pieces", files={"file": ("x.mid", b"none")}), 422)
    away = {"onset": 1, "duration": 3, "pitch": 60, "velocity": 1, "hand": "left"}
    address = f"/api/pieces/{piece['id']}"
    assert "no note" in problem(post(f"{address}/edit", json={"removed": [away]}), 422)
    late = {**away, "onset": piece["bar_ticks"] * 4}
    assert "beyond" in problem(post(f"{address}/edit", json={"added": [late]}), 422)
    assert "bars 9 to 9" in problem(post(f"{address}/reroll", json={"first": 9, "last": 9}), 422)
    assert "format" in problem(client.get(f"{address}/export", params={"suffix": ".doc"}), 422)


def test_the_tables_are_the_packages(client: Client) -> None:
    about = client.get("/api/about").json()
    assert {row["name"]: row["help"] for row in about["controls"]} == {
        name: row.help for name, row in CONTROLS.items()
    }
    assert {emotion["name"] for emotion in about["emotions"]} == set(EMOTIONS)
    schema = client.get("/api/openapi.json").json()
    asked = schema["components"]["schemas"]["Asked"]["properties"]
    assert set(CONTROLS) <= set(asked)
    limits = asked["tempo"]["anyOf"][0]
    assert (limits["minimum"], limits["maximum"]) == CONTROLS["tempo"].limits


def test_health_and_metrics(client: Client, piece: dict[str, Any]) -> None:
    assert client.get("/health").json()["status"] == "ok"
    text = client.get("/metrics").text
    assert 'route="/api/compose",status="200"' in text
    assert "melodymuse_queue_length 0" in text


def test_pieces_are_there_after_a_restart(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "pieces.sqlite")
    engine = Engine()
    with TestClient(create_app(settings, engine), base_url="http://localhost") as first:
        made = first.post("/api/compose", json=ASKED).json()
    with TestClient(create_app(settings, engine), base_url="http://localhost") as second:
        assert second.get(f"/api/pieces/{made['id']}").json() == made
