"""Score and everything that reads, writes or draws one."""
