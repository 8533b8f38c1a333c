"""EmoSet as published: reads it, trains one of several networks on it, says how good it is."""
