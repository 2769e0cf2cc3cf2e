"""
Measuring: whether LTML remembers, whether sleep helps, and how far from the limit it is.

`logs` reads talk with questions, `systems` are what is compared, `bench.run` puts the questions, `report` shows the
result; `speed` measures time beside bare SQLite and NumPy; `synthetic` makes logs. Nothing here prints.
"""
