# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""vSphere: failure domains, and a template that is rebuilt in place under its name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sandbox.operator.rules.behaviour import behaviour
from sandbox.operator.rules.outcome import Error, Outcome, Skipped, TemplateRebuilt, Unchanged
from sandbox.operator.rules.reconcile import reconcile, reconcile_control_plane
from sandbox.operator.rules.world import Payload, World
from sandbox.operator.vcenter import Templates

Json = dict[str, Any]
RELEASE, OLD = "9.6.20250701-0", "412.86.202301311551-0"
TOPOLOGY = {"datacenter": "dc", "datastore": "/dc/datastore/ds", "resourcePool": "/dc/host/c/Resources"}
DOMAIN = {"name": "a", "server": "vc", "topology": TOPOLOGY}
WORKSPACE = {"server": "vc", **TOPOLOGY}
KEY = "vc/dc/x-rhcos"


def world(tmp_path: Path, stands: str | None = OLD, domains: Any = (DOMAIN,), **artifacts: Any) -> World:
    stream = {
        "stream": "rhel-9",
        "architectures": {"x86_64": {"artifacts": artifacts or {"vmware": {"release": RELEASE}}}},
    }
    file = tmp_path / "vcenter.json"
    file.write_text(json.dumps({} if stands is None else {KEY: stands}))
    return World(
        infrastructure={
            "spec": {"platformSpec": {"vsphere": {"failureDomains": list(domains)}}},
            "status": {"platformStatus": {"type": "VSphere"}},
        },
        cluster_version={"status": {"history": [{"state": "Completed", "version": "4.22.0"}]}},
        config_map={"data": {"stream": json.dumps(stream), "MCOVersionHash": "", "releaseVersion": "4.22.0"}},
        secret=lambda name: None,
        payload=Payload("4.22.0"),
        vcenter=Templates(str(file)),
    )


def machine_set(workspace: Any = None, template: str = "x-rhcos") -> Json:
    value = {
        "workspace": WORKSPACE if workspace is None else workspace,
        "template": template,
        "network": {"devices": []},
    }
    return {"metadata": {"name": "w"}, "spec": {"template": {"spec": {"providerSpec": {"value": value}}}}}


def of(seen: World, made: Json | None = None, release: str = "4.22") -> Outcome:
    return reconcile(made or machine_set(), seen, behaviour(release))


@pytest.mark.parametrize("release", ["4.21", "4.22", "5.0"])
def test_an_old_template_is_rebuilt_and_then_left(tmp_path: Path, release: str) -> None:
    seen = world(tmp_path)
    made = of(seen, release=release)
    assert made == TemplateRebuilt("vc", "dc", "x-rhcos", RELEASE)
    assert isinstance(seen.vcenter, Templates)
    seen.vcenter.rebuild(made.server, made.datacenter, made.template, made.release)
    assert json.loads((tmp_path / "vcenter.json").read_text()) == {KEY: RELEASE}
    assert of(seen, release=release) == Unchanged(f"template x-rhcos stands at {RELEASE}")


def test_a_newer_template_is_set_back_and_a_custom_one_is_not_spared(tmp_path: Path) -> None:
    assert isinstance(of(world(tmp_path, "9.9.20270101-0")), TemplateRebuilt)
    (tmp_path / "vcenter.json").write_text(json.dumps({"vc/dc/golden": "1.0"}))
    seen = world(tmp_path)
    (tmp_path / "vcenter.json").write_text(json.dumps({"vc/dc/golden": "1.0"}))
    assert of(seen, machine_set(template="/dc/vm/f/golden")) == TemplateRebuilt("vc", "dc", "/dc/vm/f/golden", RELEASE)


def test_a_template_that_vcenter_does_not_have_is_an_error(tmp_path: Path) -> None:
    told = of(world(tmp_path, None))
    assert isinstance(told, Error) and "template x-rhcos not found in datacenter dc of vCenter vc" in told.text


@pytest.mark.parametrize(("release", "kind"), [("4.21", Error), ("4.22", Skipped), ("5.0", Skipped)])
@pytest.mark.parametrize("key", ["server", "datacenter", "datastore", "resourcePool"])
def test_a_workspace_that_matches_no_failure_domain(tmp_path: Path, release: str, kind: type, key: str) -> None:
    assert isinstance(of(world(tmp_path), machine_set({**WORKSPACE, key: "other"}), release), kind)


def test_one_of_several_failure_domains_is_enough(tmp_path: Path) -> None:
    other = {**DOMAIN, "server": "elsewhere"}
    assert isinstance(of(world(tmp_path, domains=(other, DOMAIN))), TemplateRebuilt)
    assert isinstance(of(world(tmp_path, domains=(other,))), Skipped)
    assert isinstance(of(world(tmp_path, domains=())), Skipped)


def test_resource_pools_and_vm_groups_count_where_both_sides_name_them(tmp_path: Path) -> None:
    grouped = {**DOMAIN, "zoneAffinity": {"hostGroup": {"vmGroup": "g"}}}
    assert isinstance(
        of(world(tmp_path), machine_set({**WORKSPACE, "resourcePool": "/dc/host/c/Resources/"})), TemplateRebuilt
    )
    assert isinstance(of(world(tmp_path), machine_set({**WORKSPACE, "resourcePool": ""})), TemplateRebuilt)
    assert isinstance(of(world(tmp_path, domains=(grouped,))), TemplateRebuilt)
    assert isinstance(of(world(tmp_path, domains=(grouped,)), machine_set({**WORKSPACE, "vmGroup": "h"})), Skipped)


def test_without_the_platforms_spec_the_set_is_left_alone_and_without_an_artifact_it_is_an_error(
    tmp_path: Path,
) -> None:
    seen = world(tmp_path)
    bare = replace(seen, infrastructure={"spec": {"platformSpec": {}}, "status": seen.infrastructure["status"]})
    assert isinstance(of(bare), Unchanged)
    told = of(world(tmp_path, aws={"release": RELEASE}))
    assert isinstance(told, Error) and "artifact 'vmware' not found" in told.text


def test_no_user_data_is_read_since_no_set_is_patched(tmp_path: Path) -> None:
    made = machine_set()
    assert "userDataSecret" not in made["spec"]["template"]["spec"]["providerSpec"]["value"]
    assert isinstance(of(world(tmp_path), made), TemplateRebuilt)


def test_the_control_plane_is_never_touched(tmp_path: Path) -> None:
    made = machine_set()
    holder = {"machines_v1beta1_machine_openshift_io": {"metadata": {}, "spec": made["spec"]["template"]["spec"]}}
    told = reconcile_control_plane(
        {"metadata": {"name": "cluster"}, "spec": {"template": holder}}, world(tmp_path), behaviour("4.22")
    )
    assert told == Unchanged("unsupported platform VSphere")


def test_without_a_file_every_template_exists_and_is_rebuilt_once() -> None:
    templates = Templates()
    assert templates.release_of("vc", "dc", "any") == ""
    templates.rebuild("vc", "dc", "any", RELEASE)
    assert (templates.release_of("vc", "dc", "any"), templates.release_of("vc", "dc2", "any")) == (RELEASE, "")
