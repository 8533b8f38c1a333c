"""All notes of a piece over a small area, as SVG to be put into a page."""

from __future__ import annotations

from melodymuse.music.score import Score
from melodymuse.pictures.themes import LIGHT

_WIDTH, _ROW = 640, 3
# Semitones that are shown at least, so that a narrow melody does not fill the height.
_LEAST_ROWS = 24


def small_roll(score: Score) -> str:
    """The notes as an `<svg>` element in the colours of the hands, softer notes paler."""
    pitches = [note.pitch for note in score.notes] or [60]
    high = max(pitches)
    rows = max(high - min(pitches) + 1, _LEAST_ROWS)
    scale = _WIDTH / score.end
    notes = "".join(
        f'<rect x="{note.onset * scale:.1f}" y="{(high - note.pitch) * _ROW}" '
        f'width="{max(note.duration * scale - 0.5, 1):.1f}" height="{_ROW}" '
        f'fill="{LIGHT.hands[note.hand]}" fill-opacity="{0.35 + 0.65 * note.velocity / 127:.2f}"/>'
        for note in score.notes
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {rows * _ROW}" '
        f'preserveAspectRatio="none" role="img" aria-label="The notes of the piece">{notes}</svg>'
    )
