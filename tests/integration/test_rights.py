# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles of docs/rbac on the real RBAC authorizer: every playbook works with them, nothing in them is spare, and a right that is missing is named.

`make rights` takes every right away once; without it (RIGHTS) one of each kind.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from integration.support.clusters import Cluster
from integration.support.errands import ERRANDS, REPEATED, Errand, reconciled_with_old_user_data
from integration.support.rights import Request, Right, Watch, also, granted_to, needed, watch, without
from integration.support.scenarios import read_user_data

Clusters = Callable[..., Cluster]
LONG = bool(os.environ.get("RIGHTS"))
MACHINE_API = "openshift-machine-api"
CRD = "machineconfigurations.operator.openshift.io"
DONE_WITHOUT = {
    Request("get", "apiextensions.k8s.io", "customresourcedefinitions", "", CRD),  # OpenAPI's document is as good
}
NO_SECRETS = {
    Request("get", "", "secrets", MACHINE_API, f"{role}-user-data{end}")
    for role in ("worker", "master")
    for end in ("", "-managed")
}
"""What a reader asks for and is not given."""
ONE_OF_EACH_KIND = (
    "get infrastructures.config.openshift.io/cluster",
    "get configmaps/admin-gates in openshift-config-managed",
    "list nodes",
    "list configmaps/coreos-bootimages in openshift-machine-config-operator",
    "watch machinesets.machine.openshift.io in openshift-machine-api",
    "patch machinesets.machine.openshift.io in openshift-machine-api",
    "patch secrets/worker-user-data in openshift-machine-api",
    "create configmaps in openshift-machine-api",
)


@pytest.fixture(scope="module")
def uses() -> dict[Errand, set[Right]]:
    """The rights that each errand could not have done without, as the audit log tells; filled in by the first test."""
    return {}


@pytest.mark.contract("G7.roles", "G7.spare")
@pytest.mark.long
def test_every_playbook_works_and_no_right_is_spare(
    cluster: Clusters, uses: dict[Errand, set[Right]], tmp_path: Path
) -> None:
    seen: dict[str, list[Watch]] = {}
    for errand in ERRANDS + (REPEATED if LONG else ()):
        made = errand.set_up(cluster)
        with watch(made.sandbox, errand.user) as asked:
            done = errand.run(made, tmp_path)
        made.sandbox.kill_operator()
        assert done.code == 0, f"{errand}:\n{done.output}"
        given_up = DONE_WITHOUT | (NO_SECRETS if errand.user == "reader" else set())
        assert asked.forbidden <= given_up, errand
        rights = granted_to(errand.user)
        assert {each for each in asked.allowed if not any(right.allows(each) for right in rights)} == set(), errand
        uses[errand] = needed(rights, asked.allowed)
        seen.setdefault(errand.user, []).append(asked)
    asked_by = {user: set().union(*(each.allowed for each in watches)) for user, watches in seen.items()}
    used = set().union(*(needed(granted_to(user), asked) for user, asked in asked_by.items()))
    assert sorted(map(str, set(granted_to("upgrader")) - used)) == []


@pytest.mark.contract("G7.forbidden")
@pytest.mark.long
def test_a_right_that_is_missing_is_named(cluster: Clusters, uses: dict[Errand, set[Right]], tmp_path: Path) -> None:
    """The playbook fails with verb, resource and object, or goes on and says what it has not checked, or does later, for want of them."""
    rights = [each for each in granted_to("upgrader") if LONG or str(each) in ONE_OF_EACH_KIND]
    assert len(rights) >= len(ONE_OF_EACH_KIND)
    unnamed = []
    for right in rights:
        errand = next(each for each, used in uses.items() if right in used)
        made = errand.set_up(cluster)
        started = time.monotonic()
        with without(made.client, errand.user, right):
            done = errand.run(made, tmp_path)
        made.sandbox.kill_operator()
        ended = "fails" if done.code else "goes on"
        print(f"{right!s:90} {errand!s:40} {ended:12} {time.monotonic() - started:5.1f} s", flush=True)
        if right.missed not in done.text + _reports(tmp_path):
            unnamed.append(f"{right} ({errand}, code {done.code})")
            print(done.output, flush=True)
    assert unnamed == []


def _reports(folder: Path) -> str:
    """What the report says, taken away so that the next one is alone."""
    found = folder / "localhost.json"
    if not found.exists():
        return ""
    text = found.read_text()
    found.unlink()
    return text


def test_a_rollback_names_the_copy_of_the_user_data_that_it_may_not_read(cluster: Clusters, tmp_path: Path) -> None:
    """Nobody knows its name beforehand, so no role has it; granted by that name, the same playbook ends well."""
    errand = Errand("operator", "rollback", prepare=reconciled_with_old_user_data)
    made = errand.set_up(cluster)
    failed = errand.run(made, tmp_path)
    found = re.search(r"may not get secrets (worker-user-data-before-[0-9a-f]+) in namespace", failed.text)
    assert failed.code == 2 and found, failed.output
    with also(made.client, errand.user, Right("test", MACHINE_API, "get", "", "secrets", found[1])):
        done = errand.run(made, tmp_path)
    assert done.code == 0, done.output
    assert read_user_data(made, "worker-user-data")["ignition"]["version"] == "2.2.0"
