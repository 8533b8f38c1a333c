"""What a page has to know before anything is asked: read off the package's own tables."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import BaseModel

from melodymuse.audio.soundfonts import find_soundfont, installed_soundfonts
from melodymuse.errors import MelodyMuseError
from melodymuse.example_pictures import EXAMPLES
from melodymuse.limits import UPLOAD_BYTES
from melodymuse.music.emotion import PLANE
from melodymuse.outputs import FORMATS
from melodymuse.pictures.emotion_wheel import AROUND, angle_of
from melodymuse.pictures.themes import EMOTION_COLOURS
from melodymuse.planning.controls import CONTROLS
from melodymuse.studio.answers import MusicGenTold
from melodymuse.version import __version__
from melodymuse.writing.rewriting import KEEPS


class EmotionTold(BaseModel):
    """An emotion: its place on the plane, its petal's direction in radians, its colour."""

    name: str
    valence: float
    arousal: float
    angle: float
    colour: str


class ControlTold(BaseModel):
    """A control, as its row of the table has it."""

    name: str
    panel: str
    kind: str
    help: str
    keeps: str
    limits: tuple[float, float] | None
    choices: list[str]


class FormatTold(BaseModel):
    """A way to export; `missing` says what is to be installed for it, if anything."""

    kind: str
    suffixes: list[str]
    missing: str | None


class About(BaseModel):
    """What there is."""

    version: str
    emotions: list[EmotionTold]
    controls: list[ControlTold]
    formats: list[FormatTold]
    soundfonts: list[str]
    soundfont: str | None
    examples: list[str]
    keeps: list[str]
    upload_bytes: int
    musicgen: MusicGenTold | None


def about(musicgen: MusicGenTold | None = None) -> About:
    """All of it, as it is on this machine now.

    Args:
        musicgen: what plays beside pieces; None for nothing.
    """
    return About(
        version=__version__,
        emotions=[
            EmotionTold(
                name=name,
                valence=PLANE[name][0],
                arousal=PLANE[name][1],
                angle=angle_of(name),
                colour=EMOTION_COLOURS[name],
            )
            for name in AROUND
        ],
        controls=[
            ControlTold(name=name, help=row.help, **_plain(row)) for name, row in CONTROLS.items()
        ],
        formats=[
            FormatTold(kind=form.kind, suffixes=list(form.suffixes), missing=_missing(form))
            for form in FORMATS
        ],
        soundfonts=[font.name for font in installed_soundfonts()],
        soundfont=_default_soundfont(),
        examples=list(EXAMPLES),
        keeps=list(KEEPS),
        upload_bytes=UPLOAD_BYTES.most,
        musicgen=musicgen,
    )


def _plain(row: Any) -> dict[str, Any]:
    told = asdict(row)
    return {
        "panel": row.panel.value,
        "kind": row.kind.name.lower(),
        "keeps": row.keeps.value,
        "limits": told["limits"],
        "choices": list(row.choices),
    }


def _missing(form: Any) -> str | None:
    try:
        form.check()
    except MelodyMuseError as error:
        return str(error)
    return None


def _default_soundfont() -> str | None:
    try:
        return find_soundfont().stem
    except MelodyMuseError:
        return None
