"""The printed score as PDF, SVG and PNG: engraved by Verovio, set on paper by Typst.

Both come as wheels with nothing else to install (extra `score`).  The lines of music are Verovio's,
one drawing each; title, composer and foot, and where pages break, are Typst's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files
from threading import Lock
from typing import Any

from melodymuse.engraving.musicxml_writer import (
    COMPOSER,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    STAFF_HEIGHT,
    musicxml_bytes,
    origin,
    printed_title,
)
from melodymuse.errors import MissingExtraError, OutputError
from melodymuse.music.score import Hand, Score

FORMATS = (".pdf", ".svg", ".png")
DOTS_PER_INCH = 150
_PURPOSE = "printing a score"
_LAYOUT = "page.typ"
# Verovio counts in tenths of a millimetre, staves in halves of a staff space.
_TENTHS, _HALF_SPACES = 10, 8
# Text within the music is set in the font that Typst brings along, so that a page looks alike
# everywhere; that font has the few musical signs that Verovio takes from its own.
_FONT = "Libertinus Serif"
_QUARTER = "\ueca5"
_SIGNS = {_QUARTER: "♩", "\uecb7": ".", "\uea64": "♭", "\uea65": "♮", "\uea66": "♯"}
# Room around a line for its brace and what touches its edges, in tenths of a millimetre.
_LINE_MARGINS = {"Left": 30, "Right": 5, "Top": 5, "Bottom": 5}
_TEMPO = re.compile(r"<tempo ([^>]*)>(.*?)</tempo>", re.DOTALL)
_BOXED = re.compile(r'halign="center" rend="box">([^<]+)<')
_LETTERS = len("A'''")  # which have room before a line's first note
_TIME = re.compile(r'tstamp="[^"]*"')
_MUSIC_TEXT = re.compile(r'font-family="Leipzig" font-size="(\d+)px">([^<]+)<')
# Verovio keeps some of its state for the whole process: one thread at a time.
_ENGRAVING = Lock()
_MUSIC_TEXT_SCALE = 364 / 648  # Verovio enlarges its own font by so much


def printed_bytes(score: Score, kind: str, hands: Sequence[Hand] = tuple(Hand)) -> bytes:
    """The printed score as a file of one of `FORMATS`; the same score gives the same bytes.

    Args:
        score: what to print.
        kind: ``.pdf`` (A4 pages), ``.svg`` or ``.png`` (one page as tall as need be, 150 dots an
            inch).
        hands: those that are printed.

    Raises:
        MissingExtraError: Verovio or Typst is not installed.
        MidiError: a metre that cannot be printed.
    """
    try:
        import typst
    except ImportError:
        raise MissingExtraError("typst", "score", _PURPOSE) from None
    lines = engraved_lines(musicxml_bytes(score, hands))
    layout = (files("melodymuse.engraving") / _LAYOUT).read_bytes()
    drawings = {f"line-{number}.svg": line.encode() for number, line in enumerate(lines)}
    facts = {
        "title": printed_title(score),
        "composer": COMPOSER,
        "foot": "" if score.provenance is None else origin(score.provenance),
        "lines": str(len(lines)),
        "font": _FONT,
        "width": f"{PAGE_WIDTH:g}",
        "height": f"{PAGE_HEIGHT:g}" if kind == ".pdf" else "",
        "margin": f"{MARGIN:g}",
    }
    compile_page: Any = typst.compile  # whose type hints know nothing of files in memory
    pages: bytes = compile_page(
        {"main.typ": layout, **drawings},
        format=kind[1:],
        ppi=DOTS_PER_INCH,
        sys_inputs=facts,
    )
    return pages


def _marks_in_place(mei: str) -> str:
    """The same with section marks at a time of their bar, without which Verovio prints no number of
    that bar, letters beside the chord symbol; and with tempos written as such marks, unboxed: those
    it puts above the chord symbols, tempos between them and the staff."""
    timed = mei.replace("<reh ", '<reh tstamp="0.5" ')
    return _TEMPO.sub(_unboxed, _BOXED.sub(_aligned, timed))


def _aligned(name: re.Match[str]) -> str:
    side = "right" if len(name[1]) <= _LETTERS else "left"
    return f'halign="{side}" rend="box">{name[1]}<'


def _unboxed(tempo: re.Match[str]) -> str:
    time = _TIME.search(tempo[1])
    words = tempo[2].replace(" </rend>(", "</rend>\u00a0(")
    place = f'place="above" staff="1" {time[0] if time else ""}'
    return f'<reh {place}><rend halign="left">{words}</rend></reh>'


def engraved_lines(musicxml: bytes) -> list[str]:
    """Each line of music as an SVG drawing as wide as the paper between its margins.

    Raises:
        MissingExtraError: Verovio is not installed.
        OutputError: Verovio cannot read the music.
    """
    try:
        import verovio
    except ImportError:
        raise MissingExtraError("verovio", "score", _PURPOSE) from None
    options = {
        # As the file says; asked for what is not there, Verovio warns on standard error.
        "breaks": "line" if b"new-system" in musicxml else "auto",
        "pageWidth": round((PAGE_WIDTH - 2 * MARGIN) * _TENTHS),
        "pageHeight": 100,  # lower than any line: each gets a page of its own ...
        "adjustPageHeight": True,  # ... which then grows to hold it
        "unit": STAFF_HEIGHT * _TENTHS / _HALF_SPACES,
        **{f"pageMargin{side}": margin for side, margin in _LINE_MARGINS.items()},
        "header": "none",
        "footer": "none",
        "minLastJustification": 0,  # the last line is as wide as the others
        "smuflTextFont": "none",  # nothing is set in it, see `_in_our_font`
        "svgViewBox": True,
        "xmlIdSeed": 1,  # names within the drawing, by lot unless seeded
    }
    with _ENGRAVING:
        # The folder of Verovio's fonts that importing it names is the importing thread's alone.
        toolkit: Any = verovio.toolkit(False)
        toolkit.setResourcePath(str(files("verovio") / "data"))
        toolkit.setOptions(options)
        if not toolkit.loadData(musicxml.decode()):
            raise OutputError("the score cannot be engraved: Verovio cannot read it")
        toolkit.loadData(_marks_in_place(toolkit.getMEI()))
        count = toolkit.getPageCount()
        return [_in_our_font(toolkit.renderToSVG(page)) for page in range(1, count + 1)]


def _in_our_font(drawing: str) -> str:
    def in_text_font(found: re.Match[str]) -> str:
        size = round(int(found[1]) * _MUSIC_TEXT_SCALE)
        # A dotted note comes as two signs with a space between.
        text = "".join(_SIGNS.get(letter, letter) for letter in found[2]).replace(" .", ".")
        return f'font-size="{size}px">{text}<'

    drawing = _MUSIC_TEXT.sub(in_text_font, drawing).replace("m7b5<", "m7♭5<")
    return drawing.replace("Times, serif", _FONT)
