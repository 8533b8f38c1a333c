"""A figure: what was measured, on what, or why it was not."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from melodymuse.comparison.catalogue import METRICS, YES_OR_NO
from melodymuse.errors import AudioError

NOT_MEASURED = "not measured"
INFINITE = "infinite"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement.

    Attributes:
        metric: a name of `catalogue.METRICS`.
        maker: whose take or takes.
        picture: the brief's label; empty over all pictures.
        against: the other maker, for figures of two.
        by: what measured it where that can differ: an embedding, a classifier, a transcriber.
        value: the number; None where there is none.
        text: the answer where it is no number, such as a key.
        remark: why there is none.
    """

    metric: str
    maker: str
    picture: str = ""
    against: str = ""
    by: str = ""
    value: float | None = None
    text: str = ""
    remark: str = ""

    @property
    def measured(self) -> bool:
        """Whether there is an answer."""
        return self.value is not None or bool(self.text)

    def shown(self) -> str:
        """The answer for people: rounded, without its unit."""
        if self.text:
            return self.text
        if self.value is None:
            return NOT_MEASURED
        if math.isinf(self.value):
            return INFINITE if self.value > 0 else f"\u2212{INFINITE}"
        if self.metric in YES_OR_NO:
            return "yes" if self.value else "no"
        number = f"{self.value:,.{METRICS[self.metric].digits}f}"
        return number.replace("-", "\u2212") if float(self.value) < 0 else number


def measured(
    about: Figure, names: Iterable[str], measure: Callable[[], Mapping[str, float]]
) -> list[Figure]:
    """Figures of one metric's module, or the reason why there are none.

    Args:
        about: maker, picture and so on, which all share.
        names: what `measure` gives, for when it cannot.
        measure: an `evaluate` with its arguments; an AudioError of it becomes the remark.
    """
    try:
        found = measure()
    except AudioError as error:
        return [replace(about, metric=name, remark=str(error)) for name in names]
    return [replace(about, metric=name, value=float(found[name])) for name in names]
