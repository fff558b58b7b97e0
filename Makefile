# Every task of the project. `make exam` and `make test` set up all that they need by themselves.

CACHE := $(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME),$(HOME)/.cache)/pivori-grader
UV_VERSION := 0.13.9
UV_HOME := $(CACHE)/uv-$(UV_VERSION)
# uv from PATH, else one of our own in the cache.
UV := $(or $(shell command -v uv 2>/dev/null),$(UV_HOME)/bin/uv)
# As many at a time as the machine has cores. Sandboxes come one after another: each wants the machine to itself.
# What each test took in the last run is kept beside the caches.
UNIT := .venv/bin/pytest -m "not engine" --numprocesses auto --dist worksteal --junitxml $(CACHE)/tests/unit.xml
E2E := .venv/bin/pytest -m engine --junitxml $(CACHE)/tests/e2e.xml

export UV_PYTHON_DOWNLOADS := never
# Trust what this machine trusts: some networks have an authority of their own.
export UV_SYSTEM_CERTS := true

# What kills the grader at every point where something is stored, and how often `make crash` repeats it.
CRASH := tests/exam/attempts/test_killed.py tests/exam/sessions/test_killed_session.py tests/exam/results/test_killed_exam.py
TIMES := 100

.PHONY: help exam test prove crash setup lint types layers unit e2e clean

help: ## Show the tasks.
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

exam: setup ## Set up everything and run a whole graded demo, ending in a report.
	.venv/bin/grader demo

test: setup lint types layers ## Set up everything and pass every test.
	.venv/bin/grader setup embedded
	$(UNIT)
	$(E2E)

prove: setup ## Prove every scenario: answers, rewrites, mutants, teardown.
	.venv/bin/grader prove

crash: .venv/.installed ## Kill the grader at every point, a hundred times in a row (TIMES=100).
	@for number in $$(seq $(TIMES)); do \
	  echo "$$number of $(TIMES)"; \
	  .venv/bin/pytest --quiet --numprocesses auto --dist worksteal $(CRASH) || exit 1; \
	done

setup: .venv/.installed ## Prepare the command, an engine, the tools and the images.
	.venv/bin/grader setup

lint: .venv/.installed
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

types: .venv/.installed
	.venv/bin/mypy

layers: .venv/.installed
	.venv/bin/lint-imports

unit: .venv/.installed ## The tests that start no sandbox.
	$(UNIT)

e2e: setup ## The tests on real sandboxes.
	.venv/bin/grader setup embedded
	$(E2E)

clean: ## Remove what the project made in this checkout.
	rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

.venv/.installed: pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen --quiet --extra kind --compile-bytecode
	@touch $@

$(UV_HOME)/bin/uv:
	@python3 -c 'import ensurepip, venv' 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "python3-venv is missing: installing it from the distribution's packages"; \
	    apt-get update -qq && apt-get install -qq --yes --no-install-recommends python3-venv; \
	  else echo "python3-venv is missing: sudo apt-get install python3-venv" >&2; exit 3; fi; }
	python3 -m venv $(UV_HOME)
	$(UV_HOME)/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
