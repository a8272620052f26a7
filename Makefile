# Running, testing and checking the bot from a checkout.
#
# Everything goes into .venv, from the locked requirements; pip runs only when they have changed. pip writes to
# standard error and reads no standard input, because the other two streams are the bot's (echo 问题 | make run).

PYTHON ?= python3
COMPILER ?= pip-compile
VENV_PYTHON := .venv/bin/python
INSTALL := $(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check --requirement
LOCK := CUSTOM_COMPILE_COMMAND='make lock' $(COMPILER) --quiet --upgrade --no-annotate --no-header --strip-extras \
	--no-emit-options --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.PHONY: run test lint check lock licences traditional clean

run: .venv/.installed
	@$(VENV_PYTHON) -m bot

test: .venv/.installed-test
	@$(VENV_PYTHON) -m pytest

lint: .venv/.installed-test
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m ruff format --check .
	@$(VENV_PYTHON) -m mypy

check: test lint

# With the oldest Python supported, so that every pin installs on the newer ones too. `make licences` comes after it.
lock:
	@$(LOCK) --output-file requirements.lock pyproject.toml
	@$(LOCK) --output-file requirements-test.lock --extra test --constraint requirements.lock pyproject.toml
	@{ echo '# The application, locked: what `make run` installs. Made by `make lock` with pip-compile on Python 3.11 from'; \
	   echo '# pyproject.toml; valid on 3.11, 3.12 and 3.13. pip itself, which sqlite-utils asks for, is left as it is.'; \
	   grep '==' requirements.lock; } > requirements.txt
	@{ echo '# What the tests and checks need beside the application, locked; made like requirements.txt, by `make lock`.'; \
	   echo '-r requirements.txt'; \
	   grep '==' requirements-test.lock | grep -vxF -f requirements.txt; } > requirements-test.txt
	@rm -f requirements.lock requirements-test.lock

licences: .venv/.installed-test
	@$(VENV_PYTHON) -m docs.licences > docs/licences.md.new
	@mv docs/licences.md.new docs/licences.md

traditional: .venv/.installed-test
	@$(VENV_PYTHON) -m docs.traditional > traditional.new
	@mv traditional.new bot/words/traditional.toml

# The data directory is left alone.
clean:
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.installed: requirements.txt | $(VENV_PYTHON)
	@echo 'Installing requirements.txt into .venv' >&2
	@$(INSTALL) requirements.txt </dev/null >&2
	@touch $@

.venv/.installed-test: requirements-test.txt .venv/.installed
	@echo 'Installing requirements-test.txt into .venv' >&2
	@$(INSTALL) requirements-test.txt </dev/null >&2
	@touch $@

$(VENV_PYTHON):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	   echo 'Python 3.11 or newer is needed and $(PYTHON) is not: name one that is, as in make run PYTHON=python3.12.' >&2; \
	   exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	   echo '$(PYTHON) cannot make virtual environments here: apt-get install python3-venv brings what is missing.' >&2; \
	   exit 1; }
	@$(PYTHON) -m venv --clear .venv </dev/null >&2 || { rm -rf .venv; exit 1; }
