"""The lead sheet: what a singer or a band reads, the tune on one staff under its chord symbols."""

from __future__ import annotations

from dataclasses import replace

from melodymuse.engraving.musicxml_writer import musicxml_bytes
from melodymuse.errors import MidiError
from melodymuse.music.score import Hand, Score

MUSICXML = (".musicxml", ".xml")
_STAVES = (Hand.RIGHT,)


def tune_alone(score: Score) -> Score:
    """The score with nothing but its tune (`Score.sung`), each note up to the next one where that
    follows soon: a tune is written as it is sung, not as fingers let go of it.

    Raises:
        MidiError: the right hand plays nothing.
    """
    sung = score.sung
    if not sung:
        raise MidiError("the right hand plays nothing: there is no tune for a lead sheet")
    beat = score.time_signature.beat_ticks
    lines = [note.onset for note in sung[1:]] + [score.end]
    written = tuple(
        replace(note, duration=following - note.onset) if following - note.end < beat else note
        for note, following in zip(sung, lines, strict=True)
    )
    return replace(score, notes=written, pedals=())


def lead_sheet_bytes(score: Score, suffix: str) -> bytes:
    """The lead sheet as a file: MusicXML, or as `printing.printed_bytes` prints it.

    Args:
        score: of what; its chords, sections, tempo and title are printed, too.
        suffix: one of `MUSICXML` or of `printing.FORMATS`.

    Raises:
        MidiError: the right hand plays nothing, or a metre that cannot be printed.
        MissingExtraError: Verovio or Typst is not installed, which all but MusicXML need.
    """
    tune = tune_alone(score)
    if suffix in MUSICXML:
        return musicxml_bytes(tune, _STAVES)
    from melodymuse.engraving.printing import printed_bytes

    return printed_bytes(tune, suffix, _STAVES)
