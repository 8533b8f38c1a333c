from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.loudness.__main__ import fit, main
from training.loudness.kern import KernBar, pitches, read_bars

HEAD = "**kern\t**kern\t**dynam\n*staff2\t*staff1\t*\n*M2/4\t*M2/4\t*\n"


def kern(*rows: str) -> str:
    return HEAD + "\n".join(row.replace(" | ", "\t") for row in rows)


def bars(marks: list[str]) -> str:
    rows = []
    for number, mark in enumerate(marks, 1):
        bar = "\t".join([f"={number}"] * 3)
        rows += [bar, f"4C | 4c 4e | {mark}", "4r | 4g | ."]
    return kern(*rows)


@pytest.mark.parametrize(
    ("field", "struck"),
    [
        ("4c", [60]),
        ("8CC#L", [37]),
        ("(>2.ff#", [78]),
        ("8B-- 8ee-J", [57, 75]),
        ("4r", []),
        ("8qa#/", []),
        ("[2g 2b_ 2dd]", [67]),
        ("2.rF", []),
        (".", []),
    ],
)
def test_pitches_are_those_that_are_struck(field: str, struck: list[int]) -> None:
    assert pitches(field) == struck


def test_a_bar_has_what_stands_in_it() -> None:
    assert read_bars(bars(["p", "."])) == [KernBar(49, 2, 59.75, 65.5)] * 2


def test_a_mark_lasts_until_the_next_and_before_the_first_nothing_is_known() -> None:
    assert [bar.loudness for bar in read_bars(bars([".", "f", ".", "pp", "sf"]))] == [
        96, 96, 33, 33,
    ]  # fmt: skip


def test_a_hairpin_leads_to_the_mark_behind_it_or_one_mark_on() -> None:
    led = [bar.loudness for bar in read_bars(bars(["p", "<", ".", "[ ff", "."]))]
    assert led[0] == 49 and 49 < led[1] < led[2] < 112 and led[3:] == [112, 112]
    free = [bar.loudness for bar in read_bars(bars(["f", ">", ".", "]", "."]))]
    assert free[0] == 96 > free[1] > free[2] > 80 and free[3:] == [80, 80]


def test_spines_that_split_and_join_keep_their_kinds() -> None:
    text = kern(
        "=1 | =1 | =1",
        "4C | 4c | p",
        "* | *^ | *",
        "4D | 4e | 4a | .",
        "=2 | =2 | =2 | =2",
        "4D | 4f | 4a | f",
        "* | *v | *v | *",
        "4D | 4f | .",
    )
    first, second = read_bars(text)
    assert (first.density, second.density) == (2.5, 2.5) and second.loudness == 96


def test_what_has_not_two_staves_with_dynamics_is_left_out() -> None:
    assert not read_bars("**kern\t**dynam\n=1\t=1\n4c\tp\n") and not read_bars(bars(["."] * 3))


def test_the_numbers_that_made_the_dynamics_are_found_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loud = [
        (who, [KernBar(60 + 8 * n + 2 * m, 2.0**n, 60, 60 + m) for n in range(4) for m in range(6)])
        for who in "abc"
    ]
    found = fit(loud)
    assert found["doubling"] == pytest.approx(8, abs=0.3) and found["held_out"] > 0.99
    assert found["semitone"] == pytest.approx(2, abs=0.1) and found["bars"] == 72
    folder = tmp_path / "nifc_kern" / "set" / "kern"
    folder.mkdir(parents=True)
    (tmp_path / "nifc_kern/set/index.csv").write_text('file,composer\na.krn,"One, A."\n')
    for name in ("a.krn", "b.krn"):
        (folder / name).write_text(bars(["p"] * 8 + ["f"] * 8))
    assert main(["--data", str(tmp_path)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["pieces"], report["composers"]) == (2, 2)


def test_a_folder_without_kern_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path)]) == 2
    assert "no kern with dynamics" in capsys.readouterr().err
