"""What MusicGen is told: a feeling, a picture or the music itself in words.

Four styles of this project's own wording (the chains of a published work are `variants`):

- mood: the emotion as a word;
- scene: what the picture shows, with its feeling;
- musical: mood, genre, tempo and melody in musical terms;
- tags: the musical one in the form of the texts that MusicGen was trained on.

All are piano, so that a waveform and a piece of notes compare.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.planning.controls import Controls

_INSTRUMENT = "solo piano"
# Some 250 tokens of T5, of which MusicGen was trained on far fewer.
LONGEST_PROMPT = 1000
_LONGEST_CAPTION = 500


@dataclass(frozen=True, slots=True)
class Wording:
    """How an emotion is spoken of.

    Attributes:
        adjective: the feeling, as in "a ... mood".
        moods: two or three mood tags.
        genre: the kind of piano music that it is at home in.
        melody: what its melody does.
    """

    adjective: str
    moods: tuple[str, ...]
    genre: str
    melody: str


# Mood and genre words are tags of the MTG-Jamendo set (Bogdanov et al. 2019, "The MTG-Jamendo
# dataset for automatic music tagging") where it has one; which emotion gets which is a choice of
# this project, along the directions that `planning.palette` cites.
WORDINGS: Mapping[str, Wording] = MappingProxyType(
    {
        "amusement": Wording(
            "amused", ("fun", "funny", "happy"), "ragtime", "a bouncing melody with playful leaps"
        ),
        "awe": Wording(
            "awestruck",
            ("epic", "inspiring", "deep"),
            "cinematic classical",
            "a broad melody that rises over wide chords",
        ),
        "contentment": Wording(
            "contented",
            ("calm", "soft", "relaxing"),
            "new age",
            "a gentle melody that moves by step",
        ),
        "excitement": Wording(
            "excited",
            ("energetic", "upbeat", "positive"),
            "pop",
            "a bright melody in quick, driving notes",
        ),
        "anger": Wording(
            "angry",
            ("heavy", "powerful", "dark"),
            "modern classical",
            "a pounding melody in low octaves",
        ),
        "disgust": Wording(
            "disgusted",
            ("dark", "heavy", "uneasy"),
            "contemporary classical",
            "a crooked melody with chromatic turns",
        ),
        "fear": Wording(
            "fearful",
            ("dark", "dramatic", "tense"),
            "soundtrack",
            "a restless melody in broken, uneven phrases",
        ),
        "sadness": Wording(
            "sad",
            ("sad", "melancholic", "slow"),
            "romantic classical",
            "a falling melody in long, singing notes",
        ),
    }
)

# Upper bounds (quarter notes a minute) of the usual tempo words, and of what MIDI velocities say.
_TEMPI = ((60, "very slow"), (80, "slow"), (104, "moderate"), (132, "fast"), (999, "very fast"))
_LOUDNESSES = ((44, "very soft"), (60, "soft"), (76, "moderately loud"), (127, "loud"))
_TOUCHES = ((0.75, "detached"), (1.15, "even"), (9, "legato"))


def write_prompt(
    style: str, profile: EmotionProfile, controls: Controls, caption: str | None = None
) -> str:
    """The prompt for a feeling and the music that it asks for.

    Args:
        style: one of `STYLES`.
        profile: what is felt; its leading emotion chooses the words.
        controls: key, tempo, loudness and articulation are spoken of.
        caption: what the picture shows; only "scene" and "musical" speak of it.  Line breaks
            and the full stop at its end are dropped, and what goes beyond 500 characters.

    Returns:
        One line of English.

    Raises:
        ControlError: an unknown style.
    """
    writer = STYLES.get(style)
    if writer is None:
        raise ControlError(f"unknown prompt style '{style}': use one of {', '.join(STYLES)}")
    shown = "" if caption is None else plain_line(caption)[:_LONGEST_CAPTION].rstrip(". ")
    return writer(profile, controls, shown or None)


def check_prompt(prompt: str) -> None:
    """See that a prompt can be used.

    Raises:
        ControlError: it is empty, or longer than `LONGEST_PROMPT` characters.
    """
    if not prompt.strip():
        raise ControlError("the prompt is empty: say in words what to play")
    if len(prompt) > LONGEST_PROMPT:
        raise ControlError(
            f"the prompt has {len(prompt)} characters: say it in at most {LONGEST_PROMPT}"
        )


def plain_line(text: str) -> str:
    """A text in one line, without control characters."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def tempo_word(bpm: float) -> str:
    """A tempo (quarter notes a minute) in words."""
    return _word(_TEMPI, bpm)


def _mood(profile: EmotionProfile, controls: Controls, caption: str | None) -> str:
    return f"{WORDINGS[profile.emotion].adjective} {_INSTRUMENT} music"


def _scene(profile: EmotionProfile, controls: Controls, caption: str | None) -> str:
    words = WORDINGS[profile.emotion]
    picture = f"this picture: {caption}" if caption else "a picture"
    return f"{_article(words.adjective).capitalize()} {_INSTRUMENT} piece for {picture}"


def _musical(profile: EmotionProfile, controls: Controls, caption: str | None) -> str:
    words = WORDINGS[profile.emotion]
    moods = " and ".join(words.moods[:2])
    touch, loudness = _word(_TOUCHES, controls.articulation), _word(_LOUDNESSES, controls.loudness)
    theme = f", inspired by this picture: {caption}" if caption else ""
    return (
        f"{_article(moods).capitalize()} {words.genre} piece for {_INSTRUMENT} in {controls.key}, "
        f"{tempo_word(controls.tempo)} at {controls.tempo:.0f} bpm, {loudness} and {touch}, with "
        f"{words.melody}{theme}"
    )


def _tags(profile: EmotionProfile, controls: Controls, caption: str | None) -> str:
    # audiocraft merges a description with pairs "field: value" joined by full stops, of the fields
    # key, bpm, genre, moods and instrument, and writes keys in small letters
    # (`audiocraft.data.music_dataset.augment_music_info_description`).
    words = WORDINGS[profile.emotion]
    description = f"{tempo_word(controls.tempo)}, {words.melody}"
    pairs = {
        "key": f"{controls.key.tonic.lower()} {controls.key.mode}",
        "bpm": f"{controls.tempo:.0f}",
        "genre": words.genre,
        "moods": ", ".join(words.moods),
        "instrument": _INSTRUMENT,
    }
    return ". ".join([description, *(f"{field}: {value}" for field, value in pairs.items())])


STYLES: Mapping[str, Callable[[EmotionProfile, Controls, str | None], str]] = MappingProxyType(
    {
        "mood": _mood,
        "scene": _scene,
        "musical": _musical,
        "tags": _tags,
    }
)


def _word(scale: tuple[tuple[float, str], ...], value: float) -> str:
    return next(word for bound, word in scale if value <= bound)


def _article(words: str) -> str:
    return f"an {words}" if words[0].lower() in "aeiou" else f"a {words}"
