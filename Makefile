# Everything a developer or a trial needs, from a bare checkout with python3 (3.11 or newer).
#   make up ARGS="--port-base 18080 --data DIR"     the whole county on this machine; Ctrl-C stops it
#   make test    make check    make bench    make chaos    make thorough    make clean

TOOLS := .cunban-tools
UV := $(or $(shell command -v uv 2>/dev/null),$(TOOLS)/bin/uv)
BIN := .venv/bin
ARGS ?=

.PHONY: up environment test check bench chaos thorough clean
.DEFAULT_GOAL := up

# exec: the shell makes way, so that Ctrl-C and its answer pass between make and cunban alone.
up: environment
	@exec $(BIN)/cunban up --demo $(ARGS)

environment: $(UV)
	@$(UV) sync --frozen || { \
		echo "环境未能建立: 请检查网络或代理 (HTTPS_PROXY) 后重试" >&2; \
		echo "The environment could not be made: check network or proxy (HTTPS_PROXY), try again" >&2; \
		exit 1; }

# uv as a plain package, in a folder of its own, where the machine has none.
$(TOOLS)/bin/uv:
	@echo "取 uv / fetching uv"
	@rm -rf $(TOOLS) && python3 -m venv $(TOOLS) && $(TOOLS)/bin/python -m pip install --quiet uv || { \
		rm -rf $(TOOLS); \
		echo "uv 未能取得: 请检查网络或代理; Debian 上还需 apt install python3-venv" >&2; \
		echo "uv could not be fetched: check network or proxy; Debian also needs python3-venv" >&2; \
		exit 1; }

test: environment
	@$(BIN)/pytest -n 2 --dist loadgroup $(ARGS)

check: environment
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/cunban schemas check
	@$(BIN)/cunban reference check deploy/county

bench: environment
	@$(BIN)/cunban bench $(ARGS)

# The full form: every kill of the issue, many times over. `make test` runs the short one.
chaos: environment
	@CUNBAN_CHAOS=full $(BIN)/pytest -m chaos --timeout=3600 $(ARGS)

# The laws of the properties, tried with new random cases and many more of them; `make test` draws
# the same few on every machine.
thorough: environment
	@HYPOTHESIS_PROFILE=thorough $(BIN)/pytest -m hypothesis -n 2 --timeout=3600 $(ARGS)

# Data (.cunban) stays: it is not a product of the build.
clean:
	rm -rf .venv $(TOOLS) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './.cunban/*' -prune -exec rm -rf {} +
