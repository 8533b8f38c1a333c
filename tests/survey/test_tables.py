"""CSV files as people hand them back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.errors import SurveyError
from melodymuse.spreadsheets import csv_text
from melodymuse.survey.tables import read_table


def _file(folder: Path, data: bytes) -> Path:
    path = folder / "t.csv"
    path.write_bytes(data)
    return path


_VALUES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"))).map(str.strip)


@given(rows=st.lists(st.tuples(_VALUES, _VALUES.filter(bool)), max_size=5))
def test_what_is_written_is_read(
    rows: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    told = [{"a": a, "b": b} for a, b in rows]
    path = _file(tmp_path_factory.mktemp("t"), csv_text(("a", "b"), rows).encode())
    assert [row for _, row in read_table(path, ("b", "a"))] == told


def test_what_spreadsheets_do_is_understood(tmp_path: Path) -> None:
    data = b'\xef\xbb\xbfFile; Emotion ;note\r\na.wav;awe;"x; y"\r\n;;\r\n\r\nb.wav;fear;\r\n'
    assert read_table(_file(tmp_path, data), ("file", "emotion")) == [
        (2, {"file": "a.wav", "emotion": "awe", "note": "x; y"}),
        (5, {"file": "b.wav", "emotion": "fear", "note": ""}),
    ]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "no column a, b"),
        (b"a,c\n1,2\n", "no column b"),
        (b"a,b,a\n", "named twice"),
        (b"a,b\n1,2,3\n", "line 2: 3 values for 2 columns"),
        (b'a,b\n1,"2\n', "not CSV"),
        (b"a,b\n1,\xff\n", "not a UTF-8 text file"),
        (b"PK\x03\x04\x00\x00", "no column"),
    ],
)
def test_what_is_no_such_table_is_refused(tmp_path: Path, data: bytes, complaint: str) -> None:
    with pytest.raises(SurveyError, match=complaint):
        read_table(_file(tmp_path, data), ("a", "b"))


def test_missing_files_and_folders_are_told(tmp_path: Path) -> None:
    with pytest.raises(SurveyError, match="there is no such file"):
        read_table(tmp_path / "x.csv", ("a",))
    with pytest.raises(SurveyError, match="is a folder"):
        read_table(tmp_path, ("a",))
