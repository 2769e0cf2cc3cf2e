"""
Where memory is kept. A file or folder that says `plugin` is a store.

`rules`, `redaction`, `identity` and `canonical` are what all stores share: pure functions, no file, no connection.
"""
