# Everything happens in .venv, in this folder.  Nothing else is touched, except the model cache (~/.cache/penchant).
PYTHON ?= python3
BIN := .venv/bin
# One thread a process: PyTorch's threads wait for each other on small matrices, and on a busy machine for ever.
export OMP_NUM_THREADS ?= 1
export HF_HUB_OFFLINE ?= 1
export TOKENIZERS_PARALLELISM ?= false

.PHONY: demo test lint dev clean

demo: .venv/installed  ## tell one story, from people's sentences to explained recommendations
	@$(BIN)/penchant model get
	@$(BIN)/penchant demo

test: .venv/installed  ## run the tests, two at a time (about 15 minutes on two cores)
	@$(BIN)/penchant model get
	@$(BIN)/pytest -q -n 2 --dist loadfile $(TESTS)

lint: .venv/installed  ## style, types, walls between rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

dev: .venv/installed  ## set up for work on the code
	$(BIN)/pre-commit install

clean:
	rm -rf .venv penchant-data .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt torch --editable '.[dev]'
	@touch .venv/installed
