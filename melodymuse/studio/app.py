"""The studio as an ASGI app, which uvicorn, or whatever a service runs, serves."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.resources import files

from fastapi import FastAPI
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from melodymuse.engine import Engine
from melodymuse.guarded import READERS, Guard
from melodymuse.limits import QUEUE
from melodymuse.studio.beside import Beside
from melodymuse.studio.desk import Desk
from melodymuse.studio.gate import Gate
from melodymuse.studio.metrics import Metrics
from melodymuse.studio.press import Press
from melodymuse.studio.problems import handle_problems
from melodymuse.studio.routes import router
from melodymuse.studio.settings import Settings
from melodymuse.studio.store import Store
from melodymuse.studio.workroom import Workroom
from melodymuse.version import __version__


@dataclass(slots=True)
class Studio:
    """What the routes share, from the start of the app to its end."""

    room: Workroom
    slow_room: Workroom
    store: Store
    desk: Desk
    press: Press
    beside: Beside
    metrics: Metrics = field(default_factory=Metrics)

    def gauges(self) -> Mapping[str, tuple[str, float]]:
        """Values of the moment, for the metrics."""
        return {
            "queue_length": ("Requests that wait.", self.room.waiting + self.slow_room.waiting),
            "pieces": ("Versions of pieces that are kept.", self.store.pieces),
            "store_bytes": ("Bytes that are kept.", self.store.size),
            "peak_memory_bytes": ("Most memory that was resident.", _peak_memory()),
        }


def _peak_memory() -> float:
    """Bytes; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0.0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024.0


class _Page(StaticFiles):
    """The page's files, asked for anew each time, answered with 304 while they are the same."""

    def file_response(self, *given: object, **named: object) -> object:  # type: ignore[override]
        answer = super().file_response(*given, **named)  # type: ignore[arg-type]
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    async def get_response(self, path: str, scope: Scope) -> object:  # type: ignore[override]
        return await super().get_response(path, scope)


def create_app(settings: Settings | None = None, engine: Engine | None = None) -> FastAPI:
    """The studio.

    Args:
        settings: where it keeps pieces, who may come in; None for one on this machine alone that
            keeps them in memory.
        engine: that looks and composes; None for one with the networks that ship.
    """
    chosen = settings or Settings()
    metrics = Metrics()

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        store, guard = Store(chosen.store), Guard(READERS)
        room = Workroom(chosen.workers, QUEUE.most)
        # Waveforms take minutes, and a model's memory: one at a time, in nobody else's way.
        slow_room = Workroom(1, QUEUE.most)
        desk = Desk(engine or Engine(), store, guard)
        press, beside = Press(store, guard), Beside(chosen.musicgen, store)
        app.state.studio = Studio(room, slow_room, store, desk, press, beside, metrics)
        try:
            await room.do(desk.warm)
            yield
        finally:
            room.close()
            slow_room.close()
            beside.close()
            guard.close()
            store.close()

    app = FastAPI(
        title="MelodyMuse studio",
        version=__version__,
        summary="A picture in, an editable two-handed piano piece out.",
        openapi_url="/api/openapi.json",
        docs_url=None,  # they would load scripts from elsewhere
        redoc_url=None,
        lifespan=life,
    )
    app.add_middleware(Gate, settings=chosen, metrics=metrics)
    handle_problems(app)
    app.include_router(router)
    page = files("melodymuse.studio") / "page"

    @app.get("/", include_in_schema=False)
    def home() -> FileResponse:
        return FileResponse(str(page / "index.html"), headers={"Cache-Control": "no-cache"})

    app.mount("/page", _Page(directory=str(page)), "page")
    return app
