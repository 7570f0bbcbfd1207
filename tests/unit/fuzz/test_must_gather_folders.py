# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Must-gather folders of strangers: broken YAML, aliases, tags, depth, size, links out of the folder and in circles, pipes, odd names,
files where folders belong. An answer, or an error that names the path; never a word of what stands outside.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from unit.builders import cluster_version, config_map, configuration, machine_set, manager
from unit.fuzz.hostile import ATOMS, FUZZ, RANDOM, garbled, spoiled

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import BootImageError, InvalidInput
from ansible_collections.okd.boot_images.plugins.module_utils.read.cluster import read
from ansible_collections.okd.boot_images.plugins.module_utils.read.must_gather import MustGather
from ansible_collections.okd.boot_images.plugins.module_utils.read.yaml_file import load
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
    "a: !!set {b}", "a: 0x1F\nb: 1_000\nc: 1:30\nd: .nan", "metadata: {name: cluster, name: other}", b"\x00", "a: b".encode("utf-16"),
    gzip.compress(b"metadata: {name: cluster}"), "a: !!bool x", 'a: !!int ""', "a: 1" + ":30" * 5000, "&a {b: *a}", "kind: List", "items: [null]",
    "kind: List\nitems: []", "metadata: {name: [1]}", "metadata: {name: cluster, creationTimestamp: 9999-12-31T23:59:59Z}", "items:\n- items: []\n",
    "%TAG ! tag:yaml.org,2002:python/\n---\na: !object x", "\ufeffmetadata: {name: cluster}", "a: |\n  \x85\n", "=: =", "a: 1e999",
]  # fmt: skip
NAMES = ["a\nb", "\x1b[2J", "\u202e", "\udcff", "x" * 200, ".yaml", "-", "~", "%s", "é", "again", "a.yaml.gz"]
SHIFTS: list[tuple[str, str]] = [
    ("{", "{&a "), ('": ', '": !!str '), ('": "', '": *'), ("[", "[*a, "), ('": {', '": {<<: '), ("}", "}\n---\n"), (",", ",\n# "), ('"', "'"), ('"', ""),
    ("{", "{? [a] : b, "), ("1", "1:30"), ("{", "%TAG !a! b\n{"), (",", ",\t"), (" ", "\u00a0"), ("true", "!!bool yes"),
]  # fmt: skip
"""What makes YAML of JSON that JSON does not know: anchors, tags, aliases, merges, documents, comments, plain text."""


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
    try:
        seen = read(MustGather(str(root)), machines=True, user_data=True)
    except InvalidInput as error:
        assert str(root) in str(error) and str(error).isprintable() and SECRET not in str(error)
        return
    except BootImageError:
        return
    with suppress(BootImageError):
        judged = assess(seen)
        told = json.dumps([data.cluster(seen), [data.machine_set(each) for each in judged.verdicts]])
        assert SECRET not in told


@FUZZ
@given(RANDOM)
def test_yaml_of_any_kind(outside: Path, random: Random) -> None:
    """What is read of a file is JSON, and is what the file says; else there is an error that names it."""
    sound = random.choice(list(FILES.values()))
    text = json.dumps(sound)
    for _time in range(random.randint(0, 3)):
        old, new = random.choice(SHIFTS)
        parts = text.split(old)
        at = random.randrange(len(parts))
        text = old.join(parts[:at]) + (new if at else "") + old.join(parts[at:])
    if random.random() < 0.3:
        text = garbled(random, text)
    if random.random() < 0.3:
        text = f"{random.choice(ATOMS)}: {random.choice(ATOMS)}\nb: {text}"
    path = outside.parent / "any.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        found = load(str(path))
    except InvalidInput as error:
        assert str(path) in str(error) and str(error).isprintable()
        return
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found == sound or text != json.dumps(sound)


def _spoil(random: Random, path: Path, outside: Path, sound: Any) -> None:
    """Spoil one of the files, or put something else in its place."""
    deed = random.randrange(11)
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
    if deed == 3:
        _beside(random, path, outside, sound)
        return
    path.unlink()
    if deed == 4:
        path.symlink_to(
            random.choice([outside / "secret.yaml", outside, Path("/dev/null"), path, path.parent, Path("/none")])
        )
    elif deed == 5:
        path.mkdir()
    elif deed == 6:
        os.mkfifo(path)
    elif deed == 7:
        path.write_text(
            json.dumps(random.choice([{"items": [sound]}, {"kind": "List", "items": [sound, sound]}, [sound]]))
        )
    elif deed == 8:
        path.with_suffix("").mkdir(exist_ok=True)
        (path.with_suffix("") / path.name).write_text(json.dumps(sound))
    elif deed == 9:
        _instead_of_the_folder(random, path, outside)


def _beside(random: Random, path: Path, outside: Path, sound: Any) -> None:
    """Put something of an odd name beside the file."""
    odd = path.parent / f"{random.choice(NAMES)}.yaml"
    deed = random.randrange(5)
    if deed == 0:
        odd.symlink_to(random.choice([outside, path.parent, odd, path]))
    elif deed == 1:
        os.mkfifo(odd)
    elif deed == 2:
        odd.mkdir()
    elif deed == 3:
        odd.write_text(json.dumps(spoiled(random, sound, 2)))
    else:
        odd.write_text(json.dumps(sound))


def _instead_of_the_folder(random: Random, path: Path, outside: Path) -> None:
    shutil.rmtree(path.parent)
    deed = random.randrange(4)
    if deed == 0:
        path.parent.symlink_to(outside)
    elif deed == 1:
        path.parent.symlink_to(path.parent.name)
    elif deed == 2:
        os.mkfifo(path.parent)
    else:
        path.parent.write_text("a file")
