"""What the form asks of each bar before the network writes it."""

from __future__ import annotations

from dataclasses import dataclass

from melodymuse.music.grid import GridChord
from melodymuse.planning.bar_controls import BarControls
from melodymuse.planning.recall import Recall


@dataclass(frozen=True, slots=True)
class BarPlan:
    """One bar to be.

    Attributes:
        controls: how it should be.
        recall: which earlier bar it recalls, and how closely.
        harmony: its chord symbols, exactly these, each with its root or third struck lowest in
            the left hand (the root where a phrase begins or ends); None leaves them to the network.
        closes: whether it is the final bar: the tonic chord on its first beat with the tonic in the
            bass, nothing but chord notes, nothing after the middle of the bar.
    """

    controls: BarControls
    recall: Recall
    harmony: tuple[GridChord, ...] | None = None
    closes: bool = False
