# Thin: each target does its own set-up in .venv and runs one command.
# make demo | make app | make test | make lint

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKSPACE ?= demo-workspace
# The demo leaves several campaigns; the one for the user is opened.
CAMPAIGN ?= $(if $(filter demo-workspace,$(WORKSPACE)),yours)
SEEDS ?=
ROUNDS ?=
PYTEST_ARGS ?=

.PHONY: demo app test lint clean

demo: $(STAMP)
	$(BIN)/specoracle demo --workspace $(WORKSPACE) \
	  $(if $(SPECTRA),--spectra $(SPECTRA)) $(if $(SEEDS),--seeds $(SEEDS)) $(if $(ROUNDS),--rounds $(ROUNDS))

app: $(STAMP)
	$(BIN)/specoracle app $(WORKSPACE) $(if $(CAMPAIGN),--campaign $(CAMPAIGN))

test: $(STAMP)
	@sh .ci/browser
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# The CPU build of torch is enough for everything here; constraints.txt pins what was
# tested together.
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $(STAMP)

clean:
	rm -rf $(VENV) demo-workspace
