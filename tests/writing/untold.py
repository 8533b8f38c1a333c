"""Bar controls of which only what a test is about is told."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from melodymuse.planning.bar_controls import BarControls


def bar_controls(**told: Any) -> BarControls:
    """Controls of the first of four bars of 4/4 in minor, else unknown, with `told` over them."""
    unknown = {field.name: None for field in fields(BarControls)}
    return BarControls(
        **{**unknown, "mode": "minor", "metre": "4/4", "bar": 0, "bars": 4, **told}  # type: ignore[arg-type]
    )
