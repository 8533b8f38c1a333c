"""One row of a piano roll: keyboard, bars, notes, pedal, harmony and form.

Sizes are here, colours in `themes`; `roll` lays the rows out on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from melodymuse.engraving.tempo_directions import tempo_directions
from melodymuse.music.chord_names import chord_name
from melodymuse.music.score import TICKS_PER_QUARTER, ChordSymbol, Hand, Note, Score, TimeSignature
from melodymuse.music.theory import Key
from melodymuse.pictures.lettering import families
from melodymuse.pictures.themes import LIGHT, Theme
from melodymuse.plain_text import plain_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BARS_IN_ROW = 8
_BARS_WITH_BEATS = 16  # in wider rows beat lines would be a haze
_MOST_BAR_LINES = 128
# Inches above and below the row; letter sizes in points; a letter's width in inches a point.
_CHORDS_ABOVE, _SECTIONS_ABOVE, _TEMPO_BELOW = 0.17, 0.36, 0.14
_CHORD_SIZE, _LEAST_CHORD_SIZE, _WIDEST_LETTER = 9.0, 5.0, 0.0105
_VELOCITIES = (20, 110)  # drawn faintest and fullest
_BLACK = frozenset((1, 3, 6, 8, 10))
ACCIDENTAL_SIGNS = str.maketrans({"#": "♯", "b": "♭"})


@dataclass(frozen=True, slots=True)
class Row:
    """Bars drawn side by side: ticks from `start` to `end`, the first being number `first_bar`."""

    start: int
    end: int
    first_bar: int


def draw_row(
    axes: Axes,
    score: Score,
    row: Row,
    pitches: tuple[float, float],
    inches: tuple[float, float],
    theme: Theme = LIGHT,
) -> None:
    """Draw the bars of `row` into axes of their own.

    Args:
        axes: where; its limits are set here.
        score: the whole piece.
        row: which bars.
        pitches: lower and upper edge of the drawing, in MIDI pitches.
        inches: width and height of the axes.
        theme: in which colours.
    """
    axes.set_facecolor(theme.paper)
    axes.set_xlim(row.start, row.end)
    axes.set_ylim(*pitches)
    _keyboard(axes, pitches, theme)
    _bar_lines(axes, score, row, theme)
    for hand in theme.hands:
        draw_notes(axes, [n for n in score.hand(hand) if _within(n, row)], hand, theme)
    _pedals(axes, score, row, theme)
    _harmony(axes, score, row, inches, theme)
    _form(axes, score, row, inches, theme)
    _tempo_words(axes, score, row, inches, theme)


def _within(note: Note, row: Row) -> bool:
    return note.onset < row.end and note.end > row.start


def _keyboard(axes: Axes, pitches: tuple[float, float], theme: Theme) -> None:
    """Rows of the black keys shaded, and a label at every C, middle C being C4."""
    keys = range(int(pitches[0]), int(pitches[1]) + 2)
    for pitch in keys:
        if pitch % 12 in _BLACK:
            axes.axhspan(pitch - 0.5, pitch + 0.5, color=theme.black_keys, linewidth=0, zorder=0)
    octaves = [pitch for pitch in keys if pitch % 12 == 0 and pitches[0] < pitch < pitches[1]]
    axes.hlines(
        [pitch - 0.5 for pitch in octaves],
        *axes.get_xlim(),
        color=theme.pale,
        linewidth=0.7,
        zorder=1,
    )
    names = [f"C{pitch // 12 - 1}" for pitch in octaves]
    axes.set_yticks(octaves, names, color=theme.grey, fontsize=8.5)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def _bar_lines(axes: Axes, score: Score, row: Row, theme: Theme) -> None:
    """Bar lines with the numbers of the bars, beats between them where there is room."""
    metre = score.time_signature
    bars = (row.end - row.start) // metre.bar_ticks
    numbered_every = max(1, bars // _BARS_WITH_BEATS)
    drawn_every = max(1, bars // _MOST_BAR_LINES)
    pitches = axes.get_ylim()
    if bars <= _BARS_WITH_BEATS:
        for length, width in _beat_lines(metre):
            beats = range(row.start, row.end, length)
            axes.vlines(beats, *pitches, color=theme.pale, linewidth=width, zorder=1)
    lines = range(row.start, row.end + 1, drawn_every * metre.bar_ticks)
    axes.vlines(lines, *pitches, color=theme.grey, linewidth=0.9, zorder=2, clip_on=False)
    if row.end == score.end:
        axes.vlines([row.end], *pitches, color=theme.ink, linewidth=2.6, zorder=2, clip_on=False)
    ticks = range(row.start, row.end, numbered_every * metre.bar_ticks)
    numbers = [str(row.first_bar + numbered_every * place) for place in range(len(ticks))]
    axes.xaxis.tick_top()
    axes.set_xticks(ticks, numbers, color=theme.grey, fontsize=7.5, ha="left")
    axes.tick_params(axis="x", pad=1)


def _beat_lines(metre: TimeSignature) -> list[tuple[int, float]]:
    """Distance in ticks and width of the lines within a bar: its units, and beats of several."""
    unit = TICKS_PER_QUARTER * 4 // metre.denominator
    return [(unit, 0.4), (metre.beat_ticks, 1.0)] if metre.is_compound else [(unit, 0.4)]


def draw_notes(axes: Axes, notes: Sequence[Note], hand: Hand, theme: Theme) -> None:
    """Draw each note as a box from its onset to its end, as strong in colour as it is loud."""
    from matplotlib.collections import PolyCollection

    colour = theme.hands[hand]
    half = 0.42
    corners = [
        [
            (n.onset, n.pitch - half),
            (n.onset, n.pitch + half),
            (n.end, n.pitch + half),
            (n.end, n.pitch - half),
        ]
        for n in notes
    ]
    shades = [_shade(colour, note.velocity, theme) for note in notes]
    axes.add_collection(
        PolyCollection(corners, facecolors=shades, edgecolors=colour, linewidths=0.5, zorder=3)
    )


def _shade(colour: str, velocity: int, theme: Theme) -> tuple[float, float, float]:
    """The hand's colour on paper: faint for soft notes, full for loud ones."""
    from matplotlib.colors import to_rgb

    softest, loudest = _VELOCITIES
    strength = min(max((velocity - softest) / (loudest - softest), 0.0), 1.0)
    share = theme.faintest + (1 - theme.faintest) * strength
    red, green, blue = (
        share * part + (1 - share) * ground
        for part, ground in zip(to_rgb(colour), to_rgb(theme.paper), strict=True)
    )
    return red, green, blue


def _pedals(axes: Axes, score: Score, row: Row, theme: Theme) -> None:
    strokes = [p for p in score.pedals if p.onset < row.end and p.release > row.start]
    floor = axes.get_ylim()[0]
    axes.hlines(
        [floor] * len(strokes),
        [max(pedal.onset, row.start) for pedal in strokes],
        [min(pedal.release, row.end) for pedal in strokes],
        color=theme.grey,
        linewidth=2.5,
        clip_on=False,
        zorder=4,
    )


def _harmony(axes: Axes, score: Score, row: Row, inches: tuple[float, float], theme: Theme) -> None:
    """Chord symbols above the row where the harmony changes, as large as there is room."""
    up = axes.get_xaxis_transform()
    names = [(c.onset, _chord_name(c, score.key)) for c in score.chords]
    changes = [later for sooner, later in pairwise([(0, ""), *names]) if sooner[1] != later[1]]
    shown = [change for change in changes if row.start <= change[0] < row.end]
    for (onset, name), (following, _) in pairwise([*shown, (row.end, "")]):
        room = (following - onset) / (row.end - row.start) * inches[0]
        size = min(_CHORD_SIZE, room / len(name) / _WIDEST_LETTER)
        if size >= _LEAST_CHORD_SIZE:
            above = 1 + _CHORDS_ABOVE / inches[1]
            axes.text(onset, above, name, transform=up, fontsize=size, color=theme.ink)


def _form(axes: Axes, score: Score, row: Row, inches: tuple[float, float], theme: Theme) -> None:
    """Section names above the row."""
    for section in score.sections:
        if row.start <= section.onset < row.end:
            axes.text(
                section.onset,
                1 + _SECTIONS_ABOVE / inches[1],
                f" {plain_text(section.name)} ",
                parse_math=False,
                transform=axes.get_xaxis_transform(),
                fontfamily=families(),
                fontsize=_CHORD_SIZE,
                fontweight="bold",
                color=theme.paper,
                bbox={"facecolor": theme.ink, "edgecolor": "none", "boxstyle": "square,pad=0.18"},
            )


def _tempo_words(
    axes: Axes, score: Score, row: Row, inches: tuple[float, float], theme: Theme
) -> None:
    """Words such as "rit." below the row, where they begin."""
    for direction in tempo_directions(score):
        if direction.words and row.start <= direction.onset < row.end:
            axes.text(
                direction.onset,
                -_TEMPO_BELOW / inches[1],
                direction.words,
                transform=axes.get_xaxis_transform(),
                fontsize=_CHORD_SIZE,
                fontstyle="italic",
                color=theme.ink,
            )


def _chord_name(chord: ChordSymbol, key: Key) -> str:
    return chord_name(chord, key).translate(ACCIDENTAL_SIGNS)
