"""What a request takes away: sounds, files, sheets, as the package's outputs make them.

Called in threads of the workroom, like the desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from melodymuse.audio.rendering import Sound, render
from melodymuse.audio.soundfonts import installed_soundfonts
from melodymuse.errors import SoundfontError
from melodymuse.guarded import Guard
from melodymuse.midi.cutting import trim
from melodymuse.midi.view import bars_of
from melodymuse.outputs import Kind, encode, format_of
from melodymuse.pictures.contact_sheet import Entry, draw_sheet
from melodymuse.studio.kept import Kept
from melodymuse.studio.store import Store
from melodymuse.vision.loading import read_picture


class Press:
    """Makes files of what is kept.

    Args:
        store: that keeps pieces and pictures.
        guard: that reads what strangers sent.
    """

    def __init__(self, store: Store, guard: Guard) -> None:
        self._store, self._guard = store, guard

    def sound(self, name: str, suffix: str, soundfont: str | None, bars: int | None) -> bytes:
        """How a piece, or its first bars, sound, as a file."""
        kept = self._store.piece(name)
        sound = _sound(soundfont)
        if bars is None:
            return self._file(kept, suffix, "audio", sound=sound)
        document = kept.document
        lines = bars_of(document)
        lowest = 1 - lines.pickup
        opening = trim(document, lowest, min(lowest + bars - 1, lines.count), lines)
        return render(opening.to_bytes(), sound).to_bytes(suffix)

    def export(
        self,
        name: str,
        suffix: str,
        kind: Kind | None,
        *,
        soundfont: str | None,
        theme: str,
        chord_track: bool,
    ) -> tuple[str, bytes]:
        """A piece as a file: its name and its bytes, those that the command line writes."""
        kept = self._store.piece(name)
        form = format_of(suffix, kind)
        form.check()
        more: dict[str, Any] = {"theme": theme, "chord_track": chord_track}
        if form.kind == "audio":
            more["sound"] = _sound(soundfont)
        if form.kind == "roll" and kept.picture is not None:
            more["picture"] = self._guard(read_picture, self._store.picture(kept.picture).file)
        ending = "-score" if kind == "score" and suffix in (".svg", ".png") else ""
        return f"{kept.name}{ending}{suffix}", self._file(kept, suffix, kind, **more)

    def sheet(self, names: Sequence[str], theme: str) -> bytes:
        """Versions side by side on one page, each with its picture, as PNG."""
        entries = []
        for name in names:
            kept = self._store.piece(name)
            picture = None
            if kept.picture is not None:
                picture = self._guard(read_picture, self._store.picture(kept.picture).view)
            entries.append(Entry(f"{kept.name}, {kept.told}", kept.score, picture))
        with TemporaryDirectory(prefix="melodymuse-") as folder:
            return draw_sheet(entries, Path(folder, "sheet.png"), theme=theme).read_bytes()

    @staticmethod
    def _file(kept: Kept, suffix: str, kind: Kind | None, **more: Any) -> bytes:
        return encode(kept.score, suffix, kind, kept.options(**more))


def _sound(soundfont: str | None) -> Sound:
    """A sound through a soundfont that is installed: a client may not name a path."""
    known = [font.name for font in installed_soundfonts()]
    if soundfont is not None and soundfont not in known:
        raise SoundfontError(f"there is no such soundfont: use one of {', '.join(known)}")
    return Sound(soundfont)
