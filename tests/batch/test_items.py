"""What a run shall make, from folders, globs, lists and tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from melodymuse.batch.items import Item, read_items
from melodymuse.errors import BatchError


def _named(places: list[Path | str], leave_out: str = "") -> set[str]:
    return {Path(item.picture).name for item in read_items([str(p) for p in places], leave_out)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in" / "below").mkdir(parents=True)
    (tmp_path / "in" / "out").mkdir()
    for name in ("a.jpg", "b.PNG", "below/c.webp", "notes.txt", ".hidden.jpg", "out/d.png"):
        (tmp_path / "in" / name).touch()
    return tmp_path / "in"


def test_a_folder_gives_its_pictures_and_those_below_but_no_results(folder: Path) -> None:
    assert _named([folder]) == {"a.jpg", "b.PNG", "c.webp", "d.png"}
    assert _named([folder], str(folder / "out")) == {"a.jpg", "b.PNG", "c.webp"}


def test_a_glob_gives_what_it_matches_and_a_file_itself(folder: Path) -> None:
    assert _named([f"{folder}/*.jpg"]) == {"a.jpg"}
    assert _named([f"{folder}/**/*"]) == {"a.jpg", "b.PNG", "c.webp", "d.png"}
    (folder / "x[1].jpg").touch()
    assert _named([folder / "x[1].jpg", "@rocket"]) == {"x[1].jpg", "@rocket"}


def test_a_list_names_pictures_as_seen_from_its_own_folder(folder: Path) -> None:
    listed = folder / "list.txt"
    listed.write_text("a.jpg\r\n\n below.jpg\n/b.png\n@rocket\ns3://there/e.jpg", encoding="utf-8")
    pictures = [item.picture for item in read_items([str(listed)])]
    assert pictures[:2] == [str(folder / "a.jpg"), str(folder / " below.jpg")]
    assert pictures[2:] == ["/b.png", "@rocket", "s3://there/e.jpg"]


def test_a_csv_table_has_an_option_a_column(folder: Path) -> None:
    table = folder / "table.csv"
    table.write_text("image,tempo,bars,emotion\na.jpg,72,8,\n,,,awe\na.jpg,fast,,\na,1,2,3,4\n")
    first, second, third, fourth = read_items([str(table)])
    assert first == Item(str(folder / "a.jpg"), (("bars", 8), ("tempo", 72.0)))
    assert second == Item("", (("emotion", "awe"),))
    assert third.fault == f"{table}, row 4: tempo must be a number, not 'fast'"
    assert fourth.fault == f"{table}, row 5: more cells than columns"


def test_a_csv_table_with_a_strange_column_is_refused(folder: Path) -> None:
    (folder / "table.csv").write_text("image,temppo\na.jpg,72\n")
    with pytest.raises(BatchError, match=r"unknown column 'temppo'.*did you mean tempo"):
        list(read_items([str(folder / "table.csv")]))


def test_json_lines_have_options_and_faults(folder: Path) -> None:
    table = folder / "table.jsonl"
    lines = [
        json.dumps({"image": "a.jpg", "key": "D minor", "seed": 4, "tempo": None}),
        "{",
        json.dumps([1]),
        json.dumps({"image": "a.jpg", "tempoo": 4}),
        json.dumps({"image": 3}),
        json.dumps({"tempo": {"deep": 1}}),
        "[" * 100_000,
    ]
    table.write_text("\n".join(lines))
    good, *bad = read_items([str(table)])
    assert good == Item(str(folder / "a.jpg"), (("key", "D minor"), ("seed", 4)))
    assert [item.fault.partition(", ")[2].split(":")[0] for item in bad] == [
        f"line {number}" for number in range(2, 8)
    ]
    assert "did you mean tempo" in bad[2].fault


def test_what_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(BatchError, match=r"there is no picture, folder or list '.*nothing'"):
        list(read_items([str(folder / "nothing")]))
    (folder / "bad.txt").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(BatchError, match="not UTF-8 text"):
        list(read_items([str(folder / "bad.txt")]))


def test_an_id_tells_picture_options_and_fault_apart() -> None:
    items = [Item("a"), Item("b"), Item("a", (("bars", 8),)), Item(fault="a"), Item("\udcff")]
    assert len({item.id for item in items}) == len(items)
    # So that a run which another release began is understood.
    assert Item("a.jpg", (("bars", 8),)).id == "0dc1c0c0dfa676e0"
