# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every platform in the registry, whatever strangers wrote."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.platforms.places import EXPLICIT, FIELDS, INFRA, NAMES, applied, provider_spec, site, stream_entry

from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Failed, Outlook, Skip
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.base import Entry, Platform, Site, Target
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.registry import PLATFORMS
from sandbox import releases

KEYS = [
    "ami", "id", "image", "disks", "boot", "template", "workspace", "type", "name", "uuid", "regex", "url", "method",
    "customDeploy", "rootVolume", "publisher", "offer", "sku", "version", "resourceID", "securityProfile", "settings",
    "securityType", "placement", "region", "location", "architectures", "x86_64", "images", "artifacts", "azure", "gcp",
    "aws", "vmware", "openstack", "release", "formats", "rhel-coreos-extensions", "marketplace", "status", "spec",
    "platformStatus", "platformSpec", "vsphere", "failureDomains", "infrastructureName", "provisioningOSDownloadURL",
]  # fmt: skip
TEXTS = [
    *EXPLICIT.values(),
    INFRA,
    "Name",
    "name",
    "ID",
    "uuid",
    "9.6.20260212-0",
    "redhat",
    "rh-ocp-worker",
    "azureopenshift",
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=4)
    | st.sampled_from(TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)
OBJECT = st.dictionaries(st.sampled_from(KEYS), JSON, max_size=5)


@st.composite
def damaged(draw: Any, whole: Any) -> Any:
    """Something real with any JSON in one place of it."""
    made = copy.deepcopy(whole)
    at = made
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        if not keys:
            return made
        key = draw(st.sampled_from(keys))
        if isinstance(at[key], (dict, list)) and at[key] and draw(st.booleans()):
            at = at[key]
        else:
            at[key] = draw(JSON)
            return made


def specs(name: str) -> st.SearchStrategy[Any]:
    return OBJECT | damaged(provider_spec(name)) if name in EXPLICIT else OBJECT


ARCHITECTURES = releases.stream("4.21.2")["architectures"]
FEW = {"gcp", "aws", "vmware", "openstack", "us-east-1", "marketplace", "azure", "no-purchase-plan", "us-south"}


def few(value: Any, depth: int = 0) -> Any:
    """A stream's entry with one region and plan of many, so that examples stay small."""
    if not isinstance(value, dict):
        return value
    kept = {key: each for key, each in value.items() if key in FEW} or value
    return {key: few(each, depth + 1) for key, each in (value if depth == 0 else kept).items()}


ENTRIES = st.sampled_from([*ARCHITECTURES]).flatmap(
    lambda name: st.builds(Entry, st.just(name), st.none() | OBJECT | damaged(few(ARCHITECTURES[name])))
)


@pytest.mark.parametrize("name", PLATFORMS)
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_shape_of_anything_raises(name: str, data: Any) -> None:
    platform: Platform = PLATFORMS[name]
    spec, entry = data.draw(specs(name)), data.draw(ENTRIES)
    where = Site(
        data.draw(OBJECT | damaged(site(name).infrastructure)), data.draw(st.none() | OBJECT), frozenset(["x"])
    )
    before = copy.deepcopy(spec)
    current, offer = platform.current(spec), platform.target(spec, entry, where)
    assert isinstance(current, (str, Skip, Failed)) and current != ""
    assert isinstance(platform.region(spec), (str, type(None)))
    assert {path[0] for path in platform.image_fields(spec)} <= FIELDS.get(name, set())
    assert isinstance(platform.custom(spec, where), (str, type(None)))
    assert isinstance(platform.outlook(spec, entry, offer, where), (Outlook, type(None)))
    assert all(isinstance(each, str) for each in platform.known_images({"architectures": {"x86_64": entry.data}}))
    named = platform.explicit(data.draw(st.text(max_size=20) | st.sampled_from(TEXTS)))
    assert isinstance(named, (Target, Failed))
    for target in (offer, named):
        if isinstance(target, Target):
            holds_after_writing(platform, spec, target)
    assert spec == before


def holds_after_writing(platform: Platform, spec: Any, target: Target) -> None:
    """Written once, the set is current, and nothing but image fields is another."""
    changes = platform.changes(spec, target)
    current = platform.current(spec)
    if not isinstance(current, str) and getattr(current.reason, "code", "") != "image_unset":
        return
    after = applied(spec, changes)
    assert {each.path for each in changes} <= set(platform.image_fields(spec)) == set(platform.image_fields(after))
    assert platform.changes(after, target) == ()
    assert platform.current(after) == target.text
    untouched = {key: value for key, value in spec.items() if key not in FIELDS[platform.name]}
    assert {key: value for key, value in after.items() if key not in FIELDS[platform.name]} == untouched


@pytest.mark.parametrize("name", EXPLICIT)
def test_the_sample_cluster_is_judged_and_can_be_written(name: str) -> None:
    platform, spec = PLATFORMS[name], provider_spec(name)
    assert isinstance(platform.current(spec), str)
    target = platform.explicit(EXPLICIT[name])
    assert isinstance(target, Target)
    changed = {each.path[0] for each in platform.changes(spec, target)}
    assert changed <= FIELDS[name] and (changed or name == "BareMetal")
    holds_after_writing(platform, spec, target)
    offer = platform.target(spec, stream_entry(arch=NAMES[name].arch), site(name))
    assert not isinstance(offer, Failed)


def test_every_platform_is_told_apart() -> None:
    assert set(EXPLICIT) | {"None", "External"} == set(PLATFORMS) == set(NAMES) | {"External"}
