# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
# Needs Python 3.11 or newer, git and make. Everything else goes into .venv.

PYTHON ?= python3
PORT ?= 8000
# Tests at the same time; "make test TEST_WORKERS=0" runs one after the other.
TEST_WORKERS ?= auto
VENV := .venv
BIN := $(VENV)/bin
INPUTS := setup.cfg pyproject.toml constraints.txt

.PHONY: run test check bench messages clean

run: $(VENV)/.run ## Set up, migrate, harvest the demonstration, serve on http://127.0.0.1:$(PORT)
	@ALLMENDE_DATA_DIR="$${ALLMENDE_DATA_DIR:-$(CURDIR)/var}" $(BIN)/allmende serve --demo --migrate --port $(PORT)

test: check ## All checks and tests; those that need Chromium or PostgreSQL say so where these are missing
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --maxprocesses 4

check: $(VENV)/.test ## Lint, types, import rules, templates, licences of the files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/reuse --root . lint --quiet || $(BIN)/reuse --root . lint

bench: $(VENV)/.test ## The figures the issues name, each beside its reference
	$(BIN)/python -m benchmarks

messages: $(VENV)/.test ## Extract, update and compile the German and English texts
	$(BIN)/python -m registry.web.messages extract
	$(BIN)/python -m registry.web.messages compile

clean: ## Remove the virtual environment; the data in ./var stay
	rm -rf $(VENV) build *.egg-info

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Allmende needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Setting up the virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/pyvenv.cfg $(INPUTS)
	@echo "Installing Allmende and its dependencies (once; a minute or so) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,postgres]'
	@touch $@
