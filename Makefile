# citewell: `make help` lists what there is. Everything runs in .venv, made on first use.
PYTHON ?= python3
BIN := .venv/bin
Q ?= How should a model behave when it does not know the answer?
export Q
BASELINE = --split test --out runs/baseline-$$(git rev-parse --short HEAD)
SMOLLM2 = CITEWELL_THREADS=1 $(BIN)/citewell eval sweep $(BASELINE) --name smollm2 --set top_k=2 \
  --set completions=runs/completions --set llm=gguf:$$($(BIN)/python tests/smollm2.py)
test test-all bench campaign eval baseline fit: export HF_HUB_OFFLINE = 1
# One file of tests to a worker: what a file starts (a server, a model, a browser) is started once.
PARALLEL = -n logical --maxprocesses 4 --dist loadfile
MINILM = $(BIN)/python -c 'from index.embedding.weights import model_folder; print(model_folder())'
.DEFAULT_GOAL := help
.PHONY: help install ask chat check test test-all llm-suite bench campaign eval baseline fit reader docs licences audit clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "citewell needs Python 3.11 or newer; $(PYTHON) is `$(PYTHON) -V`. Try: make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing here: on Debian, apt-get install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "making .venv"; $(PYTHON) -m venv .venv; }
	@echo "installing citewell and what it needs into .venv (minutes, once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[all,dev,docs]'
	@touch $@

install: .venv/.installed ## make .venv and install into it

ask: install ## answer a question over the demo corpus: make ask Q="..."
	@$(BIN)/citewell ask "$$Q"

chat: install ## open the chat in the browser
	@$(BIN)/citewell chat

check: install ## lint, format and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/python -m mypy

test: install ## the tests, two minutes on a quiet machine
	@$(BIN)/python -m pytest $(PARALLEL)

test-all: install ## every test, with the long suites: browser, load, language models, wheel; and what was covered
	@$(BIN)/python -m pytest $(PARALLEL) -m "" --cov --cov-report=term:skip-covered

eval: install ## score the default set-up on the bundled gold set
	@$(BIN)/citewell eval run --split dev --out runs/dev-$$($(BIN)/python -c 'import time; print(time.strftime("%Y%m%d-%H%M%S"))')

baseline: install ## the table of the README: 98 questions to each of seven set-ups (a quarter of an hour, for SmolLM2)
	@$(BIN)/citewell eval sweep $(BASELINE) --name extractive --grid retriever=dense,bm25,hybrid >/dev/null
	@$(SMOLLM2) --grid policy=flag,drop,extract --grid fallback=off >/dev/null
	@$(SMOLLM2) --grid policy=flag --grid fallback=on --markdown

llm-suite: install ## 50 questions to a small real model, answers in runs/llm-suite
	@$(BIN)/python tests/llm_suite.py $(ARGS)

bench: install ## time and quality beside the plain recipe
	@$(BIN)/python -m bench

campaign: install ## the long campaign against faults (hours): kills, damage, mutated files, odd questions; docs/reliability.md
	@$(BIN)/python tests/campaign/run.py $(ARGS)

fit: install ## repeat the fits that rag ships, and say whether the same files come out (ARGS=--write replaces them)
	@$(BIN)/python -m eval.fit $(ARGS)

reader: install ## train the reader that rag ships (an accelerator: minutes; a CPU: hours; pip install onnx), into runs/reader
	@mkdir -p runs/reader
	@$(BIN)/python -m eval.fit.reader.prepare --base "$$($(MINILM))" --out runs/reader/rows.npz --pairs eval/gold/verifier_pairs.jsonl
	@$(BIN)/python -m eval.fit.reader.train --rows runs/reader/rows.npz --base "$$($(MINILM))" --out runs/reader/model
	@$(BIN)/python -m eval.fit.reader.export --rows runs/reader/rows.npz --base "$$($(MINILM))" --out runs/reader \
	  --weights runs/reader/model.*.safetensors --data eval/fit/reader/data.json --fp32 runs/reader/model.json

docs: install ## the documentation site, in site/; a warning is an error
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build -q

licences: install ## the licence that each dependency states, in docs/licences.md
	@$(BIN)/python -m tools.licences

audit: ## known advisories of the pinned versions (asks the service of pip-audit over the network)
	@$(PYTHON) -m venv build/audit && build/audit/bin/python -m pip install -q --disable-pip-version-check pip-audit
	@build/audit/bin/pip-audit -r constraints.txt --no-deps --disable-pip

clean: ## remove .venv and caches
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache build dist site .coverage *.egg-info
