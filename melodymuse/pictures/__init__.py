"""Pictures of pieces: piano rolls, emotion wheels, contact sheets."""
