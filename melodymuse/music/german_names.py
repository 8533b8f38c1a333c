"""German names of chords and keys: H is what others call B, and B their B flat; Cis is C sharp, Es
E flat; a small letter is minor."""

from __future__ import annotations

import re

_NOTE = r"([A-Ha-h])(is|es|s(?!us)|[#b](?![0-9])|)"
_CHORD = re.compile(rf"(?<![\w/]){_NOTE}([^\s|,/]*)(?:/{_NOTE})?(?![^\s|,])")
_KEY = re.compile(rf"\s*{_NOTE}[\s-]*(dur|moll|)\s*", re.IGNORECASE)
_SIGNS = {"is": "#", "es": "b", "s": "b", "": ""}
_MINOR = "m"


def chords_from_german(text: str) -> str:
    """Chord symbols as others write them: ``"C | a | F G7 | H7"`` is ``"C | Am | F G7 | B7"``.
    What is no German chord, a Roman numeral or a bar line, stays as it is."""
    return _CHORD.sub(_chord, text)


def key_from_german(text: str) -> str:
    """A key as others write it: ``"h-Moll"`` and ``"h"`` are ``"B minor"``, ``"Es-Dur"`` is ``"Eb
    major"``; what is no German key stays as it is."""
    found = _KEY.fullmatch(text)
    if found is None:
        return text
    letter, sign, mode = found.groups()
    minor = mode.casefold() == "moll" or (not mode and letter.islower())
    return f"{_note(letter, sign)} {'minor' if minor else 'major'}"


def _chord(found: re.Match[str]) -> str:
    letter, sign, figure, bass, bass_sign = found.groups()
    minor = _MINOR if letter.islower() and not figure.startswith(("m", "dim", "o")) else ""
    under = "" if bass is None else f"/{_note(bass, bass_sign)}"
    return f"{_note(letter, sign)}{minor}{figure}{under}"


def _note(letter: str, sign: str) -> str:
    upper, sign = letter.upper(), _SIGNS.get(sign.casefold(), sign)
    if upper == "H":
        return f"B{sign}"
    return "Bb" if upper == "B" and not sign else f"{upper}{sign}"
