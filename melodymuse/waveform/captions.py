"""What a picture shows, in words: from a captioning network, or from its visual features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from melodymuse.errors import ModelError
from melodymuse.optional import need
from melodymuse.vision.features import Pixels, VisualFeatures
from melodymuse.vision.reference import read_reference
from melodymuse.waveform.prompts import plain_line

# Feature -> the word where a picture has less of it than a third of the reference photos, and the
# word where it has more than two thirds.  Blobs say little that edges do not.
_WORDS = {
    "brightness": ("dark", "bright"),
    "colorfulness": ("muted", "colourful"),
    "warmth": ("cool-toned", "warm-toned"),
    "contrast": ("low-contrast", "high-contrast"),
    "edge_density": ("plain", "detailed"),
}
_LOW, _HIGH = 100 / 3, 200 / 3
_LONGEST_TOKENS = 40
_BEAMS = 3


def describe_features(features: VisualFeatures) -> str:
    """A picture's light, colour and detail beside those of the eye's reference photos, in words.

    Returns:
        Such as "a dark, muted, cool-toned picture"; "a picture" where nothing stands out.

    Raises:
        ModelError: the table that comes with the eye is missing or damaged.
    """
    standing = read_reference().standing(features)
    words = [
        low if standing[name] < _LOW else high
        for name, (low, high) in _WORDS.items()
        if not _LOW <= standing[name] <= _HIGH
    ]
    return f"a {', '.join(words)} picture" if words else "a picture"


@dataclass(frozen=True, slots=True, eq=False)
class Captioner:
    """A BLIP captioning network (Li et al. 2022, "BLIP: Bootstrapping Language-Image Pre-training",
    ICML).

    Attributes:
        name: the folder or hub name that it was loaded from.
        model: transformers' `BlipForConditionalGeneration`.
        processor: its image processor and tokenizer.
        device: ``"cuda"``, ``"mps"`` or ``"cpu"``.
    """

    name: str
    model: Any
    processor: Any
    device: str

    @classmethod
    def load(cls, name_or_path: str, device: str = "auto") -> Captioner:
        """Load a captioner from a folder or the hub, such as Salesforce/blip-image-captioning-base.

        Raises:
            ModelError: no such model, no BLIP, a damaged one, or too large a one.
            ControlError: an unknown device, or one that this machine does not have.
            MissingExtraError: torch or transformers is not installed.
        """
        need("torch", "transformers", purpose="a captioner")
        import transformers

        from melodymuse.waveform.devices import choose_device
        from melodymuse.waveform.loading import (
            explained,
            load_pretrained,
            place,
            quiet_transformers,
        )

        def choose(config: Any) -> Any | None:
            return (
                transformers.BlipForConditionalGeneration if config.model_type == "blip" else None
            )

        chosen = choose_device(device)
        model = load_pretrained(name_or_path, "BLIP captioner", choose, chosen)
        with quiet_transformers(), explained(name_or_path):
            processor = transformers.AutoProcessor.from_pretrained(name_or_path)
        return cls(name_or_path, place(model, name_or_path, chosen), processor, chosen)

    def caption(self, pixels: Pixels, begin: str = "") -> str:
        """What a picture shows, in one line, always the same for the same picture.

        Args:
            pixels: uint8 (H, W, 3), RGB.
            begin: words that the caption begins with, which the network goes on from.

        Raises:
            ModelError: the network found no words, or memory ran out.
        """
        import torch

        from melodymuse.waveform.devices import enough_memory
        from melodymuse.waveform.loading import SMALLER, quiet_transformers

        with (
            quiet_transformers(),
            torch.inference_mode(),
            enough_memory("caption the picture", self.device, SMALLER),
        ):
            seen = self.processor(images=pixels, return_tensors="pt").to(self.device)
            tokens = self.model.generate(
                pixel_values=seen["pixel_values"],
                input_ids=self._begun(begin) if begin else None,
                max_new_tokens=_LONGEST_TOKENS,
                num_beams=_BEAMS,
                do_sample=False,
            )
        words = plain_line(self.processor.decode(tokens[0], skip_special_tokens=True))
        if not words:
            raise ModelError(f"'{self.name}' found no words for the picture: give a caption")
        return words

    def _begun(self, text: str) -> Any:
        """A text as the network takes it: `generate` puts its own mark in the first place, and
        leaves out the last one."""
        import torch

        inner = self.processor.tokenizer(text, add_special_tokens=False)["input_ids"]
        kinds = self.model.config.text_config
        places = [kinds.bos_token_id, *inner, kinds.sep_token_id]
        return torch.tensor([places], device=self.device)
