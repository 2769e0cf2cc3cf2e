"""
How clients speak: one HTTP path's way of saying turns per file. Pure, bytes in, values out.

A file without an underscore is a dialect; the others are what dialects are made of (see docs/dialects.md).
"""
