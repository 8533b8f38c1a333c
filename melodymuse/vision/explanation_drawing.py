"""The picture of an explanation: what was seen, what moved the answer, where the colours stand.

Drawn with matplotlib's objects alone: no pyplot, no global figure, so several threads may draw.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt

from melodymuse.errors import OutputError
from melodymuse.files import whole_file
from melodymuse.music.emotion import EMOTIONS
from melodymuse.pictures.style import own_style
from melodymuse.plain_text import escaped
from melodymuse.vision.explanation import Explanation, Influence, Region
from melodymuse.vision.features import Pixels
from melodymuse.vision.reference import Doubt, doubt_of, read_reference

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = (".png", ".svg")
DOTS_PER_INCH = 150

_INK, _GREY, _PALE = "#1F2430", "#6B7280", "#D5D8DE"
# Blue lowers, vermilion raises: two of the colours of Okabe & Ito 2008 that all eyes tell apart.
_LOWERS, _RAISES = "#0072B2", "#D55E00"
# Colours never come to full strength for less than this, so that an even answer looks even.
_LEAST_SCALE = 0.04
# Share of the greyed picture's contrast that stays under the map.
_UNDERLAY = 0.45
# All lengths in inches.
_WIDTH, _MARGIN, _GAP = 13.0, 0.45, 0.3
_HEAD, _FEATURE_ROW, _FOOT = 1.38, 0.3, 0.95
_BELOW_MAPS, _FEATURES_HEAD = 0.4, 0.42
_ROWS = len(EMOTIONS)
_NAMES = 1.25  # room for the names of emotions and features
_LONGEST_TITLE = 64


def draw_explanation(
    explanation: Explanation, path: str | os.PathLike[str], *, overwrite: bool = False
) -> Path:
    """Draw an explanation; gives the path.

    Args:
        explanation: what to draw.
        path: a name ending in ``.png`` (150 dots an inch, 1950 wide) or ``.svg``.
        overwrite: replace the file if it exists.

    Raises:
        OutputError: another suffix, an existing file, or a folder that cannot be written.
        ModelError: the table that comes with the eye is missing or damaged.
    """
    kind = check_target(path, overwrite=overwrite, picture=explanation.analysis.name)
    with whole_file(path, overwrite=overwrite) as beside:
        figure = _figure(explanation)
        with own_style(), warnings.catch_warnings():
            # A letter that the font lacks is drawn as a box; that is no news for a terminal.
            warnings.filterwarnings("ignore", message="Glyph .* missing")
            undated = {"Date": None} if kind == ".svg" else {}
            figure.savefig(beside, format=kind[1:], dpi=DOTS_PER_INCH, metadata=undated)
    return Path(path)


def check_target(
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    picture: str | os.PathLike[str] | None = None,
) -> str:
    """See before the work that a file can be drawn there; gives its suffix in small letters.

    Args:
        path: where the explanation shall be.
        overwrite: whether a file there may be replaced.
        picture: what is explained: never replaced, by whatever path or link it is named.

    Raises:
        OutputError: another suffix, the picture itself, an existing file, or no such folder.
    """
    kind = Path(path).suffix.lower()
    if kind not in FORMATS:
        raise OutputError(f"cannot draw '{path}': the name must end in {' or '.join(FORMATS)}")
    if not Path(path).parent.is_dir():
        raise OutputError(f"cannot write '{path}': there is no folder '{Path(path).parent}'")
    if picture is not None and _is_same_file(path, picture):
        raise OutputError(f"'{path}' is the picture itself: choose another name")
    if Path(path).exists() and not overwrite:
        raise OutputError(f"'{path}' exists already: choose another name, or overwrite it")
    return kind


def _is_same_file(path: str | os.PathLike[str], other: str | os.PathLike[str]) -> bool:
    try:
        return os.path.samefile(path, other)
    except (OSError, ValueError):
        return False


@own_style()
def _figure(explanation: Explanation) -> Figure:
    from matplotlib.figure import Figure

    profile = explanation.analysis.profile
    doubt = doubt_of(profile, explanation.analysis.features, explanation.analysis.familiarity)
    columns = 1 + len(explanation.influences)
    width = (_WIDTH - 2 * _MARGIN - (columns - 1) * _GAP) / columns
    picture = width * explanation.view.shape[0] / explanation.view.shape[1]
    rows = _FEATURE_ROW * _ROWS
    top = _HEAD + picture + _BELOW_MAPS + _FEATURES_HEAD
    height = top + rows + _FOOT
    figure = Figure(figsize=(_WIDTH, height), dpi=DOTS_PER_INCH, facecolor="white")

    def place(left: float, top: float, wide: float, high: float) -> Axes:
        """Axes by their place in inches from the upper left."""
        box = (left / _WIDTH, 1 - (top + high) / height, wide / _WIDTH, high / height)
        return figure.add_axes(box)

    _head(figure, explanation, doubt, height)
    axes = place(_MARGIN, _HEAD, width, picture)
    axes.imshow(explanation.view, interpolation="lanczos", aspect="auto")
    _bare(axes, "as the eye sees it")
    for column, (name, influence) in enumerate(explanation.influences.items(), start=1):
        axes = place(_MARGIN + column * (width + _GAP), _HEAD, width, picture)
        _map(axes, explanation.view, influence)
        if name in ("valence", "arousal"):
            _frame_strongest(axes, name, influence.strongest)
        else:
            frame_support(axes, name, influence)
        _bare(axes, f"what moves {name}")
    split = _MARGIN + width + _GAP
    _emotions(place(_MARGIN + _NAMES, top, width - _NAMES, rows), explanation)
    left = split + _NAMES
    _features(place(left, top, _WIDTH - _MARGIN - left - 1.0, rows), explanation, doubt)
    _foot(figure, height)
    return figure


def _head(figure: Figure, explanation: Explanation, doubt: Doubt, height: float) -> None:
    profile = explanation.analysis.profile
    title = escaped(Path(explanation.analysis.name).name) or "a picture"
    if len(title) > _LONGEST_TITLE:
        title = title[: _LONGEST_TITLE - 1] + "…"
    facts = (
        f"{profile.emotion} {max(profile.probabilities):.0%}   ·   "
        f"valence {profile.valence:+.2f} ± {doubt.valence_error:.2f}   ·   "
        f"arousal {profile.arousal:+.2f} ± {doubt.arousal_error:.2f}"
    )
    caution = f"the leading emotion is right in about {doubt.emotion_chance:.0%} of such answers"
    if doubt.unusual:
        unusual = ", ".join(name.replace("_", " ") for name in doubt.unusual)
        caution += f"; unlike the reference photos in {unusual}: trust it less"
    lines: tuple[tuple[float, str, dict[str, Any]], ...] = (
        (0.42, title, {"fontsize": 16, "fontweight": "bold", "color": _INK}),
        (0.68, facts, {"fontsize": 11, "color": _INK}),
        (0.90, caution, {"fontsize": 9, "color": _GREY}),
    )
    for below, text, style in lines:
        where = _MARGIN / _WIDTH, 1 - below / height
        figure.text(*where, text.replace(" -", " \N{MINUS SIGN}"), parse_math=False, **style)
    legend = (("■ raises", _RAISES), ("■ lowers", _LOWERS))
    for line, (text, colour) in enumerate(legend):
        where = 1 - _MARGIN / _WIDTH, 1 - (0.42 + 0.2 * line) / height
        figure.text(*where, text, color=colour, fontsize=10, ha="right")


def _foot(figure: Figure, height: float) -> None:
    text = (
        "Maps: what the number loses when a window around the place is blurred away (occlusion); "
        "the frame is the window that matters most, for an emotion the one that supports it most.\n"
        "± is the mean error against about 100 raters, and “right” means a label told from theme "
        "and ratings, both on photos of themes that the eye had not seen."
    )
    where = _MARGIN / _WIDTH, 0.22 / height
    figure.text(*where, text, color=_GREY, fontsize=8, linespacing=1.4)


def _bare(axes: Axes, title: str) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_title(title, fontsize=10.5, color=_INK, loc="left", pad=5)


def _map(axes: Axes, view: Pixels, influence: Influence) -> None:
    axes.imshow(tinted(view, influence), interpolation="bilinear", aspect="auto")


def _frame_strongest(axes: Axes, name: str, region: Region) -> None:
    """The window that moves an axis of the plane most, up or down."""
    _frame(axes, region)
    # What goes away with the region is the opposite of what it brings.
    _beneath(axes, f"without the frame: {name} {-region.effect:+.2f}")


def frame_support(axes: Axes, name: str, influence: Influence) -> None:
    """The window that supports an emotion most, and dashed what speaks against it more strongly."""
    support, strongest = influence.supporting, influence.strongest
    told = "no region supports it"
    if support is not None:
        _frame(axes, support)
        told = f"without the frame: {name} {-support.effect:+.0%}"
    if strongest != support and strongest.effect < 0:
        _frame(axes, strongest, line="--")
        told += f", without the dashed one {-strongest.effect:+.0%}"
    _beneath(axes, told)


def _frame(axes: Axes, region: Region, line: str = "-") -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(
        Rectangle(
            (region.left, region.top),
            region.width,
            region.height,
            fill=False,
            linewidth=1.6,
            linestyle=line,
            edgecolor=_RAISES if region.effect > 0 else _LOWERS,
            zorder=4,
        )
    )


def _beneath(axes: Axes, text: str) -> None:
    axes.text(
        0,
        -0.04,
        text.replace("-", "\N{MINUS SIGN}"),
        transform=axes.transAxes,
        va="top",
        fontsize=9,
        color=_GREY,
    )


def tinted(view: Pixels, influence: Influence) -> npt.NDArray[np.float32]:
    """The view in grey, tinted by what each region brings: float32 (H, W, 3), 0..1."""
    from matplotlib.colors import to_rgb

    grey = cv2.cvtColor(view, cv2.COLOR_RGB2GRAY).astype(np.float32)[..., None] / 255
    ground = 1 - _UNDERLAY * (1 - grey)
    strength = influence.heat / max(float(np.abs(influence.heat).max()), _LEAST_SCALE)
    raises = (strength > 0)[..., None]
    colour = np.where(raises, to_rgb(_RAISES), to_rgb(_LOWERS))
    amount = 0.75 * np.abs(strength)[..., None]
    return np.asarray(ground * (1 - amount) + ground * colour * amount, np.float32)


def _emotions(axes: Axes, explanation: Explanation) -> None:
    profile = explanation.analysis.profile
    ranked = sorted(profile.as_dict().items(), key=lambda pair: -pair[1])
    for row, (name, share) in enumerate(ranked):
        leads = row == 0
        axes.barh(row, share, height=0.62, color=_INK if leads else "#AEB4BF")
        weight = "bold" if leads else "normal"
        axes.text(share + 0.012, row, f"{share:.0%}", va="center", fontsize=9, fontweight=weight)
        axes.text(-0.02, row, name, va="center", ha="right", fontsize=9.5, fontweight=weight)
    axes.set_xlim(0, max(0.5, ranked[0][1] * 1.25))
    axes.set_ylim(7.6, -0.6)
    axes.set_axis_off()
    axes.set_title("how it feels", fontsize=10.5, color=_INK, loc="left", pad=8, x=-0.62)


def _features(axes: Axes, explanation: Explanation, doubt: Doubt) -> None:
    values: dict[str, Any] = explanation.analysis.features.as_dict()
    for row, (name, percent) in enumerate(explanation.standing.items()):
        axes.plot([0, 100], [row, row], color=_PALE, linewidth=5, solid_capstyle="round", zorder=1)
        axes.plot([25, 75], [row, row], color="#AEB4BF", linewidth=5, zorder=2)
        axes.plot(
            [percent],
            [row],
            marker="o",
            markersize=10,
            color=_RAISES if name in doubt.unusual else _INK,
            markeredgecolor="white",
            zorder=3,
        )
        style: dict[str, Any] = {"va": "center", "fontsize": 9.5, "color": _INK}
        axes.text(-3, row, name.replace("_", " "), ha="right", **style)
        axes.text(103, row, f"{values[name]:.3g}".replace("-", chr(0x2212)), ha="left", **style)
    rows = len(explanation.standing)
    axes.set_xlim(0, 100)
    axes.set_ylim(rows - 0.4, -0.6)
    axes.set_yticks([])
    axes.set_xticks([0, 25, 50, 75, 100], ["0 %", "25 %", "half of the photos", "75 %", "100 %"])
    axes.tick_params(axis="x", length=0, labelsize=8, labelcolor=_GREY)
    for spine in axes.spines.values():
        spine.set_visible(False)
    photos = read_reference().photos
    axes.set_title(
        f"where it stands among {photos} reference photos (OASIS): how many have less of it",
        fontsize=10.5,
        color=_INK,
        loc="left",
        pad=8,
    )
