"""Printed scores in the place of MIDI files: their notes, hands, metres, keys and tempi."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from melodymuse.errors import MidiError
from melodymuse.midi.file import load_document
from melodymuse.midi.reader import score_of
from melodymuse.midi.view import bars_of, key_changes
from melodymuse.music.score import Hand
from tests.music.strategies import small_score

# A pickup of a quarter in 3/4, G minor, a tie, a grace note, a chord, a triplet: two staves.
PICKUP = """<?xml version="1.0"?>
<score-partwise version="4.0"><work><work-title>Upbeat</work-title></work>
<part-list><score-part id="P1"><part-name>Piano</part-name></score-part></part-list>
<part id="P1">
<measure number="0" implicit="yes"><attributes><divisions>6</divisions>
<key><fifths>-2</fifths><mode>minor</mode></key><time><beats>3</beats><beat-type>4</beat-type></time>
<staves>2</staves><clef number="1"><sign>G</sign><line>2</line></clef>
<clef number="2"><sign>F</sign><line>4</line></clef></attributes>
<direction><sound tempo="90"/></direction>
<note><pitch><step>D</step><octave>5</octave></pitch><duration>6</duration><staff>1</staff></note>
<backup><duration>6</duration></backup><note><rest/><duration>6</duration><staff>2</staff></note></measure>
<measure number="1">
<note><grace/><pitch><step>A</step><octave>5</octave></pitch><voice>1</voice><staff>1</staff></note>
<note><pitch><step>G</step><octave>5</octave></pitch><duration>18</duration>
<tie type="start"/><staff>1</staff></note>
<backup><duration>18</duration></backup>
<note><pitch><step>G</step><octave>3</octave></pitch><duration>2</duration><staff>2</staff></note>
<note><chord/><pitch><step>B</step><alter>-1</alter><octave>3</octave></pitch><duration>2</duration><staff>2</staff></note>
<note><pitch><step>D</step><octave>4</octave></pitch><duration>2</duration><staff>2</staff></note>
<note><pitch><step>D</step><octave>4</octave></pitch><duration>14</duration><staff>2</staff></note></measure>
<measure number="2">
<note><pitch><step>G</step><octave>5</octave></pitch><duration>18</duration>
<tie type="stop"/><staff>1</staff></note>
<backup><duration>18</duration></backup>
<note><pitch><step>G</step><octave>2</octave></pitch><duration>18</duration><staff>2</staff></note></measure>
</part></score-partwise>"""


def zipped(text: str, name: str = "score.xml") -> bytes:
    data = io.BytesIO()
    with ZipFile(data, "w") as archive:
        archive.writestr("META-INF/container.xml", "<container/>")
        archive.writestr(name, text)
    return data.getvalue()


def muddled() -> bytes:
    """A compressed score whose packed bytes are others."""
    data = io.BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as archive:
        archive.writestr("score.xml", PICKUP)
    packed = bytearray(data.getvalue())
    packed[60:90] = bytes(byte ^ 0xA5 for byte in packed[60:90])
    return bytes(packed)


def test_staves_that_have_no_channel_left_are_told() -> None:
    head, _, rest = PICKUP.partition("</part-list>")
    part = (
        rest.partition('<part id="P1">')[2]
        .partition("</part>")[0]
        .replace("<staves>2</staves>", "")
    )
    many = [f"P{n}" for n in range(1, 18)]
    names = "".join(f'<score-part id="{n}"><part-name>{n}</part-name></score-part>' for n in many)
    parts = "".join(f'<part id="{n}">{part}</part>' for n in many)
    text = (
        f"{head.partition('<part-list>')[0]}<part-list>{names}</part-list>{parts}</score-partwise>"
    )
    document = load_document(text.encode())
    assert len(document.tracks) == 1 + 15
    assert document.faults == ("2 of its 17 staves are left out",)
    assert load_document(PICKUP.encode()).faults == ()


@pytest.mark.parametrize("data", [PICKUP.encode(), zipped(PICKUP)], ids=["plain", "compressed"])
def test_a_score_becomes_the_file_that_it_would_be_exported_as(data: bytes) -> None:
    document = load_document(data)
    bars, score = bars_of(document), score_of(document)
    assert (bars.pickup, bars.count, str(bars.metre)) == (True, 2, "3/4")
    assert (score.title, str(key_changes(document)[0][1])) == ("Upbeat", "G minor")
    assert score.tempos[0].bpm == 90
    right = [(n.onset, n.duration, n.pitch) for n in score.hand(Hand.RIGHT)]
    left = [(n.onset, n.duration, n.pitch) for n in score.hand(Hand.LEFT)]
    assert right == [(0, 480, 74), (480, 2880, 79)]
    assert left == [
        (480, 160, 55),
        (480, 160, 58),
        (640, 160, 62),
        (800, 1120, 62),
        (1920, 1440, 43),
    ]


def test_two_voices_on_one_key_share_it() -> None:
    """The first holds G for the bar, the second strikes it with it, and again on the last beat."""
    second = """<note><pitch><step>G</step><octave>2</octave></pitch><duration>{}</duration>
<voice>4</voice><staff>2</staff></note>"""
    voices = second.format(12) + second.format(6)
    text = PICKUP.replace(
        "<duration>18</duration><staff>2</staff></note></measure>",
        f"<duration>18</duration><staff>2</staff></note><backup><duration>18</duration></backup>"
        f"{voices}</measure>",
    )
    (_, _, left) = load_document(text.encode()).tracks
    low = [
        (event.tick, event.data[0] & 0xF0) for event in left.events if event.data[1:2] == b"\x2b"
    ]
    assert low == [(1920, 0x90), (2880, 0x80), (2880, 0x90), (3360, 0x80)]


def test_it_tells_its_encoding() -> None:
    with pytest.raises(MidiError, match="leave --encoding out"):
        load_document(PICKUP.encode(), "cp932")


def test_what_we_print_is_read_as_it_was() -> None:
    score = small_score()
    again = score_of(load_document(score.to_bytes(".musicxml")))
    assert [(n.onset, n.pitch, n.hand) for n in again.notes] == [
        (n.onset, n.pitch, n.hand) for n in score.notes
    ]
    assert (again.time_signature, again.tempos[0].bpm) == (
        score.time_signature,
        score.tempos[0].bpm,
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<?xml version='1.0'?><score-partwise><part", "export a MIDI file"),
        (b"<score-partwise></score-partwise>", "export a MIDI file"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><score-partwise/>', "entities"),
        (zipped("x", "notes.txt"), "an archive without a score"),
        (zipped(PICKUP)[:200], "a damaged archive"),
        (muddled(), "a damaged archive"),
    ],
)
def test_what_is_no_score_is_one_line(data: bytes, message: str) -> None:
    with pytest.raises(MidiError, match=message):
        load_document(data)
