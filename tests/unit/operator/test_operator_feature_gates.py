# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tech preview and single feature gates; and the table of upstream's support by release and platform."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.operator.rules.behaviour import behaviour
from sandbox.operator.rules.feature_gates import FeatureGates, feature_gates, is_preview
from sandbox.sample import settle
from sandbox.samples.cluster import objects

EVERY = frozenset(["GCP", "AWS", "VSphere", "Azure"])


@pytest.mark.parametrize(
    ("release", "default", "preview", "on"),
    [
        ("4.15", "", "", ""), ("4.16", "", "GCP", ""), ("4.17", "GCP", "GCP AWS", ""), ("4.18", "GCP AWS", "GCP AWS", ""),
        ("4.19", "GCP AWS", "GCP AWS", "GCP AWS"), ("4.20", "GCP AWS", "GCP AWS VSphere", "GCP AWS"),
        ("4.21", "GCP AWS VSphere Azure", "GCP AWS VSphere Azure", "GCP AWS"),
        ("4.22", "GCP AWS VSphere Azure", "GCP AWS VSphere Azure", "GCP AWS VSphere Azure"),
        ("5.0", "GCP AWS VSphere Azure", "GCP AWS VSphere Azure", "GCP AWS VSphere Azure"),
    ],
)  # fmt: skip
def test_support_by_release(release: str, default: str, preview: str, on: str) -> None:
    assert behaviour(release).supported == set(default.split())
    assert behaviour(release, tech_preview=True).supported == set(preview.split())
    assert behaviour(release).default_on == set(on.split())


@pytest.mark.parametrize(
    ("release", "preview", "known"),
    [("4.20", True, False), ("4.21", False, False), ("4.21", True, True), ("4.22", False, True), ("5.0", False, True)],
)
def test_the_control_plane_and_skew_enforcement_are_previews_in_4_21(release: str, preview: bool, known: bool) -> None:
    rules = behaviour(release, tech_preview=preview)
    assert (rules.knows_cpms, rules.skew_enforcement) == (known, known)


def test_a_gate_goes_before_the_release_but_not_before_the_code() -> None:
    azure = FeatureGates(disabled=frozenset(["ManagedBootImagesAzure"]))
    assert behaviour("4.21", gates=azure).supported == EVERY - {"Azure"}
    control_plane = FeatureGates(enabled=frozenset(["ManagedBootImagesCPMS"]))
    assert behaviour("4.21", gates=control_plane).knows_cpms
    assert not behaviour("4.20", gates=control_plane).knows_cpms
    assert not behaviour("4.21", gates=control_plane).skew_enforcement
    aws = FeatureGates(enabled=frozenset(["ManagedBootImagesAWS"]))
    assert behaviour("4.17", gates=aws).supported == {"GCP", "AWS"}
    assert behaviour("4.16", gates=aws).supported == frozenset()


def test_the_entry_of_the_running_version_counts() -> None:
    def entry(version: str, on: str, off: str) -> dict[str, Any]:
        return {"version": version, "enabled": [{"name": on}], "disabled": [{"name": off}]}

    found = {"status": {"featureGates": [entry("4.21.1", "A", "B"), entry("4.20.3", "B", "A")]}}
    assert feature_gates(found, "4.20.3") == FeatureGates(frozenset("B"), frozenset("A"))
    assert feature_gates(found, "4.22.0") == feature_gates({}, "4.20.3") == FeatureGates()


@pytest.mark.parametrize(
    ("feature_set", "preview"),
    [
        ("", False),
        ("Default", False),
        ("TechPreviewNoUpgrade", True),
        ("DevPreviewNoUpgrade", True),
        ("CustomNoUpgrade", False),
    ],
)
def test_what_is_a_preview(feature_set: str, preview: bool) -> None:
    assert is_preview({"spec": {"featureSet": feature_set}}) is preview


@pytest.mark.parametrize("feature_set", ["Default", "TechPreviewNoUpgrade"])
@pytest.mark.parametrize("release", ["4.16.8", "4.17.6", "4.18.6", "4.19.2", "4.20.3", "4.21.2", "4.22.1"])
def test_the_samples_gates_say_what_release_and_feature_set_say(release: str, feature_set: str) -> None:
    (gate,) = (
        each
        for each in objects(settle("gcp", release=release, feature_set=feature_set))
        if each["kind"] == "FeatureGate"
    )
    preview = feature_set != "Default"
    assert behaviour(release, gates=feature_gates(gate, release)) == behaviour(release, tech_preview=preview)
    assert behaviour(release, tech_preview=preview, gates=feature_gates(gate, release)) == behaviour(
        release, tech_preview=preview
    )
