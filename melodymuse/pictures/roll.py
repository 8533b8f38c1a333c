"""A picture of the notes: a piano roll with both hands, bars, harmony and form.

Drawn with matplotlib's objects alone: no pyplot, no global figure, so several threads may draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from melodymuse.engraving.playing_directions import beats_a_minute, metronome_mark
from melodymuse.engraving.tempo_directions import tempo_directions
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.score import Hand, Note, Score
from melodymuse.pictures.encoding import figure_bytes
from melodymuse.pictures.lettering import families
from melodymuse.pictures.roll_aside import ASIDE, aside_height, draw_aside, thumbnail
from melodymuse.pictures.roll_row import ACCIDENTAL_SIGNS, BARS_IN_ROW, Row, draw_row
from melodymuse.pictures.style import own_style
from melodymuse.pictures.themes import DEFAULT_THEME, Theme, theme_named
from melodymuse.plain_text import plain_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS_PER_INCH = 150
HAND_NAMES = {Hand.RIGHT: "right hand", Hand.LEFT: "left hand"}

# All lengths in inches.
_WIDTH = 13.0
_MARGIN_LEFT, _MARGIN_RIGHT, _MARGIN_BOTTOM = 0.62, 0.3, 0.5
_HEADER = 0.95
_ROW_HEAD, _ROW_GAP = 0.5, 0.16
_SEMITONE = 0.052
_LEAST_SEMITONES = 24

_MOST_ROWS = 8
_LONGEST_TITLE = 64  # letters: more would run into the legend


def roll_bytes(
    score: Score,
    kind: str,
    *,
    picture: Any = None,
    profile: EmotionProfile | None = None,
    theme: str = DEFAULT_THEME,
) -> bytes:
    """The score as a piano roll, as the bytes of a picture.

    Time runs to the right in rows of bars, pitch upwards; the colour tells the hand, its strength
    the velocity.  The same input gives the same bytes with one version of matplotlib.

    Args:
        score: what to draw.
        kind: ``.png`` (150 dots an inch, 1950 wide) or ``.svg``.
        picture: what the piece was composed from, in any form that `vision.loading.load_image`
            takes; it stands at the left.
        profile: what is felt: the wheel at the left and the emotion in the title line; without it
            the provenance's emotion stands there.
        theme: ``"light"`` or ``"dark"``.

    Raises:
        ImageError: the picture cannot be read.
        ControlError: an unknown theme.
    """
    colours = theme_named(theme)
    pixels = None if picture is None else thumbnail(picture)
    about = plain_text(str(score.provenance)) if score.provenance is not None else None
    facts = {"Title": plain_text(score.title) or None, "Description": about}
    return figure_bytes(_figure(score, pixels, profile, colours), kind, facts)


@own_style()
def _figure(score: Score, pixels: Any, profile: EmotionProfile | None, theme: Theme) -> Figure:
    from matplotlib.figure import Figure

    rows = _rows(score)
    low, high = _pitch_range(score.notes)
    row_height = (high - low) * _SEMITONE
    has_aside = pixels is not None or profile is not None
    left = _MARGIN_LEFT + (ASIDE if has_aside else 0)
    content = len(rows) * (_ROW_HEAD + row_height) + (len(rows) - 1) * _ROW_GAP
    height = _HEADER + content + _MARGIN_BOTTOM
    if has_aside:
        height = max(height, aside_height(pixels, profile))
    figure = Figure(figsize=(_WIDTH, height), dpi=DOTS_PER_INCH, facecolor=theme.paper)
    _head(figure, score, profile, (left, height), theme)
    _foot(figure, score, height, theme)
    if has_aside:
        draw_aside(figure, pixels, profile, theme)
    bars_in_row = (rows[0].end - rows[0].start) / score.time_signature.bar_ticks
    top = height - _HEADER
    for row in rows:
        shown = (row.end - row.start) / score.time_signature.bar_ticks / bars_in_row
        top -= _ROW_HEAD + row_height
        width = (_WIDTH - left - _MARGIN_RIGHT) * shown
        box = (left / _WIDTH, top / height, width / _WIDTH, row_height / height)
        draw_row(figure.add_axes(box), score, row, (low, high), (width, row_height), theme)
        top -= _ROW_GAP
    return figure


def _rows(score: Score) -> list[Row]:
    count = min(_MOST_ROWS, -(-score.bars // BARS_IN_ROW))
    bars = -(-score.bars // count)
    length = score.time_signature.bar_ticks
    return [
        Row(first * length, min(first + bars, score.bars) * length, first + 1)
        for first in range(0, score.bars, bars)
    ]


def _pitch_range(notes: Sequence[Note]) -> tuple[float, float]:
    """Lowest and highest edge of the drawing: all notes with room around, at least two octaves."""
    pitches = [note.pitch for note in notes] or [60]
    low, high = min(pitches) - 1.5, max(pitches) + 1.5
    lacking = max(0.0, _LEAST_SEMITONES - (high - low)) / 2
    return low - lacking, high + lacking


def _head(
    figure: Figure,
    score: Score,
    profile: EmotionProfile | None,
    place: tuple[float, float],
    theme: Theme,
) -> None:
    left, height = place
    title = plain_text(score.title) or "Untitled"
    if len(title) > _LONGEST_TITLE:
        title = title[: _LONGEST_TITLE - 1] + "…"
    facts = "   ·   ".join(_facts(score, profile))
    x = left / _WIDTH
    lines: list[tuple[float, str, dict[str, Any]]] = [
        (0.36, title, {"fontsize": 16, "fontweight": "bold", "color": theme.ink}),
        (0.62, facts, {"fontsize": 10, "color": theme.grey}),
    ]
    for below, text, style in lines:
        y = 1 - below / height
        figure.text(x, y, text, parse_math=False, fontfamily=families(), **style)
    legend = [(f"■ {HAND_NAMES[hand]}", colour) for hand, colour in theme.hands.items()]
    legend.append(("the fuller, the louder", theme.grey))
    for line, (text, colour) in enumerate(legend):
        where = 1 - _MARGIN_RIGHT / _WIDTH, 1 - (0.32 + 0.18 * line) / height
        figure.text(*where, text, color=colour, fontsize=8.5, ha="right")


def _foot(figure: Figure, score: Score, height: float, theme: Theme) -> None:
    """Where the piece comes from, at the lower right."""
    if score.provenance is None:
        return
    figure.text(
        1 - _MARGIN_RIGHT / _WIDTH,
        0.17 / height,
        f"MelodyMuse {plain_text(score.provenance.version)}   ·   seed {score.provenance.seed}",
        parse_math=False,
        ha="right",
        fontsize=7.5,
        color=theme.grey,
    )


def _facts(score: Score, profile: EmotionProfile | None) -> list[str]:
    """What stands under the title: emotion, key, tempo, metre, length."""
    facts = []
    if profile is not None:
        share = max(profile.probabilities)
        facts.append(f"{profile.emotion} {share:.0%}")
    elif score.provenance is not None:
        facts.append(plain_text(score.provenance.emotion))
    facts.append(str(score.key).translate(ACCIDENTAL_SIGNS))
    facts.append(_tempo(score))
    facts.append(str(score.time_signature))
    facts.append("1 bar" if score.bars == 1 else f"{score.bars} bars")
    minutes, seconds = divmod(round(score.seconds), 60)
    facts.append(f"{minutes}:{seconds:02d}")
    return facts


def _tempo(score: Score) -> str:
    """The tempo at the beginning; with the words of the first change, or how far it ranges."""
    first = metronome_mark(score)
    words = [direction.words for direction in tempo_directions(score) if direction.words]
    if words:
        return f"{first}, {words[0]}"
    slowest, fastest = (f"{pick(_beats(score)):.0f}" for pick in (min, max))
    return first if slowest == fastest else f"{first} ({slowest}-{fastest})"


def _beats(score: Score) -> list[float]:
    return [beats_a_minute(mark.bpm, score.time_signature) for mark in score.tempos]
