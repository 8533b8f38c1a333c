"""From pieces to a folder that can be handed to listeners, and the key to it."""

from __future__ import annotations

import hashlib
import math
import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from melodymuse.errors import OutputError, SurveyError
from melodymuse.files import LEFTOVER, write_text
from melodymuse.survey.key import KeyEntry, key_text
from melodymuse.survey.questions import AGREES, OWN, questionnaire
from melodymuse.survey.sound import write_matched
from melodymuse.survey.stimuli import Stimulus
from melodymuse.survey.webpage import Hidden, page_text

FORMATS = (".flac", ".mp3", ".wav", ".ogg")
_LABEL_LETTERS = 12
_PICTURE_SIDE = 1200
_PICTURE_QUALITY = 88


@dataclass(frozen=True, slots=True)
class Design:
    """How a survey is made.

    Attributes:
        title: the page's heading; it must not give away who composed.
        loudness: of every piece, LUFS, -40 to -14.  EBU R128's -23 leaves the peaks of nearly all
            music alone, so that no limiter colours one side of a comparison.
        seconds: play so much of each piece, faded out; None for all of it.
        least_seconds: how much must be heard before it can be judged; of shorter pieces, all.
        suffix: the format of the sounds, one of `FORMATS`; FLAC and WAV lose nothing.
        consent: what a listener must agree to; empty for nothing.
        contact: what to do with the saved answers; may be empty.
        seed: makes the hidden labels repeatable; None draws them.
        preset: what is asked, one of `questions.PRESETS`.
    """

    title: str = "Listening survey"
    loudness: float = -23.0
    seconds: float | None = None
    least_seconds: float = 15.0
    suffix: str = ".flac"
    consent: str = ""
    contact: str = ""
    seed: int | None = None
    preset: str = OWN

    def __post_init__(self) -> None:
        questionnaire(self.preset)
        if self.suffix not in FORMATS:
            raise SurveyError(f"unknown format '{self.suffix}': use one of {', '.join(FORMATS)}")
        if not -40 <= self.loudness <= -14:
            raise SurveyError(f"the loudness must lie between -40 and -14, not {self.loudness:g}")
        if self.seconds is not None and not (math.isfinite(self.seconds) and self.seconds >= 3):
            raise SurveyError(f"at least 3 seconds of each piece are needed, not {self.seconds:g}")
        if not (math.isfinite(self.least_seconds) and self.least_seconds >= 1):
            raise SurveyError(f"at least 1 second must be heard, not {self.least_seconds:g}")


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey that was made.

    Attributes:
        survey: its id, which stands in the answers.
        page: what listeners open.
        key: the experimenter's file.
        pieces: how many.
        pictures: how many different ones.
        seconds: the length of all pieces together.
        deviation: the farthest that a piece is from the loudness asked for, LU.
        limiting: the most that a peak was held down, dB.
    """

    survey: str
    page: Path
    key: Path
    pieces: int
    pictures: int
    seconds: float
    deviation: float
    limiting: float


def make_survey(
    stimuli: Sequence[Stimulus], folder: Path, key: Path, design: Design | None = None
) -> Survey:
    """Make a survey's folder and its key: both, or neither.

    The folder holds ``index.html`` and beside it ``sounds`` and ``pictures``, under names that tell
    nothing: copy it to listeners, or put it on any web server.  Pictures are written anew, without
    what a camera notes in them, at most 1200 pixels wide or high.

    Args:
        stimuli: the pieces.
        folder: where; must not exist.
        key: the key's file; must not exist, and must not lie in the folder.
        design: the wishes.

    Raises:
        SurveyError, OutputError: a place that cannot be used.
        AudioError, ImageError: a piece or picture that cannot be.
        MissingExtraError: soundfile is not installed.
    """
    design = design or Design()
    _check_places(folder, key)
    asked = questionnaire(design.preset)
    for stimulus in stimuli:
        if not asked.hearing and stimulus.picture is None:
            raise SurveyError(
                f"{stimulus.file} has no picture, and '{design.preset}' asks of nothing else: name "
                "one in the manifest, or take another preset"
            )
    salt = secrets.token_bytes(16) if design.seed is None else b"%d" % design.seed
    labels = [_label(salt, number, stimulus.file) for number, stimulus in enumerate(stimuli)]
    survey = hashlib.sha256(salt + "".join(labels).encode()).hexdigest()[:_LABEL_LETTERS]
    beside = folder.absolute().with_name(f"{LEFTOVER}{secrets.token_hex(8)}")
    try:
        beside.mkdir()
    except OSError as error:
        raise OutputError(f"cannot write '{folder}': {error.strerror}") from error
    try:
        made = _fill(beside, stimuli, labels, survey, salt, design)
        entries = [_entry(stimulus, label) for stimulus, label in zip(stimuli, labels, strict=True)]
        entries.sort(key=lambda entry: (entry.picture, entry.emotion, entry.backend, entry.file))
        write_text(key, key_text(survey, entries, design.preset))
        try:
            os.rename(beside, folder)
        except OSError as error:
            key.unlink(missing_ok=True)
            raise OutputError(f"cannot write '{folder}': {error.strerror}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Survey(
        survey=survey,
        page=folder / "index.html",
        key=key,
        pieces=len(stimuli),
        pictures=len({stimulus.picture for stimulus in stimuli if stimulus.picture is not None}),
        seconds=made.seconds,
        deviation=made.deviation,
        limiting=made.limiting,
    )


@dataclass(frozen=True, slots=True)
class _Made:
    seconds: float
    deviation: float
    limiting: float


def _fill(
    folder: Path,
    stimuli: Sequence[Stimulus],
    labels: Sequence[str],
    survey: str,
    salt: bytes,
    design: Design,
) -> _Made:
    (folder / "sounds").mkdir()
    hidden, levels = [], []
    asked = questionnaire(design.preset)
    # By label, so that not even the order of the files' dates tells anything.
    for label, stimulus in sorted(zip(labels, stimuli, strict=True), key=lambda pair: pair[0]):
        sound = f"sounds/{label}{design.suffix}"
        level, seconds = write_matched(
            stimulus.file, folder / sound, design.loudness, design.seconds
        )
        levels.append(level)
        picture = None
        if asked.seeing and stimulus.picture is not None:
            picture = _put_picture(folder, salt, stimulus.picture)
        # Only who asks whether it fits tells the emotion.
        told = stimulus.emotion if AGREES in asked.hearing else None
        hidden.append(Hidden(label, sound, picture, seconds, stimulus.caption, told))
    page = page_text(
        survey,
        hidden,
        title=design.title,
        consent=design.consent,
        contact=design.contact,
        least_seconds=design.least_seconds,
        asked=asked,
    )
    (folder / "index.html").write_text(page, encoding="utf-8")
    return _Made(
        sum(piece.seconds for piece in hidden),
        max(abs(level.loudness - design.loudness) for level in levels),
        max(level.limiting for level in levels),
    )


def _put_picture(folder: Path, salt: bytes, picture: Path) -> str:
    """Write a picture under a name that tells nothing, once; gives its path from the page."""
    from PIL import Image

    from melodymuse.vision.loading import load_image

    name = f"pictures/{_digest(salt, b'picture', str(picture.resolve()).encode())}.jpg"
    if not (folder / name).exists():
        (folder / "pictures").mkdir(exist_ok=True)
        image = Image.fromarray(load_image(picture))
        image.thumbnail((_PICTURE_SIDE, _PICTURE_SIDE))
        image.save(folder / name, quality=_PICTURE_QUALITY)
    return name


def _label(salt: bytes, number: int, file: Path) -> str:
    """What hides a piece: the same file gives another label in each survey."""
    try:
        content = hashlib.sha256(file.read_bytes()).digest()
    except OSError as error:
        raise SurveyError(f"cannot read {file}: {error.strerror}") from error
    return _digest(salt, b"%d" % number, content)


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"/".join(parts)).hexdigest()[:_LABEL_LETTERS]


def _entry(stimulus: Stimulus, label: str) -> KeyEntry:
    picture = "" if stimulus.picture is None else str(stimulus.picture)
    return KeyEntry(
        label, stimulus.backend, stimulus.emotion, str(stimulus.file), picture, stimulus.caption
    )


def _check_places(folder: Path, key: Path) -> None:
    _check_free(folder)
    if key.absolute().is_relative_to(folder.absolute()):
        raise SurveyError(f"{key}: the key must not lie in the folder that listeners get")
    _check_free(key)


def _check_free(path: Path) -> None:
    if os.path.lexists(path):
        raise OutputError(f"{path} exists already: choose another name, or remove it")
    if not path.absolute().parent.is_dir():
        raise OutputError(f"{path}: there is no folder '{path.parent}'")
