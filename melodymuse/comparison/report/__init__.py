"""A comparison as a folder: one page that needs nothing else, a table, and the pieces."""
