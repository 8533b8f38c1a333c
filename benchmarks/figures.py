"""What a benchmark finds: rows of one table, each measured in a process of its own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    Attributes:
        part: what it belongs to.
        name: what was measured.
        value: how much.
        unit: of what.
    """

    part: str
    name: str
    value: float
    unit: str


def fresh(measure: Callable[..., list[Figure]], *arguments: Any) -> list[Figure]:
    """What a function measures in a new process, where nothing is loaded."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(measure, *arguments).result()


def as_markdown(figures: Sequence[Figure]) -> str:
    """The figures as a table."""
    lines = ["| part | measure | value | unit |", "| --- | --- | ---: | --- |"]
    lines += [f"| {f.part} | {f.name} | {_rounded(f.value)} | {f.unit} |" for f in figures]
    return "\n".join(lines) + "\n"


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
