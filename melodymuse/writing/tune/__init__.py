"""The tune: written before everything else, phrase by phrase, over the planned chords."""
