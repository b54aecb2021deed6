# baocao: make report | make test | make lock
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SBOM := dist/sbom.cdx.json
TEST_WORKERS ?= 3
export PYTHONDONTWRITEBYTECODE :=
# Behind a proxy that opens TLS its certificate is in the system's store, where uv does not look by itself.
export UV_SYSTEM_CERTS ?= 1
LOCK_FLAGS := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q

.PHONY: desk help setup setup-s3 setup-dev report check audit sbom test test-slow mutations chaos lock clean scale bench-checks bench-lint bench-replay bench-collect bench-roll-up bench-machinery bench-start-up bench-forms bench-desk

help:
	@echo "make report   set up what is missing, run the main job on the sandbox, leave the files under out/"
	@echo "make test     set up what is missing, run lint, types, import contracts and the tests (those of minutes: make test-slow)"
	@echo "make desk     set up what is missing, open the pages for a browser on a training province half-way through a quarter"
	@echo "make check    lint, types, import contracts, dependency audit and bill of materials only"
	@echo "make audit | sbom   known vulnerabilities of the locked packages; their bill of materials, dist/sbom.cdx.json"
	@echo "make test-slow  the tests that take minutes"
	@echo "make mutations  plants the faults of tests/mutations one by one: each must turn its test red (minutes)"
	@echo "make chaos    kills every command that writes 200 times over, on both databases (half an hour; as root, for full disks)"
	@echo "make scale    a province of 168 units through server, PostgreSQL and two workers: wall time, memory, cost per unit"
	@echo "make bench-checks | bench-lint | bench-replay | bench-collect | bench-roll-up | bench-machinery | bench-start-up | bench-forms | bench-desk   measurements"
	@echo "make setup-s3 what kept answers in an object store need besides"
	@echo "make lock     resolve the dependencies anew into requirements*.lock"

# One stamp per lock file: nothing is installed twice. uv when it can be had and gets through, pip otherwise; the lock is
# complete, so pip is told not to resolve: under --require-hashes it trips over extras (sqlalchemy[asyncio]).
define install
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned packages of $(1) ..."
	@if { $(BIN)/uv --version >/dev/null 2>&1 || $(BIN)/pip install -q uv >/dev/null 2>&1; } && \
	  $(BIN)/uv pip install -q --require-hashes --compile-bytecode --python $(BIN)/python -r $(1) && \
	  $(BIN)/uv pip install -q --no-deps --no-build-isolation --python $(BIN)/python -e .; then :; \
	else \
	  echo "Once more with pip ..."; \
	  $(BIN)/pip install -q --require-hashes --no-deps -r $(1) && \
	  $(BIN)/pip install -q --no-deps --no-build-isolation -e .; \
	fi
	@touch $(2)
endef

$(VENV)/.installed: requirements.lock pyproject.toml
	$(call install,requirements.lock,$@)

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock,$@)
	@touch $(VENV)/.installed

setup:
	@(test $(VENV)/.installed-dev -nt requirements.lock && test $(VENV)/.installed-dev -nt pyproject.toml) 2>/dev/null \
	  || $(MAKE) --no-print-directory $(VENV)/.installed

setup-s3: setup
	$(call install,requirements-s3.lock,$(VENV)/.installed)

setup-dev: $(VENV)/.installed-dev

report: setup
	@$(BIN)/baocao run 2025-Q4 --sandbox dac-khu-2025 --on prefect

# The pages for a browser, over a province half-way through a quarter, with people of every role.
desk: setup
	@$(BIN)/baocao desk --demo

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(BIN)/python .ci/audit.py
	@$(MAKE) --no-print-directory $(SBOM)

audit: setup-dev
	@rm -f $(VENV)/.audited
	@$(BIN)/python .ci/audit.py

sbom: setup-dev
	@rm -f $(SBOM)
	@$(MAKE) --no-print-directory $(SBOM)

$(SBOM): requirements.lock pyproject.toml .ci/sbom.py
	@$(BIN)/python .ci/sbom.py $@

test: check
	$(BIN)/pytest -n $(TEST_WORKERS) --dist loadscope --no-loadscope-reorder

mutations: setup-dev
	$(BIN)/python -m tests.mutations

chaos: setup-dev
	$(BIN)/python -m tests.chaos

test-slow: setup-dev
	$(BIN)/pytest -m slow

scale: setup-dev
	$(BIN)/python -m benchmarks.scale

bench-checks: setup-dev
	$(BIN)/python -m benchmarks.checks

bench-lint: setup-dev
	$(BIN)/python -m benchmarks.lint

bench-replay: setup-dev
	$(BIN)/python -m benchmarks.replay

bench-roll-up: setup-dev
	$(BIN)/python -m benchmarks.roll_up

bench-forms: setup-dev
	@$(BIN)/python -m benchmarks.forms

bench-desk: setup-dev
	@$(BIN)/python -m benchmarks.desk

bench-start-up: setup-dev
	$(BIN)/python -m benchmarks.start_up

bench-machinery: setup-dev
	$(BIN)/python -m benchmarks.machinery

# dlt lives in an environment of its own: it is what a user would pick instead, never a dependency.
bench-collect: setup-dev
	@test -x .venv-bench/bin/python || ($(PYTHON) -m venv .venv-bench && .venv-bench/bin/pip install -q "dlt[duckdb,sqlalchemy,parquet]==1.31.0")
	$(BIN)/python -m benchmarks.collect

lock:
	@test -x $(BIN)/uv || ($(PYTHON) -m venv $(VENV) && $(BIN)/pip install -q uv)
	$(BIN)/uv pip compile pyproject.toml --extra build $(LOCK_FLAGS) --upgrade -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra build --extra s3 $(LOCK_FLAGS) --upgrade -c requirements.lock -o requirements-s3.lock
	$(BIN)/uv pip compile pyproject.toml --extra build --extra s3 --extra dev $(LOCK_FLAGS) --upgrade -c requirements-s3.lock -o requirements-dev.lock

clean:
	rm -rf out var .pytest_cache .mypy_cache .ruff_cache
