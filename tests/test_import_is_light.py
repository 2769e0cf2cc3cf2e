"""`import ltml` loads the standard library and apsw, and nothing else: people run this beside their model."""

import subprocess
import sys

CODE = """
import sys
before = set(sys.modules)
import ltml
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
print(sorted(loaded - set(sys.stdlib_module_names) - {"ltml", "apsw"}))
"""


def test_importing_the_package_loads_the_standard_library_and_apsw_only():
    run = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert (run.stderr, run.stdout) == ("", "[]\n")
