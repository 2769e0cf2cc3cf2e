"""`python -m ltml` is `ltml`."""

import sys

from ltml.interfaces.cli import main

if __name__ == "__main__":
    sys.exit(main())
