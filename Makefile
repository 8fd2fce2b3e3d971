# Two commands on a machine with python3 (3.11 or newer, with venv) and make: `make run`, `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --quiet --disable-pip-version-check
PORT   ?= 8000
WORDS  := $(patsubst %.po,%.mo,$(wildcard web/translations/*/LC_MESSAGES/messages.po))

.PHONY: install run test soak bench check format pictures translations lock clean

install: $(VENV)/.installed $(WORDS)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Passerelle needs Python 3.11 or newer; name it with: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "Python cannot make a virtual environment; on Debian: apt install python3-venv" >&2; exit 1; }

$(VENV)/.installed: requirements.lock setup.cfg setup.py pyproject.toml web/assets/package-lock.json | $(BIN)/python
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --editable .
	$(BIN)/passerelle warm
	@touch $@

$(VENV)/.tested: requirements-test.lock $(VENV)/.installed
	$(PIP) install --require-hashes --requirement requirements-test.lock
	@touch $@

$(VENV)/.benched: requirements-bench.lock $(VENV)/.tested
	$(PIP) install --require-hashes --requirement requirements-bench.lock
	@touch $@

# The installation compiles them too; what a pull brings since is compiled here.
%.mo: %.po | $(VENV)/.installed
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

run: install
	@PORT=$(PORT) $(BIN)/passerelle serve

# Whole files go to each processor, in the order of their names: journeys are long, and begin early.
test: $(VENV)/.tested $(WORDS)
	$(BIN)/python -m pytest --numprocesses logical --dist loadfile --no-loadscope-reorder $(ARGS)

# Every proof with all of its tries, test by test to whichever processor is free: some six hours on two of them, five of
# which are lives (reckoned from parts; see SECURITY.md for what was run).
# One proof alone: make soak ARGS=tests/models/test_crashes.py
soak: $(VENV)/.tested $(WORDS)
	PASSERELLE_TRIES=full $(BIN)/python -m pytest --numprocesses logical --dist worksteal $(ARGS)

# Beside what a user would pick instead. Settings: SIZES (such as 1000x500), ROUNDS, LIMIT (seconds of computing),
# MEMORY (GB), SCALE and VERIFIED (most people of the pools that ours is measured on alone, and through files).
bench: $(VENV)/.benched
	$(BIN)/python -m pytest tests/bench
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.plans

check: $(VENV)/.tested
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/check_translations.py
	$(BIN)/python tests/check_privacy.py

format: $(VENV)/.tested
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# What the README shows, taken anew.
pictures: $(VENV)/.tested $(WORDS)
	$(BIN)/python -m tests.journeys.pictures

translations:
	$(BIN)/pybabel --quiet extract --mapping-file web/translations/babel.cfg --no-location --sort-output --no-wrap \
	  --project passerelle --output-file web/translations/messages.pot web
	$(BIN)/pybabel --quiet update --input-file web/translations/messages.pot --output-dir web/translations \
	  --no-fuzzy-matching --ignore-obsolete --no-wrap --ignore-pot-creation-date

# The lock files hold versions and hashes, never where they came from.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --extra postgresql --extra scale --output-file requirements.lock setup.cfg
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --extra postgresql --extra scale --extra cluster --extra test \
	  --constraint requirements.lock --output-file requirements-test.lock setup.cfg
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --extra scale --extra bench \
	  --constraint requirements-test.lock --output-file requirements-bench.lock setup.cfg

clean:
	rm -rf $(VENV) build dist *.egg-info web/static/vendor
