"""The manifest of a run on many machines: Parquet files, each written whole by whoever made the
pieces that it tells of.

A part is named by the items in it, so that a block that is made again replaces its part.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from io import BytesIO
from typing import Any

from melodymuse.batch.items import Item
from melodymuse.batch.making import Run
from melodymuse.batch.manifest import Record, left, open_run
from melodymuse.batch.places import files_under, join, read_bytes, write
from melodymuse.errors import BatchError
from melodymuse.optional import optional

MANIFEST = "manifest"
_PURPOSE = "a manifest as Parquet"
_TEXTS = ("id", "image", "input", "emotion", "controls", "error")
_NUMBERS = ("valence", "arousal", "seconds")


class Parts:
    """The manifest of a run, as `manifest.Manifest` is one of a run on one machine; its `controls`
    are JSON text.

    Args:
        folder: of the run, a path or a URL.
        run: what all pieces share.
        resume: go on with what is there.

    Raises:
        BatchError: the folder has a run and `resume` was not said, or it is another run.
        OutputError: the folder cannot be written.
        MissingExtraError: the extra `ray` is not installed.
    """

    def __init__(self, folder: str, run: Run, *, resume: bool = False) -> None:
        optional("pyarrow.parquet", _PURPOSE)
        open_run(folder, run, MANIFEST, resume=resume)
        self._place = join(folder, MANIFEST)
        self._done = {int(record["id"], 16) for record in self.records()} if resume else set()

    def __enter__(self) -> Parts:
        return self

    def __exit__(self, *_: object) -> None:
        """Every part is closed already."""

    def left(self, items: Iterable[Item]) -> Iterator[Item]:
        """Those of some items that are not done, each once."""
        return left(items, self._done)

    def add(self, record: Record) -> None:
        """Whoever made it wrote it down."""

    def records(self) -> Iterator[Record]:
        """What became of each item that is done, as the parts tell it.

        Raises:
            BatchError: a part is damaged.
        """
        parquet = optional("pyarrow.parquet", _PURPOSE)
        for place in files_under(self._place):
            if place.endswith(".parquet"):
                try:
                    yield from parquet.read_table(BytesIO(read_bytes(place))).to_pylist()
                except (OSError, ValueError) as error:
                    raise BatchError(f"'{place}' is no part of a manifest: {error}") from error


def write_part(folder: str, records: Sequence[Record]) -> None:
    """Write what became of a block of items.

    Raises:
        OutputError: it cannot be written.
    """
    parquet = optional("pyarrow.parquet", _PURPOSE)
    ids = ",".join(record["id"] for record in records).encode()
    name = f"{blake2b(ids, digest_size=8).hexdigest()}.parquet"
    rows = [{**record, "controls": json.dumps(record["controls"])} for record in records]
    file = BytesIO()
    parquet.write_table(optional("pyarrow", _PURPOSE).Table.from_pylist(rows, _schema()), file)
    write(join(join(folder, MANIFEST), name), file.getvalue())


def _schema() -> Any:
    arrow = optional("pyarrow", _PURPOSE)
    columns = [
        *((name, arrow.string()) for name in _TEXTS),
        *((name, arrow.float64()) for name in _NUMBERS),
        ("seed", arrow.int64()),
        ("outputs", arrow.list_(arrow.string())),
    ]
    return arrow.schema(columns)
