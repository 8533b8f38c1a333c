"""What a piece of work takes in electricity, and what that means in greenhouse gas.

Where the processor's own counters can be read (RAPL, on Linux, mostly by root alone), they are
read: they count the whole processor package, other programs' work too.  Elsewhere it is estimated
from the seconds of processor that this process used.  A GPU, memory, screen and power supply are
not counted.

References
    H. David, E. Gorbatov, U. Hanebutte, R. Khanna, C. Le, "RAPL: memory power estimation and
    capping", ISLPED 2010.
    L. Lannelongue, J. Grealey, M. Inouye, "Green Algorithms: quantifying the carbon footprint of
    computation", Advanced Science 8:2100707, 2021: 12 W a core where the processor is not known,
    and 475 g of CO2e a kWh, the world's mean of 2019 (International Energy Agency).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RAPL, ESTIMATE = "RAPL", "estimate"
WATTS_A_CORE = 12.0
GRAMS_A_KILOWATT_HOUR = 475.0
_COUNTERS = Path("/sys/class/powercap")
_JOULES_A_WATT_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Energy:
    """What was used.

    Attributes:
        watt_hours: electricity.
        source: `RAPL` where it was counted, `ESTIMATE` where it was not.
    """

    watt_hours: float
    source: str

    @property
    def grams(self) -> float:
        """Grams of CO2e, at the world's mean mix of 2019."""
        return self.watt_hours / 1000 * GRAMS_A_KILOWATT_HOUR

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "watt_hours": float(f"{self.watt_hours:.3g}"),
            "grams_co2e": float(f"{self.grams:.3g}"),
            "source": self.source,
        }


NONE = Energy(0.0, ESTIMATE)


@dataclass(slots=True)
class Meter:
    """Of a block of code, once it is left."""

    energy: Energy = NONE


@contextmanager
def metered(counters: Path = _COUNTERS) -> Iterator[Meter]:
    """Measure, or estimate, what a block of code uses.

    Args:
        counters: the folder of the kernel's power counters.
    """
    meter = Meter()
    before, begun = _read(counters), time.process_time()
    try:
        yield meter
    finally:
        seconds = time.process_time() - begun
        after = _read(counters)
        if before and before.keys() == after.keys():
            joules = sum(_risen(before[name], after[name]) for name in before) / 1e6
            meter.energy = Energy(joules / _JOULES_A_WATT_HOUR, RAPL)
        else:
            meter.energy = Energy(WATTS_A_CORE * seconds / _JOULES_A_WATT_HOUR, ESTIMATE)


def _risen(before: tuple[int, int], after: tuple[int, int]) -> int:
    """Microjoules between two readings of (counter, where it begins anew)."""
    risen, span = after[0] - before[0], before[1]
    return risen if risen >= 0 else risen + span


def _read(counters: Path) -> dict[str, tuple[int, int]]:
    """Each processor package's counter and its range, microjoules; nothing where they are
    closed."""
    found = {}
    try:
        # Packages are intel-rapl:0, intel-rapl:1 ...; their parts, intel-rapl:0:0, are in them.
        for folder in sorted(counters.glob("intel-rapl:?")):
            counter = int((folder / "energy_uj").read_text())
            span = int((folder / "max_energy_range_uj").read_text())
            found[folder.name] = (counter, span)
    except (OSError, ValueError):
        return {}
    return found
