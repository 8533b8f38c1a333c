"""How many versions of what is composed of a MIDI file are written, in which order, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from melodymuse.cli import midi_files, terminal
from melodymuse.cli.terminal import Row
from melodymuse.errors import ControlError
from melodymuse.stages import stage_times

if TYPE_CHECKING:
    from melodymuse.cli.midi_options import Source
    from melodymuse.engine import Take
    from melodymuse.inserting import Insertion
    from melodymuse.midi.document import Document
    from melodymuse.rerolling import Reroll

Stages = Mapping[str, float]

T = TypeVar("T", bound="Take")
B = TypeVar("B", bound="Insertion | Reroll")


@dataclass(frozen=True, slots=True)
class Takes:
    """How many versions are wanted, in which order."""

    takes: Annotated[
        int, typer.Option(metavar="NUMBER", help="Versions to write: seed, seed + 1 ...")
    ] = 1
    ranked: Annotated[
        bool,
        typer.Option(
            "--ranked",
            help="Of several takes the best first, and then those that are good and unlike the "
            "ones before them.",
        ),
    ] = False

    def check(self, seed: int | None) -> int:
        """See that there is something to write, and give the first seed.

        Raises:
            ControlError: there is not, there is nothing to compare, or seeds run out.
        """
        from melodymuse import api
        from melodymuse.planning.controls import LIMITS

        if self.takes < 1:
            raise ControlError(f"takes must be at least 1, not {self.takes}")
        if self.ranked and self.takes == 1:
            raise ControlError("--ranked compares several takes: say how many, as in --takes 8")
        first = api.draw_seed() if seed is None else seed
        if self.takes > 1 and first + self.takes - 1 > LIMITS["seed"][1]:
            raise ControlError(
                f"seed {first} leaves no room for {self.takes} takes: choose a lower one"
            )
        return first

    def composed(self, first: int, compose: Callable[[int], T]) -> Iterator[tuple[T, Stages]]:
        """What is composed from each seed, in the order wanted, and how long its stages took."""
        from melodymuse import api

        done = []
        for take in range(self.takes):
            what = "composing" if self.takes == 1 else f"composing take {take + 1} of {self.takes}"
            with terminal.waiting(what), stage_times() as times:
                made = compose(first + take)
            if self.ranked:
                done.append((made, times))
            else:
                yield made, times
        if done:
            with terminal.waiting(f"comparing {self.takes} takes"):
                order = api.engine.order([made for made, _ in done])
            yield from (done[index] for index in order)

    def written(
        self,
        names: tuple[str, str | None, str],
        compose: Callable[[Document, int], B],
        told: Callable[[B], tuple[Mapping[str, Any], Sequence[Row]]],
        *,
        source: Source,
        seed: int | None,
        force: bool,
        as_json: bool,
    ) -> int:
        """Write new bars of a file from each seed into a file of its own, and tell of them.

        Args:
            names: the file, what the user said of where to, and the ending of a name of our own.
            compose: new bars of the document, from a seed.
            told: the facts of what was composed, for JSON and to print.
            source: how the file is read.
            seed: the first one, drawn for None.
            force: as `midi_files.place`.
            as_json: tell of them in JSON.
        """
        file, output, ending = names
        first = self.check(seed)
        paths = [
            midi_files.place(file, output, ending, force=force, take=take)
            for take in range(1, self.takes + 1)
        ]
        midi_files.check_one(midi_files.streams(file, output), takes=self.takes, as_json=as_json)
        composed = self.composed(first, partial(compose, source.read(file)))
        for path, (made, _) in zip(paths, composed, strict=True):
            written = midi_files.write(path, made.document, force=force, output=output)
            facts, rows = told(made)
            if as_json:
                terminal.say_json(
                    {"midi": str(written), "source": file, **facts, "seed": made.seed}
                )
            elif written is not None:
                terminal.say_table(str(written), [*rows, Row("seed", str(made.seed))])
        return 0
