"""Drafts: bars to be written, some of them or the tune above them given already.

Composing, going on from given music, writing one bar anew and harmonising a tune differ only in
what is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from melodymuse.music.grid import GridBar, GridNote, Metre
from melodymuse.planning.controls import DEFAULT_TEMPERATURE
from melodymuse.planning.plan import BarPlan, Plan
from melodymuse.writing.keeping import Kept


@dataclass(frozen=True, slots=True)
class Draft:
    """A piece of which something may stand already; the rest is free.

    Attributes:
        plans: what each bar shall be.
        metre: of all bars.
        seed: names the random streams that free bars are written from, each by its own.
        temperature: 1 as learned; lower is safer, higher is wilder.
        given: index of a bar -> its notes and chord symbols, as if the tonic were C.  The network
            reads them as they are.
        tune: index of a bar -> the notes of its tune, one at a time, as if the tonic were C: they
            become the top of the right hand.  A velocity of 0 leaves it to the network.
        kept: index of a bar -> what stays of the notes that it had.
    """

    plans: tuple[BarPlan, ...]
    metre: Metre
    seed: int
    temperature: float = DEFAULT_TEMPERATURE
    given: Mapping[int, GridBar] = field(default_factory=dict)
    tune: Mapping[int, Sequence[GridNote]] = field(default_factory=dict)
    kept: Mapping[int, Kept] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan) -> Draft:
        """A plan of which nothing is given."""
        return cls(plan.bars, plan.metre, plan.controls.seed, plan.controls.temperature)

    def anew(self, written: Sequence[GridBar], bar: int) -> Draft:
        """The same piece once it is written, all bars given but one, which has its next take."""
        plans = list(self.plans)
        plans[bar] = replace(plans[bar], take=plans[bar].take + 1)
        given = {index: other for index, other in enumerate(written) if index != bar}
        return replace(self, plans=tuple(plans), given=given)
