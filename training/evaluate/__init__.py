"""Evaluation of shipped models: `python -m training.evaluate composer --data DIR`."""
