"""Build picture-music-text sets by shared emotion:
`python -m training.pairs --pictures KIND=DIR --music KIND=DIR --out OUT`.

Every picture (with --each music every piece) is joined at random with one of the same emotion. Of
each emotion 80 % are there to learn from, 10 % to stop by and 10 % to be judged by, and no theme,
painting or song is in two parts.  OUT then holds `pairs.csv` (picture, emotion, audio, text, part,
and the groups), which `training.musicgen` and its `variants` read; `immute.csv`, the same in
ImMuTe's columns; `report.json`, how many of each emotion are where; and in `audio/` the first 30 s
of pieces that were notes, at 32 kHz, as the painting-music paper renders them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from training.needs import need

need("soundfile", extra="musicgen")

from melodymuse.audio.clip import read_clip  # noqa: E402
from melodymuse.audio.rendering import Sound, render  # noqa: E402
from melodymuse.cli.scheme_option import check_scheme  # noqa: E402
from melodymuse.errors import MelodyMuseError  # noqa: E402
from melodymuse.files import write_text  # noqa: E402
from melodymuse.spreadsheets import csv_text  # noqa: E402
from melodymuse.waveform.prompts import LONGEST_PROMPT, plain_line  # noqa: E402
from training.eye.oasis import DataError  # noqa: E402
from training.musicgen.pairs import PARTS  # noqa: E402
from training.pairs import music, pictures  # noqa: E402
from training.pairs.dealing import MUSIC, PICTURE, Joined, joined  # noqa: E402
from training.pairs.labelled import Labelled  # noqa: E402

SECONDS, RATE = 30, 32000
COLUMNS = ("picture", "emotion", "audio", "text", "part", "picture_group", "music_group")
# K. Goh, P. Treleaven's, after MusicCaps.
IMMUTE = ("ytid", "start_s", "end_s", "caption", "aspect_list", "image_link")


@dataclass(frozen=True, slots=True)
class _Row:
    pair: Joined
    audio: Path
    seconds: float
    text: str


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    try:
        build(_parser().parse_args(arguments))
    except MelodyMuseError as error:
        print(f"training.pairs: {error}", file=sys.stderr)
        return 2
    return 0


def build(options: argparse.Namespace) -> None:
    """Read, join, render, write."""
    check_scheme(options.scheme)
    table = options.out / "pairs.csv"
    if table.exists():
        raise DataError(f"{table} is there already: choose another folder")
    shown = _read(options.pictures, pictures.READERS)
    heard = _read(options.music, music.READERS)
    pairs = joined(shown, heard, scheme=options.scheme, each=options.each, seed=options.seed)
    if not pairs:
        raise DataError("no picture and no music share an emotion: look at --scheme")
    options.out.mkdir(parents=True, exist_ok=True)
    sounds = {
        file: _sound(file, options.out) for file in sorted({pair.music.file for pair in pairs})
    }
    # Many pairs share a sound, which takes its time to read.
    seconds = {sound: read_clip(sound).seconds for sound in sounds.values()}
    rows = [
        _Row(pair, sound, seconds[sound], _text(pair))
        for pair in pairs
        for sound in (sounds[pair.music.file],)
    ]
    write_text(
        options.out / "immute.csv",
        csv_text(IMMUTE, (_immute(row, options.out) for row in rows)),
        overwrite=True,
    )
    report = _report(rows, len(shown), len(heard))
    write_text(options.out / "report.json", json.dumps(report, indent=1) + "\n", overwrite=True)
    write_text(table, csv_text(COLUMNS, (_ours(row, options.out) for row in rows)))
    print(json.dumps(report))


def _read(
    sources: Sequence[str], readers: Mapping[str, Callable[[Path], list[Labelled]]]
) -> list[Labelled]:
    found = []
    for source in sources:
        kind, _, folder = source.partition("=")
        if kind not in readers or not folder:
            raise DataError(f"'{source}' is not KIND=DIR with a kind of {', '.join(readers)}")
        # Groups of two sets are not the same group.
        here = readers[kind](Path(folder))
        found += [replace(one, group=f"{kind} {one.group}") for one in here]
    return found


def _sound(file: Path, out: Path) -> Path:
    """The sound of a piece: itself, or its notes played."""
    if file.suffix.casefold() not in music.NOTES:
        return file
    name = hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:8]
    target = out / "audio" / f"{file.stem}-{name}.flac"
    if not target.exists():
        target.parent.mkdir(exist_ok=True)
        played = render(file, Sound(rate=RATE, tail=0.5)).clip
        replace(played, samples=played.samples[: SECONDS * RATE]).write(target, {})
    return target


def _text(pair: Joined) -> str:
    """What people said of the picture or of the music, else the emotion's word."""
    said = plain_line(pair.music.text or pair.picture.text)
    return said[:LONGEST_PROMPT] or pair.emotion


def _ours(row: _Row, out: Path) -> tuple[str, ...]:
    pair = row.pair
    files = (_beside(pair.picture.file, out), pair.emotion, _beside(row.audio, out))
    return (*files, row.text, pair.part, pair.picture.group, pair.music.group)


def _immute(row: _Row, out: Path) -> tuple[object, ...]:
    end = min(SECONDS, round(row.seconds, 1))
    picture = _beside(row.pair.picture.file, out)
    return (row.audio.stem, 0, end, row.text, str([row.pair.emotion]), picture)


def _beside(file: Path, out: Path) -> str:
    return Path(os.path.relpath(file, out)).as_posix()


def _report(rows: Sequence[_Row], shown: int, heard: int) -> dict[str, object]:
    """How many pairs of each emotion are in each part; groups in two parts, which must be none."""
    counts = Counter((row.pair.emotion, row.pair.part) for row in rows)
    places: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        for side, one in ((PICTURE, row.pair.picture), (MUSIC, row.pair.music)):
            places.setdefault((side, one.group), set()).add(row.pair.part)
    return {
        "pairs": len(rows),
        "pictures": [len({row.pair.picture.file for row in rows}), shown],
        "music": [len({row.pair.music.file for row in rows}), heard],
        "emotions": {
            emotion: {part: counts[emotion, part] for part in PARTS}
            for emotion in sorted({emotion for emotion, _ in counts})
        },
        "groups_in_two_parts": sum(len(parts) > 1 for parts in places.values()),
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.pairs", description=__doc__)
    for name, readers in (("pictures", pictures.READERS), ("music", music.READERS)):
        kinds = ", ".join(readers)
        parser.add_argument(
            f"--{name}", action="append", required=True, metavar="KIND=DIR", help=f"of {kinds}"
        )
    parser.add_argument("--out", type=Path, required=True, help="the set")
    parser.add_argument("--scheme", help="emotions in other words: melody-muse or paintings")
    parser.add_argument("--each", choices=(PICTURE, MUSIC), default=PICTURE, help="what gets one")
    parser.add_argument("--seed", type=int, default=0, help="decides parts and pairs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
