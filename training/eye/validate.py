"""`python -m training.eye.validate --data DIR --out RUN [--oasis DIR]`: groups held out.

Each deal puts the groups of near-duplicates into folds anew; every picture is judged once a deal,
by a machine that saw no picture of its group, with chances learned on other groups still.  Figures
are told by kind and by source, never as one number alone.  A part of the annotated pictures stays
out of all this, kept aside: `--aside` judges it, once.  With `--oasis` the human norms are foretold
too: by a machine that learned from no OASIS photo, and with themes of OASIS held out.

The annotated labels were given by a large vision-language model, not by people.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from melodymuse.music.emotion import EMOTIONS
from melodymuse.survey.statistics import wilson_interval
from training.eye import measures
from training.eye.calibration import fit_calibration
from training.eye.deals import calibrated, out_of_fold
from training.eye.export import Frozen
from training.eye.felt_measures import how_good
from training.eye.kernel import ANGER, CHEERFUL, FACE, Felt, KernelRecipe, fit_kernel
from training.eye.material import Material, add_sets
from training.eye.network import EyeConfig

Array = npt.NDArray[Any]
PAINTINGS = "wikiart"
# Kinds of fewer pictures are told, but their calibration is not judged.
_ENOUGH = 400


def figures(material: Material, felt: Felt, chance: Array) -> dict[str, Any]:
    """Figures of N pictures: all of them, by kind, by source, photographs and paintings."""
    parts = {"all": np.full(len(material.pictures), True)}
    parts |= {
        f"kind {kind}": material.kinds == kind for kind in sorted(set(material.kinds)) if kind
    }
    parts |= {f"source {name}": material.sources == name for name in sorted(set(material.sources))}
    parts["photographs"] = material.sources != PAINTINGS
    return {
        name: figures_of(material.of(rows), felt.of(rows), chance[rows])
        for name, rows in ((name, np.flatnonzero(chosen)) for name, chosen in parts.items())
        if len(rows) > 1
    }


def figures_of(material: Material, felt: Felt, chance: Array) -> dict[str, Any]:
    """Figures of N pictures taken together."""
    shares = material.shares
    told: dict[str, Any] = {"pictures": len(shares)}
    told |= how_good(felt.place, felt.shares, material.places, shares)
    told["valence error"] = float(np.abs(felt.place[:, 0] - material.places[:, 0]).mean())
    told["arousal error"] = float(np.abs(felt.place[:, 1] - material.places[:, 1]).mean())
    known = ~np.isnan(shares[:, 0])
    if known.sum() >= _ENOUGH:
        right = felt.shares[known].argmax(axis=1) == shares[known].argmax(axis=1)
        told["calibration"] = measures.calibration_of_claims(chance[known], right)
    return told


def rare_found(material: Material, felt: Felt) -> dict[str, Any]:
    """Emotions with few pictures: how many are told as annotated, with Wilson's interval.

    Keys are emotions; values `found`, `annotated`, `interval`, and `told`, how often it is said.
    """
    elsewhere = material.kinds != FACE
    truly, told = material.shares.argmax(axis=1), felt.shares.argmax(axis=1)
    rows: dict[str, Any] = {}
    for name, emotion, among in (
        ("anger outside faces", "anger", elsewhere),
        ("disgust", "disgust", np.full(len(truly), True)),
    ):
        index = EMOTIONS.index(emotion)
        annotated, said = among & (truly == index), among & (told == index)
        found, count = int((annotated & said).sum()), int(annotated.sum())
        rows[name] = {"found": found, "annotated": count, "told": int(said.sum())}
        if count:
            rows[name]["interval"] = wilson_interval(found, count)
    return rows


def happy_called_angry(material: Material, felt: Felt) -> tuple[int, int]:
    """(how many, of how many) faces annotated as a pleasant emotion other than awe."""
    happy = (material.kinds == FACE) & CHEERFUL[material.shares.argmax(axis=1)]
    return int((felt.shares[happy].argmax(axis=1) == ANGER).sum()), int(happy.sum())


def held_out(material: Material, deals: Sequence[int], folder: Path) -> list[dict[str, Any]]:
    """Figures of the annotated pictures that are not kept aside, by deal.

    All others are learned from, OASIS's among them, as in what ships.
    """
    judged = np.setdiff1d(material.rows(annotated=True), np.flatnonzero(material.aside))
    always = material.rows(drawn=True, rated=True)
    mine, report = material.of(judged), []
    for deal in deals:
        felt = out_of_fold(KernelRecipe(), material, judged, always, deal)
        probabilities, chance = calibrated(felt, mine.shares, mine.groups, deal)
        report.append(figures(mine, felt, chance))
        report[-1]["happy faces called anger"] = happy_called_angry(mine, felt)
        report[-1]["rare"] = rare_found(mine, felt)
        np.savez(
            folder / f"held_out{deal}.npz", rows=judged, place=felt.place, alike=felt.alike,
            probabilities=probabilities, chance=chance,
        )  # fmt: skip
        print(json.dumps({"deal": deal, **report[-1]["all"]}), flush=True)
    return report


def rated_held_out(material: Material, deals: Sequence[int]) -> list[dict[str, Any]]:
    """Figures on OASIS's norms with its themes held out, learned from all sets, by deal."""
    rated = material.rows(rated=True)
    always = material.rows(annotated=True, drawn=True)
    mine, report = material.of(rated), []
    for deal in deals:
        felt = out_of_fold(KernelRecipe(), material, rated, always, deal)
        report.append(figures_of(mine, felt, felt.shares.max(axis=1)))
        print(json.dumps({"deal": deal, **report[-1]}), flush=True)
    return report


def judged_once(material: Material, learned: Array, judged: Array) -> dict[str, Any]:
    """Figures of pictures from one machine that learned from others."""
    mine = material.of(learned)
    felt = fit_kernel(KernelRecipe(), mine.seen, mine.pictures).answers(material.seen[judged])
    held = material.rows(annotated=True)
    held = np.intersect1d(held, learned)
    inner = out_of_fold(KernelRecipe(), material, held, np.setdiff1d(learned, held), 0)
    chance = fit_calibration(inner, material.shares[held]).chance(felt)
    told = material.of(judged)
    return {
        **figures(told, felt, chance),
        "happy faces called anger": happy_called_angry(told, felt),
        "rare": rare_found(told, felt),
    }


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    """Validates, writes `validation.json` and the answers of each deal, returns the report."""
    parser = argparse.ArgumentParser(prog="python -m training.eye.validate", description=__doc__)
    add_sets(parser)
    parser.add_argument("--deals", type=int, default=5, help="number of deals (default 5)")
    parser.add_argument("--aside", action="store_true", help="judge what was kept aside")
    given = parser.parse_args(arguments)
    looks = Frozen.published(EyeConfig()).looker()
    material = Material.read(looks, given.data, given.oasis, given.out)
    deals = range(given.deals)
    annotated, drawn = material.rows(annotated=True), material.rows(drawn=True)
    kept = np.intersect1d(annotated, np.flatnonzero(material.aside))
    parts: dict[str, Callable[[], Any]] = {
        "held out": lambda: held_out(material, deals, given.out),
    }
    if given.aside:
        learned = np.setdiff1d(np.arange(len(material.pictures)), kept)
        parts["kept aside"] = lambda: judged_once(material, learned, kept)
    if given.oasis is not None:
        parts["norms, no OASIS photo learned from"] = lambda: judged_once(
            material, np.concatenate([annotated, drawn]), material.rows(rated=True)
        )
        parts["norms, themes held out"] = lambda: rated_held_out(material, deals)
    report: dict[str, Any] = {}
    # Written after every part, so that what was measured stays when a long run is stopped.
    for name, part in parts.items():
        report[name] = part()
        (given.out / "validation.json").write_text(
            json.dumps(report, indent=2) + "\n", encoding="utf-8"
        )
    return report


if __name__ == "__main__":
    main()
