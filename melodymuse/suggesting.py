"""Names that nobody knows, and what was meant by them: near in spelling, or in meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from melodymuse.plain_text import shortened

# What people say for the names that this package has: for emotions by the families of Shaver et
# al. 1987 (Journal of Personality and Social Psychology 52:1061-1086), as adjectives too; for
# controls by what other programs call them.
_OTHER_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "amusement": "amused fun funny joy joyful happy happiness cheerful glad playful laughter",
        "awe": "awed wonder amazement astonishment majestic sublime surprise admiration",
        "contentment": "content calm peace peaceful serene serenity relaxed tender love happiness",
        "excitement": "excited thrill thrilled energetic enthusiasm zest joy lively",
        "anger": "angry rage fury furious mad irritation hate",
        "disgust": "disgusted revulsion contempt nausea aversion",
        "fear": "afraid scared scary fearful horror terror panic anxiety anxious nervous",
        "sadness": "sad sorrow grief melancholy melancholic gloomy blue unhappy depressed lonely",
        "key": "tonic mode scale tonality",
        "tempo": "bpm speed pace",
        "time_signature": "metre meter time signature",
        "bars": "length measures duration",
        "density": "notes busy activity rhythm",
        "polyphony": "voices thickness",
        "loudness": "volume velocity",
        "register": "pitch height octave range",
        "articulation": "legato staccato touch",
        "brightness": "mood darkness",
        "dynamics": "accents contrast",
        "growth": "crescendo diminuendo",
        "ritardando": "rit rubato slowing",
        "off_beat": "syncopation swing",
        "form": "structure sections",
        "chords": "progression",
        "temperature": "randomness creativity",
    }
)
_LIKENESS = 0.7
_LONGEST_NAME = 80  # nothing longer is meant to be a name


def near(word: str, known: Iterable[str]) -> list[str]:
    """Known names near a word, in meaning first, then in spelling; none if there are none."""
    from difflib import get_close_matches

    names = list(known)
    if len(word) > _LONGEST_NAME:
        return []
    said = word.casefold().strip("-@").replace("-", "_")
    plain = {name.strip("-@").replace("-", "_"): name for name in names}
    meant = [plain[name] for name, words in _OTHER_WORDS.items()
             if name in plain and said in words.split()]  # fmt: skip
    spelt = [plain[name] for name in get_close_matches(said, plain, cutoff=_LIKENESS)]
    return list(dict.fromkeys([*meant, *spelt]))


def unknown(what: str, word: object, known: Iterable[str]) -> str:
    """The line that refuses a name: what there is instead, and what was meant perhaps."""
    return f"unknown {what} '{shortened(str(word))}': {instead(word, known)}"


def instead(word: object, known: Iterable[str]) -> str:
    """As in "use one of amusement, awe, fear; did you mean fear?"."""
    names = list(known)
    meant = near(word, names) if isinstance(word, str) else []
    guess = f"; did you mean {' or '.join(meant)}?" if meant else ""
    return f"use one of {', '.join(names)}{guess}"
