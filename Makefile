# Common Goal. `make demo` shows it, `make check` is the quick loop, `make test` is everything.
SHELL := /bin/bash
PY := .venv/bin/python
# Files that can be run; others in these folders, and NAME_data, are what they share.
runnable = $(patsubst $(1)/%.py,%,$(shell grep -ls '^if __name__' $(1)/*.py))
BENCHES := $(filter-out %_data,$(call runnable,bench))
PROOFS := $(call runnable,proof)

.PHONY: help demo setup setup-test setup-bench rules check test proof bench docs lock oracle tidy

help: ## this list
	@grep -hE '^[a-z%-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: setup ## value a demonstration programme and show the report
	.venv/bin/commongoal demo

setup:
	@scripts/setup

setup-test:
	@scripts/setup-test

setup-bench:
	@scripts/setup-bench

rules: setup
	$(PY) -m ruff check --quiet .
	$(PY) -m ruff format --check --quiet .
	.venv/bin/lint-imports --no-cache > .venv/lint-imports.txt || { cat .venv/lint-imports.txt; exit 1; }
	$(PY) -m mypy --no-error-summary

check: rules ## under a minute, no system package: the rules of the house and the quick tests
	HYPOTHESIS_PROFILE=quick $(PY) -m pytest -q -n 2 -m "not slow and not browser and not spark" tests/house $(wildcard tests/engine)

test: setup-test rules ## everything a change could break
	HYPOTHESIS_PROFILE=full $(PY) -m pytest -n 2 -m "not spark" -rs tests

proof: setup-bench $(addprefix proof-,$(PROOFS)) ## the full sizes; each ends in one JSON line

proof-%: setup-bench
	$(PY) -m proof.$*

bench: $(addprefix bench-,$(BENCHES)) ## every benchmark; bench-NAME runs one

bench-spark: setup-bench
	$(PY) bench/spark.py

bench-%: setup
	$(PY) bench/$*.py

docs: setup ## write the generated reference pages
	$(PY) scripts/make_docs.py

oracle: ## run policyengine-uk on the test households afresh, in an environment of its own
	@scripts/oracle

lock: ## resolve the pinned locks afresh (needs uv)
	scripts/lock

tidy: setup ## format, and mend what can be mended
	$(PY) -m ruff check --fix --quiet .
	$(PY) -m ruff format --quiet .
