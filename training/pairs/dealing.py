"""Three parts of labelled files, and pictures joined with music within a part."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from training.musicgen.pairs import PARTS
from training.pairs.labelled import Labelled, emotion_of

# Of each emotion, in the order of `PARTS`.
SHARES = (0.8, 0.1, 0.1)
PICTURE, MUSIC = "picture", "music"


@dataclass(frozen=True, slots=True)
class Joined:
    """A picture and a piece of music of one emotion, both in one part of the set."""

    picture: Labelled
    music: Labelled
    emotion: str
    part: str


def dealt(found: Sequence[Labelled], scheme: str | None, seed: int) -> tuple[str, ...]:
    """The part of each file: `SHARES` of every emotion as nearly as whole groups allow.

    Groups are dealt one by one, the largest first, each to where its emotions lack most; an emotion
    of three groups or more is in every part where its groups hold nothing else.
    """
    emotions = [emotion_of(one.word, scheme) for one in found]
    groups: dict[str, Counter[str]] = {}
    for one, emotion in zip(found, emotions, strict=True):
        groups.setdefault(one.group, Counter())[emotion] += 1
    of_emotion = Counter(emotions)
    wanted = [
        {name: max(share * count, min(1, count / len(PARTS))) for name, count in of_emotion.items()}
        for share in SHARES
    ]
    order = sorted(groups)
    random.Random(seed).shuffle(order)
    order.sort(key=lambda group: -groups[group].total())
    given = [Counter[str]() for _ in PARTS]
    place: dict[str, str] = {}
    for group in order:
        part = min(
            range(len(PARTS)),
            key=lambda part: sum(
                ((given[part][name] + more - wanted[part][name]) ** 2
                 - (given[part][name] - wanted[part][name]) ** 2) / wanted[part][name]
                for name, more in groups[group].items()
            ),
        )  # fmt: skip
        given[part].update(groups[group])
        place[group] = PARTS[part]
    return tuple(place[one.group] for one in found)


def joined(
    pictures: Sequence[Labelled],
    music: Sequence[Labelled],
    *,
    scheme: str | None,
    each: str,
    seed: int,
) -> list[Joined]:
    """Pairs of one emotion and one part, at random within it.

    Args:
        pictures, music: what to join; no group of either goes to two parts.
        scheme: the words by which emotions are shared; None for the eight.
        each: `PICTURE`, every picture gets a piece (as in the Emotion Painting Music set), or
            `MUSIC`, every piece gets a picture (as in ImMuTe).  The others come round evenly.
        seed: decides parts and pairs.
    """
    pools: dict[tuple[str, str], tuple[list[Labelled], list[Labelled]]] = {}
    for side, found in enumerate((pictures, music)):
        for one, part in zip(found, dealt(found, scheme, seed), strict=True):
            pool = pools.setdefault((emotion_of(one.word, scheme), part), ([], []))
            pool[side].append(one)
    pairs = []
    for (emotion, part), (shown, heard) in sorted(pools.items()):
        chance = random.Random(f"{seed} {emotion} {part}")
        chance.shuffle(shown)
        chance.shuffle(heard)
        if not shown or not heard:
            continue
        for index in range(len(shown if each == PICTURE else heard)):
            pairs.append(
                Joined(shown[index % len(shown)], heard[index % len(heard)], emotion, part)
            )
    return pairs
