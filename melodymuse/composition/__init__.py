"""Composition: controls, form, harmony, the event vocabulary, and the LSTM note generator."""
