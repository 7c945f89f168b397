# `make` lists what there is to do. Works with GNU make and BSD make's common ground; needs Python 3.11 or later.

PYTHON = $$(for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$python"; break; }; done)
BIN = .venv/bin

.NOTPARALLEL:
.PHONY: help setup setup-tests setup-training hooks demo up test check screenshots journeys steps asyncapi clients texts locks peer-locks clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

setup: ## get everything that Riverfront needs; quick when it is all there
	@python=$(PYTHON); "$${python:-python3}" -m infra.setup

setup-tests: ## the same, and what only the tests need
	@python=$(PYTHON); "$${python:-python3}" -m infra.setup --tests

setup-training: ## the same as setup, and TensorFlow, with which the shop trains its neural model: 1.5 GB more
	@python=$(PYTHON); "$${python:-python3}" -m infra.setup --training

hooks: setup-tests ## check every commit with ruff, mypy and the import contracts
	@$(BIN)/pre-commit install

demo: setup ## run the demo shop with simulated shoppers, and open it in the browser
	@$(BIN)/riverfront demo

up: setup ## run a shop of your own: without products until you publish them, without simulated shoppers
	@$(BIN)/riverfront up

check: setup ## lint, types, import rules, bandit and pip-audit
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit -q -c pyproject.toml -r online_models connections storefront consumers training bootstrap infra clients/python/riverfront_client
	@$(BIN)/python -m infra.audit

# What needs no server is done side by side; servers, browsers and Compose have the machine to themselves. Both always run.
SERVED = integration or browser or compose
test: setup-tests check ## run every check and every test
	@set -x; $(BIN)/pytest -n logical --maxprocesses 4 --dist loadfile -m "not ($(SERVED))"; alone=$$?; \
	$(BIN)/pytest -m "$(SERVED)" && exit $$alone

screenshots: setup-tests ## take the README's pictures of the running demo
	@$(BIN)/python -m infra.screenshots

journeys: setup-tests ## take the pictures of docs/journeys.md
	@$(BIN)/pytest -q tests/journeys --pictures

steps: setup-tests ## renew what the cells of docs/steps.ipynb show
	@$(BIN)/python -m tests.steps.notebook docs/steps.ipynb

asyncapi: setup-tests ## write docs/asyncapi.json and docs/schemas/ again: what lies in Kafka
	@$(BIN)/python -m infra.asyncapi

clients: setup-tests ## write docs/openapi.json, and make anew what the clients of the API have from it
	@$(BIN)/python -m infra.api_clients

TRANSLATIONS = storefront/translations
texts: ## collect the shop's English texts, and bring each translation up to date: what is new has no text yet
	@$(BIN)/pybabel -q extract -F pyproject.toml --project=Riverfront --version=0 --no-wrap --add-location=file --sort-by-file --keyword=Phrase -o $(TRANSLATIONS)/messages.pot online_models storefront
	@for file in $(TRANSLATIONS)/*.po; do \
	  $(BIN)/pybabel -q update -i $(TRANSLATIONS)/messages.pot -o "$$file" -l "$$(basename "$$file" .po)" \
	    --no-fuzzy-matching --ignore-obsolete --no-wrap || exit 1; done

# What is pinned stays pinned: name what to raise, as in `make locks UPGRADE="--upgrade-package flask"`.
COMPILE_GROUP = .tools/uv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE)
COMPILE = $(COMPILE_GROUP) pyproject.toml --extra shop
locks: ## lock what pyproject.toml names, by hash
	$(COMPILE) -o locks/runtime.lock
	$(COMPILE) --extra mcp --group dev --no-emit-package riverfront-client -c locks/runtime.lock -o locks/dev.lock
	$(COMPILE_GROUP) --group training -c locks/dev.lock -o locks/training.lock
	$(COMPILE_GROUP) examples/django_oscar/requirements.in clients/python/pyproject.toml -o locks/django-oscar.lock

PEERS = benchmarks/peers/requirements
peer-locks: ## lock what each recommender of `python -m benchmarks.peers` needs, by hash
	@for peer in implicit recbole rtrec; do \
	  .tools/uv/bin/uv pip compile -q --python-version 3.11 --generate-hashes --no-header $(UPGRADE) \
	    $(PEERS)/$$peer.in -o $(PEERS)/$$peer.lock || exit 1; done

clean: ## remove everything that setup and runs have made in this folder
	rm -rf .venv .tools node_modules var infra/kafka/jars storefront/static/vendor snippet/dist bootstrap/vendor
