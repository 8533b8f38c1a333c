"""CSV as spreadsheets open it: a text that they would run as a formula stays a text.

Such a text gets an apostrophe before it, as OWASP's "CSV Injection" page advises; reading takes it
off again.  Numbers are left alone.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

_FORMULA = re.compile(r"'*\s*[=+\-@\t]")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV with a header; None becomes an empty field."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def cell_text(cell: str) -> str:
    """What a cell that `csv_text` wrote stands for."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _safe(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    # The writer leaves a carriage return unquoted, and what follows would begin a line of its own.
    text = cell.replace("\r", " ")
    return f"'{text}" if _FORMULA.match(text) else text
