# `make` alone lists what there is. Everything runs in .venv, which `make setup` makes; nothing needs root or Docker.

PYTHON ?= python3
ARGS ?=

BIN := .venv/bin
# The packages are installed anew when what pins or names them changes, and only then.
READY := .venv/ready

# The tests start hundreds of processes: what they import is compiled once, also where the environment says otherwise.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types contracts bench fuzz faults lock clean

help: ## Lists the targets.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Makes .venv with everything in it; does nothing the second time. PYTHON=python3.12 chooses a Python.

demo: $(READY) ## Starts a Temporal server and a worker, runs the documented onboarding to its end, and leaves nothing running.
	@$(BIN)/python -m demo

test: $(READY) ## Runs every test, four at a time: many wait for timers of a server. ARGS="tests/unit -k retry" chooses.
	$(BIN)/python -m pytest -n 4 --dist worksteal --durations 30 $(ARGS)

lint: $(READY) ## Checks style and formatting.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## Checks types, strictly.
	$(BIN)/mypy

contracts: $(READY) ## Checks that imports point one way.
	$(BIN)/lint-imports

bench: $(READY) ## Measures against the raw Temporal SDK, side by side in one run.
	$(BIN)/python -m benchmarks $(ARGS)

fuzz: $(READY) ## Compares 200,000 random expressions with a JavaScript engine, and tries 20,000 broken definitions. ARGS="--seed 2" takes others.
	$(BIN)/python -m fuzz.expressions $(ARGS)
	$(BIN)/python -m fuzz.definitions $(ARGS)

faults: $(READY) ## Counts what is lost or doubled among many events, approvals and writes: nothing may be. ARGS="--runs 50" makes it short.
	$(BIN)/python -m tests.faults $(ARGS)

# On Python 3.11, the oldest supported: newer ones need nothing more, older ones would need less.
lock: $(READY) ## Pins anew what pyproject.toml names, with hashes. ARGS="--upgrade" takes the newest versions.
	$(BIN)/python .ci/requirements.py | CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --no-config \
		--generate-hashes --allow-unsafe --strip-extras --no-annotate --no-emit-options \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links $(ARGS) --output-file requirements.lock -

clean: ## Removes .venv, caches and builds; what runs have left in .dosdk stays.
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or later is needed, and '$(PYTHON)' is not one: name yours, as in make setup PYTHON=python3.12" >&2; \
		exit 1; }
	@echo "Setting up .venv: a minute or two, once."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)
