# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""User-data stubs: the collection's conversion and the sandbox's, two readings of upstream's, say the same wherever upstream loses nothing."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from unit.plan.spec2 import in_any_order, without_empty

from ansible_collections.okd.boot_images.plugins.module_utils.plan.ignition import TARGET, convert
from sandbox.operator.rules import ignition as operators

HASHES = st.integers(0, 2**64).map(lambda number: {"hash": f"sha512-{number:0128x}"})
RESOURCES = st.fixed_dictionaries(
    {"source": st.integers(0, 10**6).map(lambda number: f"https://example.com/{number}?a=<b>&c=é")},
    optional={"verification": st.just({}) | HASHES},
)
"""Upstream's converter fails on a second one in a list (tests/fixtures/ignition-pairs.json), so that lists have one at most."""
ONE = st.lists(RESOURCES, max_size=1)
TIMEOUTS = st.fixed_dictionaries(
    {}, optional={"httpTotal": st.integers(0, 600), "httpResponseHeaders": st.integers(0, 60)}
)
CONFIG = st.fixed_dictionaries({}, optional={"append": ONE, "replace": RESOURCES})
USERS = st.lists(
    st.fixed_dictionaries({"name": st.text(min_size=1), "sshAuthorizedKeys": st.lists(st.text(), unique=True)}),
    unique_by=lambda user: user["name"],
)
SWITCHES = st.sampled_from([{}, {"enabled": True}, {"enabled": False}, {"enable": True}, {"mask": True}])
UNITS = st.lists(
    st.builds(
        lambda name, contents, switch: {"name": f"{name}.service", **contents, **switch},
        st.integers(0, 99),
        st.sampled_from([{}, {"contents": "[Unit]\n"}]),
        SWITCHES,
    ),
    unique_by=lambda unit: unit["name"],
)


@st.composite
def stubs(draw: Any) -> dict[str, Any]:
    """What both can read. Before 2.2.0 upstream loses security.tls, before 2.1.0 also the timeouts: there the two differ on purpose."""
    version = draw(st.sampled_from(["2.0.0", "2.1.0", "2.2.0"]))
    ignition: dict[str, Any] = {"version": version, "config": draw(CONFIG)}
    if version > "2.0.0":
        ignition["timeouts"] = draw(TIMEOUTS)
    if version > "2.1.0":
        ignition["security"] = {"tls": {"certificateAuthorities": draw(ONE)}}
    sections = {"passwd": {"users": draw(USERS)}, "systemd": {"units": draw(UNITS)}, "storage": {}, "networkd": {}}
    return {"ignition": ignition, **sections}


@given(stubs())
def test_both_convert_alike(stub: dict[str, Any]) -> None:
    theirs = json.loads(operators.convert(stub, stub["ignition"]["version"], ","))
    assert in_any_order(without_empty(convert(stub))) == in_any_order(without_empty(theirs))


def test_both_know_the_same_target() -> None:
    assert operators.TARGET == TARGET


def test_the_authority_of_a_first_stub_is_the_difference() -> None:
    authority = {"tls": {"certificateAuthorities": [{"source": "data:,x"}]}}
    stub = {"ignition": {"version": "2.0.0", "security": authority}}
    theirs = json.loads(operators.convert(stub, "2.0.0", ","))
    assert without_empty(theirs) == {"ignition": {"version": "3.5.0"}}
    assert convert(stub) == {"ignition": {"version": "3.5.0", "security": authority}}
