"""The C library FluidSynth: where it is found, and the few of its functions that rendering needs.

pyfluidsynth knows where systems keep the library.  Where a system has none, the wheel of pygame-ce
brings one along (Linux and macOS); pygame itself is not loaded for it.
"""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from ctypes import c_char_p, c_double, c_float, c_int, c_size_t, c_void_p
from importlib.util import find_spec
from pathlib import Path

from melodymuse.errors import AudioError
from melodymuse.optional import missing

OK = 0
LOG_LEVELS = 5
LOG_FUNCTION = ctypes.CFUNCTYPE(None, c_int, c_char_p, c_void_p)

# name: result, arguments; as fluidsynth.h of 2.0 and later declares them.
_SIGNATURES: dict[str, tuple[object, tuple[object, ...]]] = {
    "fluid_version_str": (c_char_p, ()),
    "fluid_set_log_function": (c_void_p, (c_int, LOG_FUNCTION, c_void_p)),
    "new_fluid_settings": (c_void_p, ()),
    "delete_fluid_settings": (None, (c_void_p,)),
    "fluid_settings_setint": (c_int, (c_void_p, c_char_p, c_int)),
    "fluid_settings_setnum": (c_int, (c_void_p, c_char_p, c_double)),
    "fluid_settings_setstr": (c_int, (c_void_p, c_char_p, c_char_p)),
    "new_fluid_synth": (c_void_p, (c_void_p,)),
    "delete_fluid_synth": (None, (c_void_p,)),
    "fluid_synth_sfload": (c_int, (c_void_p, c_char_p, c_int)),
    "fluid_synth_write_float": (
        c_int,
        (c_void_p, c_int, c_void_p, c_int, c_int, c_void_p, c_int, c_int),
    ),
    "new_fluid_player": (c_void_p, (c_void_p,)),
    "delete_fluid_player": (None, (c_void_p,)),
    "fluid_player_add_mem": (c_int, (c_void_p, c_char_p, c_size_t)),
    "fluid_player_play": (c_int, (c_void_p,)),
}
FLOAT_BYTES = ctypes.sizeof(c_float)

_SYSTEM_ADVICE = (
    "install it with 'apt install libfluidsynth3', 'brew install fluid-synth' or "
    "'choco install fluidsynth'"
)


def system_library() -> ctypes.CDLL:
    """The library that the system has, as pyfluidsynth finds it.

    Raises:
        MissingExtraError: pyfluidsynth is not installed.
        AudioError: there is no such library, or none that can be loaded.
    """
    try:
        # Where the variable CI is set, pyfluidsynth prints what it found.
        with redirect_stdout(io.StringIO()):
            import fluidsynth
    except ModuleNotFoundError as error:
        raise missing("fluidsynth", "sound through FluidSynth") from error
    except (ImportError, OSError, AttributeError) as error:
        raise AudioError(f"this system has no FluidSynth library: {_SYSTEM_ADVICE}") from error
    return _loaded(fluidsynth.lib)


def wheel_library() -> ctypes.CDLL:
    """The library that comes in the wheel of pygame-ce.

    Raises:
        MissingExtraError: pygame-ce is not installed.
        AudioError: its wheel for this system brings no FluidSynth.
    """
    package = find_spec("pygame")
    if package is None or package.origin is None:
        raise missing("pygame", "sound through the FluidSynth of a wheel")
    for path in _candidates(Path(package.origin).parent):
        return _loaded(str(path))
    raise AudioError(f"pygame-ce brings no FluidSynth library on this system: {_SYSTEM_ADVICE}")


def _candidates(package: Path) -> Iterator[Path]:
    """Where wheels keep the libraries they bring: beside the package on Linux, in it on macOS."""
    folders = (package.parent / "pygame_ce.libs", package.parent / "pygame.libs")
    for folder in (*folders, package / ".dylibs"):
        yield from sorted(folder.glob("libfluidsynth*"))


def _loaded(path: str) -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(path)
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise AudioError(f"the FluidSynth library '{path}' cannot be used: {error}") from error
    return library
