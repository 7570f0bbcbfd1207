# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Must-gather folders that somebody made to do harm, or that broke on the way: an answer, or an error that names the path."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from unit.builders import gcp_spec, machine_set
from unit.read.test_must_gather import IMAGE, place, root, write

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.model import objects as o
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import InvalidInput
from ansible_collections.okd.boot_images.plugins.module_utils.read import must_gather
from ansible_collections.okd.boot_images.plugins.module_utils.read.cluster import read
from ansible_collections.okd.boot_images.plugins.module_utils.read.must_gather import MustGather

__all__ = ["root"]
SETS = f"namespaces/{o.MACHINE_API}/machine.openshift.io/machinesets"
VERSION = "cluster-scoped-resources/config.openshift.io/clusterversions/version.yaml"


@pytest.fixture(autouse=True)
def _hurry() -> Iterator[None]:
    """Whatever stands in the folder: twenty seconds are enough, and a read that blocks is ended."""

    def late(*_ignored: Any) -> None:
        raise AssertionError("reading the must-gather does not end")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def names(root: Path) -> list[str]:
    return [each["metadata"]["name"] for each in MustGather(str(root)).list_all(o.MACHINE_SET, o.MACHINE_API)]


def refused(root: Path, path: Path, why: str) -> None:
    """Reading the whole fails, with the path on one line."""
    with pytest.raises(InvalidInput, match=why) as error:
        read(MustGather(str(root)), machines=True, user_data=True)
    assert str(path) in str(error.value)


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # a socket's whole path has to be short
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path.name)
    finally:
        os.chdir(here)


def _device(path: Path) -> None:
    try:
        os.mknod(path, 0o666 | 0o020000, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes devices")


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _pair(path: Path) -> None:
    path.symlink_to(path.with_suffix(".other").name)
    path.with_suffix(".other").symlink_to(path.name)


def _dangling(path: Path) -> None:
    path.symlink_to("gone.yaml")


def _many_links(path: Path) -> None:
    """More than a path may have links in it."""
    target = write(path.with_suffix(".0"), {})
    for number in range(1, 60):
        path.with_suffix(f".{number}").symlink_to(target.name)
        target = path.with_suffix(f".{number}")
    path.symlink_to(target.name)


THINGS: dict[str, tuple[Callable[[Path], Any], str]] = {
    "pipe": (_pipe, "is no ordinary file"),
    "socket": (_socket, "cannot be read"),
    "device": (_device, "is no ordinary file|cannot be read"),
    "folder": (Path.mkdir, "cannot be read|is no ordinary file"),
    "loop": (_loop, "cannot be read"),
    "pair of links": (_pair, "cannot be read"),
    "dangling link": (_dangling, "cannot be read"),
    "many links": (_many_links, "cannot be read|holds no object|neither an object"),
    "gz": (lambda path: path.write_bytes(gzip.compress(b"metadata: {name: a}")), "cannot be read"),
    "utf-16": (lambda path: path.write_bytes("metadata: {name: a}".encode("utf-16")), "cannot be read"),
    "broken utf-8": (lambda path: path.write_bytes(b"metadata: {name: \xc3\x28}"), "cannot be read"),
    "nul": (lambda path: path.write_bytes(b"metadata: {name: a}\x00"), "no readable YAML"),
    "nothing": (lambda path: path.write_bytes(b""), "holds no object"),
    "text": (lambda path: path.write_text("Forbidden"), "holds no object"),
    "truncated": (lambda path: path.write_text("metadata:\n  name: a\n  labels: {x: "), "no readable YAML"),
    "python": (lambda path: path.write_text("!!python/object/apply:os.system ['true']"), "YAML tags"),
    "alias": (lambda path: path.write_text("a: &a [1]\nb: *a"), "YAML aliases"),
    "anchor in itself": (lambda path: path.write_text("&a {b: *a}"), "YAML aliases"),
    "twice": (lambda path: path.write_text("metadata: {name: a}\nmetadata: {name: b}"), "twice"),
    "nameless": (lambda path: path.write_text("metadata: {}"), "neither an object with a name nor a list"),
}


@pytest.mark.parametrize("where", [VERSION, f"{SETS}/other.yaml"])
@pytest.mark.parametrize("thing", THINGS)
def test_something_else_where_an_object_belongs(root: Path, thing: str, where: str) -> None:
    path = root / where
    path.unlink(missing_ok=True)
    make, why = THINGS[thing]
    make(path)
    refused(root, path, why)


@pytest.mark.parametrize("thing", ["pipe", "socket", "folder", "loop", "dangling link", "gz"])
def test_something_else_where_a_list_belongs(root: Path, thing: str) -> None:
    path = root / "namespaces" / o.MCO / "core" / "configmaps.yaml"
    path.unlink()
    make, why = THINGS[thing]
    make(path)
    with pytest.raises(InvalidInput, match=why) as error:
        MustGather(str(root)).find(o.THE_STREAM)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("thing", ["pipe", "loop", "dangling link", "gz", "text"])
def test_something_else_where_a_folder_belongs(root: Path, thing: str) -> None:
    """Nothing was gathered there, which is told as such."""
    shutil.rmtree(root / SETS)
    THINGS[thing][0](root / SETS)
    seen = read(MustGather(str(root)), machines=True, user_data=True)
    assert seen.machine_sets == ()
    assert "MachineSets" in {each.what for each in seen.not_checked}


def test_a_folder_that_links_out_is_not_even_listed(root: Path, tmp_path: Path) -> None:
    shutil.rmtree(root / SETS)
    (tmp_path / "empty").mkdir()
    (root / SETS).symlink_to(tmp_path / "empty")
    refused(root, root / SETS, "leads out of the must-gather")


def test_links_in_a_circle_above_the_root_and_in_it(root: Path) -> None:
    (root.parent / "again").symlink_to(root.parent)
    (root / "namespaces" / "again").symlink_to(root)
    (root / SETS / "again").symlink_to(root / SETS)
    assert MustGather(str(root.parent)).root == str(root)
    assert names(root) == ["worker-a"]


def test_names_that_would_speak_to_a_terminal_are_shown_harmless(root: Path) -> None:
    path = root / SETS / "a\n\x1b[2J\u202e.yaml"
    path.write_text("[")
    with pytest.raises(InvalidInput) as error:
        names(root)
    assert str(error.value).isprintable() and r"a\n\x1b[2J\u202e.yaml" in str(error.value)
    os.rename(path, os.fsencode(root / SETS) + b"/\xff\xfe.yaml")
    with pytest.raises(InvalidInput, match=re.escape(r"\udcff\udcfe.yaml")) as error:
        names(root)
    str(error.value).encode()


@pytest.mark.parametrize(
    "name", ["x" * 300, "../../../../../../etc/passwd", "a\x00b", "/etc/passwd", "", ".", "\ud800"]
)
def test_a_name_that_is_no_files_name_is_not_there(root: Path, name: str) -> None:
    assert MustGather(str(root)).find(o.ObjectRef(o.MACHINE_SET, o.MACHINE_API, name)) is None


def test_a_name_does_not_lead_out(root: Path, tmp_path: Path) -> None:
    write(tmp_path / "secret.yaml", {"metadata": {"name": "x"}})
    name = os.path.relpath(tmp_path / "secret", root / SETS)
    with pytest.raises(InvalidInput, match="leads out of the must-gather"):
        MustGather(str(root)).find(o.ObjectRef(o.MACHINE_SET, o.MACHINE_API, name))


def test_a_file_that_may_not_be_read(root: Path) -> None:
    """As another user where this one is root, who may read everything."""
    path = root / SETS / "worker-a.yaml"
    path.chmod(0)
    _as_nobody(root, f"{path} cannot be read: Permission denied")
    path.chmod(0o644)
    (root / SETS).chmod(0)
    _as_nobody(root, f"{root / SETS} cannot be read: Permission denied")
    (root / SETS).chmod(0o755)


def _as_nobody(root: Path, told: str) -> None:
    script = (
        "import os, sys\n"
        "from ansible_collections.okd.boot_images.plugins.module_utils.read.must_gather import MustGather\n"
        "from ansible_collections.okd.boot_images.plugins.module_utils.read.cluster import read\n"
        "import yaml\n"
        "source = MustGather(sys.argv[1])\n"
        "if os.getuid() == 0:\n"
        "    os.setuid(65534)\n"
        "read(source, machines=True, user_data=True)\n"
    )
    for folder in (root, *list(root.parents)[:-2]):
        folder.chmod(folder.stat().st_mode | 0o055)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script, str(root)], capture_output=True, text=True, env=environment, check=False
    )
    assert f"InvalidInput: {told}" in done.stderr


def test_thousands_of_machine_sets_are_read(root: Path) -> None:
    for number in range(2000):
        made = json.dumps(machine_set(f"w{number:04}").object)
        (root / SETS / f"w{number:04}.yaml").write_text(made)
    seen = read(MustGather(str(root)), machines=False, user_data=False)
    assert len(assess(seen).verdicts) == 2001


def test_a_folder_of_too_many_files(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(must_gather, "ENTRIES", 50)
    for number in range(51):
        (root / SETS / f"{number}.txt").touch()
    with pytest.raises(InvalidInput, match=f"{re.escape(str(root / SETS))} holds more than 50 files"):
        names(root)
    for number in range(51):
        (root.parent / f"{number}").mkdir()
    with pytest.raises(InvalidInput, match="more than 50 files"):
        MustGather(str(root.parent))


def test_too_many_folders_on_the_way(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(must_gather, "ENTRIES", 50)
    for number in range(10):
        for below in range(10):
            (root.parent / f"{number}" / f"{below}").mkdir(parents=True)
    with pytest.raises(InvalidInput, match="more than 50 files above any must-gather"):
        MustGather(str(root.parent))


def test_the_files_are_bounded_together(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        write(root / SETS / f"{number:02}.yaml", {"metadata": {"name": str(number)}, "x": "x" * 1000})
    assert len(names(root)) == 21
    monkeypatch.setattr(must_gather, "TOTAL", 10_000)
    with pytest.raises(InvalidInput, match=r"/09.yaml: more than 10000 bytes would be read with it"):
        names(root)


def test_a_large_file_is_refused_quickly_and_without_much_memory(root: Path) -> None:
    path = root / SETS / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(50 * 1024**3)  # a hole: it takes no room
    begun = time.monotonic()
    with pytest.raises(InvalidInput, match=r"/large\.yaml"):
        names(root)
    assert time.monotonic() - begun < 2


def test_several_must_gathers_are_named_but_not_all(root: Path) -> None:
    for number in range(40):
        place(root.parent / f"m{number:02}", o.THE_CLUSTER_VERSION)
    with pytest.raises(InvalidInput, match=r"m00.* and 36 more") as error:
        MustGather(str(root.parent))
    assert len(str(error.value)) < 1500


def test_the_trees_of_two_layers_are_two_must_gathers(root: Path) -> None:
    place(root.parent / "node-1" / IMAGE, o.THE_CLUSTER_VERSION)
    with pytest.raises(InvalidInput, match="several must-gathers"):
        MustGather(str(root.parent))
    assert MustGather(str(root.parent / "node-1")).root == str(root.parent / "node-1" / IMAGE)


@pytest.mark.parametrize(
    "stamp", ["2999-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "-1", "0001-01-01T00:00:00Z", "soon"]
)
def test_times_to_come_and_images_of_the_future(root: Path, stamp: str) -> None:
    image = "projects/rhcos-cloud/global/images/rhcos-9-6-29990101-0-gcp-x86-64"
    write(root / SETS / "late.yaml", json.loads(json.dumps(machine_set("late", spec=gcp_spec(image)).object)))
    version = json.loads(json.dumps(MustGather(str(root)).get(o.THE_CLUSTER_VERSION)))
    version["status"]["history"][0]["completionTime"] = stamp
    write(root / VERSION, version)
    told = {
        each.machine_set.name: each
        for each in assess(read(MustGather(str(root)), machines=True, user_data=True)).verdicts
    }
    assert told["late"].operator.will == told["worker-a"].operator.will == "update"
