"""The composer of Melody Muse (Bath, Kumar, Dayal), built as their paper tells it: a baseline."""
