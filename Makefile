# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Everything that is made stands outside the checkout, in $OKD_BOOT_IMAGES_CACHE or ~/.cache/okd-boot-images.
# tools/run makes the virtual environment when it is missing and runs a command in it. ARGS goes to the command.
RUN := tools/run
ARGS ?=

# Parts are run side by side by tools/run_tests.py, which knows what depends on what; make itself runs one thing at a time.
.NOTPARALLEL:

PARTS := lint sanity unit oldest integration playbooks upgrades operators molecule docs build release audit
# Every target is a deed and none a file.
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' $(MAKEFILE_LIST)) $(PARTS)

help: ## What can be made (this text)
	@sed -n 's/^\([a-z-]*\): .*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  make %-14s %s\n", $$1, $$2 }'

demo: ## Upgrade a sample cluster on a real API server and show what happened
	@$(RUN) python tools/demo.py $(ARGS)

test: ## Run every check and test, as CI does
	@$(RUN) python tools/run_tests.py

lint: ## Style, types, YAML, Ansible, changelog
	@$(RUN) python tools/run_tests.py $@

sanity: ## ansible-test sanity of what is shipped, on the oldest Python and the newest
	@$(RUN) python tools/run_tests.py $@

unit: ## Unit tests
	@$(RUN) python tools/run_tests.py $@

oldest: ## Unit tests of what modules consist of, on the oldest Python and with the oldest libraries
	@$(RUN) python tools/run_tests.py $@

pythons: ## The same on each Python from 3.9 up, and sanity of everything on each, also with the older ansible-core, which Python 3.11 gets
	@$(RUN) python tools/run_oldest.py --all
	@$(RUN) python tools/run_sanity.py
	@PYTHON=$$($(RUN) python tools/pythons.py 3.11) && export PYTHON && $(RUN) python tools/run_sanity.py

integration: ## Modules against a real API server, some with something going wrong
	@$(RUN) python tools/run_tests.py $@

playbooks: ## Playbooks and roles against a real API server
	@$(RUN) python tools/run_tests.py $@

upgrades: ## Playbook upgrade and its waits against a real API server
	@$(RUN) python tools/run_tests.py $@

operators: ## The sandbox and its simulated operators, on a real API server
	@$(RUN) python tools/run_tests.py $@

molecule: ## The roles, as users run them
	@$(RUN) python tools/run_tests.py $@

docs: ## Build the documentation site, without a warning, and follow its links
	@$(RUN) python tools/run_tests.py $@

build: ## Build the collection's tarball, twice, check what is in it and that both are the same bytes
	@$(RUN) python tools/run_tests.py $@

release: ## Run galaxy-importer over the tarball, without a complaint
	@$(RUN) python tools/run_tests.py $@

audit: ## Ask OSV about known vulnerabilities of every locked package
	@$(RUN) python tools/run_tests.py $@

venv: ## Make the virtual environment and print where it is
	@$(RUN)

sandbox: ## The sample cluster by hand: make sandbox ARGS="--help"
	@$(RUN) python -m sandbox $(ARGS)

controlplane: ## Build kube-apiserver and etcd, once, into the cache
	@$(RUN) python -m sandbox build

agreement: ## The collection and the simulated operator judge 2,000 random clusters: AGREEMENT_EXAMPLES=20000 for more
	@AGREEMENT_EXAMPLES=$${AGREEMENT_EXAMPLES:-2000} $(RUN) python -m pytest tests/unit/agreement $(ARGS)

fuzz: ## Hostile input for everything that reads: FUZZ_EXAMPLES=100000 a property
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-100000} $(RUN) python -m pytest tests/unit/fuzz $(ARGS)

guided: ## Hostile bytes for every parser, guided by coverage (Linux, x86_64): make guided ARGS="--seconds 600 stream"
	@$(RUN) python -m guided $(ARGS)

random: ## Random operations on random clusters on a real API server: RANDOM_EXAMPLES=100 on each of three releases
	@RANDOM_EXAMPLES=$${RANDOM_EXAMPLES:-100} $(RUN) python -m pytest -m '' -s tests/integration/test_machine_sets_random.py $(ARGS)

kills: ## Kill every writer KILLS=500 times at any moment, the reconcile of 50 machine sets as often, and let two runs at once
	@KILLS=$${KILLS:-500} $(RUN) python -m pytest -m '' -s tests/integration/test_kills.py tests/integration/test_kills_writers.py $(ARGS)

long: ## The tests on clusters that make test leaves out because they take long
	@$(RUN) python -m pytest -m long --durations=40 tests/integration tests/faults $(ARGS)

faults: ## Let every fault loose at every step of the work and print the table (two hours): ARGS="--fault 410 --phase wait", ARGS=--write
	@$(RUN) python -m faults $(ARGS)

soak: ## 2,000 waits and reconciles in one process, which must not grow: ARGS="--rounds 200", ARGS=--write
	@$(RUN) python -m faults.soak $(ARGS)

upgrade-kills: ## Kill playbook upgrade at 30 random moments, each time followed by one more run: UPGRADE_KILLS=5 for fewer
	@UPGRADE_KILLS=$${UPGRADE_KILLS:-30} $(RUN) python -m pytest -m '' -s tests/integration/test_upgrade_kills.py -k playbook $(ARGS)

upgrade-pairs: ## Playbook upgrade from each minor release to the next, 4.16 to 5.0, on seven platforms
	@UPGRADE_PAIRS=all $(RUN) python -m pytest -m '' -s tests/integration/test_upgrade_pairs.py $(ARGS)

fleet: ## Playbook upgrade over nine clusters at once, of which some fail, hang, stall or are gone
	@FLEET=all $(RUN) python -m pytest -m '' -s tests/integration/test_fleet.py $(ARGS)

rights: ## Run the playbooks as the users of docs/rbac, and take every right away once
	@RIGHTS=1 $(RUN) python -m pytest -m '' -s tests/integration/test_rights.py $(ARGS)

canary: ## Search everything that runs print, leave and show for secrets, over all ways in which they are given
	@$(RUN) python -m pytest -m '' tests/integration/test_canary.py tests/integration/test_canary_clouds.py $(ARGS)

mutation: ## Put faults into the judgement and name those that no test notices: ARGS=assess/gates.py for one file
	@$(RUN) python tools/mutation.py $(ARGS)

bench: ## Benchmarks beside kubectl and kubernetes.core, as one table: make bench ARGS="--help"
	@$(RUN) python -m benchmarks $(ARGS)

coverage: ## Which lines of plugins/ the unit tests reach; of the pure rooms at least 95 % of all branches
	@$(RUN) python -m pytest tests/unit --cov --cov-report=term --cov-report=json:.coverage.json $(ARGS)
	@$(RUN) python tools/coverage_rooms.py .coverage.json

changelog: ## Write CHANGELOG.rst from the fragments, for a release
	@$(RUN) antsibull-changelog release $(ARGS)

lock: ## Write the lock files of requirements/ anew: make lock ARGS=--upgrade
	@$(RUN) python tools/lock.py $(ARGS)

clean: ## Remove this checkout's logs, copies and artefacts (OKD_BOOT_IMAGES_CACHE holds the rest)
	@$(RUN) python tools/clean.py

reason-codes: ## Write docs/reason-codes.md anew from the code
	@$(RUN) python tools/reason_codes.py

playbook-page: ## Write docs/playbooks.md anew from the playbooks
	@$(RUN) python tools/playbook_page.py

.PHONY: role-variables
role-variables: ## Write the tables of variables in the roles' READMEs anew
	@$(RUN) python tools/role_variables.py

.PHONY: awx-jobs
awx-jobs: ## Every job template as AWX runs it; make integration runs a few
	@$(RUN) python -m pytest -m '' tests/integration/test_awx_jobs.py $(ARGS)
