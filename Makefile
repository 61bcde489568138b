# Thin: each target does its own set-up in .venv and runs one command.
# make demo | make app | make test | make lint | make bench | make coverage | make fuzz

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
SIZES ?=
BENCH_ARGS ?=
FUZZ_SEED ?= 1

.PHONY: demo app test lint bench coverage fuzz clean

demo: $(STAMP)
	$(BIN)/specoracle demo --workspace $(WORKSPACE) \
	  $(if $(SPECTRA),--spectra $(SPECTRA)) $(if $(SEEDS),--seeds $(SEEDS)) $(if $(ROUNDS),--rounds $(ROUNDS))

app: $(STAMP)
	$(BIN)/specoracle app $(WORKSPACE) $(if $(CAMPAIGN),--campaign $(CAMPAIGN))

# Two files at a time, each with one thread: threads of two trainings wait for each other.
test: $(STAMP)
	@sh .ci/packages
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile $(PYTEST_ARGS)

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# Speed, memory and scale of ingest, of queries among 10⁷ candidates, of estimates and of the
# network, of reports of 4 million spectra (5 GB of disk), beside their peers, and a small replay;
# on a quiet machine. Keras, which the network is compared with, gets an environment in .cache; so
# does the replay, which goes on if it was interrupted. On a machine with a GPU, see also
# tests/bench/gpu_speed.py.
# SIZES="1000 10000 100000 1000000" needs 12 GB of disk for its million files.
bench: $(STAMP)
	$(BIN)/python tests/bench/huge_books.py --rows $(or $(ROWS),1000000)
	$(BIN)/python tests/bench/query_speed.py
	$(BIN)/python tests/bench/estimation_speed.py
	$(BIN)/python tests/bench/report_speed.py --rows $(or $(POOL),4000000)
	$(BIN)/python tests/bench/model_speed.py
	@sh .ci/packages
	$(BIN)/python tests/bench/desk_speed.py
	$(BIN)/specoracle replay .cache/replay --pool a --n 2000 --prevalence 0.02 \
	  --seeds 2 --budget 200 --presets random,skoda2020,default --workers 2
	$(BIN)/python tests/bench/bench.py $(if $(SIZES),--sizes $(SIZES)) \
	  $(if $(SPECTRA),--spectra $(SPECTRA)) $(BENCH_ARGS)

# How often the intervals of precision and completeness hold the truth, and whether
# stopping is advised at the plateau, both by simulation.
coverage: $(STAMP)
	$(BIN)/python tests/coverage/coverage_study.py
	$(BIN)/python tests/coverage/stopping_replays.py

# Ingest damaged files, folders with traps in them, and kills at random moments, of ingests
# and of the desk's kernels, in full.
fuzz: $(STAMP)
	$(BIN)/python tests/fuzz/fuzz_files.py --n 10000 --seed $(FUZZ_SEED)
	$(BIN)/python tests/fuzz/fuzz_entries.py
	$(BIN)/python tests/fuzz/fuzz_kills.py --n 50 --seed $(FUZZ_SEED)
	$(BIN)/python tests/fuzz/fuzz_desk.py --n 1000 --seed $(FUZZ_SEED)

# The CPU build of torch is enough for everything here; constraints.txt pins what was
# tested together.
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $(STAMP)

clean:
	rm -rf $(VENV) demo-workspace
