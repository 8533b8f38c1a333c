"""What a studio has done, in Prometheus' text format (version 0.0.4)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Requests by route and status, and how long they took; used from one event loop."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note a request that was answered.

        Args:
            method: such as ``"GET"``.
            route: the route's own path, not the client's words: there are few of them.
            status: of the answer.
            seconds: until its last byte.
        """
        self._requests[method, route, status] += 1
        found = self._buckets.setdefault(route, [0] * (len(_SECONDS) + 1))
        found[bisect_left(_SECONDS, seconds)] += 1
        self._sums[route] = self._sums.get(route, 0.0) + seconds

    def text(self, gauges: Mapping[str, tuple[str, float]]) -> str:
        """All of it, and values of the moment: name -> what it is, value."""
        return "".join(f"{line}\n" for line in self._lines(gauges))

    def _lines(self, gauges: Mapping[str, tuple[str, float]]) -> Iterator[str]:
        name = "melodymuse_requests_total"
        yield f"# HELP {name} Requests answered.\n# TYPE {name} counter"
        for (method, route, status), count in sorted(self._requests.items()):
            yield f'{name}{{method="{method}",route="{route}",status="{status}"}} {count}'
        name = "melodymuse_request_seconds"
        yield f"# HELP {name} Time to the last byte.\n# TYPE {name} histogram"
        for route, counts in sorted(self._buckets.items()):
            total = 0
            for edge, count in zip((*map(str, _SECONDS), "+Inf"), counts, strict=True):
                total += count
                yield f'{name}_bucket{{route="{route}",le="{edge}"}} {total}'
            yield f'{name}_sum{{route="{route}"}} {self._sums[route]:.6f}'
            yield f'{name}_count{{route="{route}"}} {total}'
        for gauge, (meaning, value) in gauges.items():
            name = f"melodymuse_{gauge}"
            yield f"# HELP {name} {meaning}\n# TYPE {name} gauge\n{name} {value:g}"
