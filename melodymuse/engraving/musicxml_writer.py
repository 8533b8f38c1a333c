"""A Score as a printed piano score in MusicXML, written through music21.

`engraving` decides what stands on the page; here it becomes music21 objects and their MusicXML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any
from xml.etree import ElementTree

from melodymuse.engraving.musicxml_bars import measures, quarters
from melodymuse.engraving.musicxml_marks import put_marks
from melodymuse.engraving.musicxml_octaves import put_octave_lines
from melodymuse.engraving.musicxml_tempo import mend_tempo
from melodymuse.engraving.systems import begin_of
from melodymuse.engraving.written_page import Staff, engrave
from melodymuse.errors import MidiError
from melodymuse.music.score import Hand, Provenance, Score
from melodymuse.plain_text import plain_text

COMPOSER = "MelodyMuse"
UNTITLED = "Untitled"
# Where the whole provenance stands, which is too long for the foot of a page.
PROVENANCE_FIELD = "provenance"
_PART_IDS = {Hand.RIGHT: "Piano-RH", Hand.LEFT: "Piano-LH"}
_PART_ID, _INSTRUMENT_ID = "P1", "P1-I1"
_SHORTEST_BEAT = 32
# Millimetres: A4, and staves as tall as in printed piano music (rastral size 4 to 5).
PAGE_WIDTH, PAGE_HEIGHT, MARGIN, STAFF_HEIGHT = 210.0, 297.0, 14.0, 6.5
_STAFF_TENTHS = 40
# Between lines, so that what stands above one does not seem to belong below the one before.
_LINE_DISTANCE = 110
# The title in one line of large letters, or in as many of small ones as are needed, up to three.
_POINT = 25.4 / 72
_TITLE_POINTS, _LONG_TITLE_POINTS, _COMPOSER_POINTS = 22, 16, 11
_TITLE_LETTERS, _LONG_TITLE_LETTERS, _TITLE_LINES = 40, 60, 3
_LINE_SPACING = 1.3


def musicxml_bytes(score: Score, hands: Sequence[Hand] = tuple(Hand)) -> bytes:
    """The score as MusicXML: one piano part with a staff a hand, UTF-8.

    It has as many bars as the score and as many note heads without a tie into them as the score
    has notes; every voice fills its bar.  The same score gives the same bytes.

    Args:
        score: what to print.
        hands: those that are printed.

    Raises:
        MidiError: a metre whose beat is shorter than a thirty-second.
    """
    if score.time_signature.denominator > _SHORTEST_BEAT:
        raise MidiError(f"a score in {score.time_signature} cannot be printed: use a longer beat")
    # Imported only where a score is printed, for it takes a quarter of a second; and taken as
    # untyped, for half of it is.
    import music21

    m21: Any = music21
    staves = engrave(score, hands)
    page = _page(m21, score, staves)
    exporter = m21.musicxml.m21ToXml.ScoreExporter(page, makeNotation=False)
    root = exporter.parse()
    _mend(root)
    put_octave_lines(root.findall("part/measure"), staves)
    data: bytes = exporter.asBytes()
    return data


def _mend(root: ElementTree.Element) -> None:
    """What music21 leaves to be done."""
    encoding = root.find("identification/encoding")
    date = root.find("identification/encoding/encoding-date")
    if encoding is not None and date is not None:
        encoding.remove(date)  # the only thing in the file that depends on the day
    for name in ("part-name", "part-abbreviation"):
        label = root.find(f"part-list/score-part/{name}")
        if label is not None:
            label.set("print-object", "no")  # a single instrument is not named before its lines
    defaults = root.find("defaults")
    if defaults is not None:
        _lay_out(defaults)
        at = list(root).index(defaults) + 1
        root[at:at] = _title_block(root.findtext("movement-title") or UNTITLED)
    for measure in root.iterfind("part/measure"):
        mend_tempo(measure)


def _lay_out(defaults: ElementTree.Element) -> None:
    """State the size of the staves and of the page: lengths are in tenths of a staff space."""
    millimetre = _STAFF_TENTHS / STAFF_HEIGHT
    scaling = f"scaling/millimeters={STAFF_HEIGHT:g} scaling/tenths={_STAFF_TENTHS}"
    for fact in scaling.split():
        path, _, value = fact.partition("=")
        element = defaults.find(path)
        if element is not None:
            element.text = value
    layout = ElementTree.SubElement(defaults, "page-layout")
    lengths = {"page-height": PAGE_HEIGHT, "page-width": PAGE_WIDTH}
    for name, length in lengths.items():
        ElementTree.SubElement(layout, name).text = f"{length * millimetre:.2f}"
    margins = ElementTree.SubElement(layout, "page-margins", {"type": "both"})
    for side in ("left", "right", "top", "bottom"):
        ElementTree.SubElement(margins, f"{side}-margin").text = f"{MARGIN * millimetre:.2f}"
    lines = ElementTree.SubElement(defaults, "system-layout")
    ElementTree.SubElement(lines, "system-distance").text = str(_LINE_DISTANCE)


def _title_block(title: str) -> Iterator[ElementTree.Element]:
    """Title and composer at the head of the first page; without them programs put the title in one
    line, whether it fits or not."""
    millimetre = _STAFF_TENTHS / STAFF_HEIGHT
    short = len(title) <= _TITLE_LETTERS
    points = _TITLE_POINTS if short else _LONG_TITLE_POINTS
    lines = wrap(title, _LONG_TITLE_LETTERS, max_lines=_TITLE_LINES, placeholder=" ...")
    top = PAGE_HEIGHT - MARGIN
    below = top - len(lines) * points * _POINT * _LINE_SPACING
    middle, right = PAGE_WIDTH / 2, PAGE_WIDTH - MARGIN
    for kind, words, size, justify, x, y in (
        ("title", "\n".join(lines), points, "center", middle, top),
        ("composer", COMPOSER, _COMPOSER_POINTS, "right", right, below),
    ):
        credit = ElementTree.Element("credit", {"page": "1"})
        ElementTree.SubElement(credit, "credit-type").text = kind
        place = {"default-x": f"{x * millimetre:.2f}", "default-y": f"{y * millimetre:.2f}"}
        look = {"font-size": str(size), "justify": justify, "valign": "top"}
        ElementTree.SubElement(credit, "credit-words", place | look).text = words
        yield credit


def printed_title(score: Score) -> str:
    """The title as it is printed: of a file's name the words."""
    return plain_text(score.title).replace("_", " ") or UNTITLED


def origin(provenance: Provenance) -> str:
    """Where a piece comes from, in the one line that has room at the foot of a page."""
    source = f" from {provenance.source}" if provenance.source else ""
    return plain_text(
        f"Machine-generated by MelodyMuse {provenance.version}{source}, "
        f"{provenance.emotion}, seed {provenance.seed}"
    )


def _page(m21: Any, score: Score, engraved: Mapping[Hand, Staff]) -> Any:
    page = m21.stream.Score(id="score")
    page.metadata = m21.metadata.Metadata(title=printed_title(score), composer=COMPOSER)
    if score.provenance is not None:
        page.metadata.copyright = origin(score.provenance)
        page.metadata.setCustom(PROVENANCE_FIELD, plain_text(str(score.provenance)))
    staves = {hand: _staff(m21, hand, staff, score) for hand, staff in engraved.items()}
    put_marks(m21, staves, score)
    for part in staves.values():
        page.insert(0, part)
    parts = list(staves.values())
    if len(parts) > 1:
        page.insert(0, m21.layout.StaffGroup(parts, name="Piano", symbol="brace", barTogether=True))
    return page


def _staff(m21: Any, hand: Hand, staff: Staff, score: Score) -> Any:
    part = m21.stream.PartStaff(id=_PART_IDS[hand])
    piano = m21.instrument.Piano()
    # music21 draws these by lot unless they are given.
    piano.partId, piano.instrumentId = _PART_ID, _INSTRUMENT_ID
    part.insert(0, piano)
    for number, measure in enumerate(measures(m21, staff, hand, score)):
        begun = 0 if number == 0 else begin_of(0, score)
        part.insert(quarters(number * score.time_signature.bar_ticks - begun), measure)
    return part
