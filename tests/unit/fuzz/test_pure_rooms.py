# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever stands in a cluster: an answer that is JSON, or an error of our own. Never a traceback."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from dataclasses import replace
from random import Random

from hypothesis import given
from unit.agreement import clusters, images, sets
from unit.agreement.clusters import Drawn, Json
from unit.agreement.readings import snapshot
from unit.builders import ARCH, cluster_version, condition, configuration, judged, machine_set, manager, stream_data
from unit.builders import snapshot as at_rest
from unit.fuzz.hostile import FUZZ, RANDOM, garbled, junk, spoiled

from ansible_collections.okd.boot_images.plugins.module_utils.assess.architecture import architecture
from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.assess.stream import parse as parse_stream
from ansible_collections.okd.boot_images.plugins.module_utils.model.cluster import MachineSet, Snapshot
from ansible_collections.okd.boot_images.plugins.module_utils.model.conditions import parse as parse_conditions
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import (
    BootImageError,
    InvalidInput,
    InvalidStream,
)
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import MACHINE_SET
from ansible_collections.okd.boot_images.plugins.module_utils.model.selectors import fault, matches
from ansible_collections.okd.boot_images.plugins.module_utils.model.selectors import parse as parse_selector
from ansible_collections.okd.boot_images.plugins.module_utils.model.user_data import UserData
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Failed
from ansible_collections.okd.boot_images.plugins.module_utils.model.wish import (
    ConfigurationWish,
    ImageWish,
    UpgradeWish,
)
from ansible_collections.okd.boot_images.plugins.module_utils.plan import configuration as configuring
from ansible_collections.okd.boot_images.plugins.module_utils.plan import upgrade as upgrading
from ansible_collections.okd.boot_images.plugins.module_utils.plan.machine_sets import updates
from ansible_collections.okd.boot_images.plugins.module_utils.report import data
from ansible_collections.okd.boot_images.plugins.module_utils.report.text import table
from ansible_collections.okd.boot_images.plugins.module_utils.settle.caveats import caveats
from ansible_collections.okd.boot_images.plugins.module_utils.settle.settled import outstanding
from ansible_collections.okd.boot_images.plugins.module_utils.settle.upgrade import progress

RELEASES = ["4.16", "4.18", "4.19", "4.21", "4.22", "5.0", "6.1"]
SELECTORS = ["a=b,c!=d", "e in (x,y),f notin (z)", "g,!h", "example.com/a==b", "a in ()"]
PROGRESSING = "Reconciled 1 of 2 MAPI MachineSets (1 skipped) | Reconciled 0 of 0 CAPI MachineSets"
DEGRADED = (
    "1 Degraded MAPI MachineSets | 0 CAPI MachineDeployments | Error(s): [error syncing MAPI MachineSet a: x, error syncing "
    "MAPI MachineSet b: y]"
)


@FUZZ
@given(RANDOM)
def test_stream_text(random: Random) -> None:
    text = (
        json.dumps(spoiled(random, stream_data()))
        if random.random() < 0.5
        else garbled(random, json.dumps(stream_data())[:800])
    )
    with suppress(InvalidStream):
        assert parse_stream(text, "here", None).data["architectures"] is not None


@FUZZ
@given(RANDOM)
def test_streams_that_parse_are_judged(random: Random) -> None:
    config_map = {"data": {"stream": json.dumps(spoiled(random, images.stream(), 4)), "releaseVersion": "4.22.0"}}
    for platform in ("GCP", "AWS", "Azure", "VSphere", "OpenStack", "PowerVS", "Nutanix", "IBMCloud"):
        made = machine_set(spec=images.provider_spec(random, platform))
        with suppress(InvalidStream):
            json.dumps(data.machine_set(judged(made, "4.22", platform, stream=config_map)))


@FUZZ
@given(RANDOM)
def test_machine_sets(random: Random) -> None:
    platform = random.choice(
        ["GCP", "AWS", "Azure", "VSphere", "OpenStack", "PowerVS", "Nutanix", "IBMCloud", "BareMetal", "None", "X"]
    )
    sound = {"metadata": {"name": "a"}, **machine_set(spec=images.provider_spec(random, platform)).object}
    made = MachineSet(MACHINE_SET, spoiled(random, sound))
    wish = ImageWish(random.choice([None, None, "", "x", "ami-01234567", "a:b:c:d"]), random.random() < 0.3)
    told = judged(made, random.choice(RELEASES), platform, wish)
    json.dumps(data.machine_set(told))
    for step in updates((told,)):
        assert step.request and data.diff((step,))


@FUZZ
@given(RANDOM)
def test_architecture_annotation(random: Random) -> None:
    text = garbled(random, random.choice(["kubernetes.io/arch=arm64", "a=b, kubernetes.io/arch=amd64", ""]))
    made = machine_set(annotations={ARCH: text})
    found = architecture(made, at_rest([made]))
    assert isinstance(found, Failed) or f"kubernetes.io/arch={found}" in text


@FUZZ
@given(RANDOM)
def test_condition_texts(random: Random) -> None:
    told = [condition("BootImageUpdateProgressing", "True", garbled(random, PROGRESSING)),
            condition("BootImageUpdateDegraded", "True", garbled(random, DEGRADED))]  # fmt: skip
    made = configuration("4.21", [manager()], conditions=told if random.random() < 0.7 else spoiled(random, told))
    found = parse_conditions(made)
    assert all(done >= 0 and total >= 0 for done, total, _skipped in found.reconciled.values())
    seen = at_rest([machine_set("a")], "4.21", configuration=made)
    json.dumps([data.awaited(each) for each in outstanding(seen, assess(seen))])


@FUZZ
@given(RANDOM)
def test_selectors_of_one_line(random: Random) -> None:
    with suppress(InvalidInput):
        selector = parse_selector(garbled(random, random.choice(SELECTORS)))
        assert fault(selector) is None
        matches(selector, {"a": "b"})


@FUZZ
@given(RANDOM)
def test_selectors_as_objects(random: Random) -> None:
    selector = spoiled(random, random.choice(clusters.SELECTORS + clusters.BROKEN_SELECTORS))
    wrong = fault(selector)
    assert wrong is None or isinstance(wrong, str)
    if wrong is None:
        assert matches(selector, {"pool": "a"}) in (True, False)


@FUZZ
@given(RANDOM)
def test_user_data(random: Random) -> None:
    raw = garbled(random, '{"ignition": {"version": "3.2.0"}}').encode("utf-8", "surrogatepass")
    secret = {"data": {"userData": base64.b64encode(raw).decode()}}
    facts = UserData.of(secret if random.random() < 0.7 else spoiled(random, secret))
    assert (facts.ignition is None) == (facts.state != "read")


@FUZZ
@given(RANDOM)
def test_clusters(random: Random) -> None:
    """MachineConfiguration, ClusterVersion, ConfigMap, ClusterOperator, Infrastructure: one or two of them spoiled."""
    seen = _spoiled_cluster(random)
    with suppress(BootImageError):
        judged_all = assess(seen)
        conditions = parse_conditions(seen.configuration)
        left = outstanding(seen, judged_all)
        json.dumps([data.cluster(seen), data.configuration(seen, judged_all), [data.awaited(each) for each in left]])
        json.dumps(
            [data.machine_set(each) for each in judged_all.verdicts]
            + [data.finding(each) for each in judged_all.findings]
        )
        assert conditions is not None


@FUZZ
@given(RANDOM)
def test_the_whole_answer(random: Random) -> None:
    """With machines, pools and a control plane's failure domains, each of them spoiled; as data, and as the table that people read."""
    drawn = clusters.draw(random)
    sound = sets.draw(random, "m", drawn.platform, clusters.SECRETS)
    labels = {
        "machine.openshift.io/cluster-api-machineset": "set-0",
        "machine.openshift.io/cluster-api-machine-role": "master",
    }
    machine = {
        "metadata": {"name": "m", "labels": labels},
        "spec": sound["spec"]["template"]["spec"],
        "status": {"phase": "Running"},
    }
    seen = _spoiled_cluster(random, drawn)
    pool = {"metadata": {"name": "worker"}, "spec": {"paused": True}, "status": {"conditions": [], "machineCount": 3}}
    seen = replace(
        seen,
        machine_sets=tuple(replace(each, object=_with_domains(random, each.object)) for each in seen.machine_sets),
        machines=tuple(each for each in (machine, spoiled(random, machine)) if isinstance(each, dict)),
        pools=tuple(each for each in (pool, spoiled(random, pool)) if isinstance(each, dict)),
    )
    with suppress(BootImageError):
        judged_all = assess(seen)
        answer = data.status(seen, judged_all, caveats(seen, judged_all), outstanding(seen, judged_all))
        json.dumps(answer)
        assert all(len(line) <= 120 for line in table(answer))


def _with_domains(random: Random, made: Json) -> Json:
    """A control plane's failure domains, where it is one; and now and then something else there."""
    template = made["spec"]["template"]
    if "machines_v1beta1_machine_openshift_io" not in template:
        return made
    domains = {"platform": random.choice(["AWS", "Azure", "GCP", "VSphere", ""]), **DOMAINS}
    inner = {**template["machines_v1beta1_machine_openshift_io"], "failureDomains": spoiled(random, domains)}
    return {**made, "spec": {"template": {"machines_v1beta1_machine_openshift_io": inner}}}


@FUZZ
@given(RANDOM)
def test_plans_on_spoiled_clusters(random: Random) -> None:
    seen = _spoiled_cluster(random)
    mode = random.choice(["All", "Partial", "None", None])
    selector = random.choice([None, {}, {"matchLabels": {"pool": "a"}}, junk(random)]) if mode == "Partial" else None
    wish = ConfigurationWish(
        random.choice(["machinesets", "controlplanemachinesets"]),
        mode,
        selector if isinstance(selector, dict) else None,
    )
    with suppress(BootImageError):
        json.dumps(data.diff(configuring.configuration(seen, wish)))
        assess(configuring.foreseen(seen, wish))
    with suppress(BootImageError):
        json.dumps(data.diff(upgrading.upgrade(seen, UpgradeWish(version="4.23.1", channel="x"))))


@FUZZ
@given(RANDOM)
def test_progress_of_an_upgrade(random: Random) -> None:
    told = [
        condition("ReleaseAccepted", "False", 'Refused "4.20.1"'),
        condition("Progressing", "True", "Working towards 4.20.1: 3%"),
    ]
    version = spoiled(random, cluster_version("4.20.1", random.choice(["Partial", "Completed"]), conditions=told))
    seen = replace(at_rest(), cluster_version=version if isinstance(version, dict) else {})
    found = progress(seen, random.choice(["4.20.1", "", "é"]))
    assert found.state in ("waiting", "refused", "running", "completed", "replaced") and isinstance(found.message, str)


OBJECTS = (
    "infrastructure", "cluster_version", "configuration", "stream", "operator", "gates", "acks", "provisioning", "feature_gate",
)  # fmt: skip
DOMAINS = {
    "aws": [{"placement": {"availabilityZone": "a"}, "subnet": {"type": "Filters", "filters": [{"name": "x", "values": ["y"]}]}}],
    "azure": [{"zone": "1", "subnet": "s"}], "gcp": [{"zone": "us-central1-a"}], "vsphere": [{"name": "fd"}, {"name": "bare"}],
    "openstack": [{"availabilityZone": "nova", "rootVolume": {"volumeType": "x"}}], "nutanix": [{"name": "x"}],
}  # fmt: skip


def _spoiled_cluster(random: Random, drawn: Drawn | None = None) -> Snapshot:
    seen = replace(
        snapshot(drawn or clusters.draw(random)),
        gates={"data": {"ack-4.21-x": "read"}},
        acks={"data": {}},
        provisioning={"spec": {}},
    )
    for name in random.sample(OBJECTS, random.randint(1, 2)):
        sound = getattr(seen, name)
        worse = spoiled(random, sound, 2) if sound is not None else junk(random)
        seen = replace(seen, **{name: worse if isinstance(worse, dict) else {}})
    return seen
