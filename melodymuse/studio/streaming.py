"""Long work as server-sent events: the place in line, then what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel
from pydantic_core import to_json

from melodymuse.studio.problems import problem_of
from melodymuse.studio.workroom import Workroom

EVENTS = "text/event-stream"
# A line now and then, so that nothing between here and the client takes the silence for an end.
_SILENCE_SECONDS = 10.0


async def answer(request: Request, room: Workroom, work: Callable[[], BaseModel]) -> Response:
    """The answer to a request, as JSON or, where the client accepts them, as events: ``place`` with
    ``{"place": 3}``, and at last ``done`` with the answer or ``problem`` with a problem."""
    if EVENTS in request.headers.get("accept", ""):
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_events(room, work), media_type=EVENTS, headers=headers)
    done = await room.do(work)
    return Response(done.model_dump_json(), media_type="application/json")


async def _events(room: Workroom, work: Callable[[], BaseModel]) -> AsyncIterator[bytes]:
    places: asyncio.Queue[int] = asyncio.Queue()
    running = asyncio.ensure_future(room.do(work, places.put_nowait))
    try:
        while not running.done() or not places.empty():
            waited = asyncio.ensure_future(places.get())
            done, _ = await asyncio.wait(
                {running, waited}, timeout=_SILENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            if waited in done:
                yield _event("place", to_json({"place": waited.result()}))
            else:
                waited.cancel()
                if not done:
                    yield b": still here\n\n"
        try:
            yield _event("done", running.result().model_dump_json().encode())
        except Exception as error:
            yield _event("problem", to_json(problem_of(error)))
    finally:
        if not running.done():
            running.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await running


def _event(name: str, data: bytes) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (name.encode(), data)
