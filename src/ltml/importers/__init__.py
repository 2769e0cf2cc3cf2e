"""What was said elsewhere comes in: one export format per file, each a plugin that reads a path and yields turns."""
