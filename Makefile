# Two commands on a fresh clone, with nothing but python3 and make:
#   make demo    compose from a photograph, into demo/
#   make test    install everything the tests need, check style and types, run the tests
# Both work in .venv; PYTHON=python3.12 chooses another interpreter.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# On a terminal pip shows what it brings; elsewhere a line says what is going on.
INSTALL := $(PIP) install $(if $(MAKE_TERMOUT),,--quiet)
PACKAGING := setup.cfg pyproject.toml
# What people call from Python; the other rooms are commands, or learn.
ROOMS := music planning vision writing midi engraving pictures audio
DOCUMENTED := melodymuse $(ROOMS:%=melodymuse.%)

.DEFAULT_GOAL := help
.PHONY: help demo test lint format docs wheel release-check refresh clean

help:
	@echo "make demo    compose from a photograph, into demo/"
	@echo "make test    style, types and all tests"
	@echo "make lint    style and types only"
	@echo "make format  put the source into the house style"
	@echo "make docs    build these pages and the Python interface as a site, into build/docs/"
	@echo "make wheel   build the installable wheel and the source archive, into dist/"
	@echo "make release-check build both, and try the wheel with each Python that is here"
	@echo "make refresh run all that README and notebooks show, and keep what it prints"
	@echo "make clean   remove what these commands made, except demo/"

demo: $(VENV)/.core
	@echo "Composing from a photograph, into demo/"
	@$(BIN)/melodymuse demo demo
	@echo "The command is $(BIN)/melodymuse; 'source $(BIN)/activate' puts it on your path."

test: lint
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.docs
	$(BIN)/python docs/pages.py build/docs
	$(BIN)/python -m pdoc -d google -o build/docs/api $(DOCUMENTED)

wheel: $(VENV)/.test
	$(BIN)/python -m build --outdir dist .

release-check: $(VENV)/.test
	$(BIN)/python release/check.py

refresh: $(VENV)/.test
	$(BIN)/python examples/refresh.py

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Stamps: each is as new as what was last installed, so that a repeated call starts at once.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "MelodyMuse needs Python 3.11 or newer: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' || \
	  { echo "this Python cannot make virtual environments: install python3-venv" >&2; exit 1; }
	@echo "Making an environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.core: $(PACKAGING) | $(BIN)/python
	@echo "Installing into $(VENV): some 800 MB on disk, a minute or two (docs/installing.md says of what)"
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.test: $(PACKAGING) | $(BIN)/python
	@echo "Installing what the tests need into $(VENV), TensorFlow among it: some minutes"
	$(INSTALL) --editable '.[test]'
	@touch $(VENV)/.core $@

$(VENV)/.docs: $(PACKAGING) | $(BIN)/python
	$(INSTALL) --editable '.[docs]'
	@touch $(VENV)/.core $@
