"""One chat exchange with memory in between, written once for every way in."""
