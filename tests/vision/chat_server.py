"""A small server that speaks OpenAI's protocol, on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class ChatServer:
    """What the server says, and what it was asked.

    Attributes:
        text: the model's answer.
        models: names of its models.
        status: of its answers.
        body: sent as it is in place of an answer, where not None.
        asked: bodies of the requests for an answer, with their headers.
    """

    text: str = ""
    models: tuple[str, ...] = ("seer-7b",)
    status: int = 200
    body: bytes | None = None
    asked: list[tuple[dict[str, Any], dict[str, str]]] = field(default_factory=list)
    address: str = ""

    def answer(self, path: str, sent: bytes, headers: dict[str, str]) -> bytes:
        """The body for a request."""
        if self.body is not None:
            return self.body
        if path.endswith("/models"):
            return json.dumps({"object": "list", "data": [{"id": m} for m in self.models]}).encode()
        self.asked.append((json.loads(sent), headers))
        message = {"role": "assistant", "content": self.text}
        return json.dumps({"choices": [{"index": 0, "message": message}]}).encode()


@contextmanager
def chat_server(**facts: Any) -> Iterator[ChatServer]:
    """Serve on a free port of the loopback until the end of the block."""
    told = ChatServer(**facts)

    class Handler(BaseHTTPRequestHandler):
        def _respond(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = told.answer(self.path, sent, dict(self.headers))
            self.send_response(told.status)
            if told.status in (301, 302, 307):
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _respond  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.address = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
