"""Words that carry no music, and texts without them."""

from __future__ import annotations

# The English list of the Snowball project (snowballstem.org/algorithms/english/stop.txt, BSD
# licence) without its contractions, and look, looks, like, which captions are full of (dropped in
# Prarusudamkerng, "ImAudible").
_LIST = """
    i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she
    her hers herself it its itself they them their theirs themselves what which who whom this that
    these those am is are was were be been being have has had having do does did doing would should
    could ought a an the and but if or because as until while of at by for with about against
    between into through during before after above below to from up down in out on off over under
    again further then once here there when where why how all any both each few more most other
    some such no nor not only own same so than too very
    look looks like
"""
STOP_WORDS = frozenset(_LIST.split())

_MARKS = ".,;:!?()[]\"'"


def without_stop_words(text: str) -> str:
    """A text without `STOP_WORDS`; marks at a dropped word's end stay, with the word before it.

    A text of nothing else is given back as it is.
    """
    kept: list[str] = []
    for word in text.split():
        if word.strip(_MARKS).lower() not in STOP_WORDS:
            kept.append(word)
            continue
        end = word[len(word.rstrip(_MARKS)) :]
        if kept and end and kept[-1][-1] not in _MARKS:
            kept[-1] += end
    return " ".join(kept) or text
