"""The text event in which a file of ours tells each bar's place in the form."""

from __future__ import annotations

from melodymuse.midi.document import Document
from melodymuse.midi.events import Event
from melodymuse.midi.layout import PLAN_MARK, encode_text
from melodymuse.midi.rewriting import change_events

_PLAN = b"\xff\x01" + encode_text(PLAN_MARK)


def is_plan(event: Event) -> bool:
    """Whether an event is that."""
    return event.tick == 0 and event.data.startswith(_PLAN)


def plan_in(document: Document) -> str:
    """What `Provenance.bars` was when the file was written; empty in a foreign one."""
    events = (event for track in document.tracks for event in track.events if is_plan(event))
    found = next(events, None)
    return "" if found is None else found.data[len(_PLAN) :].decode("utf-8", errors="replace")


def with_plan(document: Document, text: str) -> Document:
    """A document that tells another plan in the place of its own."""
    plan = Event(0, _PLAN + encode_text(text))
    return change_events(document, lambda event: plan if is_plan(event) else event)
