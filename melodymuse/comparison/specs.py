"""Makers in a word each: ``musicgen:variant=lyrical,adapter=DIR,name=ours``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from melodymuse.comparison.backends import MELODYMUSE, MUSICGEN, Backend
from melodymuse.comparison.melody_muse import MELODY_MUSE
from melodymuse.comparison.text_to_audio import TEXT_TO_AUDIO
from melodymuse.errors import ControlError
from melodymuse.waveform.naming import DEFAULT_MODEL

_ASKING = ("style", "variant", "captioner", "rewriter", "device")


@dataclass(frozen=True, slots=True)
class Spec:
    """A maker, and what is said of it.

    Attributes:
        kind: one of `KINDS`.
        options: what is said, by the names that the kind knows.
    """

    kind: str
    options: Mapping[str, str]

    @property
    def name(self) -> str:
        """What to call it: as said, or its kind and its variant."""
        parts = (self.kind, self.options.get("variant"))
        return self.options.get("name") or " ".join(part for part in parts if part)


def read_spec(text: str) -> Spec:
    """Read ``KIND`` or ``KIND:OPTION=VALUE,...``; values hold no comma.

    Raises:
        ControlError: an unknown kind or option, an option without a value or said twice.
    """
    kind, _, rest = text.partition(":")
    kind = kind.strip().lower()
    if kind not in KINDS:
        raise ControlError(f"unknown maker '{kind}': use one of {', '.join(KINDS)}")
    known = KINDS[kind].options
    options: dict[str, str] = {}
    for word in filter(None, (word.strip() for word in rest.split(","))):
        name, _, value = word.partition("=")
        if name not in known or not value or name in options:
            raise ControlError(f"{text}: '{word}' is not OPTION=VALUE once, of {', '.join(known)}")
        options[name] = value
    return Spec(kind, MappingProxyType(options))


def load_maker(spec: Spec) -> Backend:
    """Get a maker ready.

    Raises:
        ControlError: a needed option is missing, or a value that cannot be.
        MelodyMuseError: it cannot be loaded.
    """
    return KINDS[spec.kind].load(spec)


def _melodymuse(spec: Spec) -> Backend:
    from melodymuse.audio.rendering import Sound
    from melodymuse.comparison.backends import MelodyMuse

    return MelodyMuse.load(Sound(soundfont=spec.options.get("soundfont")), spec.name)


def _melody_muse(spec: Spec) -> Backend:
    from melodymuse.audio.rendering import Sound
    from melodymuse.comparison.melody_muse import MelodyMuseComposer

    if "model" not in spec.options:
        raise ControlError(f"{spec.kind}: name its folder, as in {spec.kind}:model=DIR")
    sound = Sound(soundfont=spec.options.get("soundfont"))
    return MelodyMuseComposer.load(spec.options["model"], sound, spec.name)


def _musicgen(spec: Spec) -> Backend:
    from melodymuse.comparison.asking import Asking
    from melodymuse.comparison.backends import MusicGenBackend

    said = spec.options
    if "sample" in said and "pictured" not in said:
        raise ControlError(f"{spec.kind}: a sample is heard beside a picture: name pictured=DIR")
    if "pictured" in said and {"style", "variant", "captioner", "rewriter"} & {*said}:
        raise ControlError(f"{spec.kind}: with pictured the picture itself speaks: leave out words")
    return MusicGenBackend.load(
        said.get("model", DEFAULT_MODEL),
        asking=Asking.load(**{name: said[name] for name in _ASKING if name in said}),
        adapter=said.get("adapter"),
        device=said.get("device", "auto"),
        name=spec.name,
        pictured=said.get("pictured"),
        sample=said.get("sample"),
    )


def _text_to_audio(spec: Spec) -> Backend:
    from melodymuse.comparison.asking import Asking
    from melodymuse.comparison.text_to_audio import TextToAudio

    said = spec.options
    if "model" not in said:
        raise ControlError(f"{spec.kind}: name its model, as in {spec.kind}:model=DIR")
    return TextToAudio.load(
        said["model"],
        asking=Asking.load(**{name: said[name] for name in _ASKING if name in said}),
        device=said.get("device", "auto"),
        steps=_count(spec, "steps"),
        name=spec.name,
    )


def _count(spec: Spec, name: str) -> int | None:
    """A whole number from 1 on; None where it is not said."""
    text = spec.options.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise ControlError(f"{spec.kind}: {name}={text} is no whole number from 1 on")
    return int(text)


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be said of a maker, and how it is loaded."""

    options: tuple[str, ...]
    load: Callable[[Spec], Backend]


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        MELODYMUSE: Kind(("name", "soundfont"), _melodymuse),
        MELODY_MUSE: Kind(("name", "model", "soundfont"), _melody_muse),
        MUSICGEN: Kind(("name", "model", "adapter", "pictured", "sample", *_ASKING), _musicgen),
        TEXT_TO_AUDIO: Kind(("name", "model", "steps", *_ASKING), _text_to_audio),
    }
)
