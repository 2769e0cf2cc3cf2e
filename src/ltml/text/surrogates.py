"""
Any text, in a form that databases keep.

SQLite and PostgreSQL store UTF-8, and UTF-8 has no lone surrogates; clients do send them (half an emoji, cut by a
length limit). Such a text is kept as bytes: UTF-8 with each surrogate in the three bytes it would have. The type of the
stored value, text or blob, says which of the two it is, so nothing needs escaping.
"""


def storable(text: str) -> str | bytes:
    """Return the text itself, or its bytes if UTF-8 cannot encode it. `restored` gives back exactly the same text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def restored(value: str | bytes) -> str:
    """Return the text `storable` was given; of other bytes, what can be decoded, with U+FFFD between."""
    if isinstance(value, str):
        return value
    try:
        return value.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return value.decode("utf-8", "replace")
