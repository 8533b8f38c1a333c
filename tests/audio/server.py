"""A web server on this machine that behaves, and misbehaves, as asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]


def whole(body: bytes) -> Answer:
    """The file, with its length."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


def unmeasured(body: bytes) -> Answer:
    """The file without a length: its end is the end of the connection."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        request.wfile.write(body)

    return answer


def cut(body: bytes, after: int) -> Answer:
    """The length of the whole file, but only the first bytes of it."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[:after])
        request.wfile.flush()
        request.connection.close()

    return answer


def trickling(body: bytes, pause: float) -> Answer:
    """The file, a byte at a time with a pause after each."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        with suppress(OSError):
            for number in range(len(body)):
                request.wfile.write(body[number : number + 1])
                time.sleep(pause)

    return answer


def status(code: int) -> Answer:
    """An error page."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_error(code)

    return answer


def redirect(target: str) -> Answer:
    """Elsewhere."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", target)
        request.end_headers()

    return answer


@contextmanager
def serving(answers: Mapping[str, Answer]) -> Iterator[str]:
    """Serve these paths; gives the address that they are under."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers.get(self.path, status(404))(self)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Not on the tests' standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
