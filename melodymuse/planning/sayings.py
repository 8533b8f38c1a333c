"""What musicians say in a word: sadder, faster by a fifth, a lullaby.

`MOODS` and `PRESETS` are the tables; `said_in_numbers` puts presets and shares such as "+20%" into
numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.planning.control_table import Kind
from melodymuse.planning.controls import CONTROLS, LIMITS, Controls, Wishes, within_limits
from melodymuse.suggesting import unknown

# How far a word moves what is felt on the plane (valence, arousal): about half the way between
# neighbouring emotions of `melodymuse.music.emotion.PLANE`.  A choice of this project.
MOODS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "sadder": (-0.4, -0.2),
        "happier": (0.4, 0.1),
        "calmer": (0.1, -0.4),
        "livelier": (0.1, 0.4),
        "darker": (-0.4, 0.1),
    }
)


@dataclass(frozen=True, slots=True)
class Preset:
    """A kind of piece.

    Attributes:
        emotion: what it expresses where nobody says what is felt.
        wishes: controls, which those of the user go over.
    """

    emotion: str
    wishes: Wishes


# Metre, tempo and manner of each kind: a choice of this project, as pieces of that name often are.
PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "lullaby": Preset(
            "contentment",
            {
                "time_signature": "6/8",
                "tempo": 72,
                "loudness": 44,
                "growth": -8,
                "accompaniment": "rocking",
            },
        ),
        "waltz": Preset(
            "amusement", {"time_signature": "3/4", "tempo": 156, "accompaniment": "waltz"}
        ),
        "march": Preset(
            "excitement",
            {
                "time_signature": "2/4",
                "tempo": 112,
                "articulation": 0.6,
                "accompaniment": "stride",
                "pedal": "none",
            },
        ),
        "nocturne": Preset(
            "sadness",
            {
                "time_signature": "4/4",
                "tempo": 63,
                "articulation": 1.3,
                "accompaniment": "arpeggio",
                "style": "salon",
            },
        ),
        "hymn": Preset(
            "awe",
            {"time_signature": "4/4", "tempo": 76, "off_beat": 0.05, "accompaniment": "block"},
        ),
        "ragtime": Preset(
            "amusement",
            {
                "time_signature": "2/4",
                "tempo": 88,
                "off_beat": 0.5,
                "accompaniment": "stride",
                "pedal": "none",
            },
        ),
        "suspense": Preset(
            "fear", {"time_signature": "4/4", "register": 52, "accompaniment": "tremolo"}
        ),
        "musette": Preset(
            "contentment", {"time_signature": "3/4", "tempo": 120, "accompaniment": "drone"}
        ),
    }
)


class Said(Wishes, total=False):
    """Wishes, and what is said in a word.

    `moods`: of `MOODS`, each moves what is felt.  `preset`: of `PRESETS`, under the wishes.
    """

    moods: Sequence[str] | None
    preset: str | None


_SHARE = re.compile(r"([+-]\d{1,4}(?:\.\d{1,4})?)%")


def preset_named(name: str | None) -> Preset | None:
    """A row of `PRESETS`; None of None.

    Raises:
        ControlError: there is none of that name.
    """
    if name is not None and name not in PRESETS:
        raise ControlError(unknown("preset", name, PRESETS))
    return None if name is None else PRESETS[name]


def moved(profile: EmotionProfile, moods: Iterable[str]) -> EmotionProfile:
    """A feeling, moved by words of `MOODS`; the emotions follow the place on the plane.

    Raises:
        ControlError: a word that is none of them.
    """
    for mood in moods:
        if mood not in MOODS:
            raise ControlError(unknown("mood", mood, MOODS))
        places = zip((profile.valence, profile.arousal), MOODS[mood], strict=True)
        profile = EmotionProfile.at(*(min(max(old + step, -1.0), 1.0) for old, step in places))
    return profile


def is_share(value: object) -> bool:
    """Whether a wish is said in proportion, as in "+20%"."""
    return isinstance(value, str) and _SHARE.fullmatch(value.strip()) is not None


def read_number(text: str, kind: Callable[[str], float]) -> float | str:
    """A number, or a share as it was said.

    Raises:
        ValueError: neither.
    """
    return text.strip() if is_share(text) else kind(text)


def said_in_numbers(
    wishes: Wishes, own: Callable[..., Controls], preset: Preset | None = None
) -> Wishes:
    """Wishes with those of a preset under them, each share of what there would be without it (as
    in ``tempo="+20%"``) put into a number within the control's limits.

    Args:
        wishes: what is said.
        own: gives the controls that there are with what is said in no share.
        preset: what is under it.

    Raises:
        ControlError: a share of what is no number, or as `controls_for`.
    """
    said: dict[str, Any] = {name: value for name, value in wishes.items() if value is not None}
    shares = {name: value for name, value in said.items() if is_share(value)}
    under: dict[str, Any] = {} if preset is None else {**preset.wishes}
    plain: Any = {**under, **{name: said[name] for name in said if name not in shares}}
    if not shares:
        return plain  # type: ignore[no-any-return]
    for name in shares:
        if name in CONTROLS and CONTROLS[name].kind not in (Kind.NUMBER, Kind.WHOLE):
            raise ControlError(f"{name} {said[name]}: only what is a number has shares")
    without = own(**plain)
    for name, share in shares.items():
        plain[name] = share_of(name, getattr(without, name), share)
    return plain  # type: ignore[no-any-return]


def share_of(name: str, value: float, share: str) -> float:
    """A control's value moved by a share such as "+20%", within its limits.

    Raises:
        ControlError: less than nothing would be left, or nothing of what must be something.
    """
    left = 1 + float(share.strip()[:-1]) / 100
    if left < 0 or (left == 0 and LIMITS[name][0] > 0):
        raise ControlError(f"{name} {share}: leaves nothing: say -99% or more")
    bounded = within_limits(name, value * left)
    return round(bounded) if CONTROLS[name].kind is Kind.WHOLE else round(bounded, 4)
