"""From pictures to a folder that any web server, or a disk, shows as a gallery."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from PIL import Image

from melodymuse.describing import describe
from melodymuse.engine import Engine
from melodymuse.errors import ImageError, OutputError
from melodymuse.files import LEFTOVER, write_text
from melodymuse.optional import need
from melodymuse.pictures.themes import EMOTION_COLOURS
from melodymuse.piece import Piece
from melodymuse.vision.loading import load_image
from melodymuse.vision.telling import feeling_in_words, picture_in_words
from melodymuse.webpages import filled

_SIDE, _QUALITY = 1200, 86
_ASSETS = ("gallery.css", "gallery.js")


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A picture on the wall, as the page knows it: paths from the page, and words.

    Attributes:
        picture, sound, midi: names of files in the folder.
        width, height: of the picture, pixels.
        name: what stands on its label.
        emotion: the leading one.
        colour: of that emotion.
        seen, felt, heard: picture, feeling and piece in words.
    """

    picture: str
    sound: str
    midi: str
    width: int
    height: int
    name: str
    emotion: str
    colour: str
    seen: str
    felt: str
    heard: str


def make_gallery(
    pictures: Sequence[str | os.PathLike[str]],
    folder: Path,
    *,
    title: str = "A gallery that plays",
    seed: int = 0,
    bars: int = 16,
    engine: Engine | None = None,
) -> Path:
    """Compose a piece for each picture and make a folder of them; gives the path of its page.

    The folder appears whole or not at all: the page, its style and script, and a picture, a sound
    and a MIDI file for each.  The page works from a disk and asks for nothing else.

    Args:
        pictures: paths, or examples' names; what is before and behind in the room.
        folder: where; it must not exist.
        title: the heading.
        seed: of the first piece; each further one has the next.
        bars: of each piece.
        engine: that looks and composes; None for one with the networks that ship.

    Raises:
        OutputError: the folder exists, or cannot be made.
        ImageError: no picture, or one that cannot be read.
        AudioError, MissingExtraError: nothing can be rendered.
    """
    need("soundfile", purpose="a gallery that plays")
    if not pictures:
        raise ImageError("a gallery needs at least one picture")
    if folder.exists():
        raise OutputError(f"{folder} exists already: choose another name")
    maker = engine or Engine()
    beside = folder.with_name(f"{LEFTOVER}{folder.name}")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        shown = [
            _exhibit(maker.compose(picture, seed=seed + place, bars=bars), beside, place + 1)
            for place, picture in enumerate(pictures)
        ]
        page = filled("melodymuse.gallery", "page/index.html.j2", title=title, exhibits=shown)
        write_text(beside / "index.html", page)
        for name in _ASSETS:
            text = files("melodymuse.gallery").joinpath("page", name).read_text(encoding="utf-8")
            write_text(beside / name, text)
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return folder / "index.html"


def _exhibit(piece: Piece, folder: Path, number: int) -> Exhibit:
    assert piece.analysis is not None  # it was composed from a picture
    stem = f"{number:03}"
    image = Image.fromarray(load_image(piece.picture))
    image.thumbnail((_SIDE, _SIDE))
    image.save(folder / f"{stem}.jpg", quality=_QUALITY, optimize=True)
    piece.write(folder / f"{stem}.mp3")
    piece.write(folder / f"{stem}.mid")
    emotion = piece.profile.emotion
    return Exhibit(
        picture=f"{stem}.jpg",
        sound=f"{stem}.mp3",
        midi=f"{stem}.mid",
        width=image.width,
        height=image.height,
        name=Path(piece.analysis.name).stem,
        emotion=emotion,
        colour=EMOTION_COLOURS[emotion],
        seen=picture_in_words(piece.analysis.features),
        felt=feeling_in_words(piece.profile),
        heard=" ".join(describe(piece.score)),
    )
