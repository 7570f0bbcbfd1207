# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Must-gather folders of strangers: broken YAML, aliases, depth, size, links out of the folder, files where folders belong."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from unit.builders import cluster_version, config_map, configuration, machine_set, manager
from unit.fuzz.hostile import FUZZ, RANDOM, garbled, spoiled

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import BootImageError
from ansible_collections.okd.boot_images.plugins.module_utils.read.cluster import read
from ansible_collections.okd.boot_images.plugins.module_utils.read.must_gather import MustGather
from ansible_collections.okd.boot_images.plugins.module_utils.report import data

SECRET = "this-stands-outside-the-must-gather"
OPERATOR = {"metadata": {"name": "machine-config"}, "status": {"versions": [{"name": "operator", "version": "4.19.0"}]}}
CLUSTER, SETS = "cluster-scoped-resources", "namespaces/openshift-machine-api/machine.openshift.io/machinesets"
FILES: dict[str, Any] = {
    f"{CLUSTER}/config.openshift.io/infrastructures/cluster.yaml": {
        "metadata": {"name": "cluster"}, "status": {"platformStatus": {"type": "GCP"}},
    },
    f"{CLUSTER}/config.openshift.io/clusterversions/version.yaml": {**cluster_version(), "metadata": {"name": "version"}},
    f"{CLUSTER}/config.openshift.io/clusteroperators.yaml": {"items": [OPERATOR]},
    f"{CLUSTER}/operator.openshift.io/machineconfigurations/cluster.yaml": configuration("4.19", [manager()]),
    f"{CLUSTER}/core/nodes.yaml": {"items": [{"metadata": {"name": "n"}, "status": {"nodeInfo": {"architecture": "amd64"}}}]},
    f"{SETS}/worker-a.yaml": machine_set().object,
    "namespaces/openshift-machine-config-operator/core/configmaps.yaml": {
        "items": [{**config_map(), "metadata": {"name": "coreos-bootimages"}}],
    },
}  # fmt: skip
HOSTILE: list[str | bytes] = [
    b"\xff\xfe", "a: &x [1]\nb: *x", "[" * 5000, "{a: " * 3000, "", "null", "- 1", "!!python/object/apply:os.system [x]", "a: 1\n---\nb: 2",
    "a: " + "9" * 5000, "? {a: b}\n: c", "<<: {a: b}", "\t", "%YAML 9.9\n---\na: 1", "a: !!binary x", "a: 2025-99-99", "items: {a: b}", "1: 2",
    "a: !!set {b}", "a: 0x1F\nb: 1_000\nc: 1:30\nd: .nan", "metadata: {name: cluster, name: other}",
]  # fmt: skip


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outside")
    (folder / "secret.yaml").write_text(
        json.dumps({"metadata": {"name": SECRET}, "items": [{"metadata": {"name": SECRET}}]})
    )
    return folder


@FUZZ
@given(RANDOM)
def test_a_must_gather_of_any_kind(outside: Path, random: Random) -> None:
    root = outside.parent / "must-gather"
    shutil.rmtree(root, ignore_errors=True)
    for name, content in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(json.dumps(content))
    for name in random.sample(sorted(FILES), random.randint(1, 3)):
        with suppress(OSError):  # something else stands there by now
            _spoil(random, root / name, outside, FILES[name])
    with suppress(BootImageError):
        seen = read(MustGather(str(root)), machines=True, user_data=True)
        judged = assess(seen)
        told = json.dumps([data.cluster(seen), [data.machine_set(each) for each in judged.verdicts]])
        assert SECRET not in told


def _spoil(random: Random, path: Path, outside: Path, sound: Any) -> None:
    """Spoil one of the files, or put something else in its place."""
    deed = random.randrange(7)
    if deed == 0:
        path.write_bytes(garbled(random, json.dumps(sound)).encode("utf-8", "replace"))
        return
    if deed == 1:
        path.write_text(json.dumps(spoiled(random, sound, 2)))
        return
    if deed == 2:
        content = random.choice(HOSTILE)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return
    path.unlink()
    if deed == 3:
        path.symlink_to(
            random.choice([outside / "secret.yaml", outside, Path("/dev/null"), path, path.parent, Path("/none")])
        )
    elif deed == 4:
        path.mkdir()
    elif deed == 5:
        shutil.rmtree(path.parent)
        if random.random() < 0.5:
            path.parent.symlink_to(outside)
        else:
            path.parent.write_text("a file")
