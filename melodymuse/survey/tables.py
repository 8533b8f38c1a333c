"""CSV files as people hand them back: with a byte order mark, or semicolons from a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from melodymuse.errors import SurveyError
from melodymuse.spreadsheets import cell_text

_MOST_BYTES = 50 * 2**20


def read_table(path: Path, needed: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with the number of the line each ends on, blank lines left out.

    Columns may stand in any order and further ones are kept; column names are read in lower case,
    values without surrounding space and without the apostrophe that keeps a spreadsheet from
    running them.

    Args:
        path: a UTF-8 file, separated by commas or semicolons, with a header.
        needed: the columns that must be there.

    Raises:
        SurveyError: no such file, not such a file, a column missing, or a row too long or short.
    """
    reader = csv.reader(io.StringIO(text := _text_of(path), newline=""), strict=True)
    first = text.split("\n", 1)[0]
    if ";" in first and "," not in first:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    try:
        header = [name.strip().casefold() for name in next(reader, [])]
        _check_header(path, header, needed)
        rows = []
        for fields in reader:
            if not any(field.strip() for field in fields):
                continue
            if len(fields) != len(header):
                raise SurveyError(
                    f"{path}, line {reader.line_num}: {len(fields)} values for {len(header)} "
                    "columns: put quotes around values with commas"
                )
            values = (cell_text(field.strip()) for field in fields)
            rows.append((reader.line_num, dict(zip(header, values, strict=True))))
    except csv.Error as error:
        raise SurveyError(f"{path}, line {reader.line_num}: not CSV: {error}") from error
    return rows


def _text_of(path: Path) -> str:
    try:
        if path.is_dir():
            raise SurveyError(f"{path} is a folder: name a CSV file")
        if path.stat().st_size > _MOST_BYTES:
            raise SurveyError(f"{path} is too large to be a table of this kind")
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise SurveyError(f"{path}: there is no such file") from None
    except UnicodeDecodeError:
        raise SurveyError(f"{path} is not a UTF-8 text file: save it as CSV in UTF-8") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SurveyError(f"cannot read {path}: {reason}") from error


def _check_header(path: Path, header: Sequence[str], needed: Sequence[str]) -> None:
    missing = [name for name in needed if name not in header]
    if missing:
        raise SurveyError(
            f"{path}: no column {', '.join(missing)}: the first line must name {', '.join(needed)}"
        )
    if len(set(header)) < len(header):
        raise SurveyError(f"{path}: a column is named twice")
