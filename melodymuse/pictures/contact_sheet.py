"""A contact sheet: many pieces on one page, each as a small piano roll with its facts.

Drawn with matplotlib's objects alone: no pyplot, no global figure, so several threads may draw.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from melodymuse.engraving.playing_directions import metronome_mark
from melodymuse.errors import ImageError, OutputError
from melodymuse.files import write_bytes
from melodymuse.music.score import Score
from melodymuse.pictures.encoding import FORMATS, figure_bytes
from melodymuse.pictures.lettering import families
from melodymuse.pictures.roll_aside import thumbnail
from melodymuse.pictures.roll_row import ACCIDENTAL_SIGNS, draw_notes
from melodymuse.pictures.style import own_style
from melodymuse.pictures.themes import DEFAULT_THEME, EMOTION_COLOURS, Theme, theme_named
from melodymuse.plain_text import plain_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_PIECES = 600
DOTS_PER_INCH = 150
UNTITLED = "Contact sheet"

# All lengths in inches.
_WIDTH = 13.0
_MARGIN, _GAP = 0.3, 0.22
_HEADER = 0.75
_WORDS = 0.46
_MOST_COLUMNS = 5
_ROLL_SHAPE = 0.4  # height of a roll over its width
_LEAST_SEMITONES = 36
_TAB = 0.06
# Letter sizes in points; a letter's width in inches a point.
_LETTERS = {"title": (9.5, 0.0097), "facts": (7.5, 0.0075)}


@dataclass(frozen=True, slots=True)
class Entry:
    """A piece on the sheet: its name, its notes, and the picture it was composed from, if any."""

    name: str
    score: Score
    picture: Any = None


def draw_sheet(
    entries: Sequence[Entry],
    path: str | os.PathLike[str],
    *,
    title: str = "",
    theme: str = DEFAULT_THEME,
    overwrite: bool = False,
) -> Path:
    """Draw pieces side by side; gives the path.

    Each has its name, emotion, key, tempo and length, and all its notes over the same width; the
    tab at its left is the emotion's colour.  The same input gives the same bytes with one version
    of matplotlib.

    Args:
        entries: the pieces in order, 1 to 600.
        path: a name ending in ``.png`` (150 dots an inch, 1950 wide) or ``.svg``.
        title: what stands above, such as the folder's name.
        theme: ``"light"`` or ``"dark"``.
        overwrite: replace the file if it exists.

    Raises:
        OutputError: no pieces or too many, another suffix, an existing file, or a folder that
            cannot be written.
        ControlError: an unknown theme.
    """
    colours = theme_named(theme)
    kind = Path(path).suffix.lower()
    if kind not in FORMATS:
        raise OutputError(f"cannot draw '{path}': a sheet's name ends in {' or '.join(FORMATS)}")
    if not 1 <= len(entries) <= MOST_PIECES:
        raise OutputError(f"a sheet holds 1 to {MOST_PIECES} pieces, not {len(entries)}")
    return write_bytes(
        path, figure_bytes(_figure(entries, title, colours), kind, {}), overwrite=overwrite
    )


@own_style()
def _figure(entries: Sequence[Entry], title: str, theme: Theme) -> Figure:
    from matplotlib.figure import Figure

    columns = min(_MOST_COLUMNS, max(2, ceil(sqrt(len(entries)))))
    rows = -(-len(entries) // columns)
    width = (_WIDTH - 2 * _MARGIN - (columns - 1) * _GAP) / columns
    roll = width * _ROLL_SHAPE
    cell = _WORDS + roll
    height = _HEADER + rows * cell + (rows - 1) * _GAP + _MARGIN
    figure = Figure(figsize=(_WIDTH, height), dpi=DOTS_PER_INCH, facecolor=theme.paper)
    _heading(figure, plain_text(title) or UNTITLED, len(entries), theme)
    for number, entry in enumerate(entries):
        row, column = divmod(number, columns)
        left = _MARGIN + column * (width + _GAP)
        top = height - _HEADER - row * (cell + _GAP)
        _words(figure, entry, (left, top), width, theme)
        box = (left / _WIDTH, (top - cell) / height, width / _WIDTH, roll / height)
        _roll(figure.add_axes(box), entry.score, theme)
    return figure


def _heading(figure: Figure, title: str, pieces: int, theme: Theme) -> None:
    y = 1 - 0.47 / figure.get_figheight()
    figure.text(
        _MARGIN / _WIDTH,
        y,
        title,
        parse_math=False,
        fontfamily=families(),
        fontsize=15,
        fontweight="bold",
        color=theme.ink,
    )
    count = "1 piece" if pieces == 1 else f"{pieces} pieces"
    figure.text(1 - _MARGIN / _WIDTH, y, count, ha="right", fontsize=9.5, color=theme.grey)


def _words(
    figure: Figure, entry: Entry, place: tuple[float, float], width: float, theme: Theme
) -> None:
    """The name and the facts of a piece above its roll, its picture at the right."""
    height = figure.get_figheight()
    left, top = place
    room = width - _TAB - 0.1
    pixels = _thumbnail(entry.picture)
    if pixels is not None:
        side = _WORDS - 0.08
        across = min(side * pixels.shape[1] / pixels.shape[0], 2 * side)
        room -= across + 0.08
        box = (left + width - across, top - side, across, side)
        axes = figure.add_axes((box[0] / _WIDTH, box[1] / height, box[2] / _WIDTH, box[3] / height))
        axes.imshow(pixels, interpolation="lanczos", aspect="auto")
        axes.set_axis_off()
    emotion = "" if entry.score.provenance is None else entry.score.provenance.emotion
    if emotion in EMOTION_COLOURS:
        tab = figure.add_axes((left / _WIDTH, (top - 0.36) / height, _TAB / _WIDTH, 0.36 / height))
        tab.set_facecolor(EMOTION_COLOURS[emotion])
        tab.set_xticks([])
        tab.set_yticks([])
        for side_line in tab.spines.values():
            side_line.set_visible(False)
    lines = (
        ("title", entry.name, theme.ink, 0.14),
        ("facts", facts(entry.score), theme.grey, 0.33),
    )
    for kind, text, colour, below in lines:
        size, letter_width = _LETTERS[kind]
        figure.text(
            (left + _TAB + 0.07) / _WIDTH,
            1 - (height - top + below) / height,
            _shortened(plain_text(text), room / (letter_width * size)),
            parse_math=False,
            fontfamily=families(),
            fontsize=size,
            fontweight="bold" if kind == "title" else "normal",
            color=colour,
        )


def facts(score: Score) -> str:
    """Emotion, key, tempo and length in one line."""
    minutes, seconds = divmod(round(score.seconds), 60)
    found = [
        "" if score.provenance is None else score.provenance.emotion,
        str(score.key).translate(ACCIDENTAL_SIGNS) if len(score.key.tonic) > 1 else str(score.key),
        metronome_mark(score),
        f"{minutes}:{seconds:02d}",
    ]
    return "  ·  ".join(fact for fact in found if fact)


def _shortened(text: str, room: float) -> str:
    letters = max(4, int(room))
    return text if len(text) <= letters else text[: letters - 1] + "…"


def _roll(axes: Axes, score: Score, theme: Theme) -> None:
    """All notes of a piece, with a line where each section begins."""
    pitches = [note.pitch for note in score.notes] or [60]
    low, high = min(pitches) - 2, max(pitches) + 2
    lacking = max(0, _LEAST_SEMITONES - (high - low)) / 2
    axes.set_xlim(0, score.end)
    axes.set_ylim(low - lacking, high + lacking)
    axes.set_facecolor(theme.black_keys)
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_visible(False)
    starts = [section.onset for section in score.sections if section.onset]
    axes.vlines(starts, low - lacking, high + lacking, color=theme.pale, linewidth=0.8, zorder=1)
    for hand in theme.hands:
        draw_notes(axes, score.hand(hand), hand, theme)


def _thumbnail(picture: Any) -> Any:
    """A picture's pixels; None where there is none, or none that can be read."""
    try:
        return None if picture is None else thumbnail(picture)
    except ImageError:
        return None
