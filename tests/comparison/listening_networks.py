"""Tiny networks that listen, with random weights, saved as the real ones are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.waveform.tiny import tokenizer, torch, transformers

LABELS = 5


def clap(folder: Path) -> Path:
    """A CLAP of 100 kB."""
    torch.manual_seed(0)
    words = tokenizer(end=False)
    # RoBERTa's tokenizers know these.
    words.add_special_tokens({"cls_token": "</s>", "sep_token": "</s>", "mask_token": "<unk>"})
    config = transformers.ClapConfig(
        text_config={
            "vocab_size": len(words),
            "hidden_size": 16,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "intermediate_size": 32,
            "max_position_embeddings": 130,
            "projection_dim": 8,
        },
        audio_config={
            "num_mel_bins": 64,
            "spec_size": 256,
            "window_size": 8,
            "patch_embeds_hidden_size": 8,
            "depths": [1, 1],
            "num_attention_heads": [1, 2],
            "hidden_size": 16,
            "projection_dim": 8,
            "num_hidden_layers": 2,
        },
        projection_dim=8,
    )
    transformers.ClapModel(config).save_pretrained(folder)
    ear = transformers.ClapFeatureExtractor(truncation="rand_trunc")
    ear.save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


def classifier(folder: Path, *, headless: bool = False) -> Path:
    """An audio spectrogram transformer of 5 labels; `headless` saves it without its classifier."""
    torch.manual_seed(0)
    config = transformers.ASTConfig(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_length=128,
        num_mel_bins=32,
        num_labels=LABELS,
    )
    kind: Any = transformers.ASTModel if headless else transformers.ASTForAudioClassification
    kind(config).save_pretrained(folder)
    transformers.ASTFeatureExtractor(max_length=128, num_mel_bins=32).save_pretrained(folder)
    return folder


def encodec(folder: Path) -> Path:
    """An EnCodec of 16 dimensions."""
    torch.manual_seed(0)
    config = transformers.EncodecConfig(
        sampling_rate=8000,
        hidden_size=16,
        num_filters=4,
        upsampling_ratios=[8, 5, 4],
        codebook_size=16,
        codebook_dim=16,
        num_lstm_layers=1,
        target_bandwidths=[0.8],
    )
    transformers.EncodecModel(config).save_pretrained(folder)
    return folder
