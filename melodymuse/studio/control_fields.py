"""The controls as a request's fields, made from the one table of them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from melodymuse.planning.control_table import Control, Kind
from melodymuse.planning.controls import CONTROLS

_LONGEST_WORDS = 2000


def _field(name: str, row: Control) -> tuple[Any, Any]:
    """The type of a control and what is said of it; it is called by its alias."""
    kind: Any
    bounds: dict[str, Any] = {}
    if row.choices:
        kind = Literal[row.choices]
    elif row.kind is Kind.FLAG:
        kind = bool
    elif row.kind is Kind.WHOLE:
        kind = int
    elif row.kind is Kind.NUMBER:
        kind, bounds = float, {"allow_inf_nan": False}
    else:
        kind, bounds = str, {"max_length": _LONGEST_WORDS}
    if row.limits is not None:
        bounds["ge"], bounds["le"] = row.limits
    return kind | None, Field(None, alias=name, description=row.help, **bounds)


ControlFields: type[BaseModel] = create_model(
    "ControlFields",
    __config__=ConfigDict(extra="forbid"),
    __doc__="What may be said of a piece; null, or nothing, is as the emotion asks.",
    # A name such as "register" would hide what every model has.
    **{f"{name}_": _field(name, row) for name, row in CONTROLS.items()},  # type: ignore[call-overload]
)
