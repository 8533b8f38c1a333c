"""The gallery: a room of pictures that play as one stands before them, as a folder of files."""
