"""
How people speak of passwords in languages that LTML knows nothing else of, one file a language.

To add a language is to add one file: `xx.py` beside these, with a module-level `secrets = SecretWords(...)`. A language
with a file in `ltml.text.languages` says the same there.
"""
