"""From items to files: the same whatever is made beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from melodymuse.api import engine
from melodymuse.batch.items import Item, read_items
from melodymuse.batch.making import Made, Run, make, record_of
from melodymuse.batch.places import read
from melodymuse.errors import BatchError, ControlError, ImageError, ModelError, OutputError
from melodymuse.midi.reader import read_midi
from tests.batch.pictures import draw_pictures

RUN = Run(7, asked=(("bars", 4),))


def _made(items: list[Item], run: Run = RUN) -> list[Made]:
    return list(make(engine, run, items, read))


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> list[Item]:
    folder = tmp_path_factory.mktemp("pictures")
    draw_pictures(folder, 20)
    return sorted(read_items([str(folder)]), key=lambda item: item.picture)


@pytest.fixture(scope="module")
def twenty(items: list[Item]) -> list[Made]:
    return _made(items)


def test_an_item_has_the_same_bytes_alone_and_among_twenty(
    items: list[Item], twenty: list[Made]
) -> None:
    for number in (0, 11):
        (alone,) = _made([items[number]])
        assert alone.files == twenty[number].files
        assert alone.input == twenty[number].input


def test_neither_order_nor_place_matters(items: list[Item], twenty: list[Made]) -> None:
    assert [made.files for made in _made(items[:3][::-1])] == [m.files for m in twenty[2::-1]]
    there = {f"memory://x/{Path(item.picture).name}": item.picture for item in items[:2]}
    moved = make(engine, RUN, [Item(url) for url in there], lambda url: read(there[url]))
    assert [made.files for made in moved] == [made.files for made in twenty[:2]]


def test_the_runs_seed_and_the_content_decide_the_seed(
    items: list[Item], twenty: list[Made]
) -> None:
    seeds = {made.piece.seed for made in twenty if made.piece}
    assert len(seeds) == len(items)
    (other,) = _made(items[:1], Run(8, asked=RUN.asked))
    assert other.piece is not None and other.piece.seed not in seeds
    (faster,) = _made([Item(items[0].picture, (("tempo", 100),))])
    assert faster.piece is not None and twenty[0].piece is not None
    assert faster.piece.seed == twenty[0].piece.seed
    assert faster.files[0][0] != twenty[0].files[0][0]
    (own,) = _made([Item(items[0].picture, (("seed", 4),))])
    assert own.piece is not None and own.piece.seed == 4


def test_the_files_are_the_piece_in_every_format(items: list[Item]) -> None:
    (made,) = _made(items[:1], Run(7, (".mid", ".musicxml", ".png"), RUN.asked))
    assert made.piece is not None
    (name, midi), (_, page), (_, roll) = made.files
    assert name.startswith("cloud-000-") and name.endswith(".mid")
    assert read_midi(midi).notes == made.piece.score.notes
    assert page.startswith(b"<?xml") and roll.startswith(b"\x89PNG")
    assert made.seconds > 0


def test_what_goes_wrong_with_one_is_told_and_the_rest_goes_on(
    items: list[Item], tmp_path: Path
) -> None:
    (tmp_path / "bad.jpg").write_text("no picture")
    wrong = [
        Item(str(tmp_path / "none.jpg")),
        Item(str(tmp_path / "bad.jpg")),
        Item(items[0].picture, (("tempo", -1),)),
        Item(fault="list.csv, row 3: no"),
        Item(),
    ]
    *bad, good = _made([*wrong, items[0]])
    assert [made.files for made in bad] == [()] * 5
    assert [made.error for made in bad][3] == "list.csv, row 3: no"
    assert "no such picture" in bad[0].error
    assert "not a picture" in bad[1].error
    assert "tempo must lie between" in bad[2].error
    assert "nothing to compose from" in bad[4].error
    assert good.error == "" and good.files == _made(items[:1])[0].files


def test_a_fault_of_the_program_fails_its_item_alone(
    items: list[Item], twenty: list[Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    from melodymuse.writing import composer

    honest, seed = composer.score_of, twenty[1].piece.seed if twenty[1].piece else 0

    def faulty(plan: object, *rest: object) -> object:
        if plan.controls.seed == seed:  # type: ignore[attr-defined]
            raise ZeroDivisionError("nought")
        return honest(plan, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(composer, "score_of", faulty)
    made = _made(items[:3])
    assert made[1].error.startswith("unexpected ZeroDivisionError: nought (a fault of the program")
    assert [m.files for m in made] == [twenty[0].files, (), twenty[2].files]


def test_missing_weights_end_the_run(items: list[Item], monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: object) -> None:
        raise ModelError("the weights are missing")

    monkeypatch.setattr(engine, "analyze", gone)
    with pytest.raises(ModelError):
        _made(items[:1])


def test_a_record_tells_all_of_an_item(items: list[Item], twenty: list[Made]) -> None:
    told = record_of(twenty[0])
    assert twenty[0].piece is not None
    assert told["id"] == items[0].id and told["image"] == items[0].picture
    assert told["input"] == f"sha256:{twenty[0].input}" and len(twenty[0].input) == 64
    assert told["seed"] == twenty[0].piece.seed
    assert told["controls"]["bars"] == 4 and told["controls"]["key"]
    assert told["outputs"] == [twenty[0].files[0][0]]
    assert told["error"] is None
    again = engine.compose(
        items[0].picture, seed=told["seed"], **{n: told["controls"][n] for n in ("key", "bars")}
    )
    assert again.score.notes == twenty[0].piece.score.notes


@pytest.mark.parametrize(
    ("run", "family"),
    [
        (Run(1, ()), BatchError),
        (Run(1, (".mid", ".mid")), BatchError),
        (Run(1, (".doc",)), OutputError),
        (Run(1, asked=(("tempo", 9999),)), ControlError),
        (Run(-1), ControlError),
    ],
)
def test_an_impossible_run_is_refused(run: Run, family: type[Exception]) -> None:
    with pytest.raises(family):
        run.check()


def test_pictures_travel_by_url(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    (path,) = draw_pictures(tmp_path, 1)
    fsspec.filesystem("memory").pipe_file("/clouds/a.png", path.read_bytes())
    for url in ("memory://clouds/a.png", f"file://{path}"):
        assert read(url) == path.read_bytes()
    with pytest.raises(ImageError, match=r"cannot read 'memory://clouds/b\.png'"):
        read("memory://clouds/b.png")
    assert [item.picture for item in read_items(["memory://clouds"])] == ["memory:///clouds/a.png"]
