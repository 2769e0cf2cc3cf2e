"""Filters: what sorts important turns from useless ones. Every file here is one, a function from turns to verdicts."""
