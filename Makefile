# make run          the app, on http://localhost:7860
# make test         every test, browser tests included (make test ARGS="-k corpora" for some)
# make checkpoints  train the shipped checkpoints anew
# make screenshots  take the README's pictures anew
# make benchmarks   speed of touch in a real browser, and ratios, into docs/benchmarks.md
# make lint         style and types of the code
# make clean        take away what make has made
#
# PYTHON=python3.12  which Python to use        VENV=folder  where the virtual environment is
# CPU=1              on Linux: install the small build of PyTorch, without what a graphics card needs

VENV ?= .venv
BIN := $(VENV)/bin
NAMES := python3 python3.12 python3.11 python3.10 python
FITS := import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))
ifndef PYTHON
PYTHON := $(shell for name in $(NAMES); do $$name -c '$(FITS)' 2>/dev/null && echo $$name && break; done)
endif

# Stamps: what is installed is looked at again only when a requirements file has changed.
APP := $(VENV)/.app
TOOLS := $(VENV)/.tools

.PHONY: run test checkpoints screenshots benchmarks lint clean

run: $(APP)
	$(BIN)/python app.py $(ARGS)

test: $(TOOLS)
	@$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m pytest $(ARGS)

checkpoints: $(APP)
	@for name in $$($(BIN)/python -c 'from makemore.recipes import SHIPPED; print(*SHIPPED)'); do \
	    echo "== $$name"; $(BIN)/python -m makemore train $$name || exit; done

screenshots: $(TOOLS)
	@$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m tools.screenshots

benchmarks: $(TOOLS)
	@$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m tools.benchmarks

lint: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	@[ ! -f $(VENV)/pyvenv.cfg ] || rm -rf $(VENV)
	rm -rf .pytest_cache .ruff_cache .mypy_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(APP): requirements.txt
	@$(PYTHON) -c '$(FITS)' 2>/dev/null || { echo "Python 3.10, 3.11 or 3.12 is needed." \
	    "Install one, or name one: make PYTHON=/path/to/python3.12"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python cannot make a" \
	    "virtual environment. On Debian and Ubuntu: sudo apt-get install python3-venv"; exit 2; }
	@echo "Installing what the app needs into $(VENV); the first time takes some minutes."
	$(PYTHON) -m venv $(VENV)
	$(if $(CPU),$(BIN)/python -m pip install -r pre-requirements.txt)
	$(BIN)/python -m pip install -r requirements.txt
	@touch $@

$(TOOLS): $(APP) requirements-dev.txt
	@echo "Installing what the tests need into $(VENV)."
	$(BIN)/python -m pip install -r requirements-dev.txt
	@touch $@
