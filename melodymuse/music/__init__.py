"""What music is made of: scores, theory, emotion; nouns that every other room speaks of."""
