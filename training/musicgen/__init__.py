"""Fine-tuning MusicGen on pairs of text and audio: LoRA on its later layers, all else frozen."""
