# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One machine set in an otherwise healthy cluster, given to both readings of the contract: the sandbox's operator and the collection."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from unit.builders import snapshot
from unit.operator import recorded

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import MachineSet
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import MACHINE_SET
from ansible_collections.okd.boot_images.plugins.module_utils.model.user_data import UserData
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Verdict
from sandbox.operator.rules.behaviour import behaviour
from sandbox.operator.rules.outcome import Dies, Error, Outcome, Patched, Skipped
from sandbox.operator.rules.reconcile import reconcile

Json = dict[str, Any]
UP_TO_4_18 = ("4.17", "4.18")
FROM_4_19 = ("4.19", "4.20", "4.21", "4.22")
ALL = (*UP_TO_4_18, *FROM_4_19)
ARCH = "capacity.cluster-autoscaler.kubernetes.io/labels"
OSSTREAM = "machineconfiguration.openshift.io/osstream"
OLD_AMI, TARGET_AMI = "ami-00000000000000001", "ami-00000000000000002"
WORKSPACE = {"server": "vc", "datacenter": "dc", "datastore": "ds"}
_AWS = {"ami": {"id": OLD_AMI}, "placement": {"region": "us-east-1"}, "userDataSecret": {"name": "worker-user-data"}}
_VSPHERE = {"template": "x-rhcos", "workspace": WORKSPACE, "userDataSecret": {"name": "worker-user-data"}}


@dataclass(frozen=True)
class Both:
    """What the simulated operator did, and what the collection foretold."""

    outcome: Outcome
    verdict: Verdict
    shows_skips: bool

    @property
    def words(self) -> tuple[str, str]:
        """How the operator counts the set (or that it dies of it); what the collection says it will do."""
        return self._counted(), self.verdict.operator.will

    @property
    def written(self) -> Json:
        """The providerSpec as the operator wrote it."""
        assert isinstance(self.outcome, Patched), self.outcome
        return self.outcome.provider_spec

    @property
    def reason(self) -> str:
        return self.verdict.operator.reason.code

    @property
    def error(self) -> str:
        """The operator's text, from `failed to reconcile …, err: ` on where it has that."""
        assert isinstance(self.outcome, Error), self.outcome
        return self.outcome.text

    def _counted(self) -> str:
        if isinstance(self.outcome, Skipped):
            return "skipped" if self.shows_skips else "reconciled"
        return {Patched: "patched", Error: "errored", Dies: "dies"}.get(type(self.outcome), "reconciled")


def gcp(**spec: Any) -> Json:
    """A set with an old image that every release patches; keywords replace fields of its providerSpec, None takes one away."""
    return changed(recorded.machine_set("gcp", "plain"), **spec)


def azure(case: str = "plain", **spec: Any) -> Json:
    return changed(recorded.machine_set("azure", case), **spec)


def aws(**spec: Any) -> Json:
    return _with(_AWS, **spec)


def vsphere(**spec: Any) -> Json:
    return _with(_VSPHERE, **spec)


def gcp_image(image: str) -> Json:
    return gcp(disks=[{"boot": True, "image": image}])


def marked(made: Json, *, labels: Any = None, annotations: Any = None, owner: Any = None, template: Any = None) -> Json:
    """The set with other metadata."""
    found = copy.deepcopy(made)
    metadata = found["metadata"]
    metadata["labels"] = {**metadata.get("labels", {}), **(labels or {})}
    if annotations is not None:
        metadata["annotations"] = annotations
    if owner:
        metadata["ownerReferences"] = [owner]
    found["spec"]["template"].setdefault("metadata", {})["labels"] = template or {}
    return found


def changed(made: Json, **spec: Any) -> Json:
    found = copy.deepcopy(made)
    value = found["spec"]["template"]["spec"]["providerSpec"]["value"]
    value.update(spec)
    for key in [key for key, given in spec.items() if given is None]:
        del value[key]
    return found


def stream_of(platform: str) -> Json:
    """Stream metadata with that platform's images in both architectures."""
    found = recorded.stream()
    for arch, entry in found["architectures"].items():
        ami = TARGET_AMI if arch == "x86_64" else "ami-000000000000000aa"
        entry["images"]["aws"] = {"regions": {"us-east-1": {"image": ami, "release": "9.6.20250701-0"}}}
        entry["artifacts"] = {"vmware": {"release": "9.6.20250701-0"}, "aws": {"release": "9.6.20250701-0"}}
    return found if platform else {}


def both(
    made: Json, release: str, platform: str = "GCP", *, stream: Any = None, data: Json | None = None,
    secret: Callable[[str], Json | None] = recorded.secret, cluster_version: Json | None = None,
    infrastructure: Json | None = None, **world: Any,
) -> Both:  # fmt: skip
    """`stream` is other metadata (text is taken as it is), `data` further keys of coreos-bootimages; `world` goes to the operator alone."""
    given = stream if isinstance(stream, str) else json.dumps(stream if stream is not None else stream_of(platform))
    base = recorded.world("gcp", release)
    assert base.config_map
    config_map = {"data": {**base.config_map["data"], "stream": given, **(data or {})}}
    config_map["data"] = {key: value for key, value in config_map["data"].items() if value is not None}
    domain = {"server": "vc", "topology": {"datacenter": "dc", "datastore": "ds"}}
    spec = {"platformSpec": {"vsphere": {"failureDomains": [domain]}}} if platform == "VSphere" else {}
    status = {"infrastructureName": "demo", "platformStatus": {"type": platform}}
    infra = infrastructure or {"spec": spec, "status": status}
    version = cluster_version or base.cluster_version
    known = {"known_amis": frozenset([OLD_AMI]), **world}
    seen = recorded.world(
        "gcp", release, infrastructure=infra, cluster_version=version, config_map=config_map, secret=secret, **known
    )
    rules = behaviour(release)
    outcome = reconcile(copy.deepcopy(made), seen, rules)
    machine_set = MachineSet(MACHINE_SET, made)
    name = machine_set.user_data_secret
    facts = {name: UserData.of(secret(name))} if name else {}
    look = snapshot(
        [machine_set], release, platform, stream=config_map, cluster_version=version, infrastructure=infra,
        user_data=facts,
    )  # fmt: skip
    return Both(outcome, assess(look).verdicts[0], rules.shows_skips)


def recorded_case(platform: str, case: str, release: str) -> Both:
    """One of the recorded machine sets."""
    word = {"gcp": "GCP", "azure": "Azure"}[platform]
    return both(recorded.machine_set(platform, case), release, word, stream=recorded.stream())


def _with(base: Json, **spec: Any) -> Json:
    made = recorded.machine_set("gcp", "plain")
    made["spec"]["template"]["spec"]["providerSpec"]["value"] = copy.deepcopy(base)
    return changed(made, **spec)
