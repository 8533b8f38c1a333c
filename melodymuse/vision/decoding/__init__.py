"""The bytes of a picture file -> its pixels, whatever the kind of file and its small faults."""
