# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox itself, on real processes: everything else that runs on it relies on this."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox import ApiError, Client, Sandbox, SandboxError, policies, registry, resources
from sandbox.samples import SAMPLES

TESTS = Path(__file__).parents[1]
Load = Callable[..., Sandbox]
ON = {"spec": {"managedBootImages": {"machineManagers": [
    {"resource": "machinesets", "apiGroup": "machine.openshift.io", "selection": {"mode": "All"}}
]}}}  # fmt: skip


def _refused(sandbox: Sandbox, patch: dict) -> ApiError:
    with pytest.raises(ApiError) as caught:
        sandbox.client.patch("machineconfigurations", "cluster", patch, dry_run=True)
    return caught.value


def test_kubeconfig_verifies_the_server(control_plane: Sandbox) -> None:
    config = yaml.safe_load(control_plane.kubeconfig().read_text())
    cluster = config["clusters"][0]["cluster"]
    assert "insecure-skip-tls-verify" not in cluster
    authority = ssl.create_default_context(cafile=str(control_plane.folder / "ca.crt"))
    request = urllib.request.Request(
        f"{cluster['server']}/version", headers={"Authorization": f"Bearer {config['users'][0]['user']['token']}"}
    )
    with urllib.request.urlopen(request, context=authority) as answer:
        assert json.load(answer)["gitVersion"] == "v1.36.3"
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(request, context=ssl.create_default_context(), timeout=5)


def test_secrets_are_readable_by_their_owner_only(control_plane: Sandbox) -> None:
    for file in (control_plane.kubeconfig(), control_plane.folder / "tokens.csv"):
        assert file.stat().st_mode & 0o077 == 0


def test_rights_of_reader_and_nobody(sandbox: Load) -> None:
    loaded = sandbox("gcp")
    reader, nobody = loaded.client_of("reader"), loaded.client_of("nobody")
    for resource in ("machinesets", "controlplanemachinesets"):
        assert reader.list(resource)
    for resource, name in (("clusterversions", "version"), ("machineconfigurations", "cluster")):
        assert reader.get(resource, name)["spec"]
    assert reader.get("configmaps", "coreos-bootimages")["data"]["stream"]
    assert reader.get("configmaps", "admin-gates", "openshift-config-managed")
    for resource, name in (
        ("secrets", "worker-user-data"),
        ("customresourcedefinitions", "machines.machine.openshift.io"),
    ):
        with pytest.raises(ApiError) as caught:
            reader.get(resource, name)
        assert caught.value.status == 403
    with pytest.raises(ApiError) as caught:
        reader.patch("machineconfigurations", "cluster", ON)
    assert caught.value.status == 403
    with pytest.raises(ApiError) as caught:
        nobody.list("machinesets")
    assert caught.value.status == 403


def test_second_load_leaves_nothing_of_the_first(sandbox: Load) -> None:
    first = sandbox("gcp", machine_sets=5)
    first.client.create(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "left-over", "namespace": "openshift-config", "finalizers": ["example.com/stuck"]},
        }
    )
    second = sandbox("aws")
    assert not second.client.exists("configmaps", "left-over", "openshift-config")
    sets = second.client.list("machinesets")
    assert [each["metadata"]["name"] for each in sets] == list(second.loaded.machine_sets)  # type: ignore[union-attr]
    assert {each["spec"]["template"]["spec"]["providerSpec"]["value"]["kind"] for each in sets} == {
        "AWSMachineProviderConfig"
    }
    assert len(second.client.list("machines")) == 3 + 6


def test_a_load_leaves_alone_what_nobody_touched_and_makes_the_rest_anew(sandbox: Load) -> None:
    client = sandbox("gcp").client
    before = _contents(client)
    sandbox("gcp")
    assert _contents(client) == before, "nobody touched anything"

    client.patch(
        "machinesets",
        "demo-7xq4k-worker-a",
        {"metadata": {"labels": {"mine": ""}, "finalizers": ["example.com/stuck"]}},
    )
    client.patch("clusteroperators", "dns", {"status": {"versions": []}}, subresource="status")
    client.delete("nodes", "demo-7xq4k-master-0")
    twin = client.get("secrets", "worker-user-data")
    client.delete("secrets", "worker-user-data")
    client.create({**twin, "metadata": {"name": "worker-user-data", "namespace": "openshift-machine-api"}})
    sandbox("gcp")

    after = _contents(client)
    assert {key: _bare(obj) for key, obj in after.items()} == {key: _bare(obj) for key, obj in before.items()}
    machines = {("machines", name) for kind, name in before if kind == "machines" and "worker-a" in name}
    assert {key for key, obj in after.items() if obj != before[key]} == machines | {
        ("machinesets", "demo-7xq4k-worker-a"),
        ("clusteroperators", "dns"),
        ("nodes", "demo-7xq4k-master-0"),
        ("secrets", "worker-user-data"),
    }, "a machine's owner reference carries the uid of its machine set"


def _contents(client: Client) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (resource.plural, obj["metadata"]["name"]): obj
        for resource in resources.WIPED
        for obj in client.list(resource.plural, "*")
    }


def _bare(obj: dict[str, Any]) -> dict[str, Any]:
    """An object without what the API server gives to each that is made anew."""
    own = ("uid", "resourceVersion", "creationTimestamp", "managedFields", "ownerReferences")
    metadata = {name: value for name, value in obj["metadata"].items() if name not in own}
    owners = [owner["name"] for owner in obj["metadata"].get("ownerReferences", [])]
    return {**obj, "metadata": metadata, "owners": owners}


def test_seed_cluster_carries_the_seed_image(sandbox: Load) -> None:
    loaded = sandbox("gcp")
    history = loaded.client.get("clusterversions", "version")["status"]["history"]
    assert history[0]["version"].startswith("4.17.")
    assert history[-1]["version"].startswith("4.12.")
    for machine_set in loaded.client.list("machinesets"):
        disk = machine_set["spec"]["template"]["spec"]["providerSpec"]["value"]["disks"][0]
        assert disk["image"] == "projects/rhcos-cloud/global/images/rhcos-412-85-202203181601-0-gcp-x86-64"


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_accepted_by_the_crds(sandbox: Load, name: str) -> None:
    loaded = sandbox(name)
    status = loaded.client.get("infrastructures", "cluster")["status"]
    assert status["platformStatus"]["type"] == SAMPLES[name].platform.type
    assert len(loaded.client.list("machinesets")) == SAMPLES[name].machine_sets
    assert len(loaded.client.list("controlplanemachinesets")) == int(SAMPLES[name].platform.control_plane_set)
    expected = SAMPLES[name].machine_sets * SAMPLES[name].machines + (3 if SAMPLES[name].platform.provider_spec else 0)
    assert len(loaded.client.list("machines")) == len(loaded.client.list("nodes")) == expected


@pytest.mark.contract("O1.23")
@pytest.mark.parametrize(
    ("release", "platforms"),
    [
        ("4.17.12", "GCP, AWS"),
        ("4.18.6", "GCP, AWS"),
        ("4.19.2", "GCP, AWS"),
        ("4.20.2", "GCP, AWS, VSphere"),
        ("4.21.2", "GCP, AWS, VSphere, Azure"),
        ("4.22.1", "GCP, AWS, VSphere, Azure"),
        ("5.0.1", "GCP, AWS, VSphere, Azure"),
    ],
)
def test_policy_refuses_other_platforms_with_the_text_of_the_release(
    sandbox: Load, release: str, platforms: str
) -> None:
    refusal = _refused(sandbox("openstack", release=release), ON)
    assert refusal.status == 422
    assert refusal.message.endswith(
        f"ValidatingAdmissionPolicy '{policies.PLATFORM_CHECK}' with binding '{policies.PLATFORM_CHECK}-binding' "
        f"denied request: This feature is only supported on these platforms: {platforms}"
    )


def test_policy_of_tech_preview_4_16(sandbox: Load) -> None:
    aws = sandbox("aws", release="4.16.5", feature_set="TechPreviewNoUpgrade")
    assert _refused(aws, ON).message.endswith("This feature is only supported on these platforms: GCP")


def test_policy_on_control_plane_machine_sets(sandbox: Load) -> None:
    patch = json.loads(json.dumps(ON).replace('"machinesets"', '"controlplanemachinesets"'))
    message = _refused(sandbox("vsphere", release="4.22.1"), patch).message
    assert message.endswith(
        "The control plane machineset boot image update feature is only supported on these platforms: GCP, AWS, Azure"
    )
    aws = sandbox("aws", release="4.22.1")
    aws.client.patch("machineconfigurations", "cluster", patch, dry_run=True)


@pytest.mark.long
def test_policies_judge_by_the_cluster_just_loaded() -> None:
    """Their cache lags after CRDs were replaced often; on a control plane of its own, so that nobody else pays for that."""
    with Sandbox.start() as own:
        own.load("azure", release="4.22.1")
        for number in range(8):
            crd = own.client.get("customresourcedefinitions", "infrastructures.config.openshift.io")
            crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["description"] = f"Replaced {number} times."
            own.client.replace(crd)
            time.sleep(0.6)
        own.load("gcp", release="4.17.12")
        until = time.monotonic() + 3
        while time.monotonic() < until:
            own.client.patch("machineconfigurations", "cluster", ON, dry_run=True)


def test_only_one_machine_configuration_is_allowed(sandbox: Load) -> None:
    second = {
        "apiVersion": "operator.openshift.io/v1",
        "kind": "MachineConfiguration",
        "metadata": {"name": "other"},
        "spec": {"managementState": "Managed"},
    }
    with pytest.raises(ApiError, match="must be named cluster"):
        sandbox("gcp").client.create(second)


def test_schema_is_that_of_the_release_at_once_after_each_switch(sandbox: Load) -> None:
    """Mode None exists from 4.19 on: CRDs are replaced in place, and must not lag."""
    none = json.loads(json.dumps(ON).replace('"All"', '"None"'))
    for release, known in (
        ("4.18.6", False),
        ("4.20.2", True),
        ("4.18.6", False),
    ):
        loaded = sandbox("gcp", release=release)
        if known:
            loaded.client.patch("machineconfigurations", "cluster", none, dry_run=True)
        else:
            assert 'Unsupported value: "None"' in _refused(loaded, none).message


@pytest.mark.long
def test_two_stand_side_by_side(control_plane: Sandbox) -> None:
    with Sandbox.start() as other:
        other.load("aws", release="4.21.2", machine_sets=1)
        control_plane.load("gcp", machine_sets=2)
        assert len(other.client.list("machinesets")) == 1
        assert len(control_plane.client.list("machinesets")) == 2
        assert other.server != control_plane.server
    assert control_plane.client.list("machinesets")


@pytest.mark.long
def test_api_server_comes_back_on_its_port_with_its_data() -> None:
    with Sandbox.start(fsync=True) as own:
        own.load("gcp")
        own.control_plane.kill_apiserver()
        own.control_plane.start_apiserver()
        assert len(own.client.list("machinesets")) == 3


@pytest.mark.long
def test_kill_minus_nine_leaves_nothing_that_blocks() -> None:
    code = (
        "import time\nfrom sandbox import Sandbox\ns = Sandbox.start('crash')\ns.load('gcp')\n"
        "print(*(p.pid for p in s.control_plane.processes.values()), flush=True)\ntime.sleep(600)"
    )
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    with subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        children = [Path(f"/proc/{pid}/exe") for pid in owner.stdout.readline().split()]
        with pytest.raises(SandboxError, match="up already"):
            Sandbox.start("crash")
        owner.kill()
    with Sandbox.start("crash") as again:
        again.load("gcp")
    assert len(children) == 2
    assert not any(child.exists() for child in children)
    assert "crash" not in registry.names()


def test_command_line_up_status_kubeconfig_down(tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(TESTS)}
        command = [sys.executable, "-m", "sandbox", *arguments]
        return subprocess.run(command, env=environment, text=True, capture_output=True, check=False, cwd=tmp_path)

    try:
        up = run("up", "--name", "cli-test", "--sample", "aws", "--release", "4.20.2", "--no-operator")
        assert up.returncode == 0, up.stderr
        found = Path(run("kubeconfig", "--name", "cli-test").stdout.strip())
        assert f"export KUBECONFIG={found}" in up.stdout
        assert "cli-test: up, aws 4.20.2" in run("status").stdout
        assert len(Sandbox.attach("cli-test").client.list("machinesets")) == 3
        assert run("up", "--name", "cli-test").returncode == 1
    finally:
        down = run("down", "--name", "cli-test")
    assert down.returncode == 0, down.stderr
    assert not found.exists()
    assert "no sandbox 'cli-test'" in run("down", "--name", "cli-test").stderr


def test_audit_log_counts_requests(control_plane: Sandbox) -> None:
    reader = control_plane.client_of("nobody")
    before = sum(event["user"].get("username") == "nobody" for event in control_plane.audit_events())
    for _ignored in range(3):
        with pytest.raises(ApiError):
            reader.list("machinesets")
    time.sleep(0.2)
    after = sum(event["user"].get("username") == "nobody" for event in control_plane.audit_events())
    assert after - before == 3
