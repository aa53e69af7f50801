# SPDX-License-Identifier: GPL-3.0-or-later
# Five words: demo, check, test, bench, docs. `make help` tells them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# CORE picks ansible-core, PYTHON the interpreter; another pair gets an environment of its own.
PYTHON ?= python3
CORE ?= 2.19
ifeq ($(CORE),2.19)
VENV ?= .venv
else
VENV ?= .build/venv-$(CORE)
endif

# TOOLS=test leaves out what only `make check`, `make molecule` and `make docs` need.
TOOLS ?= dev

BIN := $(CURDIR)/$(VENV)/bin
LINKS := $(CURDIR)/.build/links
LINK := $(LINKS)/ansible_collections/hwautomation/baremetal
PYTEST_ARGS ?=
SANITY_ARGS ?=
# The longest files first, and each file on one worker: its fixtures bring up whole racks.
RACK_TESTS ?= tests/rack tests/peers
RACK := $(BIN)/python -m ansible_collections.hwautomation.baremetal.extensions.lab

export ANSIBLE_COLLECTIONS_PATH := $(LINKS)
export PYTHONPATH := $(LINKS)
export PATH := $(BIN):$(PATH)

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

# The repository root is the collection root whatever the folder is called: a link gives it the name FQCNs need.
.PHONY: links
links: $(LINK)
$(LINK):
	@mkdir -p $(dir $@) && ln -sfn $(CURDIR) $@

$(VENV)/.runtime: requirements.txt | $(LINK)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.x ...")'
	@echo "installing ansible-core $(CORE) and the collection's libraries into $(VENV)"
	@[ -x $(BIN)/pip ] || $(PYTHON) -m venv $(VENV) || { echo "on Debian and Ubuntu: apt install python3-venv" >&2; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'ansible-core==$(CORE).*' -r requirements.txt
	@touch $@

$(VENV)/.$(TOOLS): requirements-$(TOOLS).txt requirements-test.txt $(VENV)/.runtime
	@echo "installing the tools of requirements-$(TOOLS).txt into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'ansible-core==$(CORE).*' -r requirements-$(TOOLS).txt
	@touch $@

.PHONY: venv dev
venv: $(VENV)/.runtime ## an environment to run the collection in (.venv)
dev: $(VENV)/.$(TOOLS) ## the same with all development tools

.PHONY: demo
demo: $(VENV)/.runtime ## provision twelve emulated servers and show what happened; leaves the rack running
	@$(RACK) status > /dev/null 2>&1 || $(RACK) up
	@echo; echo "\$$ ansible-playbook playbooks/provision.yml -i inventory/lab"
	@ANSIBLE_STDOUT_CALLBACK=hwautomation.baremetal.quiet $(BIN)/ansible-playbook playbooks/provision.yml -i inventory/lab
	@echo; echo "\$$ ansible-playbook playbooks/audit_report.yml -e report=fleet"
	@ANSIBLE_STDOUT_CALLBACK=hwautomation.baremetal.quiet $(BIN)/ansible-playbook playbooks/audit_report.yml -e report=fleet
	@echo; $(RACK) status
	@printf '%s\n' "" \
	  "The rack is still running. Look around:" \
	  "  . $(VENV)/bin/activate; export ANSIBLE_COLLECTIONS_PATH=.build/links" \
	  "  ansible-playbook playbooks/provision.yml                       again: changed=0 on every server" \
	  "  ansible-playbook playbooks/audit_report.yml -e report=changes -e server=r03" \
	  "  make rack-status                                               power, BIOS, firmware and MAAS of every server" \
	  "  make rack-down && make rack-up                                 a fresh rack, to see what --check --diff says:" \
	  "  ansible-playbook playbooks/provision.yml --check --diff --limit r01" \
	  "Stop it with: make rack-down"

.PHONY: rack-up rack-down rack-status
rack-up: $(VENV)/.runtime ## start the emulated rack
	@$(RACK) up
rack-down: $(VENV)/.runtime ## stop it
	@$(RACK) down
rack-status: $(VENV)/.runtime ## show it as a table
	@$(RACK) status

.PHONY: check
check: $(VENV)/.dev ## everything that needs no running rack: lint, types, docs, changelog
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	cd $(LINKS) && $(BIN)/mypy --config-file $(CURDIR)/pyproject.toml --cache-dir $(CURDIR)/.build/mypy \
	  -p ansible_collections.hwautomation.baremetal.plugins -p ansible_collections.hwautomation.baremetal.extensions
	$(BIN)/yamllint --strict .
	$(BIN)/ansible-lint -q
	$(BIN)/antsibull-changelog lint
	$(BIN)/antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs all --disallow-unknown-collection-refs .

.PHONY: format
format: $(VENV)/.dev ## let ruff format and fix what it can
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

.PHONY: test unit rack sanity molecule
test: unit sanity rack molecule ## all tests: units, ansible-test sanity, against the rack, molecule
unit: $(VENV)/.$(TOOLS) ## tables of cases, no network
	$(BIN)/python -m pytest tests/unit tests/vendors -n 2 -q $(PYTEST_ARGS)
rack: $(VENV)/.$(TOOLS) validators ## every door and playbook against the emulated rack, and peers that are installed
	$(BIN)/python -m pytest $(RACK_TESTS) -n 2 --dist loadfile --no-loadscope-reorder -q $(PYTEST_ARGS)
sanity: $(VENV)/.$(TOOLS) ## ansible-test sanity, in a copy of the tree
	BIN=$(BIN) CORE=$(CORE) .ci/sanity $(SANITY_ARGS)
molecule: $(VENV)/.dev ## the molecule scenarios
	$(BIN)/molecule test --all

VALIDATORS := .build/venv-validators
$(VALIDATORS)/.done: requirements-validators.txt
	@$(PYTHON) -m venv $(VALIDATORS)
	@$(VALIDATORS)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-validators.txt
	@touch $@

.PHONY: validators
validators: $(VALIDATORS)/.done

ILOREST_VENV := .build/venv-ilorest
$(ILOREST_VENV)/.done: requirements-ilorest.txt
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-ilorest.txt
	@touch $@

.PHONY: ilorest
ilorest: $(ILOREST_VENV)/.done ## HPE's iLOrest, which `make rack` then runs as well

# The PyPI package ansible is 500 MB, so nothing else asks for it: where it is there, `make rack` runs its Redfish modules too.
COMMUNITY_VENV := .build/venv-community
$(COMMUNITY_VENV)/.done:
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile ansible
	@touch $@

.PHONY: community
community: $(COMMUNITY_VENV)/.done ## the PyPI package ansible, whose clients `make rack` then runs as well

.PHONY: rack-scores
rack-scores: $(VENV)/.dev validators $(if $(COMMUNITY),community) ## the DMTF validators at every platform of the rack; keeps docs/rack_scores.md
	@$(BIN)/python -m tests.peers.rack_scores
	@$(if $(COMMUNITY),$(BIN)/python -m pytest tests/peers/test_rack_clients.py -q,:)

.PHONY: bench
bench: $(VENV)/.dev ## ratios measured side by side in one run, printed with the figures
	$(BIN)/python -m tests.benchmarks

.PHONY: docs
docs: $(VENV)/.dev ## the documentation site, in .build/docs
	BIN=$(BIN) .ci/docs

.PHONY: clean
clean: ## remove what make built (stop the rack first)
	rm -rf .build .venv .rack .ansible .pytest_cache .mypy_cache .ruff_cache tests/output
