"""What a language model may ask for, over the Model Context Protocol: pieces, more bars, other
bars, another mood, chords, and what is in a file.

Files are named by their paths on the machine that serves; nothing is overwritten.  What goes wrong
is answered in one line, which says what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, ParamSpec

from melodymuse.engine import Engine
from melodymuse.errors import MelodyMuseError, OutputError
from melodymuse.files import at_unused_path, write_bytes
from melodymuse.music.theory import Key
from melodymuse.naming import stem_for
from melodymuse.optional import optional
from melodymuse.piece import Piece
from melodymuse.version import __version__

if TYPE_CHECKING:
    from mcp.server import MCPServer

P = ParamSpec("P")
Facts = dict[str, Any]
_INSTRUCTIONS = (
    "MelodyMuse composes two-handed piano pieces as MIDI files, from an emotion or a picture, and "
    "works on MIDI files that are there. Paths are of the machine that serves; without an output "
    "a new name beside the input, or in the current folder, is chosen and told."
)


def server(engine: Engine) -> MCPServer:
    """The server, its tools working with one engine.

    Raises:
        MissingExtraError: the package mcp is not installed.
    """
    made: MCPServer = optional("mcp.server", "serving language models").MCPServer(
        "melodymuse", version=__version__, instructions=_INSTRUCTIONS, log_level="WARNING"
    )
    for tool in Tools(engine).all():
        made.add_tool(_answering(tool))
    return made


class Tools:
    """The tools: each gives facts that JSON can hold, and raises a `MelodyMuseError` for what it
    cannot do.

    Args:
        engine: what composes.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> tuple[Callable[..., Facts], ...]:
        """Every tool; its name, parameters and documentation are the protocol's, too."""
        return (
            self.compose,
            self.continue_file,
            self.reroll,
            self.recolor,
            self.harmonize,
            self.inspect,
        )

    def compose(
        self,
        emotion: str | None = None,
        image: str | None = None,
        valence: float | None = None,
        arousal: float | None = None,
        seed: int | None = None,
        title: str | None = None,
        controls: dict[str, Any] | None = None,
        output: str | None = None,
    ) -> Facts:
        """Compose a piano piece, and write it to a file.

        Args:
            emotion: amusement, awe, contentment, excitement, anger, disgust, fear or sadness.
            image: the path of a picture, whose feeling is read; `emotion` goes over it.
            valence: unpleasant -1 to pleasant 1; with `arousal` in place of an emotion.
            arousal: calm -1 to excited 1.
            seed: the same seed gives the same piece; drawn and told without one.
            title: of the piece.
            controls: anything else by its name in 'melodymuse compose --help', such as
                {"key": "D minor", "tempo": 72, "time_signature": "6/8", "bars": 16, "form": "AABA",
                "chords": "C | Am | F G | C", "max_copy": 10}.
            output: a .mid file that is not there yet, or another format by its suffix: .musicxml,
                .pdf, .wav, .mp3, .png.
        """
        piece = self._engine.compose(
            image,
            emotion=emotion,
            valence=valence,
            arousal=arousal,
            seed=seed,
            title=title,
            **(controls or {}),
        )
        if output is None:
            stem = stem_for(
                "" if image is None else Path(image).name, piece.profile.emotion, piece.controls
            )
            written = at_unused_path(Path(f"{stem}.mid"), piece.write)
        else:
            written = piece.write(output)
        return {"file": str(written.absolute()), **piece.as_dict()}

    def continue_file(
        self,
        file: str,
        bars: int = 8,
        seed: int | None = None,
        key: str | None = None,
        closes: bool = True,
        output: str | None = None,
    ) -> Facts:
        """Add bars to a MIDI file, in the manner of its last ones; what is there stays as it is.

        Args:
            file: the path of a MIDI file.
            bars: how many to add, 2 to 256.
            seed: the same seed gives the same bars.
            key: of the new bars, as in "D minor"; without it that of the last bars.
            closes: whether they end on their tonic.
            output: a .mid file that is not there yet.
        """
        longer = self._engine.extend(
            file, bars, seed=seed, key=None if key is None else Key.parse(key), closes=closes
        )
        written = _write(longer.document.to_bytes(), _beside(file, "continued"), output)
        return {
            "file": written,
            "added_bars": bars,
            "added_notes": longer.new_notes,
            "key": str(longer.longer.key),
            "seed": longer.seed,
        }

    def reroll(
        self,
        file: str,
        first_bar: int,
        last_bar: int,
        keep: Literal["melody", "chords"] | None = None,
        seed: int | None = None,
        output: str | None = None,
    ) -> Facts:
        """Write some bars of a MIDI file anew, so that they lead into what follows; every other
        note stays as it is.

        Args:
            file: the path of a MIDI file.
            first_bar: the first one to write, counted from 1.
            last_bar: the last one.
            keep: what stays of them.
            seed: the same seed gives the same bars.
            output: a .mid file that is not there yet.
        """
        anew = self._engine.reroll(file, first_bar, last_bar, seed=seed, keep=keep)
        written = _write(anew.document.to_bytes(), _beside(file, "rerolled"), output)
        return {
            "file": written,
            "removed_notes": anew.removed,
            "added_notes": anew.added,
            "key": str(anew.key),
            "seed": anew.seed,
        }

    def recolor(
        self,
        file: str,
        emotion: str | None = None,
        image: str | None = None,
        seed: int | None = None,
        controls: dict[str, Any] | None = None,
        output: str | None = None,
    ) -> Facts:
        """Play the theme of a MIDI file in another mood, as a new piece: the theme keeps its rhythm
        and its contour; mode, harmony, tempo, register and texture follow from what is felt.

        Args:
            file: the path of a MIDI file.
            emotion: one of the eight, as for `compose`.
            image: the path of a picture, whose feeling is read.
            seed: the same seed gives the same piece.
            controls: as for `compose`.
            output: a file that is not there yet, as for `compose`.
        """
        wishes: Any = {**(controls or {}), "emotion": emotion, "seed": seed}
        piece = self._engine.recolor(file, image, **wishes)
        return _written(piece, _beside(file, f"recolored-{piece.profile.emotion}"), output)

    def harmonize(
        self,
        file: str,
        emotion: str | None = None,
        seed: int | None = None,
        controls: dict[str, Any] | None = None,
        output: str | None = None,
    ) -> Facts:
        """Put chords and both hands under the melody of a MIDI file, which stays as it is.

        Args:
            file: the path of a MIDI file with a melody.
            emotion: one of the eight, as for `compose`.
            seed: the same seed gives the same piece.
            controls: as for `compose`, `key` and `chords` among them.
            output: a .mid file that is not there yet.
        """
        wishes: Any = {**(controls or {}), "emotion": emotion, "seed": seed}
        found = self._engine.harmonize(file, **wishes)
        written = _write(found.document.to_bytes(), _beside(file, "harmonized"), output)
        return {"file": written, **found.piece.as_dict()}

    def inspect(self, file: str) -> Facts:
        """Say what is in a MIDI file: bars, metre, key, tempo, tracks, what a DAW would trip over,
        and what its melody shares with the music that the composer learned from.

        Args:
            file: the path of a MIDI file.
        """
        from melodymuse.inspecting import look_into

        found, shared = look_into(file, file)
        return {**found.as_dict(), "originality": shared.as_dict()}


def _beside(file: str, ending: str) -> Path:
    """A name for what is made of a file, beside it."""
    return Path(file).with_name(f"{Path(file).stem}-{ending}.mid")


def _written(piece: Piece, name: Path, output: str | None) -> Facts:
    """Write a piece to the path asked for, or under a name that is free; what there is to tell."""
    path = at_unused_path(name, piece.write) if output is None else piece.write(output)
    return {"file": str(path.absolute()), **piece.as_dict()}


def _write(data: bytes, name: Path, output: str | None) -> str:
    """Write a MIDI file to the path asked for, or under a name that is free; its path."""
    if output is None:
        path = at_unused_path(name, lambda free: write_bytes(free, data))
    elif Path(output).suffix.lower() not in (".mid", ".midi"):
        raise OutputError(f"{output}: the name must end in .mid or .midi")
    else:
        path = write_bytes(Path(output), data)
    return str(path.absolute())


def _answering(tool: Callable[P, Facts]) -> Callable[P, Facts]:
    """A tool whose errors are answers, as the protocol has them."""
    from mcp.server.mcpserver.exceptions import ToolError

    @wraps(tool)
    def answer(*given: P.args, **named: P.kwargs) -> Facts:
        try:
            return tool(*given, **named)
        except MelodyMuseError as error:
            raise ToolError(str(error)) from None

    return answer
