"""The page that listeners see: one HTML file with its style and script, fetching nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from melodymuse.survey.questions import DEFINITIONS, HIGHEST_RATING, Questionnaire
from melodymuse.webpages import filled


@dataclass(frozen=True, slots=True)
class Hidden:
    """A piece as the page knows it.

    Attributes:
        label: what hides its origin.
        sound: the path of its sound from the page.
        picture: the path of its picture, None where there is none.
        seconds: its length.
        caption: what the picture is said to show, or empty.
        emotion: the one that listeners are told; None for none.
    """

    label: str
    sound: str
    picture: str | None
    seconds: float
    caption: str = ""
    emotion: str | None = None


def page_text(
    survey: str,
    pieces: Sequence[Hidden],
    *,
    title: str,
    consent: str,
    contact: str,
    least_seconds: float,
    asked: Questionnaire,
) -> str:
    """The page as HTML.

    Args:
        survey: the survey's id.
        pieces: in an order that tells nothing.
        title: the heading.
        consent: what a listener must agree to before the start; empty for nothing.
        contact: where the saved answers go; may be empty.
        least_seconds: how much of a piece must be heard before it can be judged.
        asked: what is asked of each.
    """
    data = {
        "id": survey,
        "consent": consent,
        "contact": contact,
        "least": least_seconds,
        "highest": HIGHEST_RATING,
        "emotions": dict(DEFINITIONS),
        "hearing": asked.hearing,
        "seeing": asked.seeing,
        "each": min(asked.pieces or len(pieces), len(pieces)),
        "pieces": [
            {
                "id": piece.label,
                "sound": piece.sound,
                "picture": piece.picture,
                "seconds": round(piece.seconds, 2),
                "caption": piece.caption,
                "emotion": piece.emotion,
            }
            for piece in pieces
        ],
    }
    return filled("melodymuse.survey", "page/index.html.j2", title=title, survey=data)
