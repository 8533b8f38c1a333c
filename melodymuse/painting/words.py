"""A piece in words, for a model that paints by them."""

from __future__ import annotations

from melodymuse.music.emotion import EmotionProfile
from melodymuse.painting.colour import emotion_colour, hue_of, light_and_colour
from melodymuse.painting.portrait import Portrait

# From which hue in degrees on it is called so (OKLab's hues, which begin at pink).
_HUES = (
    (0, "crimson"), (40, "orange"), (75, "golden"), (110, "olive"), (135, "green"), (180, "teal"),
    (215, "sky blue"), (241, "deep blue"), (300, "violet"), (335, "rose"),
)  # fmt: skip


def words_of(portrait: Portrait, profile: EmotionProfile) -> str:
    """What to paint, one line of English."""
    leading = sorted(profile.as_dict().items(), key=lambda pair: -pair[1])[:2]
    names = [name for name, share in leading if share > 0.2] or [leading[0][0]]
    bright, vivid = light_and_colour(profile)
    light = "dark" if bright < 0.35 else "luminous" if bright > 0.65 else "half-lit"
    colour = "muted" if vivid < 0.35 else "vivid" if vivid > 0.65 else "soft"
    hues = [_hue(hue_of(emotion_colour(name))) for name in names]
    form = "jagged, dense strokes" if profile.arousal > 0.2 else "long horizontal bands, still air"
    if -0.3 <= profile.arousal <= 0.2:
        form = "flowing curves"
    warm = "warm light" if portrait.major >= 0 else "cool light"
    return (
        f"an abstract painting of {' and '.join(names)}, {light}, {colour} "
        f"{' and '.join(dict.fromkeys(hues))}, {warm}, {form}, no people, no letters"
    )


def _hue(degrees: float) -> str:
    return next(name for begin, name in reversed(_HUES) if degrees % 360 >= begin)
