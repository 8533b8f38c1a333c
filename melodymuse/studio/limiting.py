"""How often a client may ask: a bucket of requests for each, which fills up again."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

# So much of a minute's requests may come at once.
_BURST_SHARE = 0.25
_MOST_CLIENTS = 10_000


class RateLimiter:
    """Counts requests by client; used from one event loop.

    Args:
        a_minute: requests of one client.
        clock: seconds from any moment on.
    """

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = a_minute / 60
        self._burst = max(a_minute * _BURST_SHARE, 1.0)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str, cost: float = 1.0) -> int:
        """Take a request out of a client's bucket: 0 when there was one, else in how many whole
        seconds there will be one."""
        now = self._clock()
        left, seen = self._buckets.pop(client, (self._burst, now))
        left = min(left + (now - seen) * self._rate, self._burst)
        missing = cost - left
        self._buckets[client] = (left if missing > 0 else left - cost, now)
        if len(self._buckets) > _MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return max(math.ceil(missing / self._rate), 1) if missing > 0 else 0
