"""The models and servers LTML talks to."""
