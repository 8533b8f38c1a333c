"""Abstract pictures of pieces: what sounds, as colour and form.  It never asks an eye."""
