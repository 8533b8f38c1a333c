"""`melodymuse studio`: the page on which pictures become pieces, served from this machine."""

from __future__ import annotations

import secrets
import socket
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from melodymuse.cli import terminal
from melodymuse.cli.terminal import Row
from melodymuse.errors import ControlError, OutputError
from melodymuse.optional import need

_PORT = 8765
_LOCAL = ("localhost", "127.0.0.1", "::1")
_DRAWN = "auto"
_LEAST_TOKEN = 8


def studio(
    host: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Where to listen; anything but localhost lets others in, and asks for --token.",
        ),
    ] = "localhost",
    port: Annotated[int, typer.Option(metavar="NUMBER", help="0 takes one that is free.")] = _PORT,
    token: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help=f"What clients must show, of at least {_LEAST_TOKEN} characters; '{_DRAWN}' draws "
            "one and prints the address with it.",
            envvar="MELODYMUSE_TOKEN",
        ),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Where pieces are kept; without it among your programs' data."
        ),
    ] = None,
    musicgen: Annotated[
        str | None,
        typer.Option(
            metavar="NAME_OR_DIR",
            help="A MusicGen that plays beside each piece, for comparison: facebook/musicgen-small "
            "(downloaded when first asked; CC BY-NC 4.0, not for commercial use) or a folder.",
            envvar="MELODYMUSE_MUSICGEN",
        ),
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Do not open the page in the browser.")
    ] = False,
) -> int:
    """Open the studio: drop a picture, hear the piece, bend it, drag it into your DAW.

    Nothing leaves this machine.  Ctrl-C ends it; the pieces are there again next time.
    """
    need("fastapi", "uvicorn", "python_multipart", purpose="the studio")
    if musicgen is not None:
        need("torch", "transformers", purpose="MusicGen")
        from melodymuse.waveform.loading import check_place

        check_place(musicgen)
    if host not in _LOCAL and token is None:
        raise ControlError(
            f"--host {host} lets others in: say --token TEXT, or --token {_DRAWN} to have one drawn"
        )
    if token is not None and token != _DRAWN and len(token) < _LEAST_TOKEN:
        raise ControlError(f"--token is too short to keep anybody out: {_LEAST_TOKEN} characters")
    if not 0 <= port <= 65535:
        raise ControlError(f"port must lie between 0 and 65535, not {port}")
    import uvicorn

    from melodymuse.studio.app import create_app
    from melodymuse.studio.settings import LOCAL_HOSTS, Settings, default_store
    from melodymuse.studio.store import Store

    shown = secrets.token_urlsafe(16) if token == _DRAWN else token
    path = store or default_store()
    Store(path).close()  # what is wrong with it is told before the port is taken
    settings = Settings(
        store=path,
        token=shown,
        hosts=LOCAL_HOSTS if host in _LOCAL else (),
        musicgen=musicgen,
    )
    listening = _listening(host, port)
    name = f"[{host}]" if ":" in host else host
    address = f"http://{name}:{listening.getsockname()[1]}/"
    if shown is not None:
        address += f"?token={shown}"
    terminal.say_table(address, [Row("pieces", str(path)), Row("end", "Ctrl-C")])
    config = uvicorn.Config(
        create_app(settings),
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    if not no_browser:
        webbrowser.open(address)
    with listening:
        server.run(sockets=[listening])
    return 0


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens, so that the address is known, and taken, before it is told."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        found = socket.socket(family, kind, protocol)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(place)
        found.listen(128)
    except OSError as error:
        why = error.strerror or error
        raise OutputError(
            f"cannot listen at {host}, port {port}: {why}: choose another --port"
        ) from error
    return found
