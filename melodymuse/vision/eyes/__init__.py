"""Eyes: what tells the feeling of a picture.  The built-in one, and stronger ones by choice."""
