"""Who sorts important from useless. Every file here is a filter: a function from turns to verdicts."""
