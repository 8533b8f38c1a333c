"""The HTTP interface: each address, what it takes, what it gives; desk and press do the work."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from melodymuse.errors import ImageError
from melodymuse.example_pictures import EXAMPLES, picture_file
from melodymuse.outputs import Kind, format_of, suffixes
from melodymuse.pictures.themes import THEMES
from melodymuse.studio import metrics
from melodymuse.studio.about import About, about
from melodymuse.studio.answers import (
    PictureAnswer,
    PieceAnswer,
    PlanAnswer,
    TakesAnswer,
    WaveformAnswer,
)
from melodymuse.studio.gate import HEALTH
from melodymuse.studio.problems import MEDIA_TYPE
from melodymuse.studio.requests import Anew, Asked, Edit, More, Takes, WaveformAsked
from melodymuse.studio.streaming import EVENTS, answer

if TYPE_CHECKING:
    from melodymuse.studio.app import Studio

_PROBLEM = {
    "description": "What was wrong, and what to do.",
    "content": {
        MEDIA_TYPE: {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail"],
                "properties": {
                    **{name: {"type": "string"} for name in ("type", "title", "detail")},
                    "status": {"type": "integer"},
                },
            }
        }
    },
}
_REFUSALS: dict[int | str, Any] = {
    status: _PROBLEM for status in (400, 401, 403, 404, 413, 421, 422, 429, 500, 501)
}
# An answer that may come as events.
_LONG: dict[int | str, Any] = {200: {"content": {EVENTS: {"schema": {"type": "string"}}}}}
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_FILE: dict[int | str, Any] = {200: {"content": {"application/octet-stream": _BYTES}}}
# What an id names never changes.
_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
_MEDIA_TYPES = {
    ".mid": "audio/midi",
    ".midi": "audio/midi",
    ".musicxml": "application/vnd.recordare.musicxml+xml",
    ".xml": "application/vnd.recordare.musicxml+xml",
    ".pdf": "application/pdf",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".mp3": "audio/mpeg",
}
_MOST_PREVIEWED = 64
_MOST_ON_A_SHEET = 24

router = APIRouter(responses=_REFUSALS)


def _studio(request: Request) -> Studio:
    studio: Studio = request.app.state.studio
    return studio


def _is_one_of(known: tuple[str, ...]) -> Any:
    return Query(json_schema_extra={"enum": list(known)}, max_length=12)


Here = Annotated[Any, Depends(_studio)]
PieceId = Annotated[str, Query(max_length=64)]
Soundfont = Annotated[
    str | None, Query(max_length=200, description="A name of about's soundfonts.")
]


@router.get(HEALTH, tags=["service"])
async def health(studio: Here) -> dict[str, str]:
    """Whether the studio works."""
    return {"status": "ok", "version": about().version}


@router.get("/metrics", tags=["service"], response_class=PlainTextResponse)
async def measures(studio: Here) -> Response:
    """What it has done, for Prometheus."""
    return Response(studio.metrics.text(studio.gauges()), media_type=metrics.MEDIA_TYPE)


@router.get("/api/about", tags=["service"])
def facts(studio: Here) -> About:
    """What there is: emotions, controls, formats, soundfonts, example pictures, MusicGen."""
    return about(studio.beside.told)


@router.post("/api/analyze", tags=["pictures"], response_model=PictureAnswer, responses=_LONG)
async def analyze(
    request: Request,
    studio: Here,
    file: Annotated[UploadFile | None, File(description="A picture.")] = None,
    example: Annotated[
        str | None, Form(max_length=40, description="In its place, one of about's examples.")
    ] = None,
) -> Response:
    """What a picture shows and how it feels; it is kept under an id."""
    if file is not None:
        data, name = await file.read(), file.filename or ""
    elif example is not None and example in EXAMPLES:
        path = picture_file(example)
        data, name = path.read_bytes(), path.name
    else:
        raise ImageError(f"send a picture as 'file', or an example: {', '.join(EXAMPLES)}")
    return await answer(request, studio.room, partial(studio.desk.look, data, name))


@router.get("/api/pictures/{picture}", tags=["pictures"])
def picture(picture: str, studio: Here) -> PictureAnswer:
    """A picture that was looked at before."""
    found: PictureAnswer = studio.desk.picture(picture)
    return found


@router.get("/api/pictures/{picture}/view", tags=["pictures"], responses=_FILE)
def view(picture: str, studio: Here) -> Response:
    """A picture, small, as JPEG."""
    return Response(studio.desk.view(picture), media_type="image/jpeg", headers=_FOREVER)


@router.post("/api/plan", tags=["pieces"])
def plan(asked: Asked, studio: Here) -> PlanAnswer:
    """What a piece would be, before a note of it is written."""
    found: PlanAnswer = studio.desk.plan(asked)
    return found


@router.post("/api/compose", tags=["pieces"], response_model=PieceAnswer, responses=_LONG)
async def compose(asked: Asked, request: Request, studio: Here) -> Response:
    """A piece for a picture, an emotion, or a place on the plane."""
    return await answer(request, studio.room, partial(studio.desk.compose, asked))


@router.post("/api/takes", tags=["pieces"], response_model=TakesAnswer, responses=_LONG)
async def takes(takes: Takes, request: Request, studio: Here) -> Response:
    """Several pieces for the same wishes."""
    return await answer(request, studio.room, partial(studio.desk.takes, takes))


@router.post("/api/pieces", tags=["pieces"], response_model=PieceAnswer, responses=_LONG)
async def open_midi(
    request: Request, studio: Here, file: Annotated[UploadFile, File(description="A MIDI file.")]
) -> Response:
    """A user's own MIDI file as a piece."""
    data, name = await file.read(), file.filename or ""
    return await answer(request, studio.room, partial(studio.desk.open_midi, data, name))


@router.get("/api/pieces/{piece}", tags=["pieces"])
def piece(piece: str, studio: Here) -> PieceAnswer:
    """A version of a piece."""
    found: PieceAnswer = studio.desk.piece(piece)
    return found


@router.post(
    "/api/pieces/{piece}/edit", tags=["changes"], response_model=PieceAnswer, responses=_LONG
)
async def edit(piece: str, edit: Edit, request: Request, studio: Here) -> Response:
    """A version with notes changed by hand."""
    return await answer(request, studio.room, partial(studio.desk.edit, piece, edit))


@router.post(
    "/api/pieces/{piece}/continue", tags=["changes"], response_model=PieceAnswer, responses=_LONG
)
async def continue_(piece: str, more: More, request: Request, studio: Here) -> Response:
    """A version with more bars in the manner of its last ones."""
    return await answer(request, studio.room, partial(studio.desk.continue_, piece, more))


@router.post(
    "/api/pieces/{piece}/reroll", tags=["changes"], response_model=PieceAnswer, responses=_LONG
)
async def reroll(piece: str, anew: Anew, request: Request, studio: Here) -> Response:
    """A version with some bars written anew."""
    return await answer(request, studio.room, partial(studio.desk.reroll, piece, anew))


@router.post(
    "/api/pieces/{piece}/recolor", tags=["changes"], response_model=PieceAnswer, responses=_LONG
)
async def recolor(piece: str, asked: Asked, request: Request, studio: Here) -> Response:
    """The theme of a version in another mood."""
    return await answer(request, studio.room, partial(studio.desk.recolor, piece, asked))


@router.post(
    "/api/pieces/{piece}/harmonize", tags=["changes"], response_model=PieceAnswer, responses=_LONG
)
async def harmonize(piece: str, asked: Asked, request: Request, studio: Here) -> Response:
    """A version with chords and both hands under its tune."""
    return await answer(request, studio.room, partial(studio.desk.harmonize, piece, asked))


@router.post(
    "/api/pieces/{piece}/waveform",
    tags=["waveforms"],
    response_model=WaveformAnswer,
    responses=_LONG,
)
async def waveform(piece: str, asked: WaveformAsked, request: Request, studio: Here) -> Response:
    """What MusicGen plays for the picture, the emotion and the seed of a piece."""
    return await answer(request, studio.slow_room, partial(studio.beside.make, piece, asked))


@router.get("/api/waveforms/{waveform}", tags=["waveforms"], responses=_FILE)
def waveform_sound(waveform: str, studio: Here) -> Response:
    """A waveform that was made, as WAV."""
    return Response(studio.store.waveform(waveform), media_type="audio/wav", headers=_FOREVER)


@router.get("/api/pieces/{piece}/sound", tags=["files"], responses=_FILE)
async def sound(
    piece: str,
    studio: Here,
    suffix: Annotated[str, _is_one_of(suffixes("audio"))] = ".flac",
    soundfont: Soundfont = None,
    bars: Annotated[
        int | None, Query(ge=1, le=_MOST_PREVIEWED, description="The first bars alone.")
    ] = None,
) -> Response:
    """How a piece sounds."""
    work = partial(studio.press.sound, piece, suffix, soundfont, bars)
    data = await studio.room.do(work)
    return Response(data, media_type=_MEDIA_TYPES.get(suffix), headers=_FOREVER)


@router.get("/api/pieces/{piece}/export", tags=["files"], responses=_FILE)
async def export(
    piece: str,
    studio: Here,
    suffix: Annotated[str, _is_one_of(suffixes())] = ".mid",
    kind: Annotated[Kind | None, Query(description="For a suffix that two kinds have.")] = None,
    soundfont: Soundfont = None,
    theme: Annotated[str, _is_one_of(tuple(THEMES))] = "light",
    chord_track: bool = False,
) -> Response:
    """A piece as a file, the same bytes that the command line writes."""
    work = partial(
        studio.press.export,
        piece,
        suffix,
        kind,
        soundfont=soundfont,
        theme=theme,
        chord_track=chord_track,
    )
    # What costs a few milliseconds need not stand in line.
    quick = format_of(suffix, kind).kind == "midi"
    name, data = await (run_in_threadpool(work) if quick else studio.room.do(work))
    headers = {**_FOREVER, "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(data, media_type=_MEDIA_TYPES[suffix], headers=headers)


@router.get("/api/sheet", tags=["files"], responses=_FILE)
async def sheet(
    studio: Here,
    piece: Annotated[list[str], Query(min_length=1, max_length=_MOST_ON_A_SHEET)],
    theme: Annotated[str, _is_one_of(tuple(THEMES))] = "light",
) -> Response:
    """Pieces side by side, as one picture."""
    data = await studio.room.do(partial(studio.press.sheet, piece, theme))
    headers = {"Content-Disposition": "attachment; filename=contact-sheet.png"}
    return Response(data, media_type="image/png", headers=headers)


@router.api_route("/api/{rest:path}", methods=["GET", "POST"], include_in_schema=False)
async def nothing(rest: str) -> Response:
    """What is not there, as a problem."""
    told = {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "no such address"}
    return JSONResponse(told, HTTPStatus.NOT_FOUND, media_type=MEDIA_TYPE)
