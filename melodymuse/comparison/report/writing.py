"""The report as a folder: the page, the tables, and the pieces for whoever wants to go on."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from melodymuse.comparison.report.drawings import picture_jpeg
from melodymuse.comparison.report.folder import whole_folder
from melodymuse.comparison.report.heard import HEARD_ENDING, heard_files
from melodymuse.comparison.report.page import page_html
from melodymuse.comparison.report.panels import DEFAULT_SOUND, SOUND_KINDS, encoded
from melodymuse.comparison.report.tables import figures_csv, manifest_csv
from melodymuse.comparison.running import Comparison
from melodymuse.errors import ControlError

PAGE, TABLE, MANIFEST, TAKES = "index.html", "metrics.csv", "manifest.csv", "takes"
_UNSAFE = re.compile(r"[^\w.+#-]+")
_LONGEST_NAME = 60


def write_report(
    comparison: Comparison,
    path: str | os.PathLike[str],
    *,
    sound: str = DEFAULT_SOUND,
    made: str = "",
    overwrite: bool = False,
) -> Path:
    """Write a comparison to a folder, whole or not at all; gives the page's path.

    ``index.html`` needs no other file.  ``metrics.csv`` holds every figure.  ``takes/`` holds the
    pieces as sound and MIDI with their pictures, the notes that a transcriber heard in them too
    (``...-heard.mid``), and ``manifest.csv`` names them for `melodymuse survey`.

    Args:
        comparison: what to write.
        path: the folder; made if it is not there.
        sound: ``".flac"`` (nothing lost), ``".ogg"`` or ``".mp3"`` (smaller).
        made: when, in words; empty leaves it out.
        overwrite: write over files of these names in a folder that is not empty.

    Raises:
        OutputError: the folder is not empty or cannot be written.
        ControlError: an unknown kind of sound.
        MissingExtraError: a package of the extra ``compare`` is not installed.
    """
    if sound not in SOUND_KINDS:
        raise ControlError(f"unknown sound '{sound}': use one of {', '.join(SOUND_KINDS)}")
    sounds = [[encoded(heard.take, sound) for heard in e.heard] for e in comparison.entries]
    heard_notes = heard_files(comparison)
    page = page_html(comparison, sounds, heard_notes, sound=sound, made=made)
    with whole_folder(path, overwrite=overwrite) as folder:
        (folder / PAGE).write_text(page, encoding="utf-8")
        (folder / TABLE).write_text(figures_csv(comparison.figures), encoding="utf-8")
        (folder / TAKES).mkdir()
        lines = list(_write_takes(comparison, sounds, heard_notes, sound, folder))
        (folder / MANIFEST).write_text(manifest_csv(lines), encoding="utf-8")
    return Path(path) / PAGE


def _write_takes(
    comparison: Comparison,
    sounds: list[list[bytes]],
    heard_notes: list[list[bytes]],
    sound: str,
    folder: Path,
) -> Iterator[tuple[str, str, str, str, str]]:
    """Write every piece, and give its line of the manifest."""
    given = zip(comparison.entries, sounds, heard_notes, strict=True)
    for number, (entry, encodings, transcripts) in enumerate(given, 1):
        brief = entry.brief
        # Numbered, because two labels may become one when letters are left out.
        stem = f"{number}-{_safe(brief.label)}"
        picture = f"{TAKES}/{stem}.jpg"
        (folder / picture).write_bytes(picture_jpeg(brief.picture))
        takes = zip(entry.heard, encodings, transcripts, strict=True)
        for index, (heard, data, transcript) in enumerate(takes, 1):
            name = f"{TAKES}/{stem}-{index}-{_safe(heard.take.maker)}"
            (folder / f"{name}{sound}").write_bytes(data)
            if heard.take.midi:
                (folder / f"{name}.mid").write_bytes(heard.take.midi)
            listed = f"{name}{HEARD_ENDING}" if transcript else ""
            if transcript:
                (folder / listed).write_bytes(transcript)
            yield f"{name}{sound}", heard.take.maker, brief.expressed.emotion, picture, listed


def _safe(name: str) -> str:
    return _UNSAFE.sub("-", name).strip("-.")[:_LONGEST_NAME] or "piece"
