"""Training of the note generator: data readers, corpus, network, training, export, evaluation."""
