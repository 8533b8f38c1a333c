"""The readers that `benchmarks.fuzz` examines, and whole inputs for each, drawn here."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from melodymuse.music.score import Provenance
from tests.audio.packages import debian_package, seven_zip
from tests.audio.tiny_soundfont import tiny_soundfont
from tests.music.strategies import small_score
from tests.survey.makers import small_key, write_answers


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads the inputs of strangers.

    Attributes:
        seeds: gives whole inputs.
        read: reads one, given its bytes and a path at which to put them if it wants a file.
        suffix: of that path.
    """

    seeds: Callable[[], Sequence[bytes]]
    read: Callable[[bytes, Path], object]
    suffix: str = ""


def _pictures() -> list[bytes]:
    import numpy as np
    from PIL import Image

    across = np.linspace(0, 255, 61, dtype=np.uint8)
    colours = Image.fromarray(np.stack([np.tile(across, (43, 1))] * 3, axis=2))
    deep = Image.fromarray(np.tile(across.astype(np.uint16) * 257, (43, 1)))
    several = [colours, colours.transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    wishes = [
        *((colours, kind, {}) for kind in ("JPEG", "PNG", "GIF", "BMP", "PPM", "WEBP", "TIFF")),
        (colours, "JPEG", {"progressive": True, "exif": _exif()}),
        (colours.convert("P"), "PNG", {"transparency": 3}),
        (colours.convert("RGBA"), "WEBP", {"lossless": True}),
        (colours, "TIFF", {"compression": "tiff_lzw"}),
        (deep, "PNG", {}),
        (deep, "TIFF", {}),
        *((colours, kind, {"save_all": True, "append_images": several})
          for kind in ("GIF", "WEBP", "PNG", "TIFF")),
    ]  # fmt: skip
    return [_saved(image, kind, wish) for image, kind, wish in wishes]


def _saved(image: object, kind: str, wish: Mapping[str, object]) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **wish)  # type: ignore[attr-defined]
    return file.getvalue()


def _exif() -> object:
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    return exif


def _midis() -> list[bytes]:
    score = small_score()
    score_bytes = score.to_bytes(".mid")
    # Format 0, running status, a message of the cable's, a system-exclusive one, an odd metre.
    events = (
        b"\x00\xff\x03\x04name\x00\xff\x58\x04\x05\x03\x18\x08\x00\xff\x59\x02\xfd\x01"
        b"\x00\xf0\x03\x7e\x01\xf7\x00\x90\x3c\x40\x60\x3c\x00\x00\xf8\x00\xb0\x40\x7f"
        b"\x60\xb0\x40\x00\x00\x99\x24\x40\x83\x60\x89\x24\x40\x00\xff\x2f\x00"
    )
    track = b"MTrk" + len(events).to_bytes(4, "big") + events
    old = b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\x00\x60" + track
    frames = b"MThd\x00\x00\x00\x06\x00\x01\x00\x02\xe7\x28" + track * 2
    return [score_bytes, old, frames]


def _read_midi(data: bytes, path: Path) -> object:
    from melodymuse.midi.reader import read_midi

    return read_midi(data)


def _inspect(data: bytes, path: Path) -> object:
    from melodymuse.midi.inspection import inspect_midi

    path.write_bytes(data)
    return inspect_midi(path).as_dict()


def _edit(data: bytes, path: Path) -> object:
    from melodymuse.midi.file import load_document
    from melodymuse.midi.view import bars_of

    document = load_document(data)
    bars_of(document)
    return document.to_bytes()


def _timeline(data: bytes, path: Path) -> object:
    from melodymuse.audio.timeline import read_timeline

    return read_timeline(data)


def _look(data: bytes, path: Path) -> object:
    from melodymuse.vision.loading import read_picture

    return read_picture(data)


def _soundfont(data: bytes, path: Path) -> object:
    from melodymuse.audio.soundfont_file import read_soundfont

    path.write_bytes(data)
    return read_soundfont(path)


def _sounds() -> list[bytes]:
    import numpy as np

    from melodymuse.audio.formats import FORMATS, sound_bytes

    wave = 0.3 * np.sin(np.arange(4410) / 20).astype(np.float32)
    return [sound_bytes(kind, np.stack([wave, wave], 1), 44100, {}) for kind in FORMATS]


def _clip(data: bytes, path: Path) -> object:
    from melodymuse.audio.clip import read_clip

    path.write_bytes(data)
    return read_clip(path, longest=600)


def _deb(data: bytes, path: Path) -> object:
    from melodymuse.audio.archives import extract

    path.write_bytes(data)
    return extract(path, "deb", "usr/piano.sf2", path.with_name("out.sf2"))


def _seven_zips() -> list[bytes]:
    with TemporaryDirectory() as folder:
        return [seven_zip(Path(folder, "x.7z"), {"d/piano.sf2": b"RIFF" * 64}).read_bytes()]


def _seven_zip(data: bytes, path: Path) -> object:
    from melodymuse.audio.archives import extract

    path.write_bytes(data)
    return extract(path, "7z", "d/piano.sf2", path.with_name("out.sf2"))


def _catalogues() -> list[bytes]:
    from melodymuse.audio.catalogue import FILE_NAME

    ours = Path(__file__).parent.parent / "melodymuse" / "audio" / FILE_NAME
    return [ours.read_bytes(), b'[[soundfont]]\nid = "x"\n' + b"a = [" * 20]


def _catalogue(data: bytes, path: Path) -> object:
    from melodymuse.audio.catalogue import load_catalogue

    path.write_bytes(data)
    return load_catalogue(path)


def _answer_sheets() -> list[bytes]:
    with TemporaryDirectory() as folder:
        path = Path(folder, "answers.csv")
        said = [("awe", 5, 4), ("fear", 3, 2), ("awe", 7, 6), ("sadness", 1, 1)]
        write_answers(path, {"L1": said, "L2": said}, comments={"L1": "calm"})
        return [path.read_bytes()]


def _answers(data: bytes, path: Path) -> object:
    from melodymuse.survey.answers import choose_sheets, read_answers

    path.write_bytes(data)
    return choose_sheets(read_answers([path], small_key()), small_key())


def _keys() -> list[bytes]:
    from melodymuse.survey.key import key_text

    key = small_key()
    return [key_text(key.survey, list(key.entries.values())).encode()]


def _key(data: bytes, path: Path) -> object:
    from melodymuse.survey.key import read_key

    path.write_bytes(data)
    return read_key(path)


def _wishes() -> list[bytes]:
    told = Provenance("0.2.0", 7, "awe", "rocket.jpg", (("key", "D minor"), ("tempo", "72")))
    words = [
        "D minor",
        "F# major",
        "B- major",
        "e",
        "4/4",
        "C | Am | F G | C",
        "I V7 vi IV",
        "AABA",
    ]
    return [*(word.encode() for word in words), str(told).encode()]


def _wish(data: bytes, path: Path) -> object:
    """All texts that a user may say, and the provenance in a file; an error if it is no key."""
    from contextlib import suppress

    from melodymuse.errors import MelodyMuseError
    from melodymuse.music.emotion import EmotionProfile
    from melodymuse.music.theory import Key
    from melodymuse.planning.controls import controls_for

    text = data.decode("utf-8", errors="surrogateescape")
    Provenance.parse(text)
    profile = EmotionProfile.of("awe")
    for name in ("time_signature", "chords", "harmony", "form", "style", "key"):
        with suppress(MelodyMuseError):
            controls_for(profile, **{name: text})  # type: ignore[arg-type]
    return Key.parse(text)


READERS: Mapping[str, Reader] = {
    "picture": Reader(_pictures, _look),
    "midi": Reader(_midis, _read_midi),
    "inspect": Reader(_midis, _inspect, ".mid"),
    "edit": Reader(_midis, _edit),
    "timeline": Reader(_midis, _timeline),
    "soundfont": Reader(lambda: [tiny_soundfont()], _soundfont, ".sf2"),
    "sound": Reader(_sounds, _clip, ".wav"),
    "deb": Reader(lambda: [debian_package({"usr/piano.sf2": b"RIFF" * 64})], _deb, ".deb"),
    "7z": Reader(_seven_zips, _seven_zip, ".7z"),
    "catalogue": Reader(_catalogues, _catalogue, ".toml"),
    "answers": Reader(_answer_sheets, _answers, ".csv"),
    "key": Reader(_keys, _key, ".csv"),
    "wish": Reader(_wishes, _wish),
}
