"""How fast, how small and how exact `melodymuse render` is.

    python benchmarks/rendering.py [--runs 9] [--pieces 100] [--engine auto] [--soundfont FILE]

Speed: a minute of dense piano, rendered by `melodymuse render` and by the `fluidsynth` program with
the same soundfont, in turn, so that what else the machine does meets both alike; medians of wall
and processor time of whole processes are compared.  The aims are a ratio of at most 1.5 and 250 MB.

Exactness: composed pieces of all emotions, each rendered to a file that is read back; its loudness
is measured by pyloudnorm and its true peak on an eightfold grid by scipy, neither of which the
renderer uses.  The aims are 0.5 LU around -16 LUFS and at most -1 dB.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np

RATIO_AIM = 1.5
MEMORY_AIM_MB = 250
LOUDNESS_AIM, LOUDNESS_TOLERANCE_LU = -16.0, 0.5
PEAK_AIM_DB = -1.0
EIGHTH_NOTES = 240  # at 120 quarters a minute: 60 seconds


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took: wall and processor seconds, and megabytes at its largest."""

    wall: float
    processor: float
    megabytes: float


def dense_piano(path: Path) -> None:
    """Sixty seconds: semiquavers of three notes over a running left hand, under the pedal."""
    dice = random.Random(1)
    events = []
    for step in range(EIGHTH_NOTES * 2):
        tick = step * 120
        chord = [(0, pitch, 230) for pitch in dice.sample(range(60, 97), 3)]
        for channel, pitch, length in [*chord, (1, dice.randrange(33, 60), 200)]:
            strike = mido.Message(
                "note_on", channel=channel, note=pitch, velocity=dice.randint(50, 110)
            )
            events.append((tick, 1, strike))
            release = mido.Message("note_off", channel=channel, note=pitch)
            events.append((tick + length, 0, release))
    for bar in range(0, EIGHTH_NOTES * 240, 960):
        for channel in (0, 1):
            for tick, value in ((bar + 60, 127), (bar + 950, 0)):
                pedal = mido.Message("control_change", channel=channel, control=64, value=value)
                events.append((tick, 2, pedal))
    file = mido.MidiFile(ticks_per_beat=480)
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=500_000)])
    now = 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        track.append(message.copy(time=tick - now))
        now = tick
    file.tracks.append(track)
    file.save(path)


def cost(command: list[str], folder: str) -> Cost:
    """Run a command, which must succeed."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {process.returncode}")
    # Linux counts in kilobytes, macOS in bytes.
    unit = 10**6 if sys.platform == "darwin" else 1024
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / unit)


def measure_speed(runs: int, engine: str, soundfont: Path, folder: str) -> bool:
    """Compare with the fluidsynth program; whether the aims are met."""
    dense_piano(Path(folder, "dense.mid"))
    program = ["fluidsynth", "-ni", "-q", "-F", "program.wav", str(soundfont), "dense.mid"]
    ours = [
        *(sys.executable, "-m", "melodymuse", "render", "dense.mid", "-o", "ours.wav", "--force"),
        *("--engine", engine, "--soundfont", str(soundfont)),
    ]
    costs: dict[str, list[Cost]] = {"fluidsynth": [], "melodymuse": []}
    for _ in range(runs + 1):
        costs["fluidsynth"].append(cost(program, folder))
        costs["melodymuse"].append(cost(ours, folder))
    medians = {}
    for name, (_, *taken) in costs.items():
        wall = statistics.median(one.wall for one in taken)
        processor = statistics.median(one.processor for one in taken)
        largest = max(one.megabytes for one in taken)
        medians[name] = Cost(wall, processor, largest)
        print(
            f"{name:10}  median {wall:.3f} s (processor {processor:.3f} s), fastest "
            f"{min(one.wall for one in taken):.3f} s, at most {largest:.0f} MB"
        )
    ratio = medians["melodymuse"].wall / medians["fluidsynth"].wall
    processor_ratio = medians["melodymuse"].processor / medians["fluidsynth"].processor
    memory = medians["melodymuse"].megabytes
    print(f"ratio       {ratio:.2f} of wall time, {processor_ratio:.2f} of processor time")
    return ratio <= RATIO_AIM and memory <= MEMORY_AIM_MB


def measure_exactness(pieces: int, engine: str, soundfont: Path, folder: str) -> bool:
    """Render composed pieces and measure the files; whether the aims are met."""
    from melodymuse.api import compose
    from melodymuse.audio import Sound
    from melodymuse.music.emotion import EMOTIONS

    sound = Sound(engine=engine, soundfont=soundfont)
    loudnesses, peaks, limited = [], [], []
    for number in range(pieces):
        dice = random.Random(number)
        piece = compose(
            emotion=EMOTIONS[number % len(EMOTIONS)], seed=number, bars=dice.choice((4, 8, 16, 24))
        )
        rendering = piece.render(sound)
        path = rendering.write(Path(folder, "piece.wav"), overwrite=True)
        loudness, peak = measured(path)
        loudnesses.append(loudness)
        peaks.append(peak)
        limited.append(rendering.limiting)
    off = [abs(loudness - LOUDNESS_AIM) for loudness in loudnesses]
    print(f"loudness    {min(loudnesses):.3f} to {max(loudnesses):.3f} LUFS, {pieces} pieces")
    print(f"true peak   {min(peaks):.2f} to {max(peaks):.2f} dB")
    print(
        f"limiter     at work in {sum(taken > 0 for taken in limited)} pieces, "
        f"up to {max(limited):.1f} dB"
    )
    return max(off) <= LOUDNESS_TOLERANCE_LU and max(peaks) <= PEAK_AIM_DB


def measured(path: Path) -> tuple[float, float]:
    """Loudness in LUFS and true peak in dB of a sound file, by others' means."""
    import pyloudnorm
    import soundfile
    from scipy.signal import resample_poly

    samples, rate = soundfile.read(path)
    loudness = pyloudnorm.Meter(rate).integrated_loudness(samples)
    peak = np.abs(resample_poly(samples, 8, 1, axis=0)).max()
    return float(loudness), float(20 * np.log10(peak))


def main() -> None:
    from melodymuse.audio import find_soundfont

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--pieces", type=int, default=100)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--soundfont", default=None)
    options = parser.parse_args()
    soundfont = find_soundfont(options.soundfont).resolve()
    met = True
    with tempfile.TemporaryDirectory() as folder:
        if options.runs:
            met &= measure_speed(options.runs, options.engine, soundfont, folder)
        if options.pieces:
            met &= measure_exactness(options.pieces, options.engine, soundfont, folder)
    print("all aims met" if met else "NOT all aims met")


if __name__ == "__main__":
    main()
