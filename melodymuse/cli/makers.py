"""Whom `melodymuse compare` compares, and what listens, from the words of the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from melodymuse.errors import AudioError, ControlError
from melodymuse.files import visible_files

if TYPE_CHECKING:
    from melodymuse.audio.clip import Clip
    from melodymuse.comparison.backends import Backend
    from melodymuse.comparison.embeddings import Embedding
    from melodymuse.comparison.evaluation import Judges

# The maker that ``--truth`` stands for.
TRUTH = "truth"
_SOUND_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3", ".aiff", ".aif")


def recordings_of(words: Sequence[str], images: Sequence[Path]) -> list[Backend]:
    """The makers that ``--audio`` names, each with a sound for each picture.

    Args:
        words: NAME=FILE each, a maker's files in the order of the pictures.
        images: the pictures.

    Raises:
        ControlError: a word of another form, or not one file for each picture.
        AudioError: a file that cannot be measured.
    """
    from melodymuse.comparison.backends import Recordings
    from melodymuse.comparison.running import labels_of

    files: dict[str, list[Path]] = {}
    for word in words:
        name, equals, file = word.partition("=")
        if not (equals and name.strip() and file):
            raise ControlError(f"--audio {word}: write it as NAME=FILE, as in suno=piece.mp3")
        files.setdefault(name.strip(), []).append(Path(file))
    labels = labels_of(images)
    for name, given in files.items():
        if len(given) != len(labels):
            option = "--truth" if name == TRUTH else f"--audio {name}"
            raise ControlError(
                f"{option}: {len(given)} for {len(labels)} pictures: give one for each, in "
                "their order"
            )
    return [
        Recordings.read(name, dict(zip(labels, given, strict=True)))
        for name, given in files.items()
    ]


def references_in(places: Sequence[Path]) -> list[Clip]:
    """The sound files named, and those in the folders named.

    Raises:
        AudioError: a folder without sounds, or a file that cannot be measured.
    """
    from melodymuse.comparison.clips import read_comparable

    clips = []
    for place in places:
        files = [place]
        if place.is_dir():
            files = [f for f in visible_files(place) if f.suffix.lower() in _SOUND_SUFFIXES]
            if not files:
                raise AudioError(f"{place}: there are no sound files in it")
        clips += [read_comparable(file) for file in files]
    return clips


def backends_named(
    names: str,
    makers: Sequence[str] = (),
    *,
    model: str,
    device: str,
    style: str,
    soundfont: str | None,
) -> list[Backend]:
    """The makers that ``--backends`` and ``--maker`` name, loaded one after the other.

    Args:
        names: kinds with commas between them, which the other options speak of.
        makers: `specs` of more.

    Raises:
        ControlError: an unknown name, style, device or option.
        MelodyMuseError: one that cannot be loaded.
    """
    from melodymuse.comparison.backends import MELODYMUSE, MUSICGEN
    from melodymuse.comparison.specs import Spec, load_maker, read_spec

    said: dict[str, dict[str, str | None]] = {
        MELODYMUSE: {"soundfont": soundfont},
        MUSICGEN: {"model": model, "style": style, "device": device},
    }
    wanted = [name.strip().lower() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name not in said:
            raise ControlError(f"unknown backend '{name}': use {' or '.join(said)}")
    specs = [
        Spec(name, {option: value for option, value in said[name].items() if value is not None})
        for name in wanted
    ]
    specs += map(read_spec, makers)
    # Each is loaded on its own, so that its memory is its own.
    return [load_maker(spec) for spec in specs]


def embeddings_named(words: Sequence[str]) -> list[Embedding]:
    """The embeddings that ``--embedding`` names.

    Args:
        words: KIND=NAME_OR_PATH each, of the kinds vggish and encodec.

    Raises:
        ControlError: a word of another form, or an unknown kind.
        ModelError: a network that cannot be loaded.
        MissingExtraError: it needs a package that is not installed.
    """
    from melodymuse.comparison.listeners import Encodec
    from melodymuse.comparison.vggish import Vggish

    known: dict[str, Callable[[str], Embedding]] = {"vggish": Vggish.load, "encodec": Encodec.load}
    loaded = []
    for word in words:
        kind, _, place = word.partition("=")
        if kind not in known or not place:
            raise ControlError(
                f"--embedding {word}: write it as KIND=NAME_OR_PATH, of {' or '.join(known)}"
            )
        loaded.append(known[kind](place))
    return loaded


def judges_of(
    clap: str | None,
    classifier: str | None,
    transcriber: Path | None,
    embeddings: Sequence[str] = (),
) -> Judges:
    """What listens: networks that are named, and the transcriber that is installed.

    Raises:
        ControlError: as `embeddings_named`.
        ModelError: a network that cannot be loaded.
        MissingExtraError: it needs a package that is not installed.
    """
    from melodymuse.comparison.evaluation import Judges
    from melodymuse.comparison.listeners import Clap, SoundClassifier
    from melodymuse.comparison.transcription import BasicPitch, find_transcriber

    return Judges(
        embeddings=(*Judges().embeddings, *embeddings_named(embeddings)),
        clap=None if clap is None else Clap.load(clap),
        classifier=None if classifier is None else SoundClassifier.load(classifier),
        transcriber=find_transcriber() if transcriber is None else BasicPitch.load(transcriber),
    )
