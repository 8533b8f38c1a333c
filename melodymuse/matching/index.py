"""The index of a folder: what is known of each picture or piece in it, kept beside them.

One file of rows of one size, mapped into memory when it is searched, so that it is there at once
however long it is.  It is written beside its place and renamed into it.  A row holds for a file as
long as its size and time of change do, and the eye or ear that made it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import MelodyMuseError, OutputError
from melodymuse.files import whole_file
from melodymuse.matching.traits import TRAITS, Traits

Rows = NDArray[Any]
# Names of what is kept: of pictures and of music, and of which shape.
NAMES = {"picture": ".melodymuse-pictures-1.npy", "music": ".melodymuse-music-1.npy"}
# Bytes of the name of an eye or ear.
BY_BYTES = 32
# Paths are kept in rows of one size: the longest's, rounded up, so that numbers stay aligned.
_ALIGNED = 8
# How fast fit falls with distance on the plane: one half at this distance.
_HALF = 0.5
# Of a difference of one deviation in light or detail, beside one whole axis of feeling.
_BESIDE = 0.05


@dataclass(frozen=True, slots=True)
class Found:
    """A file that fits, how well (0..1, 1 best), and its traits."""

    path: str
    fit: float
    traits: Traits


def refreshed(
    folder: Path,
    kind: str,
    suffixes: frozenset[str],
    look: Callable[[Path], Traits],
    by: bytes,
    complain: Callable[[str], None],
) -> Rows:
    """The rows of a folder and those below it, files that are new or have changed looked at.

    Where nothing has changed nothing is written; a folder that cannot be written to is searched
    all the same.

    Args:
        folder: what is searched.
        kind: a key of `NAMES`.
        suffixes: of the files that count, in small letters.
        look: gives the traits of a file.
        by: which eye or ear that is, at most `BY_BYTES`; none for one that has no name, whose rows
            never hold.
        complain: told in one line of each file that cannot be read; its row stays, so that it is
            looked at again only once it has changed; and of rows that another eye or ear made.
    """
    place = folder / NAMES[kind]
    # A copy: where a file is mapped, some systems let none take its place.
    known = {row["path"]: row for row in np.array(read_rows(place))}
    rows: list[tuple[bytes, int, int, bytes, tuple[float, ...]]] = []
    changed = False
    if strange := sum(row["by"] != by or not by for row in known.values()):
        complain(
            f"what is kept of {strange} files in '{folder}' is of another version: they are looked "
            "at anew"
        )
    for path, status in _files(folder, suffixes):
        name = os.fsencode(path.relative_to(folder))
        row = known.pop(name, None)
        stamp = status.st_mtime_ns, status.st_size, by
        if by and row is not None and (row["changed"], row["size"], row["by"]) == stamp:
            rows.append((name, *stamp, tuple(row["traits"])))
            continue
        changed = True
        try:
            traits = look(path)
        except MelodyMuseError as error:
            complain(str(error))
            traits = Traits(*([float("nan")] * len(TRAITS)))
        rows.append((name, *stamp, traits))
    if not changed and not known:
        return read_rows(place)
    made = np.array(rows, layout(max((len(row[0]) for row in rows), default=1)))
    try:
        with whole_file(place, overwrite=True) as beside, beside.open("wb") as file:
            np.save(file, made)
    except OutputError as error:
        complain(str(error))
    return made


def search(rows: Rows, wanted: Traits, most: int) -> list[Found]:
    """The files that fit best, the best first.

    Feeling decides: fit halves with every half of an axis.  Light and detail, where both are known,
    count a twentieth of that.
    """
    traits = rows["traits"]
    apart = traits - np.asarray(wanted, np.float32)
    feeling = np.hypot(apart[:, 0], apart[:, 1])
    beside = np.nan_to_num(np.abs(apart[:, 2:])).sum(axis=1)
    distance = np.where(np.isnan(feeling), np.inf, feeling + _BESIDE * beside)
    count = min(most, len(rows))
    nearest = np.argpartition(distance, count - 1)[:count] if count else np.zeros(0, int)
    nearest = nearest[np.argsort(distance[nearest], kind="stable")]
    return [
        Found(
            os.fsdecode(rows["path"][row]),
            float(0.5 ** (distance[row] / _HALF)),
            Traits(*map(float, traits[row])),
        )
        for row in nearest
        if np.isfinite(distance[row])
    ]


def layout(longest: int) -> np.dtype[Any]:
    """The type of a row whose path has so many bytes at most."""
    size = -(-longest // _ALIGNED) * _ALIGNED
    return np.dtype(
        [
            ("path", f"S{size}"),
            ("changed", np.int64),
            ("size", np.int64),
            ("by", f"S{BY_BYTES}"),
            ("traits", np.float32, len(TRAITS)),
        ]
    )


def read_rows(place: Path) -> Rows:
    """The rows kept there; none where there are none, or the file is no index."""
    try:
        rows: Rows = np.load(place, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return np.zeros(0, layout(1))
    if rows.dtype.names != layout(1).names:
        return np.zeros(0, layout(1))
    return rows


def _files(folder: Path, suffixes: frozenset[str]) -> Iterator[tuple[Path, os.stat_result]]:
    """Visible files with these suffixes, by path."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if not name.startswith(".") and path.suffix.lower() in suffixes and path.is_file():
                yield path, path.stat()
