"""Where requests are worked on, a few at a time; the others stand in line and know their place."""

from __future__ import annotations

import asyncio
import contextvars
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from melodymuse.studio.problems import BusyError

T = TypeVar("T")
Tell = Callable[[int], None]
_SECONDS_A_PLACE = 1


class _Ticket:
    """A place in the line."""

    def __init__(self, tell: Tell) -> None:
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.tell = tell


class Workroom:
    """Runs functions in threads; used from one event loop.

    Args:
        workers: how many at the same time.
        waiting: how many may wait; further ones are refused.
    """

    def __init__(self, workers: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(workers, "studio")
        self._free, self._most = workers, waiting
        self._line: deque[_Ticket] = deque()

    @property
    def waiting(self) -> int:
        """How many stand in line."""
        return len(self._line)

    async def do(self, work: Callable[[], T], tell: Tell = lambda place: None) -> T:
        """What a function gives, called when its turn comes.

        Args:
            work: called in a thread.
            tell: told the place in line whenever it changes: 1 is next, 0 at work.

        Raises:
            BusyError: the line is full.
        """
        await self._turn(tell)
        try:
            tell(0)
            context = contextvars.copy_context()
            loop = asyncio.get_running_loop()
            running = loop.run_in_executor(self._pool, partial(context.run, work))
            # Whoever goes away meanwhile leaves a thread that still works: the room stays taken.
            running.add_done_callback(lambda _: self._next())
        except BaseException:
            self._next()
            raise
        return await running

    def close(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _turn(self, tell: Tell) -> None:
        if self._free:
            self._free -= 1
            return
        if len(self._line) >= self._most:
            seconds = max(len(self._line) * _SECONDS_A_PLACE, 1)
            raise BusyError(f"{len(self._line)} requests wait already: ask again later", seconds)
        ticket = _Ticket(tell)
        self._line.append(ticket)
        tell(len(self._line))
        try:
            await ticket.turn
        except asyncio.CancelledError:
            if ticket in self._line:
                self._line.remove(ticket)
                self._tell_places()
            else:
                self._next()
            raise

    def _next(self) -> None:
        """Give the room that is free now to whoever is first in line."""
        while self._line:
            ticket = self._line.popleft()
            if not ticket.turn.done():
                ticket.turn.set_result(None)
                self._tell_places()
                return
        self._free += 1

    def _tell_places(self) -> None:
        for place, ticket in enumerate(self._line, 1):
            ticket.tell(place)
