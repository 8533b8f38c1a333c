"""MIDI files: read, written, and held against what a DAW expects."""
