"""`melodymuse doctor`: what is there, what is missing, and how to get it."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from operator import attrgetter
from typing import Annotated

import typer

from melodymuse.cli import terminal
from melodymuse.cli.terminal import Row

_MARKS = {"good": "", "optional": "not there: ", "missing": "MISSING: "}


def doctor(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line, one for each finding.")
    ] = False,
) -> int:
    """Say what MelodyMuse finds on this machine, what is missing, and how to get it.

    Exit status 1 where something is missing that a plain install should have; what is optional
    does not count.
    """
    from melodymuse.doctor import State, examine

    findings = examine()
    if as_json:
        for finding in findings:
            terminal.say_json(asdict(finding))
    else:
        for area, group in groupby(findings, key=attrgetter("area")):
            rows = [Row(one.name, _MARKS[one.state] + one.detail) for one in group]
            terminal.say_table(area, rows)
    return int(any(finding.state is State.MISSING for finding in findings))
