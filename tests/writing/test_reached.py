"""What of a wish is not reached is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import melodymuse
from melodymuse.planning.controls import LIMITS
from melodymuse.writing.reached import unreached


def test_what_the_network_cannot_do_is_told_with_what_it_did() -> None:
    piece = melodymuse.compose("sadness", key="A minor", bars=4, seed=3, triplets=0.8)
    found = unreached(piece.score, piece.controls, ["triplets", "register"])
    (asked, had) = found.pop("triplets")
    assert asked == 0.8 and had < 0.4
    assert found == {}, "an octave of register is near enough, in any key"
    assert unreached(piece.score, piece.controls, []) == {}, "only what a user said"


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_the_command_tells_it(run: Callable[..., Any], words: tuple[str, ...]) -> None:
    said = ("--emotion", "awe", "--bars", 2, "--metre", "4/4", "--triplets", 0.8, "--seed", 3)
    out = run("compose", *said, *words).out
    assert '"unreached": {"triplets": [0.8, 0.' in out if words else "0.8 asked, 0" in out


def test_a_share_that_stops_at_the_limit_is_told(run: Callable[..., Any]) -> None:
    said = ("--emotion", "awe", "--bars", 2, "--seed", 3, "--json")
    far = json.loads(run("compose", *said, "--tempo", "+900%").out)
    assert far["unreached"]["tempo"] == ["+900%", LIMITS["tempo"][1]]
    for near in (("--tempo", "+5%"), ("--triplets", "-100%")):
        assert json.loads(run("compose", *said, *near).out)["unreached"] == {}
