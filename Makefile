# Two commands matter: `make demo` and `make test`. Both set the environment up first.
PY ?= python3
V := .venv/bin
LOCKS := requirements/run.lock requirements/build.lock
XDIST ?= 2

.PHONY: setup demo test lint unit postgres bench docs wheel lock clean

setup: .venv/.ready
	@$(V)/python tools/assets.py build
	@$(V)/python tools/messages.py compile

.venv/.ready: $(LOCKS) pyproject.toml
	$(PY) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	$(PY) -m venv .venv
	$(V)/pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements/run.lock -r requirements/build.lock
	$(V)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements/dev.lock .venv/.ready
	$(V)/pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.lock
	@touch $@

demo: setup
	@$(V)/bihuan demo

test: setup .venv/.dev lint unit postgres

lint: setup .venv/.dev
	$(V)/ruff check .
	$(V)/ruff format --check .
	$(V)/mypy
	$(V)/python tools/assets.py check
	$(V)/lint-imports
	$(V)/python tools/house_rules.py
	$(V)/python tools/messages.py check
	BIHUAN_HOME=build/check $(V)/python tools/openapi.py check
	BIHUAN_HOME=build/check $(V)/python manage.py makemigrations --check --dry-run

unit: setup .venv/.dev
	BIHUAN_HOME=build/test $(V)/pytest -n $(XDIST)

# The same database tests on PostgreSQL, where one is named.
postgres: setup .venv/.dev
	@if [ -n "$$BIHUAN_TEST_POSTGRES_URL" ]; then \
	  BIHUAN_HOME=build/test BIHUAN_DATABASE_URL=$$BIHUAN_TEST_POSTGRES_URL $(V)/pytest -n $(XDIST) tests/db; \
	else echo "PostgreSQL tests left out: BIHUAN_TEST_POSTGRES_URL names no database"; fi

bench: setup build/bench-venv
	BIHUAN_HOME=build/bench $(V)/python -m bench

# The peers to compare with live apart: pingouin is GPL-3.
build/bench-venv: requirements/bench.lock
	@mkdir -p build
	$(PY) -m venv $@
	$@/bin/pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements/bench.lock
	@touch $@

# The reference of the library's functions, from their docstrings, with the method pages beside it.
docs: setup .venv/.dev
	$(V)/pdoc -o build/docs --docformat markdown --no-show-source --footer-text "servicequality" servicequality

wheel: setup
	$(V)/python -m build --no-isolation --wheel --outdir dist

# Needs uv (pip install uv); the lock files carry hashes and no index address.
lock:
	uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements/run.lock
	for part in build dev bench; do uv pip compile -q requirements/$$part.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements/$$part.lock; done

clean:
	rm -rf .venv node_modules build dist src/bihuan/web/static/bihuan src/bihuan/documents/fonts
