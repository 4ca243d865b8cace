# Runs with GNU make 3.81 or newer and any POSIX shell.
# make PYTHON=/path/to/python3 chooses the interpreter; make TARGET ARGS='...' passes options on.

VENV_PYTHON := .venv/bin/python

# The first Python that is new enough. Expanded only when .venv has to be made.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

help:
	@echo 'make lab           open the course in JupyterLab (the first time installs it into .venv)'
	@echo 'make test          prove everything: unit tests, every notebook, a real browser'
	@echo 'make check         the quick part of that and the style, for while you write'
	@echo 'make notebooks     run the notebooks afresh and store their outputs'
	@echo 'make coverage-map  say which cell teaches which item of the lectures, write docs/coverage.md'
	@echo 'make reference     write docs/reference.md from the docstrings'
	@echo 'make kill-matrix   plant every known mistake in every exercise: is it named, and is right work accepted?'
	@echo 'make exercises     write the problem sets as notebooks, for instructors and for students'
	@echo 'make release       pack dist/backprop-course-student.zip: the course without solutions and hidden tests'
	@echo 'make bench         measure speed and memory beside micrograd, autograd, JAX and PyTorch'

# Without a screen the browser stays closed; JupyterLab takes the next free port; root (in a container) has to say so.
lab: .venv/installed
	@screen=; [ "$$(uname)" = Darwin ] || [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || screen=--no-browser; \
	root=; [ "$$(id -u)" != 0 ] || root=--allow-root; \
	exec $(VENV_PYTHON) -m jupyter lab --Application.log_level=WARN --LabApp.news_url=None $$screen $$root \
		--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb $(ARGS)

test: .venv/installed-test
	$(VENV_PYTHON) -m pytest $(ARGS)

# Style belongs here and not in `make test`: it must not break a student's proof.
# Without nbval, which takes two seconds to import, and its options.
check: .venv/installed-test
	$(VENV_PYTHON) -m pytest tests -o addopts= --import-mode=importlib -p no:nbval -n2 --dist=loadfile \
		-m 'not browser and not notebook and not slow' $(ARGS)
	$(VENV_PYTHON) -m ruff check --output-format=concise .
	$(VENV_PYTHON) -m ruff format --check .
	$(VENV_PYTHON) -m tools.lines

notebooks: .venv/installed
	$(VENV_PYTHON) -m tools.notebooks $(ARGS)

coverage-map: .venv/installed
	$(VENV_PYTHON) -m tools.coverage_map

reference: .venv/installed
	$(VENV_PYTHON) -m tools.reference

kill-matrix: .venv/installed-test
	$(VENV_PYTHON) -m tools.kill_matrix $(ARGS)

exercises: .venv/installed
	$(VENV_PYTHON) -m tools.exercises $(ARGS)
	@$(VENV_PYTHON) -m tools.mistakes_page

release: exercises
	$(VENV_PYTHON) -m tools.release $(ARGS)

bench: .venv/installed-bench
	$(VENV_PYTHON) -m benchmarks $(ARGS)

.PHONY: help lab test check notebooks coverage-map reference kill-matrix exercises release bench

# Newer than pyproject.toml means: installed, nothing to do.
.venv/installed: pyproject.toml
	@$(VENV_PYTHON) -m pip --version >/dev/null 2>&1 || $(MAKE) --no-print-directory .venv
	@echo 'Installing the course into .venv (the first time this takes about a minute) ...'
	@$(VENV_PYTHON) -m pip install -qq --disable-pip-version-check --editable .
	@touch $@

.venv/installed-%: .venv/installed
	@echo 'Installing what make $* needs ...'
	@$(VENV_PYTHON) -m pip install -qq --disable-pip-version-check --editable '.[$*]'
	@touch $@

.PHONY: .venv
.venv:
	@[ -n "$(PYTHON)" ] && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'The course needs Python 3.11 or newer: install it, or name it with make PYTHON=/path/to/python3' >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo '$(PYTHON) has no venv module: install it (Debian, Ubuntu: apt install python3-venv)' >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv
