"""Errors as clients get them: problem+json (RFC 9457), made from the package's own errors."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from melodymuse.errors import LimitError, MelodyMuseError, MissingExtraError, ModelError
from melodymuse.plain_text import shortened

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("melodymuse")
# A path with at least one folder: its last name is all that others need.
_PATH = re.compile(r"(?<![\w.:/])(?:[A-Za-z]:)?(?:[\\/][^\s'\"\\/]+)+[\\/]([^\s'\"\\/]*)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class UnknownPieceError(MelodyMuseError):
    """A piece or a picture that the store does not have, or has no longer."""


class NotOfferedError(MelodyMuseError):
    """What this studio was not started with."""


class BusyError(MelodyMuseError):
    """There is no room for the request now; `seconds` says when to ask again."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


# What of the family is not the request's own fault; of two that fit the first counts.
_STATUS: tuple[tuple[type[MelodyMuseError], HTTPStatus], ...] = (
    (UnknownPieceError, HTTPStatus.NOT_FOUND),
    (BusyError, HTTPStatus.TOO_MANY_REQUESTS),
    (LimitError, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (NotOfferedError, HTTPStatus.NOT_FOUND),
    (MissingExtraError, HTTPStatus.NOT_IMPLEMENTED),
    (ModelError, HTTPStatus.INTERNAL_SERVER_ERROR),
)


def problem(status: HTTPStatus, detail: str, kind: str = "about:blank") -> dict[str, Any]:
    """The members of a problem; nothing in it tells where files lie on the server."""
    return {
        "type": kind,
        "title": status.phrase,
        "status": int(status),
        "detail": _PATH.sub(r"\1", detail),
    }


def problem_of(error: Exception) -> dict[str, Any]:
    """What to answer for an error of any kind."""
    if isinstance(error, MelodyMuseError):
        status = next((s for kind, s in _STATUS if isinstance(error, kind)), None)
        name = _CAMEL.sub("-", type(error).__name__).lower()
        kind = f"urn:melodymuse:{name}"
        return problem(status or HTTPStatus.UNPROCESSABLE_ENTITY, str(error), kind)
    _log.error("unexpected %s", type(error).__name__, exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "a fault of the program, not of the request: see its log"
    )


def answer_of(said: dict[str, Any], retry: int | None = None) -> JSONResponse:
    """A problem as an answer."""
    headers = {} if retry is None else {"Retry-After": str(retry)}
    return JSONResponse(said, said["status"], headers, MEDIA_TYPE)


def handle_problems(app: FastAPI) -> None:
    """Have an app answer whatever a client can cause with a problem; `Gate` answers the rest."""

    @app.exception_handler(MelodyMuseError)
    async def _ours(_: Request, error: MelodyMuseError) -> JSONResponse:
        return answer_of(problem_of(error), getattr(error, "seconds", None))

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> JSONResponse:
        answer = answer_of(problem(HTTPStatus(error.status_code), str(error.detail)))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return answer_of(problem(HTTPStatus.UNPROCESSABLE_ENTITY, _told(error)))


def _told(error: RequestValidationError) -> str:
    """The first thing that is wrong, in a line."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path"))
    what = shortened(str(first["msg"]))
    return f"{where}: {what}" if where else what
