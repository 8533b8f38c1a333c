"""The four ways from a painting to MusicGen's words of Hisariya, Zhang & Liang 2024, "Bridging
Paintings and Music - Exploring Emotion based Music Generation through Paintings".

- emotive: the emotion's word alone;
- narrative: what BLIP sees, its caption beginning with the emotion's word;
- lyrical: that caption, put into musical terms by a language model;
- optimised: the words of the lyrical one, for a model that was fine-tuned on precomputed tokens,
  its first layers frozen (``python -m training.musicgen``).

The paper does not print the prefix that conditions BLIP: here it is the emotion's word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from melodymuse.errors import ControlError
from melodymuse.vision.features import Pixels
from melodymuse.waveform.captions import Captioner
from melodymuse.waveform.rewriting import PAINTING, Rewriter

# The paper's own networks.
CAPTIONER = "Salesforce/blip-image-captioning-large"
REWRITER = "tiiuae/falcon-rw-1b"


@dataclass(frozen=True, slots=True)
class Chain:
    """What a variant goes through.

    Attributes:
        captions: whether a captioner looks at the picture.
        rewrites: whether a language model rewrites the caption.
        tuned: whether MusicGen was trained on for it.
    """

    captions: bool = False
    rewrites: bool = False
    tuned: bool = False


VARIANTS: Mapping[str, Chain] = MappingProxyType(
    {
        "emotive": Chain(),
        "narrative": Chain(captions=True),
        "lyrical": Chain(captions=True, rewrites=True),
        "optimised": Chain(captions=True, rewrites=True, tuned=True),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Writers:
    """The networks of a chain, loaded; None where it needs none."""

    captioner: Captioner | None = None
    rewriter: Rewriter | None = None


def chain_of(variant: str) -> Chain:
    """What a variant goes through.

    Raises:
        ControlError: an unknown one.
    """
    if variant not in VARIANTS:
        raise ControlError(f"unknown variant '{variant}': use one of {', '.join(VARIANTS)}")
    return VARIANTS[variant]


def load_writers(
    chain: Chain, *, captioner: str | None, rewriter: str | None, device: str
) -> Writers:
    """The networks that a chain needs, from folders or the hub; the paper's where none is named.

    Raises:
        ModelError, MissingExtraError: one cannot be loaded.
    """
    return Writers(
        Captioner.load(captioner or CAPTIONER, device) if chain.captions else None,
        Rewriter.load(rewriter or REWRITER, device) if chain.rewrites else None,
    )


def chain_words(
    emotion: str, pixels: Pixels | None, writers: Writers, *, seed: int
) -> tuple[str, ...]:
    """What each step of the chain says: the emotion, its caption, that caption rewritten.

    Args:
        emotion: its word.
        pixels: uint8 (H, W, 3), RGB; None where nobody looks at them.
        writers: the networks of the chain.
        seed: what the language model draws by.

    Returns:
        One to three texts, of which the last is the prompt.

    Raises:
        ModelError: a network found no words, or memory ran out.
    """
    said = [emotion]
    if writers.captioner is not None and pixels is not None:
        said.append(writers.captioner.caption(pixels, begin=emotion))
    if writers.rewriter is not None:
        said.append(writers.rewriter.rewrite(said[-1], seed=seed, form=PAINTING))
    return tuple(said)
