"""How tunes are measured: ours beside those of real songs, with the same code."""
