# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever stands in a cluster is text: no playbook has Jinja evaluate it, and the report shows it as it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from integration.support.clusters import Cluster
from integration.support.playbooks import Play, play

from sandbox import resources

Clusters = Callable[..., Cluster]
SUM, RESULT = "{{ 1337 * 7 }}", "9359"
"""Without a comma, so that it may stand in a list of labels."""
ARCHITECTURE = "capacity.cluster-autoscaler.kubernetes.io/labels"
GATHERED = ("infrastructures", "clusterversions", "clusteroperators", "machineconfigurations", "machineconfigpools")


class Hostile:
    """A cluster in whose texts templates stand, one of which would leave a file."""

    def __init__(self, made: Cluster, folder: Path) -> None:
        self.made, self.trace, self.reports = made, folder / "trace", folder / "reports"
        self.template = (
            f"{{{{ lookup('pipe', 'touch {self.trace}') }}}} {{% if %}} {{# x {SUM} <script>alert(1)</script>"
        )
        client = made.client
        name, other, _harmless = made.names
        labels = {"metadata": {"annotations": {ARCHITECTURE: f"kubernetes.io/arch={SUM}", "note": self.template}}}
        client.patch("machinesets", name, labels)
        made.set_image(other, self.template)
        gates = {"data": {"ack-4.17-test": self.template}}
        client.patch("configmaps", "admin-gates", gates, "openshift-config-managed")
        for kind, one in (("clusterversions", "version"), ("clusteroperators", "machine-config")):
            conditions = client.get(kind, one)["status"]["conditions"]
            told = [{**each, "reason": "Said", "message": self.template} for each in conditions]
            client.patch(kind, one, {"status": {"conditions": told}}, subresource="status")

    def run(self, playbook: str, **variables: Any) -> Play:
        """As loud as it gets; nothing may have been evaluated."""
        variables = {"boot_images_report_dir": str(self.reports), **variables}
        kubeconfig = self.made.sandbox.kubeconfig()
        done = play(f"okd.boot_images.{playbook}", "-vvv", "--diff", kubeconfig=kubeconfig, **variables)
        self.literal(done)
        return done

    def literal(self, done: Play) -> None:
        assert not self.trace.exists(), done.output
        assert RESULT not in done.output, done.output
        assert SUM in done.output, "what was planted is not shown at all"


@pytest.fixture
def hostile(cluster: Clusters, tmp_path: Path) -> Hostile:
    return Hostile(cluster("gcp", machine_sets=3, machines=1), tmp_path)


@pytest.mark.long
def test_every_playbook_takes_text_for_text(hostile: Hostile) -> None:
    """Whether it ends well or fails with such a text in its message."""
    assert hostile.run("status").code == 0
    assert hostile.run("preflight", cluster_upgrade_version="4.18.6").code == 2
    hostile.run("enable", boot_images_wait_timeout=2)
    hostile.run("disable", boot_images_wait_timeout=2)
    assert hostile.run("reconcile").code == 2
    assert hostile.run("rollback").code == 0
    assert hostile.run("upgrade", cluster_upgrade_version="4.18.6", boot_images_wait_timeout=2).code == 2


def test_the_report_shows_it_as_it_is(hostile: Hostile) -> None:
    hostile.run("upgrade", boot_images_mode="None", boot_images_wait_timeout=2)
    html, markdown = ((hostile.reports / f"localhost{end}").read_text() for end in (".html", ".md"))
    assert SUM in html and RESULT not in html + markdown
    assert "<script" not in html + markdown and "lookup(" in html


def test_a_must_gather_whose_names_are_templates(hostile: Hostile, tmp_path: Path) -> None:
    """In a folder names may be what no API server allows."""
    name = f"{hostile.template} {SUM}"
    root = tmp_path / "must-gather"
    for plural in GATHERED:
        for each in hostile.made.client.list(plural):
            _place(root, plural, each)
    for each in hostile.made.client.list("machinesets"):
        each["metadata"]["name"] = name if each["metadata"]["name"] == hostile.made.names[0] else "x"
        _place(root, "machinesets", each, "set" if each["metadata"]["name"] == name else "x")
    stream = hostile.made.client.get("configmaps", "coreos-bootimages", resources.MCO)
    _place(root, "configmaps", stream)
    status = {"okd.boot_images.bootimage_status": {"must_gather": str(root), "display": True}, "register": "found"}
    report = {"dir": str(hostile.reports), "name": "gathered", "before": "{{ found }}", "after": "{{ found }}"}
    shown = {"msg": "{{ found.machine_sets | map(attribute='name') | join(' and ') }}"}
    tasks = [status, {"ansible.builtin.debug": shown}, {"okd.boot_images.upgrade_report": report}]
    playbook = tmp_path / "play.yml"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    done = play(playbook, "-vvv")
    assert done.code == 0, done.output
    hostile.literal(done)
    told = json.loads((hostile.reports / "gathered.json").read_text())
    assert name in [each["name"] for each in told["machine_sets"]]


def _place(root: Path, plural: str, item: dict[str, Any], file: str = "") -> None:
    """As `oc adm inspect` writes an object."""
    group = item["apiVersion"].rpartition("/")[0] or "core"
    namespace = item["metadata"].get("namespace")
    scope = root / "namespaces" / namespace if namespace else root / "cluster-scoped-resources"
    path = scope / group / plural / f"{file or item['metadata']['name']}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(item))
