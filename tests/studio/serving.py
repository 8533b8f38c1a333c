"""A studio for tests: in this process, or a real server on this machine."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import uvicorn

from melodymuse.api import engine
from melodymuse.studio.app import create_app
from melodymuse.studio.settings import Settings

HOST = "localhost"


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """`melodymuse studio` as users start it."""

    process: subprocess.Popen[str]
    port: int
    store: Path

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://{HOST}:{self.port}/"

    def stop(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(10)


def start(store: Path, port: int | None = None, *words: str) -> Server:
    """Start a server and wait until it answers."""
    chosen = port or free_port()
    command = [sys.executable, "-m", "melodymuse", "studio", "--no-browser", "--store", str(store)]
    process = subprocess.Popen(
        [*command, "--port", str(chosen), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    server = Server(process, chosen, store)
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"the studio ended: {process.communicate()}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{chosen}/health", timeout=5)
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return server
    server.stop()
    raise RuntimeError("the studio does not answer")


@contextmanager
def here(settings: Settings, port: int | None = None) -> Iterator[str]:
    """The address of a server in a thread of this process, which shares its networks."""
    listening = socket.create_server(("127.0.0.1", port or 0))
    app = create_app(settings, engine)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://{HOST}:{listening.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
