"""The page that listeners see: one HTML file with its style and script, fetching nothing."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from melodymuse.survey.questions import DEFINITIONS, HIGHEST_RATING

_TEMPLATES = Path(__file__).with_name("page")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A piece as the page knows it.

    Attributes:
        label: what hides its origin.
        sound: the path of its sound from the page.
        picture: the path of its picture, None where there is none.
        seconds: its length.
    """

    label: str
    sound: str
    picture: str | None
    seconds: float


def page_text(
    survey: str,
    pieces: Sequence[Hidden],
    *,
    title: str,
    consent: str,
    contact: str,
    least_seconds: float,
) -> str:
    """The page as HTML.

    Args:
        survey: the survey's id.
        pieces: in an order that tells nothing.
        title: the heading.
        consent: what a listener must agree to before the start; empty for nothing.
        contact: where the saved answers go; may be empty.
        least_seconds: how much of a piece must be heard before it can be judged.
    """
    data = {
        "id": survey,
        "consent": consent,
        "contact": contact,
        "least": least_seconds,
        "highest": HIGHEST_RATING,
        "emotions": dict(DEFINITIONS),
        "pieces": [
            {
                "id": piece.label,
                "sound": piece.sound,
                "picture": piece.picture,
                "seconds": round(piece.seconds, 2),
            }
            for piece in pieces
        ],
    }
    parts = {
        "title": html.escape(title),
        "style": _template("survey.css"),
        "script": _template("survey.js"),
        # Nothing in it can end the element that holds it.
        "survey": json.dumps(data).replace("<", "\\u003c"),
    }
    # In one pass: what is put in is not looked through again.
    pattern = re.compile("@(" + "|".join(parts) + ")@")
    return pattern.sub(lambda found: parts[found[1]], _template("index.html"))


def _template(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8").rstrip("\n")
