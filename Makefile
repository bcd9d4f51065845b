# make run      the app on http://127.0.0.1:7860 (PORT=... changes it)
# make test     every test, browser included
# make check    lint, format, types, docs
# make help     the rest

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860
SIZE ?= small
SEED ?= 0
UV_VERSION := 0.13.8
DEBIAN_TEST_PACKAGES := chromium espeak-ng fluidsynth musescore-general-soundfont-small libopenal1 postgresql

.PHONY: help run test check format bench bench-study catalog clips corpus lock spleeter clean
.DEFAULT_GOAL := help

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.runtime  ## install what is missing and start the app
	PORT=$(PORT) $(BIN)/python app.py

test: $(VENV)/.dev $(VENV)/.browser  ## every test, browser included
	$(BIN)/python -m pytest

check: $(VENV)/.dev  ## lint, format, types, docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_architecture.py tests/test_docs.py

format: $(VENV)/.dev  ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev  ## time the way from click to mix, and MoviePy's re-encode beside it
	$(BIN)/python -m benchmarks.bench

bench-study: $(VENV)/.dev  ## fifty raters at once; kill -9 a thousand times while votes are written
	$(BIN)/python -m benchmarks.study_kills
	$(BIN)/python -m benchmarks.study_http

catalog: $(VENV)/.dev  ## render the starter catalog again (needs fluidsynth and a soundfont)
	$(BIN)/python -m mrcmv.corpus.starter --out catalog
	$(BIN)/python -c "from pathlib import Path; from mrcmv.indexing import ship; ship(Path('catalog'))"

clips: $(VENV)/.dev  ## make the sample clips again (needs espeak-ng and libopenal1)
	$(BIN)/python -m mrcmv.corpus.samples --out assets/clips

corpus: $(VENV)/.browser  ## build the corpus (SIZE=small, medium or full, SEED=0) into data/corpus
	$(BIN)/mrcmv corpus build --size $(SIZE) --seed $(SEED)

lock: $(VENV)/.uv  ## pin requirements*.in again
	$(BIN)/uv pip compile -q --universal --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 requirements-spleeter.in -o requirements-spleeter.txt

spleeter: .venv-spleeter/.installed  ## an environment of its own for the Spleeter backend (Python 3.11)

clean:  ## remove environments, caches and everything the app made
	rm -rf $(VENV) .venv-spleeter data build .pytest_cache .mypy_cache .ruff_cache .hypothesis

# A stamp says that its environment holds what its files ask for.

$(VENV)/.uv:
	@python=$$(for p in $(PYTHON) python3.12 python3.11 python3; do \
	  $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null \
	  && { echo $$p; break; }; done); \
	if [ -z "$$python" ]; then \
	  echo "MRCMV needs Python 3.11 or 3.12 and found neither. Install one, or name it: make PYTHON=/path/to/python3.12" >&2; \
	  exit 1; fi; \
	$$python -m venv $(VENV)
	$(BIN)/python -m pip install -q uv==$(UV_VERSION)
	@touch $@

$(VENV)/.runtime: requirements.txt | $(VENV)/.uv
	$(BIN)/uv pip install --python $(BIN)/python -r requirements.txt
	$(BIN)/uv pip install --python $(BIN)/python --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt pyproject.toml | $(VENV)/.runtime
	$(BIN)/uv pip install --python $(BIN)/python -r requirements.txt -r requirements-dev.txt
	@touch $@

# Debian as root: its own chromium and what the tests' media need. Elsewhere: Playwright's browser.
$(VENV)/.browser: | $(VENV)/.dev
	@if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  for p in $(DEBIAN_TEST_PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	  if [ -n "$$missing" ]; then apt-get update -q && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends $$missing; fi; \
	else $(BIN)/playwright install chromium; fi
	@touch $@

.venv-spleeter/.installed: requirements-spleeter.txt | $(VENV)/.uv
	$(BIN)/uv venv --python 3.11 .venv-spleeter
	$(BIN)/uv pip install --python .venv-spleeter/bin/python -r requirements-spleeter.txt
	@touch $@
