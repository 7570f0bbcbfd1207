# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""bootimage_status documents every key of its answer, and answers every key that it documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from unit.builders import OLD, TARGET, condition, config_map, configuration, machine_set, manager, snapshot
from unit.builders import control_plane as bare_control_plane

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model.cloud import CloudFacts
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import MachineSet, NotChecked
from ansible_collections.okd.boot_images.plugins.module_utils.model.conditions import DEGRADED, PROGRESSING
from ansible_collections.okd.boot_images.plugins.module_utils.model.images import ImageFacts
from ansible_collections.okd.boot_images.plugins.module_utils.report import data
from ansible_collections.okd.boot_images.plugins.module_utils.report.text import table
from ansible_collections.okd.boot_images.plugins.module_utils.settle.caveats import caveats
from ansible_collections.okd.boot_images.plugins.module_utils.settle.settled import outstanding
from ansible_collections.okd.boot_images.plugins.modules.bootimage_status import RETURN

TYPES = {"str": str, "bool": bool, "int": int, "dict": dict, "list": list}


def control_plane() -> MachineSet:
    bare = bare_control_plane()
    template = bare.object["spec"]["template"]["machines_v1beta1_machine_openshift_io"]
    domains = {"platform": "GCP", "gcp": [{"zone": "us-central1-a"}]}
    made = {"machines_v1beta1_machine_openshift_io": {**template, "failureDomains": domains}}
    return MachineSet(bare.kind, {**bare.object, "spec": {"replicas": 3, "template": made}})


def answer() -> dict[str, Any]:
    """Of a cluster in which every list has something."""
    error = "1 Degraded MAPI MachineSets | Error(s): error syncing MAPI MachineSet hot: hot loop detected"
    told = [condition(PROGRESSING, "False", "Reconciled 1 of 1 MAPI MachineSets"), condition(DEGRADED, "True", error)]
    labels = {"machineconfiguration.openshift.io/osstream": "rhel-10"}
    seen = snapshot(
        [machine_set("hot", labels=labels), control_plane()], "4.21",
        configuration=configuration("4.21", [manager()], conditions=told), stream=config_map(release="4.20.0"),
        machines=({"metadata": {"name": "m"}},), not_checked=(NotChecked("x", "y"),),
    )  # fmt: skip
    asked = CloudFacts(
        {("us-central1", each): ImageFacts(each, "us-central1", state="available") for each in (OLD, TARGET)}
    )
    judged = assess(seen, cloud=asked)
    found = data.status(seen, judged, caveats(seen, judged), outstanding(seen, judged))
    return {**found, "table": table(found)}


def pairs(documented: Any, given: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """Every mapping of the answer whose keys are documented, with its documentation."""
    yield path, documented, given
    for key, each in documented.items():
        if "contains" not in each or key not in given:
            continue
        inner = given[key] if each["type"] == "list" else [given[key]]
        for one in inner:
            yield from pairs(each["contains"], one, f"{path}.{key}")


PAIRS = list(pairs(yaml.safe_load(RETURN), answer(), "answer"))


@pytest.mark.parametrize(("path", "documented", "given"), PAIRS, ids=[each[0] for each in PAIRS])
def test_the_keys_are_those_documented(path: str, documented: Any, given: Any) -> None:
    assert set(given) == set(documented), path
    for key, value in given.items():
        assert value is None or value.__class__ is TYPES[documented[key]["type"]], f"{path}.{key}"


def documented_paths(documented: Any, path: str) -> Iterator[str]:
    yield path
    for key, each in documented.items():
        if "contains" in each:
            yield from documented_paths(each["contains"], f"{path}.{key}")


def test_every_mapping_that_is_documented_was_looked_into() -> None:
    """No list of the answer was empty, which would prove nothing."""
    assert set(documented_paths(yaml.safe_load(RETURN), "answer")) == {path for path, _documented, _given in PAIRS}
