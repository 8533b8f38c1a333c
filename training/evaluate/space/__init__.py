"""Where pieces of many makers and their captions stand to each other, as ImAudible asks it."""
