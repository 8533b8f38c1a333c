"""The notes heard in takes, saved beside the sound and in the page."""

from __future__ import annotations

import csv
import io
import re
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path

import pretty_midi
import pytest

pytest.importorskip("librosa", reason="the extra compare is not installed")
pytest.importorskip("mir_eval", reason="the extra compare is not installed")
pytest.importorskip("soxr", reason="the extra compare is not installed")
pytest.importorskip("psutil", reason="the extra compare is not installed")
pytest.importorskip("jinja2", reason="the extra compare is not installed")
pytest.importorskip("soundfile", reason="the extra compare is not installed")

from melodymuse.audio.clip import Clip
from melodymuse.comparison.evaluation import Judges
from melodymuse.comparison.metrics.notes import SoundedNote
from melodymuse.comparison.report.heard import HEARD_ENDING, heard_files
from melodymuse.comparison.report.writing import write_report
from melodymuse.comparison.running import Comparison, compare
from melodymuse.comparison.takes import Brief, Take
from melodymuse.comparison.transcription import ADVICE, find_transcriber
from melodymuse.survey.stimuli import find_stimuli
from tests.comparison.makers import Hisser, Plucker, briefs_for
from tests.comparison.sounds import RATE, plucked, scale_tune

TUNE = tuple(SoundedNote(*event) for event in scale_tune(100, 10))


@dataclass(frozen=True)
class Ear:
    """Hears one tune in every sound that lasts ten seconds, and nothing in others."""

    name: str = "ear"
    tune: tuple[SoundedNote, ...] = TUNE

    def transcribe(self, clip: Clip) -> tuple[SoundedNote, ...]:
        return self.tune if clip.seconds == 10 else ()


@dataclass(frozen=True)
class Player:
    """Plays the tune: a waveform whose notes the tests know."""

    name: str = "player"

    def make(self, brief: Brief) -> Take:
        sound = plucked([tuple(note) for note in TUNE], 10)  # type: ignore[misc]
        return Take(self.name, Clip(sound[:, None], RATE, self.name))


def read(data: bytes) -> list[SoundedNote]:
    (piano,) = pretty_midi.PrettyMIDI(io.BytesIO(data)).instruments
    return sorted(SoundedNote(n.start, n.end - n.start, n.pitch) for n in piano.notes)


@pytest.fixture(scope="module")
def comparison(photograph: Path) -> Comparison:
    makers = [Plucker(), Player(), Hisser("short", 6.0)]
    return compare(briefs_for(photograph), makers, judges=Judges(transcriber=Ear()))


@pytest.fixture(scope="module")
def folder(comparison: Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(comparison, tmp_path_factory.mktemp("reports") / "report").parent


def test_the_notes_heard_lie_beside_their_sound(folder: Path) -> None:
    lines = list(csv.DictReader((folder / "manifest.csv").open(encoding="utf-8", newline="")))
    listed = {line["backend"]: line for line in lines}
    assert listed["short"]["heard_notes"] == ""
    name = listed["player"]["heard_notes"]
    assert name == listed["player"]["file"].replace(".flac", HEARD_ENDING)
    found = read((folder / name).read_bytes())
    assert [note.pitch for note in found] == [note.pitch for note in sorted(TUNE)]
    for note, true in zip(found, sorted(TUNE), strict=True):
        assert note.onset == pytest.approx(true.onset, abs=0.002)
    midi = {path.name for path in (folder / "takes").glob("*.mid")}
    assert midi == {"1-rocket-1-plucker.mid", "1-rocket-2-player-heard.mid"}
    # The survey takes the sounds, and leaves the notes alone.
    assert [stimulus.backend for stimulus in find_stimuli(folder)] == list(listed)


def test_the_file_keeps_the_tempo_heard(comparison: Comparison, folder: Path) -> None:
    (heard,) = (f for f in comparison.figures if (f.maker, f.metric) == ("player", "tempo"))
    file = pretty_midi.PrettyMIDI(str(folder / "takes" / "1-rocket-2-player-heard.mid"))
    assert file.get_tempo_changes()[1] == pytest.approx([heard.value], rel=1e-4)


def test_a_waveforms_page_offers_them(folder: Path) -> None:
    page = (folder / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'<a download="([^"]+)" href="data:audio/midi;base64,([^"]+)"', page)
    assert [name for name, _ in links] == ["rocket-plucker.mid", "rocket-player-heard.mid"]
    assert b64decode(links[1][1]) == (folder / "takes" / "1-rocket-2-player-heard.mid").read_bytes()


def test_notes_that_cannot_be_do_not_stop_the_report(photograph: Path) -> None:
    broken = Ear(tune=(*TUNE, SoundedNote(1.0, 1.0, 200)))
    found = compare(briefs_for(photograph), [Player()], judges=Judges(transcriber=broken))
    assert heard_files(found) == [[b""]]
    (figure,) = (f for f in found.figures if f.metric == "notes_per_second")
    assert "outside MIDI's" in figure.remark


def test_a_real_transcribers_notes_can_be_opened(photograph: Path) -> None:
    transcriber = find_transcriber()
    if transcriber is None:
        pytest.skip(f"basic-pitch's network is not there: {ADVICE}")
    found = compare(briefs_for(photograph), [Player()], judges=Judges(transcriber=transcriber))
    ((data,),) = heard_files(found)
    notes = read(data)
    # Of these plain tones it hears all 15 pitches, and most overtones as notes, too.
    struck = {note.pitch for note in TUNE}
    assert len(struck & {note.pitch for note in notes}) > 0.8 * len(struck)
    assert notes[-1].onset < 10
