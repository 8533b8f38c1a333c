"""What of a user's wishes a piece did not reach."""

from __future__ import annotations

from collections.abc import Collection

from melodymuse.music.grid import METRES
from melodymuse.music.score import Score
from melodymuse.planning.bar_controls import scaled
from melodymuse.planning.controls import Controls
from melodymuse.writing.continuing import grid_bars
from melodymuse.writing.measuring import QUANTITIES, BarPlace, average, measure_bar

# On the network's scale, 2 from one end to the other: a quarter of all there is.
_FAR = 0.5


def unreached(
    score: Score, controls: Controls, names: Collection[str]
) -> dict[str, tuple[float, float]]:
    """Name -> what was asked and what the bars have on average, of those of the named controls
    where the one is far from the other: what the network cannot do, or other wishes forbid."""
    metre, key = METRES[str(controls.time_signature)].name, controls.key
    bars = grid_bars(score)
    measured = average(
        [
            measure_bar(notes, BarPlace(metre, key.mode, None, None, bar=n, bars=len(bars)))
            for n, (notes, _) in enumerate(bars)
        ]
    )
    found = {}
    for name in QUANTITIES:
        asked, had = getattr(controls, name), measured[name]
        if name not in names or had is None:
            continue
        if name == "register":
            had += key.shift_from_c
        if abs(scaled(name, asked) - scaled(name, had)) > _FAR:
            found[name] = (asked, had)
    return found
