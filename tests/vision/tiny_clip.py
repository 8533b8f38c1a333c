"""Tiny CLIP and SigLIP models with random weights, saved as the real ones are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

# Before torch starts its threads: on busy cores they wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest

_WHY = "needs the extra eye: pip install 'melodymuse[eye]'"
torch = pytest.importorskip("torch", reason=_WHY)
transformers = pytest.importorskip("transformers", reason=_WHY)

from melodymuse.vision.eyes.words import AXIS_WORDS, EMOTION_WORDS, sentences  # noqa: E402
from melodymuse.waveform.loading import quiet_transformers  # noqa: E402

torch.set_num_threads(1)
_SHAPE = {
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
}
_PIECES = 320


def _tokenizer() -> Any:
    from tokenizers import ByteLevelBPETokenizer
    from tokenizers.processors import TemplateProcessing

    raw = ByteLevelBPETokenizer()
    texts = [text for phrases in EMOTION_WORDS.values() for text in sentences(phrases)]
    texts += [text for poles in AXIS_WORDS.values() for pole in poles for text in sentences(pole)]
    special = ["<pad>", "</s>", "<unk>"]
    raw.train_from_iterator(texts, vocab_size=_PIECES, min_frequency=1, special_tokens=special)
    # CLIP reads a text at the place of its end mark.
    raw._tokenizer.post_processor = TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=raw._tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )


def save_clip(folder: Path, *, kind: str = "clip") -> Path:
    """Write a tiny model, "clip" or "siglip", with random weights that are always the same."""
    torch.manual_seed(0)
    text = {**_SHAPE, "vocab_size": _PIECES, "max_position_embeddings": 32, "pad_token_id": 0}
    text |= {"bos_token_id": 0, "eos_token_id": 1}
    picture = {**_SHAPE, "image_size": 32, "patch_size": 8}
    if kind == "clip":
        config = transformers.CLIPConfig(
            text_config={**text, "projection_dim": 12},
            vision_config={**picture, "projection_dim": 12},
            projection_dim=12,
        )
        model = transformers.CLIPModel(config)
        processor = transformers.CLIPImageProcessorPil(
            size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}
        )
    else:
        config = transformers.SiglipConfig(
            text_config={**text, "projection_size": 16}, vision_config=picture
        )
        model = transformers.SiglipModel(config)
        processor = transformers.SiglipImageProcessorPil(size={"height": 32, "width": 32})
    with quiet_transformers():
        for part in (model, processor, _tokenizer()):
            part.save_pretrained(folder)
    return folder
