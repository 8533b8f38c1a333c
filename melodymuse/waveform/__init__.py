"""The waveform side: MusicGen makes sound from words, to be heard beside the notes.

    EmotionProfile, Controls ─ prompts ─► text ─ MusicGen ─► Clip ─► .wav, .flac, .ogg, .mp3

Needs the extra ``musicgen``; nothing here is imported by composing.
"""
