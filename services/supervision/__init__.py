"""实时监察: what is watched, read off the stream while it happens."""
