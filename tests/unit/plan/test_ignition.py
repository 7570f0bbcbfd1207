# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ignition configurations from spec 2 to 3: as upstream's own packages convert them, without what those lose, and never a guess."""

from __future__ import annotations

import copy
import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from unit.fuzz.hostile import FUZZ, RANDOM, junk, spoiled
from unit.plan.spec2 import URL, documents, in_any_order, leaves, stub, without_empty

from ansible_collections.okd.boot_images.plugins.module_utils.plan.ignition import (
    OLDEST_TARGET,
    TARGET,
    convert,
    needs_spec_3,
    target,
)
from ansible_collections.okd.boot_images.plugins.module_utils.plan.ignition_fields import NotConvertible

RECORDED = json.loads((Path(__file__).parents[2] / "fixtures/ignition-pairs.json").read_text(encoding="utf-8"))["pairs"]
DROPPED = {"false", "null", '"root"'}
"""Leaves without an equal in spec 3 that mean nothing: spec 2's defaults, and the name of the root filesystem."""


def with_(**sections: Any) -> dict[str, Any]:
    return {"ignition": {"version": "2.2.0"}, **sections}


def files(*more: dict[str, Any]) -> dict[str, Any]:
    plain = {"filesystem": "root", "path": "/etc/x", "mode": 420, "contents": {"source": "data:,a"}}
    return with_(storage={"files": [{**plain, **each} for each in more]})


def refusal(document: Any) -> str:
    with pytest.raises(NotConvertible) as raised:
        convert(document)
    return raised.value.path


@pytest.mark.parametrize("pair", RECORDED, ids=range(len(RECORDED)))
def test_recorded_of_upstream(pair: dict[str, Any]) -> None:
    """The same as upstream's packages made of it, or what the record says that we do in their place."""
    if "refused_here" in pair:
        assert refusal(pair["input"]) == pair["refused_here"]
    elif "here" in pair:
        assert convert(pair["input"]) == pair["here"]
    else:
        assert in_any_order(without_empty(convert(pair["input"]))) == in_any_order(without_empty(pair["output"]))


def test_the_record_has_all_sorts() -> None:
    sorts = Counter("refused" if "refused_here" in each else "other" if "here" in each else "same" for each in RECORDED)
    assert min(sorts.values()) >= 15 and len(sorts) == 3


@pytest.mark.parametrize("version", ["2.0.0", "2.1.0", "2.2.0", "2.3.0", "2.4.0"])
def test_the_installers_stub_keeps_its_authority_in_every_version(version: str) -> None:
    before = stub(version)
    after = convert(before)
    assert after["ignition"]["version"] == "3.5.0"
    assert after["ignition"]["config"] == {"merge": [{"source": URL, "verification": {}}]}
    assert after["ignition"]["security"] == before["ignition"]["security"]
    assert set(after) == {"ignition", "passwd", "storage", "systemd"}


@given(documents())
def test_nothing_is_lost(document: Any) -> None:
    before = copy.deepcopy(document)
    after = convert(document)
    missing = Counter(leaves(document)) - Counter(leaves(after))
    version = json.dumps(document["ignition"]["version"])
    appended = sum(bool(each.get("append")) for each in document.get("storage", {}).get("files", []))
    missing -= Counter({version: 1, "true": appended})
    assert {leaf for leaf in missing if leaf not in DROPPED} == set()
    assert document == before
    assert convert(after) == after


@given(documents())
def test_the_oldest_spec_holds_the_same(document: Any) -> None:
    newest, oldest = convert(document, TARGET), convert(document, OLDEST_TARGET)
    assert (newest["ignition"].pop("version"), oldest["ignition"].pop("version")) == ("3.5.0", "3.1.0")
    assert newest == oldest


@FUZZ
@given(RANDOM)
def test_whatever_stands_there(random: Random) -> None:
    document = (
        junk(random)
        if random.random() < 0.2
        else spoiled(random, files({"user": {"id": 1}}) | {"ignition": stub()["ignition"]})
    )
    try:
        after = convert(document)
    except NotConvertible as error:
        assert error.path
    else:
        assert after["ignition"]["version"] == TARGET or after is document


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({}, "ignition.version"),
        ({"ignition": {"version": "2.5.0"}}, "ignition.version"),
        ({"ignition": {"version": "1.0.0"}}, "ignition.version"),
        ({"ignition": {"version": 2}}, "ignition.version"),
        (with_(storage=[]), "storage"),
        (with_(storage={"luks": []}), "storage.(name not shown)"),
        (with_(storage={"disks": [{"device": "/dev/sda"}]}), "storage.disks"),
        (with_(storage={"raid": [{}]}), "storage.raid"),
        (with_(storage={"filesystems": [{}]}), "storage.filesystems"),
        (with_(networkd={"units": [{}]}), "networkd.units"),
        (with_(networkd="x"), "networkd"),
        (with_(passwd={"users": [{"name": "a", "create": {"uid": 1}}]}), "passwd.users[0].create"),
        (with_(passwd={"users": [{"name": "a"}, {"name": "a"}]}), "passwd.users[1]"),
        (with_(passwd={"users": [{"name": "a", "uid": 1.0}]}), "passwd.users[0].uid"),
        (with_(passwd={"users": [{"name": "a", "uid": True}]}), "passwd.users[0].uid"),
        (with_(passwd={"users": [{"name": "a", "uid": 2**63}]}), "passwd.users[0].uid"),
        (with_(passwd={"users": [{"name": "a", "sshAuthorizedKeys": [None]}]}), "passwd.users[0].sshAuthorizedKeys[0]"),
        (with_(systemd={"units": [{"enabled": True}]}), "systemd.units[0].name"),
        (with_(systemd={"units": [{"name": "a", "enabled": 1}]}), "systemd.units[0].enabled"),
        (with_(systemd={"units": [{"name": "a"}, {"name": "a"}]}), "systemd.units[1]"),
        (with_(systemd={"units": [{"name": "a", "enable": True, "enabled": False}]}), "systemd.units[0].enable"),
        (files({"filesystem": "data"}), "storage.files[0].filesystem"),
        (files({"filesystem": None}), "storage.files[0].filesystem"),
        (files({"path": "/etc/../x"}), "storage.files[0].path"),
        (files({"path": "//x"}), "storage.files[0].path"),
        (files({"mode": 0o4755}), "storage.files[0].mode"),
        (files({"mode": -1}), "storage.files[0].mode"),
        (files({"append": True, "overwrite": True}), "storage.files[0].overwrite"),
        (files({}, {}), "storage.files[1]"),
        (stub(config={"append": [{"source": ""}]}), "ignition.config.append[0].source"),
        (stub(config={"append": {}}), "ignition.config.append"),
        (stub(config={"append": [{"source": "a"}, {"source": "a"}]}), "ignition.config.append[1]"),
    ],
)
def test_refused_by_the_fields_path(document: Any, path: str) -> None:
    assert refusal(document) == path


@pytest.mark.parametrize(
    ("other", "path"),
    [
        ({"directories": [{"filesystem": "root", "path": "/etc/x"}]}, "storage.directories[0].path"),
        ({"links": [{"filesystem": "root", "path": "/etc", "target": "/y"}]}, "storage.files[0].path"),
        ({"links": [{"filesystem": "root", "path": "/etc"}]}, "storage.links[0].target"),
    ],
)
def test_a_path_is_one_thing_only(other: dict[str, Any], path: str) -> None:
    document = files({})
    document["storage"].update(other)
    assert refusal(document) == path


def test_a_link_beside_a_file_of_a_longer_name() -> None:
    document = files({"path": "/etc/xy"})
    document["storage"]["links"] = [{"filesystem": "root", "path": "/etc/x", "target": "/y"}]
    assert convert(document)["storage"]["links"] == [{"path": "/etc/x", "target": "/y"}]


@pytest.mark.parametrize("place", ["key", "value"])
def test_no_byte_of_content_in_a_refusal(place: str) -> None:
    secret = "hunter2"
    wrong = {secret: 1} if place == "key" else {"path": secret}
    with pytest.raises(NotConvertible) as raised:
        convert(files(wrong))
    assert secret not in f"{raised.value!r} {raised.value}"


@pytest.mark.parametrize(
    ("release", "spec"),
    [("4.1", None), ("4.5", None), ("4.5.41", None), ("4.6", "3.1.0"), ("4.18", "3.1.0"), ("4.19", "3.5.0"), ("4.22.1", "3.5.0"), ("5.0", "3.5.0"),
     (None, "3.1.0"), ("", "3.1.0"), ("Fedora 39", "3.1.0"), ("4", "3.1.0"), ("4.x", "3.1.0")],
)  # fmt: skip
def test_what_an_image_of_that_release_reads(release: str | None, spec: str | None) -> None:
    assert target(release) == spec
    assert needs_spec_3(release) == (spec is not None)
