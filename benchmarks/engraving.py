"""Many composed pieces through two other programs: are bars full and all notes there on paper?

    python benchmarks/engraving.py [--pieces 100] [--bars 4 24]

Each piece is printed to MusicXML and opened in Verovio and in MuseScore 3 (`mscore3`, without a
screen).  Neither may complain; both must find as many bars, each as long as the metre says, and as
many notes as the MIDI file has.  Prints one line for each piece that fails, then a summary; exit
status 1 if one failed.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree

import mido
import verovio

import melodymuse
from melodymuse.engraving.musicxml_writer import musicxml_bytes
from melodymuse.midi.writer import midi_bytes
from melodymuse.music.emotion import EMOTIONS
from melodymuse.music.score import TICKS_PER_QUARTER, Score
from melodymuse.music.theory import MODES, Key

MUSESCORE = shutil.which("mscore3") or shutil.which("musescore3") or shutil.which("mscore")
PATIENCE_SECONDS = 1200
_HARMLESS = ("QStandardPaths", "convert <", "to <", "... success!")
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Counted:
    """What is in a file: its bars in quarters, and how many notes are struck."""

    bars: tuple[float, ...]
    notes: int


def wishes(pieces: int, bars: tuple[int, int]) -> Iterator[dict[str, Any]]:
    """What to compose: all emotions in turn, keys and lengths by lot."""
    random = Random(0)
    keys = [Key.of(pitch_class, mode) for mode in MODES for pitch_class in range(12)]
    for seed in range(pieces):
        yield {
            "emotion": EMOTIONS[seed % len(EMOTIONS)],
            "key": random.choice(keys),
            "bars": random.randint(*bars),
            "seed": seed,
        }


def in_midi(score: Score) -> Counted:
    """Bars and notes of the MIDI file, by mido."""
    song = mido.MidiFile(file=BytesIO(midi_bytes(score)))
    struck = sum(m.type == "note_on" and m.velocity > 0 for track in song.tracks for m in track)
    metre = next(m for track in song.tracks for m in track if m.type == "time_signature")
    bar = 4 * metre.numerator / metre.denominator
    end = max(sum(message.time for message in track) for track in song.tracks)
    return Counted((bar,) * round(end / TICKS_PER_QUARTER / bar), struck)


def in_verovio(data: bytes) -> tuple[Counted, list[str]]:
    """Bars and notes as Verovio reads them, and what it complains of."""
    with _standard_error() as complaints:
        toolkit: Any = verovio.toolkit()
        if not toolkit.loadData(data.decode()):
            complaints.append("not read")
        timemap = toolkit.renderToTimemap({"includeMeasures": True, "includeRests": False})
        song = mido.MidiFile(file=BytesIO(_midi_of(toolkit)))
    lines = [event["qstamp"] for event in timemap if "measureOn" in event]
    ends = [*lines, timemap[-1]["qstamp"]]
    struck = sum(m.type == "note_on" and m.velocity > 0 for track in song.tracks for m in track)
    return Counted(tuple(b - a for a, b in pairwise(ends)), struck), complaints


def in_musescore(folder: Path) -> tuple[dict[str, Counted], list[str]]:
    """Bars and notes of every MusicXML file of a folder as MuseScore reads them, and what it
    complains of."""
    assert MUSESCORE is not None
    names = sorted(path.stem for path in folder.glob("*.musicxml"))
    job = [{"in": str(folder / f"{n}.musicxml"), "out": str(folder / f"{n}.xml")} for n in names]
    (folder / "job.json").write_text(json.dumps(job))
    finished = subprocess.run(
        [MUSESCORE, "-j", str(folder / "job.json")],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    said = (finished.stdout + finished.stderr).splitlines()
    complaints = [line for line in said if line.strip() and not _is_harmless(line)]
    return {name: _written_back(folder / f"{name}.xml") for name in names}, complaints


def attempt(score: Score, data: bytes, musescore: Counted | None) -> list[str]:
    """What is wrong with the printed score of a piece."""
    truth = in_midi(score)
    read, faults = in_verovio(data)
    programs = {"Verovio": read} | ({} if musescore is None else {"MuseScore": musescore})
    for program, counted in programs.items():
        if len(counted.bars) != len(truth.bars):
            faults.append(f"{program}: {len(counted.bars)} bars, not {len(truth.bars)}")
        elif any(abs(a - b) > _TOLERANCE for a, b in zip(counted.bars, truth.bars, strict=True)):
            faults.append(f"{program}: bars of {sorted(set(counted.bars))} quarters")
        if counted.notes != truth.notes:
            faults.append(f"{program}: {counted.notes} notes, not {truth.notes}")
    return faults


def _is_harmless(line: str) -> bool:
    return line.strip().startswith(_HARMLESS)


def _midi_of(toolkit: Any) -> bytes:
    return base64.b64decode(toolkit.renderToMIDI())


def _written_back(path: Path) -> Counted:
    """Bars and struck notes of what MuseScore wrote of a score it had read."""
    root = ElementTree.parse(path).getroot()
    divisions = int(root.findtext("part/measure/attributes/divisions", "1"))
    bars = [_longest_voice(measure) / divisions for measure in root.iterfind("part/measure")]
    heads = (note for note in root.iter("note") if note.find("pitch") is not None)
    struck = [head for head in heads if head.find("tie[@type='stop']") is None]
    return Counted(tuple(bars), len(struck))


def _longest_voice(measure: ElementTree.Element) -> int:
    lengths: Counter[str] = Counter()
    for note in measure.iterfind("note"):
        if note.find("chord") is None:
            lengths[note.findtext("voice", "")] += int(note.findtext("duration", "0"))
    return max(lengths.values())


@contextmanager
def _standard_error() -> Iterator[list[str]]:
    """The lines that libraries in C write to standard error meanwhile."""
    lines: list[str] = []
    with tempfile.TemporaryFile() as file:
        kept = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            yield lines
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            file.seek(0)
            lines += file.read().decode(errors="replace").splitlines()


def examine(chosen: Mapping[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Compose and print all that is wished for; the faults of each piece by its name."""
    scores = {name: melodymuse.compose(**wish).score for name, wish in chosen.items()}
    begin = time.process_time()
    printed = {name: musicxml_bytes(score) for name, score in scores.items()}
    seconds = time.process_time() - begin
    bars = sum(score.bars for score in scores.values())
    print(f"MusicXML: {seconds / bars * 1000:.0f} ms a bar ({bars} bars)")
    read: dict[str, Counted] = {}
    complaints: list[str] = []
    if MUSESCORE is None:
        print("no MuseScore here: install Debian's musescore3 to ask it as well")
    else:
        with tempfile.TemporaryDirectory() as folder:
            for name, data in printed.items():
                (Path(folder) / f"{name}.musicxml").write_bytes(data)
            read, complaints = in_musescore(Path(folder))
    for complaint in complaints:
        print(f"MuseScore: {complaint}")
    faults = {n: attempt(scores[n], printed[n], read.get(n)) for n in chosen}
    return faults | ({"MuseScore": complaints} if complaints else {})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pieces", type=int, default=100)
    parser.add_argument("--bars", type=int, nargs=2, default=(4, 24))
    options = parser.parse_args()
    chosen = {
        f"{wish['seed']:03}-{wish['emotion']}": wish
        for wish in wishes(options.pieces, tuple(options.bars))
    }
    faults = {name: found for name, found in examine(chosen).items() if found}
    for name, found in faults.items():
        print(f"{name}: {'; '.join(found)}")
    print(f"{len(chosen)} pieces, {len(faults)} faulty")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
