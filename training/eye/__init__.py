"""The eye: reads OASIS, trains the emotion network, validates it and exports it to ONNX."""
