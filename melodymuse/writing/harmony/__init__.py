"""Chords for a given tune: a learned model of what stands under which notes, and a search."""
