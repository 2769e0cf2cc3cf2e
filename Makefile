# Everything one types in this repository. Needs make and Python >= 3.11, nothing else.
#
# How it works. There is one virtual environment, .venv, and two sets of locked packages: what LTML needs
# (requirements.txt) and that plus the tools (requirements-dev.txt). A command first asks for its set. What was installed,
# from which locks and for which folder, stands in .venv/ltml-run or .venv/ltml-dev; if that is still true, nothing is
# done. Contents count, not dates, so that a checkout or a moved folder is noticed and a touch is not.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# A half-active environment of somebody else's must not leak into ours.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH PYTHONUSERBASE PIP_PREFIX PIP_REQUIRE_VIRTUALENV PIP_TARGET PIP_USER

# Another interpreter: make test PYTHON=/path/to/python
PYTHON ?=
PYTHONS := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python

# Passed on to what the command runs: make test ARGS="-k undo", make bench ARGS="locomo PATH"
ARGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet

.PHONY: help run demo bench test lint fix lock clean ready-run ready-dev

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

run: ready-run ## start LTML in front of the model on this machine
	@$(BIN)/python -m ltml serve $(ARGS)

demo: ready-run ## a week of talk, a night, a morning; no model needed
	@$(BIN)/python -m ltml demo $(ARGS)

bench: ready-run ## measure: make bench ARGS="NAME PATH"
	@$(BIN)/python -m ltml bench $(ARGS)

test: ready-dev ## run every test this machine can run
	@$(BIN)/python -m pytest -n auto $(ARGS)

lint: ready-dev ## format, rules, types and the import contract
	@failed=; \
	$(BIN)/python -m ruff format --check . || failed=1; \
	$(BIN)/python -m ruff check . || failed=1; \
	$(BIN)/python -m mypy || failed=1; \
	$(BIN)/lint-imports --no-cache --no-logo || failed=1; \
	test -z "$$failed"

fix: ready-dev ## repair what can be repaired
	@$(BIN)/python -m ruff check --fix .
	@$(BIN)/python -m ruff format .

lock: ## write the lock files anew (needs uv); newer versions: make lock ARGS=--upgrade
	@$(LOCK) --output-file requirements.txt
	@$(LOCK) --extra dev --constraint requirements.txt --output-file requirements-dev.txt

clean: ## remove the environment and all caches
	@rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache dist
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

LOCK = uv pip compile pyproject.toml --group build $(ARGS) --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet

ready-run:
	@mark=.venv/ltml-run lock=requirements.txt; $(ready)

ready-dev:
	@mark=.venv/ltml-dev lock=requirements-dev.txt; $(ready)

# The build backend comes with the locked packages: building without isolation fetches nothing more.
define ready
want="$$(cat requirements.txt requirements-dev.txt pyproject.toml | cksum) $$(pwd)"; \
for each in $$mark .venv/ltml-dev; do \
  if [ "$$(cat $$each 2>/dev/null)" = "$$want" ] && $(BIN)/python -c '' 2>/dev/null; then exit 0; fi; \
done; \
$(find_python); \
echo "Setting up .venv from $$lock with $$python; this takes a minute, once ..." >&2; \
{ $(at_home) || { "$$python" -m venv --clear .venv && pwd > .venv/ltml-home; }; } && \
$(PIP) install --require-hashes --requirement $$lock && \
$(PIP) install --no-deps --no-build-isolation --editable . && \
echo "$$want" > $$mark
endef

# Scripts in an environment name its folder: one that was moved or copied is made anew.
at_home = { [ "$$(cat .venv/ltml-home 2>/dev/null)" = "$$(pwd)" ] && \
  $(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

define find_python
python=; bare=; \
for each in $(PYTHONS); do \
  if "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
    if "$$each" -c 'import ensurepip, venv' 2>/dev/null; then python="$$each"; break; fi; \
    bare="$$each"; \
  fi; \
done; \
if [ -z "$$python" ]; then \
  if [ -n "$$bare" ]; then echo "$$bare cannot make virtual environments; install its venv package" \
    "(on Debian and Ubuntu: apt install python3-venv)." >&2; \
  else echo "LTML needs Python 3.11 or newer and found none (python3 is: $$(python3 --version 2>&1))." \
    "Name one with: make PYTHON=/path/to/python3.11" >&2; fi; \
  exit 1; \
fi
endef
