"""From a picture, an emotion or the user's own text to the words that MusicGen is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from melodymuse import api
from melodymuse.errors import ControlError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.planning.controls import Controls
from melodymuse.waveform.captions import Captioner, describe_features
from melodymuse.waveform.prompts import STYLES, check_prompt, write_prompt
from melodymuse.waveform.rewriting import Rewriter
from melodymuse.waveform.stop_words import without_stop_words
from melodymuse.waveform.variants import chain_of, chain_words, load_writers

DEFAULT_STYLE = "musical"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a user says about the words; None where the picture or the emotion decides.

    Attributes:
        image: a picture, as `melodymuse.analyze` takes it.
        prompt: the user's own words; then nothing else that is felt or shown may be given.
        emotion: one of the eight emotions, in place of the picture's.
        valence: unpleasant -1 .. pleasant 1, likewise.
        arousal: calm -1 .. excited 1, likewise.
        key: the key to speak of, such as "D minor".
        tempo: the quarter notes a minute to speak of.
        style: one of `prompts.STYLES`.
        caption: what the picture shows.
        captioner: a BLIP network's folder or hub name, which is asked for the caption.
        rewriter: a language model's folder or hub name, which rewrites the words.
        drop_stop_words: leave out words that carry no music.
        variant: one of `variants.VARIANTS`, in place of a style.
    """

    image: Any = None
    prompt: str | None = None
    emotion: str | None = None
    valence: float | None = None
    arousal: float | None = None
    key: str | None = None
    tempo: float | None = None
    style: str = DEFAULT_STYLE
    caption: str | None = None
    captioner: str | None = None
    rewriter: str | None = None
    drop_stop_words: bool = False
    variant: str | None = None

    def check(self) -> None:
        """See that the wishes fit together.

        Raises:
            ControlError: they do not.
        """
        if self.style not in STYLES:
            known = ", ".join(STYLES)
            raise ControlError(f"unknown prompt style '{self.style}': use one of {known}")
        felt = (self.emotion, self.valence, self.arousal, self.key, self.tempo)
        shown = (self.image, self.caption, self.captioner)
        if self.prompt is not None and any(wish is not None for wish in (*felt, *shown)):
            raise ControlError(
                "a prompt of your own says it all: leave out the picture, its caption, the "
                "emotion, the key and the tempo"
            )
        if self.variant is not None:
            self._check_variant(self.variant)
        if self.captioner is not None and (self.image is None or self.caption is not None):
            raise ControlError(
                "a captioner looks at a picture that has no caption: give a picture, and leave "
                "out the caption or the captioner"
            )

    def _check_variant(self, variant: str) -> None:
        chain = chain_of(variant)
        over = (self.prompt, self.caption, self.key, self.tempo)
        if self.style != DEFAULT_STYLE or any(wish is not None for wish in over):
            raise ControlError(
                "a variant finds all words by itself: leave out style, prompt, caption, key and "
                "tempo"
            )
        if chain.captions and self.image is None:
            raise ControlError(f"the variant '{variant}' looks at a picture: give one")


@dataclass(frozen=True, slots=True)
class Words:
    """What the model is told, and where the words come from.

    Attributes:
        prompt: the words.
        style: the prompt's style, or the name of the variant; None for the user's own words, as
            all that follow.
        caption: what the picture shows, in words; None where nobody said.
        profile: the feeling that the words express.
        controls: the key and tempo that they speak of, with all else that the feeling asks for.
    """

    prompt: str
    style: str | None = None
    caption: str | None = None
    profile: EmotionProfile | None = None
    controls: Controls | None = None


def find_words(wishes: Wishes, *, seed: int, device: str = "auto") -> Words:
    """Find the words.

    A picture's feeling is heightened as `melodymuse.compose` does, and key and tempo are those that
    it takes for the seed, so that a waveform and a piece of the same picture and seed compare.

    Args:
        wishes: what the user says.
        seed: chooses the tonic where no key is given, and what the rewriter draws.
        device: where captioner and rewriter run.

    Raises:
        ControlError: wishes that do not fit together, or impossible values.
        ImageError: the picture cannot be read.
        ModelError: captioner or rewriter cannot be used, or found no words.
        MissingExtraError: they need a package that is not installed.
    """
    wishes.check()
    if wishes.variant is not None:
        words = _varied(wishes, wishes.variant, seed, device)
    else:
        words = _felt(wishes, seed, device) if wishes.prompt is None else Words(wishes.prompt)
    check_prompt(words.prompt)
    prompt = words.prompt
    if wishes.rewriter is not None and wishes.variant is None:
        prompt = Rewriter.load(wishes.rewriter, device).rewrite(prompt, seed=seed)
    if wishes.drop_stop_words:
        prompt = without_stop_words(prompt)
    return replace(words, prompt=prompt)


def _varied(wishes: Wishes, variant: str, seed: int, device: str) -> Words:
    from melodymuse.vision import load_image

    seen = None if wishes.image is None else api.analyze(wishes.image)
    plan = api.plan(
        seen, emotion=wishes.emotion, valence=wishes.valence, arousal=wishes.arousal, seed=seed
    )
    chain = chain_of(variant)
    writers = load_writers(
        chain, captioner=wishes.captioner, rewriter=wishes.rewriter, device=device
    )
    pixels = load_image(wishes.image) if chain.captions else None
    said = chain_words(plan.expressed.emotion, pixels, writers, seed=seed)
    caption = said[1] if chain.captions else None
    return Words(said[-1], variant, caption, plan.expressed, plan.controls)


def _felt(wishes: Wishes, seed: int, device: str) -> Words:
    seen = None if wishes.image is None else api.analyze(wishes.image)
    plan = api.plan(
        seen,
        emotion=wishes.emotion,
        valence=wishes.valence,
        arousal=wishes.arousal,
        seed=seed,
        key=wishes.key,
        tempo=wishes.tempo,
    )
    caption = wishes.caption
    if seen is not None:
        if wishes.captioner is not None:
            from melodymuse.vision import load_image

            caption = Captioner.load(wishes.captioner, device).caption(load_image(wishes.image))
        elif caption is None:
            caption = describe_features(seen.features)
    prompt = write_prompt(wishes.style, plan.expressed, plan.controls, caption)
    return Words(prompt, wishes.style, caption, plan.expressed, plan.controls)
