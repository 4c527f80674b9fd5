# Two commands do the job, from a fresh clone: make run, make test. The rest is help.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WANTED := $(shell cat .python-version)
TOOLS := $(VENV)/tools
ARGS ?=

# The first interpreter that is new enough; a pyenv shim may answer only when its version is named.
define FIND_PYTHON
for version in "$${PYENV_VERSION:-}" $(WANTED) 3.13 3.14; do \
  for name in python$(WANTED) python3.13 python3.14 python3 python; do \
    if found=$$(PYENV_VERSION=$$version $$name -c \
      'import sys, venv; sys.version_info >= (3, 12) or sys.exit(1); print(sys.executable)' 2>/dev/null); then \
      echo "$$found"; exit 0; \
    fi; \
  done; \
done; \
echo "No Python $(WANTED) or newer was found on PATH: install it (for example 'pyenv install $(WANTED)') and try again." >&2; exit 1
endef

.PHONY: help run check test fingerprints mutants reseeding campaigns bom audit odd docs notebooks setup clean

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: setup  ## the what-if: four policies against the baseline (make run ARGS="policy=overseas_weight scale=0.05")
	@$(BIN)/brain-circulation $(ARGS)

check: setup  ## lint, types and the fast tests: within a minute on two cores
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest -q -n auto --dist loadscope -m "not slow"

test: setup  ## lint, types and every test: what continuous integration runs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist loadscope

fingerprints: setup  ## whether numbers moved: make fingerprints BASE=<commit> [HEAD=<commit>]
	@test -n "$(BASE)" || { echo "Say which commit to compare with: make fingerprints BASE=main" >&2; exit 1; }
	@$(BIN)/python -m tests.compare_fingerprints $(BASE) $(HEAD)

mutants: setup  ## break rules and ledger one by one and say what no test notices (make mutants ARGS="ties", ARGS="--random 300 --seed 1")
	@$(BIN)/python -m tests.mutants $(ARGS)

reseeding: setup  ## tests of random numbers under 200 other seeds: false alarms, and what is noticed (make reseeding ARGS="--runs 20")
	@$(BIN)/python -W ignore -m tests.reseeding $(ARGS)

campaigns: setup  ## thousands of generated lines, files and stops, each with what is owed (make campaigns ARGS="policies --number 200")
	@$(BIN)/python -m tests.campaigns $(if $(ARGS),$(ARGS),all)

bom: $(TOOLS)  ## the software bill of materials of the locked versions, CycloneDX, in results/bom.json
	@$(TOOLS)/bin/cyclonedx-py environment $(BIN)/python --of JSON -o results/bom.json

audit: $(TOOLS)  ## whether weaknesses are known of the locked versions; ends with 3 where the database cannot be reached
	@$(BIN)/python -m tests.audit $(TOOLS)/bin/pip-audit

$(TOOLS): $(READY)
	@$(BIN)/python -m venv --clear $@
	@$@/bin/python -m pip install -qq "cyclonedx-bom>=7,<8" "pip-audit>=2.9,<3"
	@touch $@

odd: setup  ## write the tables of docs/odd.md anew from the code and the data
	@$(BIN)/python -m experiments.documents

docs: setup  ## the documents and the reference of the code as a site in site/
	@$(BIN)/python -m mkdocs build --strict

notebooks: setup  ## run every notebook; executed copies with figures in results/notebooks
	@$(BIN)/python -m experiments.notebooks

setup: $(READY)  ## the virtual environment with the locked versions, and the loops compiled (done by run and test)

$(READY): requirements.lock pyproject.toml .python-version
	@python=$$($(FIND_PYTHON)); \
	echo "Setting up $(VENV) with $$($$python -V); this takes some minutes the first time."; \
	$$python -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --no-compile --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib >/dev/null 2>&1 & \
	$(BIN)/python -c "from experiments.run.worker import warm_up; warm_up()"; \
	wait  # one core compiles the libraries, which pip would do before, the other the loops
	@touch $@

clean:  ## remove the virtual environment, caches and egg-info; results stay
	rm -rf $(VENV) *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
