"""Pictures, music and words joined by what they make people feel."""
