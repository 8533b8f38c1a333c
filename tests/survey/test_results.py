"""From answers to figures: worked by hand, and from listeners whose ears are known."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from melodymuse.errors import OutputError, SurveyError
from melodymuse.music.emotion import EMOTIONS
from melodymuse.spreadsheets import csv_text
from melodymuse.survey.answers import choose_sheets, read_answers
from melodymuse.survey.key import Key, KeyEntry, key_text, read_key
from melodymuse.survey.questions import CAPTION
from melodymuse.survey.report import results_csv, results_html, write_report
from melodymuse.survey.results import AGREED, FIT, QUALITY, RECOGNISED, Results, evaluate
from melodymuse.survey.statistics import wilson
from tests.survey.makers import Said, small_key, write_answers

# Of p1 .. p4: ours awe, theirs awe, ours fear, theirs fear.
ANNA: list[Said] = [("awe", 8, 9), ("fear", 5, 4), ("fear", 6, 7), ("fear", 6, 6)]
BERT: list[Said] = [("awe", 7, 8), ("awe", 7, 7), ("anger", 4, 5), ("anger", 2, 3)]
CLEO: list[Said] = [("awe", 9, 10), ("sadness", 4, 6), ("fear", 8, 9), ("fear", 5, 4)]


def _results(tmp_path: Path, **said: list[Said]) -> Results:
    key = small_key()
    path = write_answers(tmp_path / "a.csv", said, comments={"Bert": "=<b>"})
    return evaluate(choose_sheets(read_answers([path], key), key), key)


@pytest.fixture
def three(tmp_path: Path) -> Results:
    return _results(tmp_path, Anna=ANNA, Bert=BERT, Cleo=CLEO)


def test_figures_worked_by_hand(three: Results) -> None:
    ours, theirs = three.backends
    assert (ours.backend, ours.pieces, theirs.backend) == ("ours", 2, "theirs")
    assert ours.recognised == wilson(5, 6)
    assert theirs.recognised == wilson(3, 6)
    assert ours.by_listener[QUALITY].value == pytest.approx((7 + 5.5 + 8.5) / 3)
    assert ours.by_listener[FIT].value == pytest.approx((8 + 6.5 + 9.5) / 3)
    # Means of listeners 8, 6.5, 9.5: deviation 1.5, t(2) = 4.302653 by the usual table.
    reach = 4.302653 * 1.5 / 3**0.5
    assert ours.by_listener[FIT].low == pytest.approx(8 - reach, abs=1e-5)
    assert ours.by_listener[FIT].high == 10.0
    assert ours.by_listener[RECOGNISED].value == pytest.approx((1 + 0.5 + 1) / 3)
    # Asked: awe 3, fear 3 of 6; heard: awe 3, fear 2, anger 1.
    assert ours.shuffled == pytest.approx((3 * 3 + 3 * 2) / 36)
    awe, fear = EMOTIONS.index("awe"), EMOTIONS.index("fear")
    assert ours.confusion[awe][awe] == 3
    assert sum(ours.confusion[fear]) == 3 and ours.confusion[fear][fear] == 2
    assert np.sum(ours.confusion) == 6


def test_differences_are_within_listeners(three: Results) -> None:
    leads = {lead.measure: lead for lead in three.differences}
    assert set(leads) == {RECOGNISED, QUALITY, FIT}
    assert {(lead.first, lead.second, lead.pairs) for lead in leads.values()} == {
        ("ours", "theirs", 2)
    }
    # Quality, by picture: Anna 3, 0; Bert 0, 2; Cleo 5, 3.
    quality = leads[QUALITY].estimate
    assert quality.value == pytest.approx((1.5 + 1 + 4) / 3)
    assert quality.count == 3
    assert leads[RECOGNISED].estimate.value == pytest.approx((0.5 + 0 + 0.5) / 3)


def test_alpha_is_that_of_the_table_of_answers(three: Results) -> None:
    library = pytest.importorskip("krippendorff", reason="the other implementation")
    said = (ANNA, BERT, CLEO)
    quality = [[answer[1] for answer in given] for given in said]
    heard = [[EMOTIONS.index(answer[0]) for answer in given] for given in said]
    assert three.agreement[QUALITY] == pytest.approx(
        library.alpha(reliability_data=quality, level_of_measurement="interval")
    )
    assert three.agreement["emotion"] == pytest.approx(
        library.alpha(reliability_data=heard, level_of_measurement="nominal")
    )


def test_one_listener_gives_no_interval(tmp_path: Path) -> None:
    found = _results(tmp_path, Anna=ANNA)
    assert found.backends[0].by_listener[QUALITY].low is None
    assert found.agreement["emotion"] is None
    assert "one listener: no interval" in results_html(found)


def test_who_stops_early_or_comes_twice_is_left_out(tmp_path: Path) -> None:
    key = small_key()
    files = [
        write_answers(tmp_path / "1.csv", {"Anna": ANNA[:2], "Bert": BERT[:3]}),
        write_answers(tmp_path / "2.csv", {"Anna": ANNA}),
        write_answers(tmp_path / "3.csv", {"Anna": BERT, "Cleo": CLEO}),
    ]
    sample = choose_sheets(read_answers(files, key), key)
    assert [(sheet.listener, sheet.file.name) for sheet in sample.sheets] == [
        ("Anna", "2.csv"),
        ("Cleo", "3.csv"),
    ]
    assert [(out.listener, out.file.name, out.reason) for out in sample.excluded] == [
        ("Anna", "1.csv", "a second set of answers beside 2.csv"),
        ("Anna", "3.csv", "a second set of answers beside 2.csv"),
        ("Bert", "1.csv", "unfinished, 3 of 4 pieces"),
    ]
    with pytest.raises(SurveyError, match=r"no listener has finished .*Bert: unfinished"):
        evaluate(choose_sheets(read_answers(files[:1], key), key), key)


def test_the_order_of_rows_does_not_matter(tmp_path: Path, three: Results) -> None:
    lines = (tmp_path / "a.csv").read_text().splitlines()
    (tmp_path / "b.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n")
    key = small_key()
    again = evaluate(choose_sheets(read_answers([tmp_path / "b.csv"], key), key), key)
    assert again.backends == three.backends
    assert again.comments == three.comments == ("=<b>",)


def _changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("s1,Anna", "s2,Anna", "line 2: these answers are of survey 's2', the key of s1"),
        (",p2,", ",p9,", "line 3: the key knows no piece 'p9'"),
        (",p2,", ",p1,", "line 3: Anna judged piece p1 before"),
        ("Anna,2", "Anna,1", "line 3: position 1 stands there twice"),
        ("Anna,2", "Anna,5", "position must be a whole number 1 to 4, not '5'"),
        ("awe,8", "awe,11", "quality must be a whole number 1 to 10, not '11'"),
        ("awe,8", "awe,0", "quality must be a whole number"),
        ("awe,8", "awe,000000005999", "quality must be a whole number"),
        ("awe,8", "awe,5999", "quality must be a whole number"),
        ("awe,8", "awe,08", "quality must be a whole number"),
        ("awe,8", "awe,+8", "quality must be a whole number"),
        ("Anna,2", "Anna,02", "position must be a whole number"),
        ("awe,8", "awe,7.5", "quality must be a whole number"),
        ("awe,8", "awe,\u0667", "quality must be a whole number"),
        ("awe,8", f"awe,{'9' * 5000}", "quality must be a whole number"),
        ("awe,8,9", "awe,8,", "was not rated for its fit"),
        ("awe,8", "joy,8", "unknown emotion 'joy'"),
        ("s1,Anna", "s1,<b>", "is no listener's id"),
        (",15,", ",-1,", "heard must be a whole number"),
        (",quality,", ",quantity,", "no column quality"),
    ],
)
def test_answers_that_do_not_fit_are_refused(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    path = write_answers(tmp_path / "a.csv", {"Anna": ANNA})
    path.write_text(_changed(path.read_text(), old, new), encoding="utf-8")
    with pytest.raises(SurveyError, match=complaint):
        read_answers([path], small_key())
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0], encoding="utf-8")
    with pytest.raises(SurveyError, match=r"no column quality|holds no answers"):
        read_answers([path], small_key())


def test_without_pictures_nobody_is_asked_for_the_fit(tmp_path: Path) -> None:
    entries = [
        KeyEntry("p1", "ours", "awe", "a.wav", ""),
        KeyEntry("p2", "theirs", "fear", "b.wav", ""),
    ]
    key = Key("s1", {entry.piece: entry for entry in entries})
    said: dict[str, list[Said]] = {
        "Anna": [("awe", 8, ""), ("awe", 5, "")],
        "Bert": [("awe", 7, ""), ("fear", 6, "")],
    }
    path = write_answers(tmp_path / "a.csv", said)
    found = evaluate(choose_sheets(read_answers([path], key), key), key)
    assert set(found.agreement) == {"emotion", QUALITY}
    assert FIT not in found.backends[0].by_listener
    # Nothing in common, neither picture nor emotion: all pieces are compared.
    assert [(lead.measure, lead.pairs) for lead in found.differences] == [
        (RECOGNISED, 0),
        (QUALITY, 0),
    ]
    assert found.differences[1].estimate.value == pytest.approx(2.0)
    path.write_text(_changed(path.read_text(), "awe,8,,", "awe,8,3,"))
    with pytest.raises(SurveyError, match="has no picture to fit"):
        read_answers([path], key)


def test_known_ears_are_found_again(tmp_path: Path) -> None:
    """Listeners made to recognise 60 % and 30 %, whose taste differs by one point and by person."""
    random = np.random.default_rng(3)
    entries = [
        KeyEntry(f"p{n + 1}", ("ours", "theirs")[n % 2], EMOTIONS[n // 2], f"{n}.wav", f"{n // 2}")
        for n in range(16)
    ]
    key = Key("s1", {entry.piece: entry for entry in entries})
    said: dict[str, list[Said]] = {}
    for person in range(40):
        taste = random.normal(0, 1)
        given = said.setdefault(f"P{person}", [])
        for entry in entries:
            ours = entry.backend == "ours"
            right = random.random() < (0.6 if ours else 0.3)
            others = [emotion for emotion in EMOTIONS if emotion != entry.emotion]
            heard = entry.emotion if right else str(random.choice(others))
            mark = 5.5 + 0.5 * (1 if ours else -1) + taste + random.normal(0, 1)
            quality = int(np.clip(round(mark), 1, 10))
            given.append((heard, quality, quality))
    path = write_answers(tmp_path / "a.csv", said)
    found = evaluate(choose_sheets(read_answers([path], key), key), key)
    ours, theirs = found.backends
    assert ours.recognised.value == pytest.approx(0.6, abs=0.06)
    assert theirs.recognised.value == pytest.approx(0.3, abs=0.06)
    assert ours.shuffled == pytest.approx(1 / 8, abs=0.02)
    lead = next(lead for lead in found.differences if lead.measure == QUALITY).estimate
    assert lead.low is not None and lead.high is not None
    assert lead.low < 1 < lead.high
    # Comparing within listeners takes their tastes out of the difference.
    mean = ours.by_listener[QUALITY]
    assert mean.low is not None and mean.high is not None
    assert lead.high - lead.low < 0.7 * (mean.high - mean.low)


def test_the_csv_holds_every_figure(three: Results) -> None:
    rows = list(csv.DictReader(io.StringIO(results_csv(three))))
    (row,) = [
        row
        for row in rows
        if (row["table"], row["backend"], row["measure"]) == ("answers", "ours", RECOGNISED)
    ]
    assert float(row["value"]) == pytest.approx(5 / 6, abs=1e-6)
    assert float(row["low"]) == pytest.approx(wilson(5, 6).low, abs=1e-6)
    assert row["n"] == "6"
    tables = [row["table"] for row in rows]
    assert tables.count("confusion") == 2 * 64
    assert tables.count("piece") == 4 * 3
    assert tables.count("difference") == 3


def test_the_page_shows_text_as_text(three: Results) -> None:
    page = results_html(three)
    assert "<li>=&lt;b&gt;</li>" in page
    assert page.count("<table") == page.count("</table>") == 6
    assert "http" not in page


def test_reports_are_whole_and_overwrite_nothing(tmp_path: Path, three: Results) -> None:
    assert write_report(three, tmp_path / "r.html").read_text("utf-8") == results_html(three)
    with pytest.raises(OutputError, match="exists"):
        write_report(three, tmp_path / "r.html")
    write_report(three, tmp_path / "r.html", overwrite=True)
    with pytest.raises(OutputError, match=r"must end in \.csv or \.html"):
        write_report(three, tmp_path / "r.pdf")


def _preset(tmp_path: Path, preset: str, said: list[tuple[str, str, str, str, str]]) -> Results:
    """Results of a survey by a preset; said are listener, piece, fit, caption, agrees."""
    entries = [
        KeyEntry(f"p{n}", "ours", "awe", f"{n}.wav", "rocket.jpg", "a rocket") for n in (1, 2)
    ]
    path = tmp_path / "key.csv"
    path.write_text(key_text("s1", entries, preset), encoding="utf-8")
    key = read_key(path)
    heads = ("survey", "listener", "position", "piece", "emotion", "quality", "fit", "caption")
    places: dict[str, int] = {}
    rows = []
    for listener, piece, fit, caption, agrees in said:
        places[listener] = places.get(listener, 0) + 1
        rows.append(("s1", listener, places[listener], piece, "", "", fit, caption, agrees, 15))
    answers = tmp_path / "answers.csv"
    answers.write_text(csv_text((*heads, "agrees", "heard"), rows), encoding="utf-8")
    return evaluate(choose_sheets(read_answers([answers], key), key), key)


def test_melody_muse_asks_each_for_one_piece_and_a_yes(tmp_path: Path) -> None:
    said = [(f"P{n}", f"p{1 + n % 2}", "", "", "yes" if n < 11 else "no") for n in range(18)]
    found = _preset(tmp_path, "melody-muse", said)
    (ours,) = found.backends
    # As there: 11 of 18.
    assert found.listeners == 18 and ours.agreed == wilson(11, 18)
    assert ours.recognised is None and ours.shuffled is None and set(ours.by_listener) == {AGREED}
    assert found.agreement == {} and found.differences == ()
    page = results_html(found)
    assert "61.1%" in page and "Found it fitting" in page and "Quality" not in page
    assert "answers,ours,,,agreed,0.611111" in results_csv(found)
    with pytest.raises(SurveyError, match="piece p1 was not asked for its fit"):
        _preset(tmp_path, "melody-muse", [("P1", "p1", "5", "", "yes")])
    with pytest.raises(SurveyError, match="agrees must be yes or no"):
        _preset(tmp_path, "melody-muse", [("P1", "p1", "", "", "perhaps")])


def test_imaudible_asks_for_the_fit_of_music_and_caption(tmp_path: Path) -> None:
    said = [("A", "p1", "7", "8", ""), ("A", "p2", "5", "2", ""), ("B", "p1", "9", "6", "")]
    said.append(("B", "p2", "3", "4", ""))
    found = _preset(tmp_path, "imaudible", said)
    (ours,) = found.backends
    assert set(ours.by_listener) == {FIT, CAPTION}
    assert ours.by_listener[CAPTION].value == 5
    assert [piece.caption.value for piece in found.pieces if piece.caption] == [7, 3]
    assert set(found.agreement) == {FIT, CAPTION}
    assert "Caption, 1-10" in results_html(found)
    with pytest.raises(SurveyError, match="was not rated for its caption"):
        _preset(tmp_path, "imaudible", [("A", "p1", "7", "", "")])
    with pytest.raises(SurveyError, match="unknown preset 'x'"):
        _preset(tmp_path, "x", said)
