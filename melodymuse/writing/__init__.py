"""From a plan to notes: the event vocabulary, the LSTM note generator, its rules and its critic."""
