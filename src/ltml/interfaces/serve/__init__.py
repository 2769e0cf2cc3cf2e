"""The server: a proxy with memory in between, access and identity, and the nights beside it."""
