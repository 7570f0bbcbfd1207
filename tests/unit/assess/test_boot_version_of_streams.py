# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions of images whose names tell none, by the stream that names them; and how versions compare."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from unit.builders import gcp_spec, judged, machine_set, snapshot

from ansible_collections.okd.boot_images.plugins.module_utils.assess.assessment import assess
from ansible_collections.okd.boot_images.plugins.module_utils.assess.boot_version import oldest
from ansible_collections.okd.boot_images.plugins.module_utils.assess.stream import Stream
from ansible_collections.okd.boot_images.plugins.module_utils.model import reasons
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import InvalidInput
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Age, Current, Skip, Verdict

NOTHING = Stream("s", None, {})
VERSION = "9.6.20250701-0"
UNTOLD = Age(None, None, None, None)


def boots(name: str, image: str | None = "opaque", **changes: Any) -> Verdict:
    """A set that boots the image, which is the stream's own if nothing else is said."""
    told = judged(machine_set(name, spec=gcp_spec(image)))
    return replace(told, **{"current": image, "decision": Current(str(image)), "age": UNTOLD, **changes})


def version(*verdicts: Verdict, stream: Stream = NOTHING) -> tuple[str | None, str | None]:
    wish = oldest(replace(assess(snapshot()), verdicts=verdicts), stream)
    assert wish.mode == "Manual"
    return wish.ocp_version, wish.rhcos_version


def refusal(*verdicts: Verdict, stream: Stream = NOTHING) -> str:
    with pytest.raises(InvalidInput) as refused:
        version(*verdicts, stream=stream)
    assert "Give skew_enforcement.ocp_version or rhcos_version yourself." in str(refused.value)
    return str(refused.value)


def offering(**entry: Any) -> Stream:
    return Stream("s", None, {"architectures": {"x86_64": entry}})


def overall(artifact: str, release: Any = VERSION) -> Stream:
    return offering(artifacts={artifact: {"release": release}})


@pytest.mark.parametrize(
    ("platform", "artifact"), [("AWS", "aws"), ("GCP", "gcp"), ("Azure", "azure"), ("VSphere", "vmware")]
)
def test_the_stream_tells_the_version_of_its_own_image(platform: str, artifact: str) -> None:
    assert version(boots("a", platform=platform), stream=overall(artifact)) == (None, VERSION)
    assert "images of a tell none (opaque)" in refusal(boots("a", platform=platform), stream=overall("other"))


@pytest.mark.parametrize(("platform", "expected"), [("AWS", "9.6.20250702-0"), ("GCP", VERSION)])
def test_of_a_region_only_where_images_are_regional(platform: str, expected: str) -> None:
    regions = {"us-east-1": {"release": "9.6.20250702-0"}}
    artifacts = {name: {"release": VERSION} for name in ("aws", "gcp")}
    stream = offering(images={"aws": {"regions": regions}}, artifacts=artifacts)
    assert version(boots("a", platform=platform, region="us-east-1"), stream=stream)[1] == expected
    assert version(boots("a", platform=platform, region="eu-north-1"), stream=stream)[1] == VERSION


def test_a_stream_tells_nothing_of_an_image_that_is_not_its_own() -> None:
    old = boots("a", decision=Skip(reasons.CUSTOM_IMAGE, "text"))
    assert "images of a tell none" in refusal(old, stream=overall("gcp"))
    assert "images of a tell none" in refusal(boots("a", architecture=None), stream=overall("gcp"))


@pytest.mark.parametrize(
    ("release", "known"),
    [("412.86.202301311551-0", True), ("9.6.20250701-12", True), ("9x6.20250701-0", False), ("9.6x20250701-0", False), (3, False)],
)  # fmt: skip
def test_what_is_a_version(release: Any, known: bool) -> None:
    if known:
        assert version(boots("a"), stream=overall("gcp", release)) == (None, release)
    else:
        refusal(boots("a"), stream=overall("gcp", release))


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("rhcos-9-6-20250701-12-gcp", "9.6.20250701-12"),
        ("my-rhcos-9.6.20250701-0.qcow2", VERSION),
        ("myrhcos-9-6-20250701-0", None),
        ("rhcos-9-6-20250701-0x", None),
        ("rhcos-412-86-202401010000-9", "412.86.202401010000-9"),
        ("rhcos-412-86-202401010000-10", None),  # longer than the API takes
        (None, None),
    ],
)
def test_what_a_name_tells(image: str | None, expected: str | None) -> None:
    if expected is None:
        refusal(boots("a", image))
    else:
        assert version(boots("a", image)) == (None, expected)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("rhcos-413-92-202401010000-0", "rhcos-414-94-202301010000-0"),
        ("rhcos-414-94-202601010000-0", "rhcos-9-6-20250101-0"),
        ("rhcos-9-6-20260101-0", "rhcos-9-8-20250101-0"),
        ("rhcos-414-92-202301010000-0", "rhcos-9-2-20240101-0"),
        ("scos-418-9-202502121215-0", "scos-9-1-20240101-0"),
        ("scos-9-0-20240101-0", "scos-418-9-202502121215-0"),
    ],
)
def test_rhels_version_counts_then_the_date(older: str, newer: str) -> None:
    expected = older.split("-", 1)[1].replace("-", ".", 2)
    assert version(boots("a", older), boots("b", newer)) == (None, expected)
    assert version(boots("b", newer), boots("a", older)) == (None, expected)


@pytest.mark.parametrize("reason", [reasons.WINDOWS, reasons.PROVISIONED_FROM_PAYLOAD, reasons.PLATFORM_WITHOUT_IMAGES])
def test_sets_that_boot_no_image_do_not_count(reason: reasons.Reason) -> None:
    without = boots("w", decision=Skip(reason, "text"))
    assert version(without, boots("a", "rhcos-9-6-20250701-0")) == (None, VERSION)
    assert "there is no machine set" in refusal(without)


def release(name: str, text: str) -> Verdict:
    return boots(name, age=Age(text, None, None, None))


def test_openshifts_releases_compare_as_numbers() -> None:
    assert version(release("a", "4.10"), release("b", "4.9")) == ("4.9.0", None)
    refusal(release("a", "RHEL 9.6"))


def test_the_first_unknown_image_is_shown_and_all_such_sets_are_named() -> None:
    told = refusal(boots("a", "one"), boots("b", "two"), boots("c", "rhcos-9-6-20250701-0"))
    assert "a" in told and "b tell none (one)" in told


def test_sets_of_both_kinds_are_named() -> None:
    known = [release("o2", "4.19"), release("o1", "4.18")]
    told = refusal(boots("r2", "rhcos-9-6-20250701-0"), boots("r1", "rhcos-9-6-20250701-0"), *known)
    assert told.index("o1") < told.index("r1")
    assert ("o2" in told, "r2" in told) == (False, False)
    assert "do not compare" in told
