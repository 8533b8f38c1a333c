"""How a maker of sound from words is asked: in which words, and who found them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from melodymuse.comparison.takes import Brief
from melodymuse.errors import ControlError
from melodymuse.waveform.prompts import STYLES, write_prompt

if TYPE_CHECKING:
    from melodymuse.vision.features import Pixels
    from melodymuse.waveform.captions import Captioner
    from melodymuse.waveform.rewriting import Rewriter

DEFAULT_STYLE = "musical"


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """What turns a brief into words.

    Attributes:
        style: one of `prompts.STYLES`.
        variant: one of `variants.VARIANTS`, in place of a style.
        captioner: looks at each picture; None takes the brief's caption.
        rewriter: puts the words into others; None leaves them.
    """

    style: str = DEFAULT_STYLE
    variant: str | None = None
    captioner: Captioner | None = None
    rewriter: Rewriter | None = None

    @classmethod
    def load(
        cls,
        *,
        style: str | None = None,
        variant: str | None = None,
        captioner: str | None = None,
        rewriter: str | None = None,
        device: str = "auto",
    ) -> Asking:
        """Load the networks that are named, and those that a variant needs.

        Raises:
            ControlError: an unknown style or variant, or both.
            ModelError, MissingExtraError: a network that cannot be loaded.
        """
        if style is not None and variant is not None:
            raise ControlError("a variant finds all words by itself: leave out the style")
        if style is not None and style not in STYLES:
            raise ControlError(f"unknown prompt style '{style}': use one of {', '.join(STYLES)}")
        if variant is not None:
            from melodymuse.waveform.variants import chain_of, load_writers

            writers = load_writers(
                chain_of(variant), captioner=captioner, rewriter=rewriter, device=device
            )
            return cls(DEFAULT_STYLE, variant, writers.captioner, writers.rewriter)
        from melodymuse.waveform.captions import Captioner
        from melodymuse.waveform.rewriting import Rewriter

        return cls(
            style or DEFAULT_STYLE,
            None,
            None if captioner is None else Captioner.load(captioner, device),
            None if rewriter is None else Rewriter.load(rewriter, device),
        )

    def words(self, brief: Brief) -> str:
        """What the brief asks for, in words.

        Raises:
            ModelError: a network found no words.
        """
        seed = brief.controls.seed
        if self.variant is not None:
            from melodymuse.waveform.variants import Writers, chain_words

            pixels = None if self.captioner is None else _pixels(brief)
            writers = Writers(self.captioner, self.rewriter)
            return chain_words(brief.expressed.emotion, pixels, writers, seed=seed)[-1]
        caption = brief.caption
        if self.captioner is not None:
            caption = self.captioner.caption(_pixels(brief))
        words = write_prompt(self.style, brief.expressed, brief.controls, caption)
        return words if self.rewriter is None else self.rewriter.rewrite(words, seed=seed)

    @property
    def facts(self) -> Mapping[str, str]:
        """What a report says of it."""
        from melodymuse.waveform.naming import called

        way = {"Style": self.style} if self.variant is None else {"Variant": self.variant}
        networks = {"Caption by": self.captioner, "Rewritten by": self.rewriter}
        return way | {name: called(net.name) for name, net in networks.items() if net is not None}


def _pixels(brief: Brief) -> Pixels:
    from melodymuse.vision import load_image

    return load_image(brief.picture)
