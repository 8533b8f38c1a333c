"""The door: who may come in, with how much, how often; and what browsers are told of every answer.

An ASGI middleware around the whole app, so that no route can be forgotten.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, MutableMapping
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from melodymuse.errors import LimitError
from melodymuse.limits import REQUESTS, UPLOAD_BYTES
from melodymuse.studio.limiting import RateLimiter
from melodymuse.studio.metrics import Metrics
from melodymuse.studio.problems import answer_of, problem, problem_of
from melodymuse.studio.settings import Settings

HEALTH = "/health"
_COOKIE = "melodymuse_token"
_MULTIPART = 4096  # what surrounds a file in a form
_READING = ("GET", "HEAD", "OPTIONS")
# What a request for a page, a script or a piece that is there counts, beside one that makes sound
# or music.
_LIGHT = 0.1
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors {frames}"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), midi=(self), geolocation=(), microphone=()",
}


class Gate:
    """Lets requests through to an app, or answers them itself.

    Args:
        app: what is behind.
        settings: of the studio.
        metrics: where every answer is counted.
    """

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self._app, self._settings, self._metrics = app, settings, metrics
        self._limiter = RateLimiter(REQUESTS.most)
        self._most = UPLOAD_BYTES.most + _MULTIPART
        frames = " ".join(settings.frames) or "'none'"
        self._told = {**_HEADERS, "Content-Security-Policy": _POLICY.format(frames=frames)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 0

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in self._told.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = self._refused(scope)
        try:
            if refused is not None:
                await refused(scope, receive, tell)
            else:
                await self._app(scope, self._bounded(receive), tell)
        except Exception as error:
            if status:  # too late to say anything else
                raise
            await answer_of(problem_of(error))(scope, receive, tell)
        finally:
            seconds = time.perf_counter() - begun
            self._metrics.count(scope["method"], _route(scope), status, seconds)

    def _refused(self, scope: Scope) -> Response | None:
        """The answer to who may not come in; None for who may."""
        headers, path = Headers(scope=scope), scope["path"]
        if path == HEALTH:
            return None
        host = headers.get("host", "")
        if not self._is_ours(host):
            return _problem(HTTPStatus.MISDIRECTED_REQUEST, "this studio has another name")
        origin = headers.get("origin")
        if scope["method"] not in _READING and origin and urlsplit(origin).netloc != host:
            return _problem(HTTPStatus.FORBIDDEN, "another site's page may not ask this")
        if (refused := self._without_token(scope, headers)) is not None:
            return refused
        said = headers.get("content-length", "0")
        if not said.isdecimal() or int(said) > self._most:
            mib = UPLOAD_BYTES.most / 2**20
            return _problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"the file is too large: at most {mib:g} MiB are taken",
            )
        client = (scope.get("client") or ("",))[0]
        wait = self._limiter.wait(client, _cost(scope["method"], path))
        if wait:
            told = problem(HTTPStatus.TOO_MANY_REQUESTS, f"too many requests: wait {wait} s")
            return answer_of(told, wait)
        return None

    def _is_ours(self, host: str) -> bool:
        known = self._settings.hosts
        return not known or host.lower() in known or host.rpartition(":")[0].lower() in known

    def _without_token(self, scope: Scope, headers: Headers) -> Response | None:
        """What to answer whoever does not show the token.  A browser brings it in the address,
        once, and is given it as a cookie."""
        token = self._settings.token
        if token is None:
            return None
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if scope["path"] == "/" and _same(asked, token):
            home = RedirectResponse("/", HTTPStatus.SEE_OTHER)
            home.set_cookie(_COOKIE, token, httponly=True, samesite="strict")
            return home
        shown = (headers.get("authorization", "").removeprefix("Bearer "), _cookie(headers))
        if any(_same(each, token) for each in shown):
            return None
        answer = _problem(
            HTTPStatus.UNAUTHORIZED,
            "this studio asks for its token: open the address /?token=... that it printed, or send "
            "'Authorization: Bearer ...'",
        )
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    def _bounded(self, receive: Receive) -> Receive:
        """What a client sends, up to the limit, whatever it says of its length."""
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            message: MutableMapping[str, Any] = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most:
                raise LimitError(f"the request is larger than {UPLOAD_BYTES.most} bytes")
            return message

        return bounded


def _problem(status: HTTPStatus, detail: str) -> Response:
    return answer_of(problem(status, detail))


def _same(shown: str, token: str) -> bool:
    return secrets.compare_digest(shown.encode(), token.encode())


def _cookie(headers: Mapping[str, str]) -> str:
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookies[_COOKIE].value if _COOKIE in cookies else ""


def _cost(method: str, path: str) -> float:
    works = method not in _READING or path.endswith(("/sound", "/export", "/sheet"))
    return 1.0 if works else _LIGHT


def _route(scope: Scope) -> str:
    """The path of the route that answered, whose number does not grow with what clients ask."""
    return str(getattr(scope.get("route"), "path", None) or "other")
