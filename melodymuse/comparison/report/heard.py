"""The notes that the transcriber heard in each take, as files to save."""

from __future__ import annotations

from melodymuse.comparison.evaluation import Heard
from melodymuse.comparison.heard_midi import heard_midi
from melodymuse.comparison.running import Comparison
from melodymuse.errors import MidiError

HEARD_ENDING = "-heard.mid"


def heard_files(comparison: Comparison) -> list[list[bytes]]:
    """For each entry, for each of its takes, a MIDI file at the tempo heard in the take's sound;
    empty where there is no transcriber, or it heard nothing that can be played."""
    transcriber = comparison.judges.transcriber
    if transcriber is None:
        return [[b""] * len(entry.heard) for entry in comparison.entries]
    tempos = {(f.picture, f.maker): f.value for f in comparison.figures if f.metric == "tempo"}
    return [
        [
            _file(heard, transcriber.name, tempos.get((entry.brief.label, heard.take.maker)))
            for heard in entry.heard
        ]
        for entry in comparison.entries
    ]


def _file(heard: Heard, by: str, bpm: float | None) -> bytes:
    if not heard.notes:
        return b""
    try:
        return heard_midi(heard.notes, by=by, bpm=bpm)
    except MidiError:
        # The figures of these notes say what is wrong with them; the report shall still be written.
        return b""
