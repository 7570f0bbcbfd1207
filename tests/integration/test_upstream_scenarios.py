# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Machine Config Operator's own end-to-end scenarios (its test/extended-priv), by their numbers.

Configured by managed_boot_images and judged by bootimage_status; what they say is held against the API server's objects.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from integration.operator_play import boot_image, condition
from integration.support.clusters import CONTROL_PLANE, WORKERS, Cluster
from integration.support.modules import Answer

from sandbox import ApiError

Clusters = Callable[..., Cluster]
Json = dict[str, Any]
SPEED = 300.0
SECONDS = 30
LABEL = "okd-boot-images.io/managed"
NEITHER = {"selector": {"matchLabels": {"test": "no-set-has-it"}}}
OLD = "projects/rhcos-cloud/global/images/rhcos-412-85-202203181601-0-gcp-x86-64"
FOREIGN = "projects/acme/global/images/golden"
ARCHITECTURE = "capacity.cluster-autoscaler.kubernetes.io/labels"
OWNER = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": "5f4a9d5c-0000-4000-8000-000000000000"}
STUB = "machineconfiguration.openshift.io/stub-ignition-upgraded"
HOLDER = "machines_v1beta1_machine_openshift_io"
DEGRADED_4_21 = (
    "1 Degraded MAPI MachineSets | 0 Degraded ControlPlaneMachineSets | 0 Degraded CAPI MachineSets"
    " | 0 CAPI MachineDeployments | Error(s): error syncing MAPI MachineSet {0}: {1}"
)
RECONCILING = "failed to reconcile machineset {0}, err: "


# Doing


def off(cluster: Clusters, release: str) -> Cluster:
    """A cluster with management switched off before its operator runs: it would update everything by default."""
    made = cluster("gcp", release=release)
    assert not made.module("managed_boot_images", mode="None").failed
    return made


def configure(made: Cluster, mode: str, **more: Any) -> Json:
    """Configure, wait, and insist on success."""
    answer = attempt(made, mode, **more)
    assert not answer.failed, answer.message
    assert (answer.result["settled"], answer.result["waiting_for"]) == (True, [])
    return answer.result


def attempt(made: Cluster, mode: str, **more: Any) -> Answer:
    """Configure and wait, whatever comes of it but a conflict: at this speed the operator writes its status all the time."""

    def run() -> Answer | None:
        answer = made.module("managed_boot_images", mode=mode, wait=True, wait_timeout=SECONDS, **more)
        return None if answer.result.get("reason") == "conflict" else answer

    return until(made, run, "a moment without another writer")


def change(made: Cluster, name: str, **metadata: Any) -> None:
    """Write a machine set's metadata as somebody else would."""
    made.client.patch("machinesets", name, {"metadata": metadata})


def user_data(made: Cluster, name: str, text: str | None) -> str:
    """Point a machine set to a user-data Secret of its own with that text; with None there is no such Secret."""
    secret = f"{name}-user-data"
    if text is not None:
        data = {"userData": base64.b64encode(text.encode()).decode()}
        metadata = {"name": secret, "namespace": "openshift-machine-api"}
        made.client.create({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data})
    made.provider_spec(name, {"userDataSecret": {"name": secret}})
    return secret


def read_user_data(made: Cluster, secret: str) -> Json:
    found = made.client.get("secrets", secret, "openshift-machine-api")
    return dict(json.loads(base64.b64decode(found["data"]["userData"])))


def stub(version: str) -> str:
    return json.dumps({"ignition": {"version": version, "config": {"append": [{"source": "https://api-int:22623/"}]}}})


# Looking


def look(made: Cluster) -> Json:
    """What bootimage_status says once nothing is to be waited for."""
    answer = made.module("bootimage_status", wait=True, wait_timeout=SECONDS)
    assert not answer.failed, answer.message
    return answer.result


def outlook(found: Json) -> dict[str, tuple[str, str]]:
    """What the operator will do with every set, and why."""
    return {each["name"]: (each["operator"]["will"], each["operator"]["reason"]) for each in found["machine_sets"]}


def blockers(found: Json) -> set[str]:
    return {each["reason"] for each in found["blockers"] if each["severity"] == "blocker"}


def until(made: Cluster, probe: Callable[[], Any], what: str) -> Any:
    return made.client.wait_for(probe, SECONDS, what)


def degraded_with(made: Cluster, message: str) -> None:
    """The operator degrades with exactly that message, on both its objects, and does not progress."""

    def told() -> bool:
        degraded, progressing = boot_image(made.sandbox, "Degraded"), boot_image(made.sandbox, "Progressing")
        return (degraded.get("status"), progressing.get("status"), degraded.get("message")) == (
            "True",
            "False",
            message,
        )

    until(made, told, message)
    until(made, lambda: f"bootimage update failed: {message}" in operator(made, "Degraded").get("message", ""), "CO")
    assert operator(made, "Degraded")["status"] == "True"


def healthy(made: Cluster) -> None:
    """Neither object is Degraded."""

    def well() -> bool:
        return boot_image(made.sandbox, "Degraded").get("status") == "False" == operator(made, "Degraded")["status"]

    until(made, well, "the end of Degraded")


def operator(made: Cluster, kind: str) -> Json:
    """A condition of ClusterOperator machine-config."""
    return condition(made.client.get("clusteroperators", "machine-config"), kind)


def passes(made: Cluster) -> None:
    """Let the operator go through all sets once more, so that what it left alone it has looked at.

    Passes come one after the other: with the beginning of a second one the first is over.
    """
    log = made.sandbox.folder / "operator.log"
    for number in range(2):
        before = log.read_text().count(" MAPI MachineSets enrolled")
        change(made, made.names[-1], annotations={"test/pass": f"{before}.{number}"})
        until(made, lambda known=before: log.read_text().count(" MAPI MachineSets enrolled") > known, "a pass")


# Workers


def test_81395_the_status_mode_follows_all_partial_all_none(cluster: Clusters) -> None:
    made = off(cluster, "4.21.2")
    made.sandbox.start_operator(SPEED)
    for mode, more in (("All", {}), ("Partial", NEITHER), ("All", {}), ("None", {})):
        configure(made, mode, **more)
        found = made.configuration()
        (mirrored,) = found["status"]["managedBootImagesStatus"]["machineManagers"]
        assert [mirrored] == found["spec"]["managedBootImages"]["machineManagers"]
        assert mirrored["selection"]["mode"] == mode
        told = look(made)["configuration"]
        assert told["status"]["machineManagers"] == [mirrored]
        effective = told["effective"]["machinesets"]
        assert (effective["mode"], effective["observed"]) == (mode, True)


def test_81403_a_back_dated_image_is_updated_by_default_and_left_alone_with_none(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.19.2")
    first, second, third = made.names
    made.set_image(first, OLD)
    made.sandbox.start_operator(SPEED)
    found = look(made)
    assert {name: outlook(found)[name] for name in made.names} == dict.fromkeys(made.names, ("nothing", "up_to_date"))
    assert made.managers() is None
    assert made.images() == dict.fromkeys(made.names, made.target())

    configure(made, "None")
    made.set_image(first, OLD)
    made.set_image(second, FOREIGN)
    passes(made)
    left = {first: OLD, second: FOREIGN, third: made.target()}
    assert made.images() == left
    found = look(made)
    assert found["settled"]
    assert {name: outlook(found)[name] for name in left} == dict.fromkeys(left, ("not_managed", "management_off"))

    # Upstream selects all with an empty selector; the module wants that said as All, the API does not.
    refused = attempt(made, "Partial", selector={})
    assert refused.failed and "empty selector matches every machine set" in refused.message
    assert made.images() == left
    made.manage({**WORKERS, "selection": {"mode": "Partial", "partial": {"machineResourceSelector": {}}}})
    found = look(made)
    passes(made)
    assert made.images() == {**left, first: made.target()}
    assert (outlook(found)[first], outlook(found)[second]) == (("nothing", "up_to_date"), ("skip", "custom_image"))


def test_74240_all_brings_every_set_to_the_configmap_but_an_owned_one(cluster: Clusters) -> None:
    made = off(cluster, "4.21.2")
    owned, *others = made.names
    change(made, owned, ownerReferences=[OWNER])
    before = made.image(owned)
    made.sandbox.start_operator(SPEED)
    configure(made, "All")
    passes(made)
    assert before != made.target()
    assert made.images() == {owned: before, **dict.fromkeys(others, made.target())}
    found = look(made)
    assert {name: outlook(found)[name] for name in made.names} == {
        owned: ("skip", "owned"),
        **dict.fromkeys(others, ("nothing", "up_to_date")),
    }
    assert (found["settled"], found["conditions"]["degraded"]) == (True, False)


def test_74239_partial_updates_the_labelled_but_not_the_unlabelled_nor_the_owned(cluster: Clusters) -> None:
    made = off(cluster, "4.21.2")
    labelled, unlabelled, owned = made.names
    change(made, owned, ownerReferences=[OWNER])
    before = made.images()
    made.sandbox.start_operator(SPEED)
    configure(made, "Partial", machine_sets=[labelled, owned])
    assert made.machine_set(owned)["metadata"]["labels"][LABEL] == "true"
    passes(made)
    assert made.images() == {**before, labelled: made.target()}
    found = look(made)
    assert {name: outlook(found)[name] for name in made.names} == {
        labelled: ("nothing", "up_to_date"),
        unlabelled: ("not_managed", "not_enrolled"),
        owned: ("skip", "owned"),
    }
    assert found["settled"]


def test_74751_a_bad_architecture_is_harmless_until_its_set_is_selected(cluster: Clusters) -> None:
    made = off(cluster, "4.21.2")
    bad, good, _other = made.names
    change(made, bad, annotations={ARCHITECTURE: "kubernetes.io/arch=vax"})
    before = made.image(bad)
    made.sandbox.start_operator(SPEED)
    configure(made, "Partial", machine_sets=[good])
    passes(made)
    healthy(made)
    found = look(made)
    assert (outlook(found)[bad], found["settled"]) == (("not_managed", "not_enrolled"), True)

    failed = attempt(made, "Partial", machine_sets=[bad, good])
    assert (failed.failed, failed.result["reason"]) == (True, "machine_sets_failed")
    assert bad in failed.message and "vax" in failed.message
    why = "failed to fetch arch during machineset sync: invalid architecture value found in annotation: vax"
    degraded_with(made, DEGRADED_4_21.format(bad, why))
    found = look(made)
    assert outlook(found)[bad] == ("fail", "architecture_invalid")
    assert found["conditions"]["degraded"] is True
    until(made, lambda: look(made)["conditions"]["progressing"] is False, "the end of the last pass")
    assert found["conditions"]["errors"] == {bad: why}
    assert "operator_unhealthy" in blockers(found)
    assert (made.image(bad), made.image(good)) == (before, made.target())

    change(made, bad, annotations={ARCHITECTURE: "kubernetes.io/arch=amd64"})
    configure(made, "Partial", machine_sets=[bad, good])
    assert made.image(bad) == made.target()
    healthy(made)
    assert look(made)["conditions"]["errors"] == {}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param(
            None,
            'error grabbing user data secret referenced in machineset: secrets "{secret}" not found',
            id="80436-missing",
        ),
        pytest.param(
            "#cloud-config",
            "failed to unmarshal decoded user-data to json (secret {secret}):"
            " invalid character '#' looking for beginning of valuet",
            id="80435-not-json",
        ),
        pytest.param(
            stub("1.2.0"),
            "converting ignition stub failed: failed to parse Ignition config: parsing Ignition config failed:"
            " unknown version. Supported spec versions: 2.2,3.0,3.1,3.2,3.3,3.4,3.5",
            id="80434-ignition-1.2.0",
        ),
    ],
)
def test_80436_80435_80434_an_unusable_user_data_secret_degrades_until_its_set_is_not_selected(
    cluster: Clusters, text: str | None, why: str
) -> None:
    made = off(cluster, "4.21.2")
    name = made.names[0]
    secret = user_data(made, name, text)
    before = made.images()
    made.sandbox.start_operator(SPEED)
    failed = attempt(made, "Partial", machine_sets=[name])
    assert (failed.failed, failed.result["reason"]) == (True, "machine_sets_failed")
    message = RECONCILING.format(name) + why.format(secret=secret)
    degraded_with(made, DEGRADED_4_21.format(name, message))
    found = look(made)
    assert outlook(found)[name] == ("fail", "user_data_unusable")
    assert found["conditions"]["errors"] == {name: message}
    configure(made, "Partial", **NEITHER)
    healthy(made)
    found = look(made)
    assert (outlook(found)[name], found["conditions"]["errors"]) == (("not_managed", "not_enrolled"), {})
    assert made.images() == before


def test_80437_82747_a_2_2_0_stub_is_upgraded_with_the_image_but_not_beside_a_foreign_one(cluster: Clusters) -> None:
    made = off(cluster, "4.21.2")
    ours, foreign, _other = made.names
    upgraded, kept = (user_data(made, name, stub("2.2.0")) for name in (ours, foreign))
    made.set_image(foreign, FOREIGN)
    before = made.machine_set(foreign)["spec"]
    made.sandbox.start_operator(SPEED)
    configure(made, "Partial", machine_sets=[ours, foreign])
    passes(made)
    assert made.image(ours) == made.target()
    assert read_user_data(made, upgraded)["ignition"]["version"] == "3.5.0"
    annotations = made.client.get("secrets", upgraded, "openshift-machine-api")["metadata"]["annotations"]
    assert annotations[f"{STUB}-to"] == "3.5.0" and annotations[f"{STUB}-at"]
    assert made.machine_set(foreign)["spec"] == before
    assert read_user_data(made, kept) == json.loads(stub("2.2.0"))
    assert "annotations" not in made.client.get("secrets", kept, "openshift-machine-api")["metadata"]
    found = look(made)
    assert outlook(found)[ours] == ("nothing", "up_to_date")
    assert outlook(found)[foreign] == ("skip", "custom_image")
    told = {each["name"]: each["user_data"] for each in found["machine_sets"]}
    assert told[ours] == {"secret": upgraded, "state": "read", "ignition": "3.5.0"}
    assert told[foreign] == {"secret": kept, "state": "read", "ignition": "2.2.0"}


def test_83998_architecture_annotations_may_be_comma_separated(cluster: Clusters) -> None:
    made = off(cluster, "4.21.2")
    arch, zone = "kubernetes.io/arch=amd64", "topology.gke.io/zone=us-central1-a"
    for name, value in zip(made.names, (f"{arch},{zone}", f"{zone},{arch}", f"{zone}, {arch}"), strict=True):
        change(made, name, annotations={ARCHITECTURE: value})
    made.sandbox.start_operator(SPEED)
    configure(made, "All")
    assert made.images() == dict.fromkeys(made.names, made.target())
    found = look(made)
    assert {each["architecture"] for each in found["machine_sets"] if each["name"] in made.names} == {"amd64"}
    healthy(made)


# The control plane, 4.22


def control_plane_image(made: Cluster) -> str:
    return str(_control_plane_value(made)["disks"][0]["image"])


def _control_plane_value(made: Cluster) -> Json:
    found = made.client.get("controlplanemachinesets", "cluster")
    return dict(found["spec"]["template"][HOLDER]["spec"]["providerSpec"]["value"])


def set_control_plane_image(made: Cluster, image: str) -> None:
    disks = [{**_control_plane_value(made)["disks"][0], "image": image}]
    spec = {"template": {HOLDER: {"spec": {"providerSpec": {"value": {"disks": disks}}}}}}
    made.client.patch("controlplanemachinesets", "cluster", {"spec": spec})


def control_plane(made: Cluster, mode: str) -> Json:
    return configure(made, mode, resource="controlplanemachinesets")


def written(made: Cluster, mode: str) -> Answer:
    """Configure the control plane without waiting."""
    return made.module("managed_boot_images", mode=mode, resource="controlplanemachinesets")


def modes(stanza: Json) -> dict[str, str]:
    return {each["resource"]: each["selection"]["mode"] for each in stanza["machineManagers"]}


def test_85478_a_control_plane_with_a_foreign_image_is_not_touched(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    set_control_plane_image(made, FOREIGN)
    made.sandbox.start_operator(SPEED)
    control_plane(made, "All")
    passes(made)
    assert control_plane_image(made) == FOREIGN
    found = look(made)
    assert outlook(found)["cluster"] == ("skip", "custom_image")
    assert found["conditions"]["degraded"] is False


def test_85399_partial_is_rejected_for_the_control_plane(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    selection = {"mode": "Partial", "partial": {"machineResourceSelector": {"matchLabels": {"a": "b"}}}}
    with made.untouched():
        answer = attempt(made, "Partial", resource="controlplanemachinesets", selector={"matchLabels": {"a": "b"}})
        assert answer.failed and "the API permits All and None only" in answer.message
        with pytest.raises(ApiError, match="Only All or None selection mode is permitted for ControlPlaneMachineSets"):
            made.manage({**CONTROL_PLANE, "selection": selection})


def test_85479_87023_none_leaves_the_control_plane_alone_and_the_status_mirrors_every_mode(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    before = control_plane_image(made)
    made.sandbox.start_operator(SPEED)
    control_plane(made, "None")
    passes(made)
    assert before != made.target()
    assert control_plane_image(made) == before
    found = look(made)
    assert outlook(found)["cluster"] == ("not_managed", "management_off")
    for mode in ("None", "All", "None"):
        # Without the module's wait: it looks at the control plane's set once a minute only.
        until(made, lambda wish=mode: not written(made, wish).failed, f"control plane {mode}")
        # Workers are at the release's default, whatever is said of the control plane.
        expected = {"machinesets": "All", "controlplanemachinesets": mode}
        until(
            made, lambda wish=expected: modes(made.configuration()["status"]["managedBootImagesStatus"]) == wish, mode
        )
        if mode == "All":
            until(made, lambda: control_plane_image(made) == made.target(), "the control plane's image")
        effective = look(made)["configuration"]["effective"]
        assert {resource: each["mode"] for resource, each in effective.items()} == expected
    assert control_plane_image(made) == made.target()  # of the All in between; None rolls nothing back


def test_85480_a_control_plane_with_an_owner_is_not_touched(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    made.client.patch("controlplanemachinesets", "cluster", {"metadata": {"ownerReferences": [OWNER]}})
    before = control_plane_image(made)
    made.sandbox.start_operator(SPEED)
    control_plane(made, "All")
    passes(made)
    assert before != made.target()
    assert control_plane_image(made) == before
    found = look(made)
    assert outlook(found)["cluster"] == ("skip", "owned")
    assert found["settled"]


# Skew enforcement, 4.22


def enforce(made: Cluster, stanza: Json) -> None:
    """Merge into spec.bootImageSkewEnforcement, and wait until the status has followed."""
    made.client.patch("machineconfigurations", "cluster", {"spec": {"bootImageSkewEnforcement": stanza}})
    until(made, lambda: skew(made) == made.configuration()["spec"]["bootImageSkewEnforcement"], f"skew {stanza}")


def skew(made: Cluster) -> Json:
    return dict(made.configuration().get("status", {}).get("bootImageSkewEnforcementStatus") or {})


def upgradeable(made: Cluster, status: str, text: str = "") -> None:
    """ClusterOperator machine-config comes to say so."""

    def told() -> bool:
        found = operator(made, "Upgradeable")
        return found.get("status") == status and text in found.get("message", "")

    until(made, told, f"Upgradeable={status} {text}")


def unblocked(made: Cluster) -> None:
    """The upgrade guard opens, and bootimage_status sees it."""
    upgradeable(made, "True")
    until(made, lambda: not blockers(look(made)) & {"boot_image_skew", "operator_not_upgradeable"}, "no blocker")


def blocked(made: Cluster, text: str) -> None:
    """The upgrade guard closes for a version beyond the limit, and bootimage_status sees it by itself."""
    upgradeable(made, "False", text)
    assert blockers(look(made)) >= {"boot_image_skew", "operator_not_upgradeable"}


def test_skew_manual_beyond_the_limit_blocks_and_within_it_or_none_does_not(cluster: Clusters) -> None:
    made = cluster("gcp", release="4.22.1")
    made.sandbox.start_operator(SPEED)
    manual = {"mode": "OCPVersion", "ocpVersion": "4.12.30"}
    enforce(made, {"mode": "Manual", "manual": manual})
    blocked(made, "OCP boot image version 4.12.30, which is below the minimum required version 4.13.0.")
    assert look(made)["configuration"]["skew"]["status"] == {"mode": "Manual", "manual": manual}
    enforce(made, {"mode": "Manual", "manual": {"ocpVersion": "4.13.0"}})
    unblocked(made)

    old = {"mode": "RHCOSVersion", "rhcosVersion": "412.86.202301311551-0", "ocpVersion": None}
    enforce(made, {"mode": "Manual", "manual": old})
    blocked(made, "(RHEL version: 8.6), which is below the minimum required RHEL version 9.2.")
    enforce(made, {"mode": "None", "manual": None})
    unblocked(made)
    enforce(made, {"mode": "Manual", "manual": {"mode": "RHCOSVersion", "rhcosVersion": "9.2.20230701-0"}})
    unblocked(made)


def test_skew_automatic_records_the_release_rejects_none_for_workers_and_blocks_while_degraded(
    cluster: Clusters,
) -> None:
    made = cluster("gcp", release="4.22.1")
    made.sandbox.start_operator(SPEED)
    recorded = {"mode": "Automatic", "automatic": {"ocpVersion": "4.22.1"}}
    until(made, lambda: skew(made) == recorded, "a clean pass")
    unblocked(made)
    assert look(made)["configuration"]["skew"]["status"] == recorded

    refused = attempt(made, "None")
    assert refused.failed
    assert "when skew enforcement is in Automatic mode" in refused.message
    assert made.managers() is None

    name = made.names[0]
    change(made, name, annotations={ARCHITECTURE: "kubernetes.io/arch=vax"})
    upgradeable(made, "False", "due to boot image update failures: Boot image controller is degraded: 1 Degraded MAPI")
    found = look(made)
    assert "operator_not_upgradeable" in blockers(found)
    assert outlook(found)[name] == ("fail", "architecture_invalid")
    change(made, name, annotations={ARCHITECTURE: "kubernetes.io/arch=amd64"})
    healthy(made)
    unblocked(made)

    enforce(made, {"mode": "None"})
    configure(made, "None")
    assert look(made)["configuration"]["effective"]["machinesets"]["mode"] == "None"
