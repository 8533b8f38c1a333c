"""Tiny networks with random weights, saved as the real ones are.

A MusicGen and its melody kind: a T5 encoder, a decoder with four codebooks, EnCodec at
32 kHz with 50 frames a second.  Tokenizers are trained here on a few sentences.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

# Before torch starts its threads: on busy cores they wait for each other (20 s against 0.22 s).
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest

_WHY = "needs the extra musicgen: pip install 'melodymuse[musicgen]'"
torch = pytest.importorskip("torch", reason=_WHY)
transformers = pytest.importorskip("transformers", reason=_WHY)

from melodymuse.waveform.loading import quiet_transformers  # noqa: E402

torch.set_num_threads(1)

CODEBOOKS = 4
SAMPLE_RATE = 32000
FRAME_RATE = 50
_CARD = """---
license: {licence}
library_name: transformers
---
# A tiny model with random weights
"""
_SENTENCES = [
    "a sad and slow solo piano piece in D minor at 66 bpm with a falling melody",
    "an excited fast piano music for a picture of a rocket on its launch pad",
    "mood genre tempo melody key bpm moods instrument: classical, happy, dark.",
    "a photograph of an astronaut and a cat in the evening light over the sea",
]


def tokenizer(end: bool) -> Any:
    """A byte-level tokenizer of some 300 pieces; `end` puts </s> at the end, as T5's does."""
    from tokenizers import ByteLevelBPETokenizer
    from tokenizers.processors import TemplateProcessing

    raw = ByteLevelBPETokenizer()
    special = ["<pad>", "</s>", "<unk>"]
    raw.train_from_iterator(_SENTENCES, vocab_size=320, min_frequency=1, special_tokens=special)
    if end:
        raw._tokenizer.post_processor = TemplateProcessing(
            single="$A </s>", special_tokens=[("</s>", 1)]
        )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=raw._tokenizer,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        bos_token="</s>",
    )


def encodec_config(**changes: Any) -> Any:
    """EnCodec at 32 kHz and 50 frames a second, 4 codebooks of 64 entries."""
    facts = {
        "sampling_rate": SAMPLE_RATE,
        "target_bandwidths": [1.2],
        "upsampling_ratios": [20, 8, 4],
        "num_filters": 4,
        "hidden_size": 16,
        "codebook_size": 64,
        "codebook_dim": 16,
        "num_lstm_layers": 1,
        "num_residual_layers": 1,
        "chunk_length_s": None,
        "normalize": False,
        "audio_channels": 1,
        "use_causal_conv": False,
    }
    return transformers.EncodecConfig(**{**facts, **changes})


def musicgen(
    *, melody: bool = False, stereo: bool = False, codebooks: bool = True, coarse: bool = False
) -> Any:
    """A MusicGen with random weights.

    Args:
        melody: the kind that follows a melody.
        stereo: two channels, eight codebooks.
        codebooks: fill EnCodec's codebooks, which are zeros on a fresh model.
        coarse: a tenth of the frames a second, so that sound takes a tenth of the steps.
    """
    torch.manual_seed(0)
    few = {"upsampling_ratios": [40, 20, 8], "target_bandwidths": [0.12]}
    codec = encodec_config(**(few if coarse else {}))
    text = transformers.T5Config(
        vocab_size=320, d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2
    )
    shape = {
        "vocab_size": 64,
        "hidden_size": 24,
        "num_hidden_layers": 2,
        "ffn_dim": 32,
        "num_attention_heads": 2,
        "num_codebooks": 2 * CODEBOOKS if stereo else CODEBOOKS,
        "audio_channels": 2 if stereo else 1,
        "pad_token_id": 64,
        "bos_token_id": 64,
        "initializer_factor": 0.4,
    }
    if melody:
        config = transformers.MusicgenMelodyConfig(
            text_encoder=text,
            audio_encoder=codec,
            decoder=transformers.MusicgenMelodyDecoderConfig(**shape),
            chroma_length=235,
        )
        model = transformers.MusicgenMelodyForConditionalGeneration(config)
    else:
        config = transformers.MusicgenConfig(
            text_encoder=text,
            audio_encoder=codec,
            decoder=transformers.MusicgenDecoderConfig(**shape),
        )
        model = transformers.MusicgenForConditionalGeneration(config)
    # As Meta's folders have it.
    model.generation_config = transformers.GenerationConfig(
        bos_token_id=64,
        decoder_start_token_id=64,
        pad_token_id=64,
        do_sample=True,
        guidance_scale=3.0,
        max_length=1500,
    )
    if codebooks:
        for layer in model.audio_encoder.quantizer.layers:
            layer.codebook.embed.normal_()
    _let_through(model.audio_encoder.encoder)
    return model.eval()


def _let_through(encoder: Any) -> None:
    """Louder, and without offsets: fresh weights let so little through that all tokens are one."""
    with torch.no_grad():
        for name, weights in encoder.named_parameters():
            if name.endswith("original0"):
                weights.mul_(2)
            elif name.endswith("conv.bias"):
                weights.zero_()


def save(model: Any, folder: Path, licence: str = "cc-by-nc-4.0") -> Path:
    """The model with its tokenizer and card in a folder."""
    with quiet_transformers():
        model.save_pretrained(folder)
        tokenizer(end=True).save_pretrained(folder)
    (folder / "README.md").write_text(_CARD.format(licence=licence))
    return folder


def save_captioner(folder: Path) -> Path:
    """A BLIP captioner with random weights for pictures of 32 pixels."""
    torch.manual_seed(0)
    words = tokenizer(end=False)
    text = {
        "vocab_size": len(words),
        "hidden_size": 16,
        "encoder_hidden_size": 16,
        "intermediate_size": 32,
        "projection_dim": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "bos_token_id": 1,
        "eos_token_id": 1,
        "sep_token_id": 1,
        "pad_token_id": 0,
        "initializer_range": 1.0,
    }
    sight = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "image_size": 32,
        "patch_size": 8,
        "initializer_range": 1.0,
    }
    config = transformers.BlipConfig(text_config=text, vision_config=sight, projection_dim=16)
    eye = transformers.BlipImageProcessorPil(size={"height": 32, "width": 32})
    with quiet_transformers():
        transformers.BlipForConditionalGeneration(config).save_pretrained(folder)
        transformers.BlipProcessor(eye, words).save_pretrained(folder)
    # As the real ones name it, whether torchvision is there or not.
    for name in ("preprocessor_config.json", "processor_config.json"):
        if (folder / name).exists():
            stated = (folder / name).read_text()
            (folder / name).write_text(stated.replace("ProcessorPil", "Processor"))
    return folder


def save_language_model(folder: Path, *, chats: bool = False) -> Path:
    """A GPT-2 with random weights, with a chat template if it `chats`."""
    torch.manual_seed(0)
    words = tokenizer(end=False)
    config = transformers.GPT2Config(
        vocab_size=len(words),
        n_positions=512,
        n_embd=16,
        n_layer=1,
        n_head=2,
        bos_token_id=1,
        eos_token_id=1,
    )
    with quiet_transformers():
        transformers.GPT2LMHeadModel(config).save_pretrained(folder)
    if chats:
        words.chat_template = (
            "{% for turn in messages %}{{ turn.role }}: {{ turn.content }}\n{% endfor %}"
        )
    words.save_pretrained(folder)
    return folder


def save_diffusion(folder: Path) -> Path:
    """A Stable Audio of diffusers with random weights: stereo at 16 kHz, at most 6 s."""
    diffusers = pytest.importorskip("diffusers", reason=_WHY)
    from diffusers.pipelines.stable_audio import StableAudioProjectionModel

    torch.manual_seed(0)
    text = transformers.T5Config(
        vocab_size=320, d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2
    )
    words = tokenizer(end=True)
    words.model_max_length = 128
    with quiet_transformers():
        diffusers.StableAudioPipeline(
            vae=diffusers.AutoencoderOobleck(
                encoder_hidden_size=4,
                downsampling_ratios=[4, 8, 10],
                channel_multiples=[1, 2, 4],
                decoder_channels=4,
                decoder_input_channels=8,
                sampling_rate=16000,
            ),
            text_encoder=transformers.T5EncoderModel(text),
            projection_model=StableAudioProjectionModel(16, 16, min_value=0, max_value=512),
            tokenizer=words,
            transformer=diffusers.StableAudioDiTModel(
                sample_size=300,
                in_channels=8,
                out_channels=8,
                num_layers=1,
                attention_head_dim=8,
                num_attention_heads=2,
                num_key_value_attention_heads=1,
                cross_attention_dim=16,
                cross_attention_input_dim=16,
                time_proj_dim=16,
                global_states_input_dim=32,
            ),
            scheduler=diffusers.EDMDPMSolverMultistepScheduler(prediction_type="v_prediction"),
        ).save_pretrained(folder)
    return folder
