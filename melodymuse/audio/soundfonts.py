"""Which soundfonts there are on this machine, and which one is meant."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from melodymuse.audio.catalogue import FILE_NAME, load_catalogue
from melodymuse.audio.soundfont_file import SUFFIXES
from melodymuse.errors import SoundfontError
from melodymuse.files import visible_files

BUILT_IN = "TimGM6mb.sf2"
# Names the soundfont to use where none is asked for: a name or a path.
DEFAULT_VARIABLE = "MELODYMUSE_SOUNDFONT"


@dataclass(frozen=True, slots=True)
class Installed:
    """A soundfont file on this machine; `name` is what ``--soundfont`` takes."""

    name: str
    path: Path


def user_folder() -> Path:
    """The user's own soundfonts, in the place that the system gives to a program's data.

    It need not exist: whoever drops a soundfont there makes it, and so does `install`.
    """
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        # An XDG variable with a relative path counts as not set.
        given = Path(os.environ.get("XDG_DATA_HOME", ""))
        base = given if given.is_absolute() else Path.home() / ".local" / "share"
    return base / "melodymuse" / "soundfonts"


def system_folders() -> tuple[Path, ...]:
    """Where systems and package managers put soundfonts."""
    if sys.platform == "win32":
        return (Path("C:/soundfonts"),)
    if sys.platform == "darwin":
        banks = Path("Library/Audio/Sounds/Banks")
        brew = (Path("/opt/homebrew/share/soundfonts"), Path("/usr/local/share/soundfonts"))
        return (Path.home() / banks, Path("/") / banks, *brew)
    given = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    shares = [Path(share) for share in given.split(":") if share.startswith("/")]
    return tuple(
        share / name for share in shares for name in ("sounds/sf2", "sounds/sf3", "soundfonts")
    )


def built_in() -> Path:
    """The soundfont that comes inside the package pretty_midi, without importing it.

    Raises:
        SoundfontError: pretty_midi is not there or came without it.
    """
    package = find_spec("pretty_midi")
    if package is not None and package.origin is not None:
        path = Path(package.origin).with_name(BUILT_IN)
        if path.is_file():
            return path
    raise SoundfontError(
        f"the package pretty_midi with its {BUILT_IN} is missing: pip install pretty-midi"
    )


def installed_soundfonts() -> tuple[Installed, ...]:
    """What is there: the built-in one, the user's own, the system's; of a name the first counts."""
    found: dict[str, Installed] = {}
    for path in _files():
        found.setdefault(path.stem.lower(), Installed(path.stem, path))
    return tuple(found.values())


def find_soundfont(wanted: str | os.PathLike[str] | None = None) -> Path:
    """The file that a path or a name means; None means the default.

    The default is the one that the variable MELODYMUSE_SOUNDFONT names, else the built-in one, so
    that the same piece sounds the same whatever else is installed.

    Raises:
        SoundfontError: there is no such file, or no soundfont of that name.
    """
    if wanted is None:
        wanted = os.environ.get(DEFAULT_VARIABLE) or built_in()
    name = os.fspath(wanted)
    path = Path(name).expanduser()
    if path.is_file():
        return path
    if path.is_dir():
        raise SoundfontError(f"'{name}' is a folder: name a soundfont in it")
    if not isinstance(wanted, str) or len(path.parts) > 1:
        raise SoundfontError(f"there is no soundfont '{name}'")
    return _find_by_name(name)


def user_catalogue() -> Path:
    """A catalogue of the user's own, whose entries are put over the shipped one."""
    return user_folder() / FILE_NAME


def _find_by_name(name: str) -> Path:
    by_name = {font.name.lower(): font.path for font in installed_soundfonts()}
    stem = name.lower()
    if stem.endswith(SUFFIXES):
        stem = stem[: -len(SUFFIXES[0])]
    catalogue = load_catalogue(user_catalogue())
    entry = catalogue.get(stem)
    for candidate in (stem, "" if entry is None else Path(entry.file).stem.lower()):
        if candidate in by_name:
            return by_name[candidate]
    if entry is not None:
        raise SoundfontError(
            f"the soundfont '{entry.id}' is not installed: melodymuse soundfonts install {entry.id}"
        )
    raise SoundfontError(
        f"there is no soundfont '{name}': give the path of an .sf2 or .sf3 file, or one of the "
        "names that 'melodymuse soundfonts' lists"
    )


def _files() -> Iterator[Path]:
    # Whoever needs the built-in one is told by `find_soundfont` when it is missing.
    with suppress(SoundfontError):
        yield built_in()
    for folder in (user_folder(), *system_folders()):
        yield from _soundfonts_in(folder)


def _soundfonts_in(folder: Path) -> Sequence[Path]:
    try:
        inside = visible_files(folder)
    except OSError:
        return ()
    return [path for path in inside if path.suffix.lower() in SUFFIXES and path.is_file()]
