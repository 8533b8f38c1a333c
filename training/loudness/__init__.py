"""How loud a bar is, learned from printed dynamics."""
