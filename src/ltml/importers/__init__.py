"""Importers of other programs' exports: one format per file, each a plugin that reads a path and yields turns."""
