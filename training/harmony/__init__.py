"""The harmony network: which chords people put under a tune, and how that is learned."""
