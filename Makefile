# Common Goal. `make demo` shows it, `make check` is the quick loop, `make test` is everything.
SHELL := /bin/bash
PY := .venv/bin/python
# Files that can be run; others in these folders, and NAME_data, are what they share.
runnable = $(patsubst $(1)/%.py,%,$(shell grep -ls '^if __name__' $(1)/*.py))
BENCHES := $(filter-out %_data,$(call runnable,bench))
PROOFS := $(call runnable,proof)

.PHONY: help demo demo-reset setup setup-test setup-bench rules check test test-sqlite test-postgresql proof bench docs lock oracle tidy

help: ## this list
	@grep -hE '^[a-z%-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: setup ## value an invented place's programme, build its site and serve it; PEOPLE=2000 for more than 600
	.venv/bin/commongoal demo --site --no-open $(if $(PEOPLE),--residents $(PEOPLE))

demo-reset: setup ## forget the demonstration, so that `make demo` builds it again
	.venv/bin/commongoal demo --reset

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

test: test-sqlite test-postgresql ## everything a change could break; tests/platform on both databases

test-sqlite: setup-test rules
	HYPOTHESIS_PROFILE=full $(PY) -m pytest -n 2 -m "not spark" -rs tests

test-postgresql: setup-test
	scripts/with-postgres $(PY) -m pytest -n 2 -rs tests/platform

proof: setup-bench $(addprefix proof-,$(PROOFS)) ## the full sizes; each ends in one JSON line

proof-kills: setup-test
	scripts/with-postgres $(PY) -m proof.kills

proof-%: setup-bench
	$(PY) -m proof.$*

bench: $(addprefix bench-,$(BENCHES)) ## every benchmark; bench-NAME runs one

bench-spark: setup-bench
	$(PY) bench/spark.py

bench-pages: setup-bench
	scripts/with-postgres $(PY) bench/pages.py

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
