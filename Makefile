# `make build` sets up .venv and builds the dataset; `make test` sets up and runs every check.
# Setup runs again only when the lock file or pyproject.toml has changed.

VENV   := .venv
BIN    := $(VENV)/bin
LOCK   := requirements/dev.lock
STAMP  := $(VENV)/.ready
PIP    := $(BIN)/python -m pip --disable-pip-version-check
# Another interpreter: `make PYTHON=python3.12 build`
PYTHON ?=

# Newest first; one without `venv` and `ensurepip` cannot make an environment.
FIND_PYTHON = for python in $(PYTHON) $(if $(PYTHON),,python3.13 python3.12 python3.11 python3 python); do \
	if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
	then echo $$python; break; fi; done

.PHONY: build test lint types docs lock clean help
.DELETE_ON_ERROR:

help:
	@echo 'make build   set up $(VENV), check the records, build tables and descriptor'
	@echo 'make test    set up $(VENV), lint, check types, run all tests'
	@echo 'make lint | types | docs | lock | clean'

build: $(STAMP)
	$(BIN)/onrecord check
	$(BIN)/onrecord build

# Lint and types first: they are quick. The closing line of pytest comes last.
test: lint types
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(STAMP)
	$(BIN)/ruff check src tests benchmarks hatch_build.py
	$(BIN)/ruff format --check src tests benchmarks hatch_build.py

types: $(STAMP)
	$(BIN)/mypy

docs: $(STAMP)
	$(BIN)/mkdocs build --strict

# An environment left half-made by an interrupted run has no working pip and is made again.
$(STAMP): $(LOCK) pyproject.toml
	@if ! $(PIP) --version >/dev/null 2>&1; then \
		python=$$($(FIND_PYTHON)); \
		if [ -z "$$python" ]; then \
			echo 'onrecord needs Python 3.11 or newer, with venv and pip; none was found.' >&2; \
			echo 'help: install one, or name it: make PYTHON=python3.12 build' >&2; exit 2; \
		fi; \
		echo "setting up $(VENV) with $$($$python --version)"; \
		rm -rf $(VENV) && $$python -m venv $(VENV) || exit 2; \
	fi
	@$(PIP) install --quiet --require-hashes -r $(LOCK) \
	&& $(PIP) install --quiet --no-deps --no-build-isolation -e . \
	|| { echo 'the packages of $(LOCK) could not be installed; pip says why above.' >&2; \
	     echo 'help: pip needs to reach a package index, or a folder of wheels (PIP_FIND_LINKS).' >&2; exit 2; }
	@touch $@

# The lock files hold for every Python from 3.11 on. Without a header they name no index and no path.
COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate $(if $(UPGRADE),--upgrade)

# `make lock` adds what is missing; `make lock UPGRADE=1` takes the newest of everything.
lock: $(STAMP)
	$(COMPILE) --output-file requirements/core.lock
	$(COMPILE) --all-extras --group dev --constraint requirements/core.lock --output-file $(LOCK)

clean:
	rm -rf $(VENV) build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
