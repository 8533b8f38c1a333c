"""Texts and tokens as what the network learns from."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from melodymuse.waveform.network import Network
from training.musicgen.pairs import Pair
from training.musicgen.tokens import Tokens

LONGEST_TEXT = 256
_IGNORED = -100


@dataclass(frozen=True, slots=True)
class Example:
    """A text and a chunk of sound, as tokens of shape (codebooks, frames)."""

    text: str
    tokens: Tokens


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Examples side by side.

    Attributes:
        text: shape (n, words), int64: T5's tokens.
        heard: shape (n, words), int64: 1 where the text counts; a row of zeros is no text at all.
        given: shape (n * codebooks, steps), int64: what the decoder has heard before each step.
        wanted: shape (n, steps, codebooks), int64: what it shall say, -100 where nothing counts.
    """

    text: torch.Tensor
    heard: torch.Tensor
    given: torch.Tensor
    wanted: torch.Tensor


def examples(pairs: Sequence[Pair], tokens: Mapping[Path, Sequence[Tokens]]) -> list[Example]:
    """One example for each chunk of each pair's sound."""
    return [Example(pair.text, chunk) for pair in pairs for chunk in tokens[pair.audio]]


def delayed(codes: torch.Tensor, filler: int) -> torch.Tensor:
    """Tokens in MusicGen's delay pattern: each codebook begins one step after the one before.

    Args:
        codes: shape (codebooks, frames).
        filler: the token that stands where a codebook is silent.

    Returns:
        Shape (codebooks, frames + codebooks - 1).
    """
    books, frames = codes.shape
    pattern = torch.full((books, frames + books - 1), filler, dtype=torch.long)
    for book in range(books):
        pattern[book, book : book + frames] = codes[book]
    return pattern


def collate(
    network: Network, chosen: Sequence[Example], drop: Sequence[bool] | None = None
) -> Batch:
    """Examples as one batch, on the network's device; shorter ones are filled up.

    Args:
        network: whose tokenizer and filler are taken.
        chosen: the examples.
        drop: where true, the example goes without its text, as guidance needs it.
    """
    filler = network.start_token
    words = network.tokenizer(
        [example.text for example in chosen],
        return_tensors="pt",
        padding=True,
        truncation=True,
        max_length=LONGEST_TEXT,
    )
    heard = words["attention_mask"]
    if drop is not None:
        heard = heard * (1 - torch.tensor(drop, dtype=torch.long))[:, None]
    patterns = [delayed(torch.from_numpy(example.tokens).long(), filler) for example in chosen]
    steps = max(pattern.shape[1] for pattern in patterns)
    filled = torch.full((len(chosen), network.codebooks, steps), filler, dtype=torch.long)
    for row, pattern in enumerate(patterns):
        filled[row, :, : pattern.shape[1]] = pattern
    given = torch.nn.functional.pad(filled[..., :-1], (1, 0), value=filler)
    wanted = filled.masked_fill(filled == filler, _IGNORED).transpose(1, 2)
    return Batch(
        words["input_ids"].to(network.device),
        heard.to(network.device),
        given.reshape(-1, steps).to(network.device),
        wanted.contiguous().to(network.device),
    )


def dealt(
    network: Network, pool: Sequence[Example], size: int, drop_share: float, chance: random.Random
) -> Iterator[Batch]:
    """All examples once, in a random order, in batches; a share of them without their text."""
    order = chance.sample(range(len(pool)), len(pool))
    for start in range(0, len(order), size):
        chosen = [pool[index] for index in order[start : start + size]]
        yield collate(network, chosen, [chance.random() < drop_share for _ in chosen])
