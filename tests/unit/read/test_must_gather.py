# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A must-gather folder as a source: where things stand in it, what was not gathered, and that nothing outside is opened."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from unit.builders import cluster_version, config_map, configuration, machine_set, manager

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model import objects as o
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import InvalidInput, NotFound, NotGathered
from ansible_collections.okd.boot_images.plugins.module_utils.read.cluster import read
from ansible_collections.okd.boot_images.plugins.module_utils.read.must_gather import DEEPEST_ROOT, MustGather

IMAGE = "quay-io-okd-must-gather-sha256-0123"


def write(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(json.loads(json.dumps(content))))
    return path


def place(root: Path, ref: o.ObjectRef, **content: Any) -> Path:
    """An object as C(oc adm inspect) writes it, one file each."""
    scope = root / "namespaces" / ref.namespace if ref.namespace else root / "cluster-scoped-resources"
    made = {**content, "metadata": {**content.get("metadata", {}), "name": ref.name}}
    return write(scope / (ref.kind.group or "core") / ref.kind.plural / f"{ref.name}.yaml", made)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A must-gather of a 4.19 on GCP with one old machine set, below the image's folder."""
    made = tmp_path / "must-gather.local.1" / IMAGE
    place(made, o.THE_INFRASTRUCTURE, status={"platformStatus": {"type": "GCP"}})
    place(made, o.THE_CLUSTER_VERSION, **cluster_version())
    place(made, o.THE_CONFIGURATION, **configuration("4.19", [manager()]))
    place(made, o.THE_OPERATOR, status={"versions": [{"name": "operator", "version": "4.19.0"}]})
    made_set = machine_set()
    place(made, made_set.ref, **dict(made_set.object))
    items = {"items": [{"metadata": {"name": "coreos-bootimages"}, **config_map()}, {"metadata": {"name": "other"}}]}
    write(made / "namespaces" / o.MCO / "core" / "configmaps.yaml", items)
    return made


def test_a_cluster_is_read_and_judged(root: Path) -> None:
    seen = read(MustGather(str(root.parent)), machines=True, user_data=True)
    (told,) = assess(seen).verdicts
    assert (seen.platform, seen.current_version, told.operator.will) == ("GCP", "4.19.0", "update")
    missing = {each.what for each in seen.not_checked}
    assert {"user data worker-user-data", "Machines", "admin gates", "schema of MachineConfiguration"} <= missing
    assert seen.user_data == {}


def test_what_was_not_gathered_is_not_what_does_not_exist(root: Path) -> None:
    source = MustGather(str(root))
    assert source.find(o.ObjectRef(o.CONFIG_MAP, o.MCO, "none")) is None
    assert source.find(o.ObjectRef(o.MACHINE_SET, o.MACHINE_API, "none")) is None
    with pytest.raises(NotFound, match="is not in the must-gather"):
        source.get(o.ObjectRef(o.MACHINE_SET, o.MACHINE_API, "none"))
    with pytest.raises(NotGathered, match="machineconfigpools are not in the must-gather"):
        source.list_all(o.MACHINE_CONFIG_POOL)
    with pytest.raises(NotGathered, match="no contents of secrets"):
        source.find(o.ObjectRef(o.SECRET, o.MACHINE_API, "worker-user-data"))
    with pytest.raises(NotGathered, match="no document /openapi"):
        source.document("/openapi/v3")


def test_lists_and_selectors(root: Path) -> None:
    source = MustGather(str(root))
    labels = {"node-role.kubernetes.io/master": ""}
    place(root, o.ObjectRef(o.NODE, "", "m0"), metadata={"labels": labels})
    place(root, o.ObjectRef(o.NODE, "", "w0"))
    write(root / "cluster-scoped-resources/core/nodes/README.md", "not a node")
    assert [each["metadata"]["name"] for each in source.list_all(o.NODE)] == ["m0", "w0"]
    assert [each["metadata"]["name"] for each in source.list_all(o.NODE, None, "node-role.kubernetes.io/master")] == [
        "m0"
    ]


def test_a_file_is_read_once(root: Path) -> None:
    source = MustGather(str(root))
    first = source.get(o.THE_CLUSTER_VERSION)
    place(root, o.THE_CLUSTER_VERSION, status={})
    assert source.get(o.THE_CLUSTER_VERSION) is first


@pytest.mark.parametrize("below", range(DEEPEST_ROOT + 1))
def test_the_tree_may_begin_some_levels_down(tmp_path: Path, below: int) -> None:
    root = tmp_path.joinpath(*(["x"] * below))
    place(root, o.THE_CLUSTER_VERSION, status={})
    assert MustGather(str(tmp_path)).root == str(root)


def test_too_deep_is_no_must_gather(tmp_path: Path) -> None:
    place(tmp_path.joinpath(*(["x"] * (DEEPEST_ROOT + 1))), o.THE_CLUSTER_VERSION, status={})
    with pytest.raises(InvalidInput, match="this is no must-gather"):
        MustGather(str(tmp_path))


def test_no_folder(tmp_path: Path) -> None:
    for folder in (tmp_path / "none", write(tmp_path / "file", "x")):
        with pytest.raises(InvalidInput, match="is no folder"):
            MustGather(str(folder))


def test_several_must_gathers_must_be_told_apart(root: Path) -> None:
    place(root.parent.parent / "another", o.THE_CLUSTER_VERSION, status={})
    with pytest.raises(InvalidInput, match=r"holds several must-gathers .*another.*Name one"):
        MustGather(str(root.parent.parent))
    assert MustGather(str(root)).root == str(root)


def test_a_home_folder_is_written_short(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(root.parent))
    assert MustGather(f"~/{IMAGE}").root == str(root)


@pytest.mark.parametrize("relative", [True, False])
def test_a_link_out_of_the_folder_is_not_followed(root: Path, tmp_path: Path, relative: bool) -> None:
    secret = write(tmp_path / "secret.yaml", {"metadata": {"name": "version"}, "status": {}})
    path = place(root, o.THE_CLUSTER_VERSION)
    path.unlink()
    path.symlink_to(os.path.relpath(secret, path.parent) if relative else secret)
    with pytest.raises(InvalidInput, match="leads out of the must-gather"):
        MustGather(str(root)).get(o.THE_CLUSTER_VERSION)


def test_a_linked_folder_out_of_the_must_gather_is_not_followed(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    write(outside / "w0.yaml", {"metadata": {"name": "w0"}})
    (root / "cluster-scoped-resources/core").mkdir()
    (root / "cluster-scoped-resources/core/nodes").symlink_to(outside)
    with pytest.raises(InvalidInput, match="leads out of the must-gather"):
        MustGather(str(root)).list_all(o.NODE)


def test_a_link_within_the_folder_is_followed(root: Path) -> None:
    path = place(root, o.THE_CLUSTER_VERSION, status={"history": []})
    path.rename(root / "version.yaml")
    path.symlink_to(root / "version.yaml")
    assert MustGather(str(root)).get(o.THE_CLUSTER_VERSION)["status"] == {"history": []}


def test_a_must_gather_that_is_itself_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    assert MustGather(str(tmp_path / "link")).get(o.THE_CLUSTER_VERSION)


@pytest.mark.parametrize("content", ["- a\n", "a: [", "items: {}\n", "items: [1, null]\n", "{}", "items:\n"])
def test_lists_of_a_wrong_shape(root: Path, content: str) -> None:
    path = write(root / "namespaces" / o.MCO / "core" / "configmaps.yaml", content)
    with pytest.raises(InvalidInput, match=re.escape(str(path))):
        MustGather(str(root)).find(o.THE_STREAM)


@pytest.mark.parametrize("content", [{"kind": "ConfigMapList", "items": []}, {"kind": "ConfigMapList"}])
def test_a_list_of_nothing(root: Path, content: Any) -> None:
    write(root / "namespaces" / o.MCO / "core" / "configmaps.yaml", content)
    assert MustGather(str(root)).find(o.THE_STREAM) is None


def test_a_list_where_one_object_belongs_and_the_other_way_round(root: Path) -> None:
    stream = {"metadata": {"name": "coreos-bootimages"}, **config_map()}
    folder = root / "namespaces" / o.MCO / "core"
    write(folder / "configmaps.yaml", stream)
    assert MustGather(str(root)).find(o.THE_STREAM) == stream
    write(
        folder / "configmaps" / "coreos-bootimages.yaml",
        {"kind": "List", "items": [{"metadata": {"name": "a"}}, stream]},
    )
    assert MustGather(str(root)).find(o.THE_STREAM) == stream


def test_feature_gates_stand_in_one_list(root: Path) -> None:
    gate = {"metadata": {"name": "cluster"}, "status": {"featureGates": [{"version": "4.21.0"}]}}
    write(
        root / "cluster-scoped-resources/config.openshift.io/featuregates.yaml",
        {"kind": "FeatureGateList", "items": [{"metadata": {"name": "other"}}, gate]},
    )
    assert MustGather(str(root)).find(o.THE_FEATURE_GATE) == gate
