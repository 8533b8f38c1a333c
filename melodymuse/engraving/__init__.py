"""The printed score: from sounding notes to a page that a pianist reads."""
