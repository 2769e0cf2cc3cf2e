"""The ways in, each a thin skin over `MemoryLayer`."""
