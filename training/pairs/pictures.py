"""Readers of pictures with emotions, each set as it was published.

- annotated: `training.eye.picture_sets`; oasis: OASIS' photos with the table of such a set.
- emoset: `training.emoset.reading`.
- wikiart-emotions: S. M. Mohammad, S. Kiritchenko, "WikiArt Emotions: an annotated dataset of
  emotions evoked by art", LREC 2018: its table (a .tsv) and the paintings as images/ID.jpg.
- artemis: P. Achlioptas et al., "ArtEmis: affective language for visual art", CVPR 2021: its table
  (art_style, painting, emotion, utterance) and WikiArt as wikiart/STYLE/PAINTING.jpg.

Both tables name paintings that have to be fetched elsewhere: rows whose picture is not there are
left out.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from melodymuse.music.emotion import EMOTIONS
from training.emoset.reading import read_emoset
from training.eye.oasis import DataError
from training.eye.picture_sets import FeltPicture, read_annotated, read_rated
from training.pairs.labelled import Labelled

# WikiArt Emotions' words in the eight; "shyness" and "arrogance" have no counterpart.  A choice of
# this project, by dictionaries: the set's own paper maps to none.
WIKIART_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "happiness": "amusement", "agreeableness": "contentment", "gratitude": "contentment",
        "love": "contentment", "trust": "contentment", "neutral": "contentment", "humility": "awe",
        "surprise": "awe", "optimism": "excitement", "anticipation": "excitement",
        "anger": "anger", "disagreeableness": "disgust", "disgust": "disgust", "fear": "fear",
        "pessimism": "sadness", "regret": "sadness", "sadness": "sadness", "shame": "sadness",
    }
)  # fmt: skip
# Of a painting with its title, as hung in a museum; the set has columns for each alone as well.
_WIKIART_COLUMN = "Art (image+title): "


def read_wikiart_emotions(folder: Path) -> list[Labelled]:
    """A painting a row, with the emotion that most annotators had."""
    found = []
    for row in _rows(folder, "*motions*.tsv", ("ID", "Title"), "\t"):
        votes = dict.fromkeys(EMOTIONS, 0.0)
        for word, emotion in WIKIART_WORDS.items():
            votes[emotion] += _number(row.get(f"{_WIKIART_COLUMN}{word}"), folder)
        leading = max(votes, key=lambda name: votes[name])
        picture = folder / "images" / f"{row['ID']}.jpg"
        if votes[leading] > 0 and picture.is_file():
            found.append(Labelled(picture, leading, row["ID"], row["Title"]))
    return _some(found, folder)


def read_artemis(folder: Path) -> list[Labelled]:
    """A row for each artwork, emotion and utterance; "something else" is left out."""
    columns = ("art_style", "painting", "emotion", "utterance")
    found = []
    for row in _rows(folder, "*artemis*.csv", columns):
        picture = folder / "wikiart" / row["art_style"] / f"{row['painting']}.jpg"
        if row["emotion"] in EMOTIONS and picture.is_file():
            found.append(Labelled(picture, row["emotion"], row["painting"], row["utterance"]))
    return _some(found, folder)


def _emoset(folder: Path) -> list[Labelled]:
    data = read_emoset(folder)
    every = (*data.train, *data.val, *data.test)
    return [Labelled(one.path, EMOTIONS[one.emotion], str(one.path)) for one in every]


def _felt(pictures: Sequence[FeltPicture], folder: Path) -> list[Labelled]:
    found = []
    for one in pictures:
        if one.emotions is not None:
            word = EMOTIONS[one.emotions.index(max(one.emotions))]
            found.append(Labelled(one.path, word, one.group))
    return _some(found, folder)


READERS: Mapping[str, Callable[[Path], list[Labelled]]] = MappingProxyType(
    {
        "annotated": lambda folder: _felt(read_annotated(folder), folder),
        # The table of emotions lies beside the norms, or in a folder "pictures_annotated" beside.
        "oasis": lambda folder: _felt(read_rated(folder, _emotions_of(folder)), folder),
        "emoset": _emoset,
        "wikiart-emotions": read_wikiart_emotions,
        "artemis": read_artemis,
    }
)


def _emotions_of(folder: Path) -> Path:
    beside = folder.parent / "pictures_annotated"
    return folder if (folder / "oasis_emotions.csv").is_file() else beside


def _rows(
    folder: Path, pattern: str, columns: Sequence[str], delimiter: str = ","
) -> Iterator[dict[str, str]]:
    table = next(iter(sorted(folder.glob(pattern))), None)
    if table is None:
        raise DataError(f"'{folder}' holds no table {pattern}")
    with table.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file, delimiter=delimiter)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise DataError(f"'{table}' has no column '{missing[0]}'")
        yield from ({key: value or "" for key, value in row.items() if key} for row in reader)


def _number(text: str | None, where: Path) -> float:
    try:
        return float(text or 0)
    except ValueError:
        raise DataError(f"'{where}': {text!r} is no share of annotators") from None


def _some(found: list[Labelled], folder: Path) -> list[Labelled]:
    if not found:
        raise DataError(f"'{folder}': no row of its table has an emotion and a picture there")
    return found
