"""How loud is a bar?  Fitted to printed dynamics, and measured on composers held out.

`python -m training.loudness --data DIR`, where DIR holds nifc_kern/ (pieces in Humdrum **kern of
the Fryderyk Chopin Institute, CC BY 4.0).  What it prints stands in
`melodymuse/planning/expression.py`.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from math import log2
from pathlib import Path
from typing import Any

from training.needs import need

need("sklearn")

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from sklearn.linear_model import LinearRegression  # noqa: E402
from sklearn.model_selection import GroupKFold, cross_val_predict  # noqa: E402

from melodymuse.errors import MelodyMuseError  # noqa: E402
from training.loudness.kern import KernBar, read_bars  # noqa: E402

FEWEST_BARS, SECTION_BARS, PHRASE_BARS = 16, 8, 4
_FOLDS, _LEAST_DENSITY = 8, 0.25
_NAMES = ("doubling", "semitone")
Array = NDArray[np.float64]


def read_pieces(folder: Path) -> list[tuple[str, list[KernBar]]]:
    """Composer and bars of each piece that has enough of them; Chopin's are one composer's in both
    collections, so that no piece stands on both sides when composers are held out.

    Raises:
        MelodyMuseError: there are none.
    """
    pieces = []
    composers = _composers(folder)
    for path in sorted(folder.glob("*/kern/*.krn")):
        bars = read_bars(path.read_text(encoding="utf-8", errors="replace"))
        if len(bars) >= FEWEST_BARS:
            pieces.append((composers.get(path.name, "Chopin"), bars))
    if not pieces:
        raise MelodyMuseError(f"no kern with dynamics in {folder}: it should hold SET/kern/*.krn")
    return pieces


def _composers(folder: Path) -> dict[str, str]:
    """The composer of each file that an index names; the Chopin editions have none."""
    found: dict[str, str] = {}
    for table in folder.glob("*/index.csv"):
        with table.open(encoding="utf-8") as lines:
            found |= {row["file"]: row["composer"].split(",")[0] for row in csv.DictReader(lines)}
    return found


def fit(pieces: Sequence[tuple[str, Sequence[KernBar]]]) -> dict[str, Any]:
    """Velocity by doubling of a bar's notes and by semitone of its top line, each against the mean
    of its piece; pieces weigh alike.

    Returns:
        "pieces", "bars", "composers"; the two numbers; "held_out", r of what they say and what is
        printed, composers held out; "by_place", the same where all that is known is the place in
        four bars; "sections", the standard deviation of the means of eight bars, on average.
    """
    rows, loud, groups, weights, places, sections = [], [], [], [], [], []
    for composer, bars in pieces:
        told = np.array([(log2(max(b.density, _LEAST_DENSITY)), b.top) for b in bars])
        printed = np.array([bar.loudness for bar in bars])
        rows.append(told - told.mean(axis=0))
        loud.append(printed - printed.mean())
        groups += [composer] * len(bars)
        weights += [1 / len(bars)] * len(bars)
        places.append(np.eye(PHRASE_BARS)[np.arange(len(bars)) % PHRASE_BARS])
        whole = len(bars) // SECTION_BARS * SECTION_BARS
        sections.append(printed[:whole].reshape(-1, SECTION_BARS).mean(axis=1).std())
    told, printed, weight = np.concatenate(rows), np.concatenate(loud), np.array(weights)
    model = LinearRegression().fit(told, printed, sample_weight=weight)
    return {
        "pieces": len(pieces),
        "bars": len(printed),
        "composers": len(set(groups)),
        **dict(zip(_NAMES, map(float, model.coef_), strict=True)),
        "held_out": _held_out(told, printed, groups, weight),
        "by_place": _held_out(np.concatenate(places), printed, groups, weight),
        "sections": float(np.mean(sections)),
    }


def _held_out(told: Array, printed: Array, groups: Sequence[str], weight: Array) -> float:
    folds = GroupKFold(min(_FOLDS, len(set(groups))))
    said = cross_val_predict(
        LinearRegression(), told, printed, groups=groups, cv=folds, params={"sample_weight": weight}
    )
    return float(np.corrcoef(said, printed)[0, 1]) if said.std() else 0.0


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="training.loudness", description=__doc__)
    parser.add_argument("--data", required=True, type=Path, help="folder that holds nifc_kern/")
    options = parser.parse_args(arguments)
    try:
        report = fit(read_pieces(options.data / "nifc_kern"))
    except MelodyMuseError as error:
        print(f"training.loudness: {error}", file=sys.stderr)
        return 2
    print(json.dumps(report, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
