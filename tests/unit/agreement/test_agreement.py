# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two independent readings of how the operator behaves, the collection's and the sandbox's, say the same of random clusters.

`make agreement` looks at 2,000 clusters (AGREEMENT_EXAMPLES); without that variable a few fixed ones are looked at.
"""

from __future__ import annotations

import os
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.agreement import clusters
from unit.agreement.clusters import Drawn
from unit.agreement.readings import Deed, NoPass, NotEnrolled, assumed, collections, operators, other_worlds

from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import InvalidStream
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Outlook, Verdict
from ansible_collections.okd.boot_images.plugins.module_utils.platforms.registry import PLATFORMS
from sandbox.operator.rules import gojson
from sandbox.operator.rules.outcome import Dies, Error, Patched, Skipped, TemplateRebuilt, Unchanged

EXAMPLES = int(os.environ.get("AGREEMENT_EXAMPLES", "0"))
AGREEMENT = settings(
    max_examples=EXAMPLES or 1200,
    derandomize=not EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)
GATE, DONE, TEMPLATE = "waiting for the MCO upgrade to complete", "No patching required", "template "


def allowed(deed: Deed) -> set[tuple[str, str | None]]:
    """The whole mapping: what the operator does -> (will, reason) of the collection's outlook; None is any reason."""
    if isinstance(deed, NotEnrolled):
        return {("not_managed", None)}
    if isinstance(deed, NoPass):
        return {("nothing", "gated")}
    if isinstance(deed, Patched):
        return {("update", "operator_updates"), ("update", "repoints_user_data")}
    if isinstance(deed, Error):
        return {("fail", None)}
    if isinstance(deed, Dies):
        return {("crash", "would_kill_controller")}
    if isinstance(deed, Skipped):
        return {("skip", None)}
    if isinstance(deed, TemplateRebuilt):
        return {("unknown", "template_in_vcenter")}
    assert isinstance(deed, Unchanged)
    if deed.note.endswith(GATE):
        return {("nothing", "gated")}
    if deed.note == DONE:
        return {("nothing", "up_to_date")}
    if deed.note.startswith(TEMPLATE):
        return {("unknown", "template_in_vcenter")}
    return {("skip", None)}  # skips that only the log tells: Windows, another stream, a security type, …


def cannot_be_known(drawn: Drawn, key: tuple[str, str], told: Outlook) -> bool:
    """Whether `unknown` is honest: worlds that a client cannot tell apart differ in what the operator does."""
    if told.reason.code == "not_read":
        return drawn.unread_configuration
    if told.reason.code == "architecture_unknown":
        return drawn.unread_nodes
    if told.reason.code == "unknown_image" and drawn.platform == "AWS":
        ami = _spec(drawn, key)["ami"]["id"]
        deeds = [operators(drawn, each)[key] for each in other_worlds(drawn, str(ami))]
        return ami != "" and isinstance(deeds[1], Skipped) and not isinstance(deeds[0], Skipped)
    return False


def difference(drawn: Drawn, key: tuple[str, str], deed: Deed, told: Verdict) -> str | None:
    """What the two readings say of one set, where they do not agree."""
    outlook = told.operator
    words = (outlook.will, outlook.reason.code)
    agreed = {(will, reason or outlook.reason.code) for will, reason in allowed(deed)}
    if words not in agreed and not (outlook.will == "unknown" and cannot_be_known(drawn, key, outlook)):
        return f"{key}: the operator: {deed}; the collection: {outlook}"
    if isinstance(deed, Patched) and outlook.will == "update":
        return _other_image(drawn, key, deed, told)
    return None


def _other_image(drawn: Drawn, key: tuple[str, str], deed: Patched, told: Verdict) -> str | None:
    platform = PLATFORMS[drawn.platform]
    written = platform.current(deed.provider_spec)
    if told.target is not None and isinstance(written, str) and written != told.target:
        return f"{key}: the operator writes {written}; the collection foretells {told.target}"
    changed = platform.current(_spec(drawn, key)) != written
    if (told.operator.reason.code == "repoints_user_data") == changed and drawn.platform != "Azure":
        return f"{key}: the operator changes the image: {changed}; the collection: {told.operator}"
    return None


def _spec(drawn: Drawn, key: tuple[str, str]) -> Any:
    holder = next(each for each in [*drawn.machine_sets, *drawn.control_plane] if each["metadata"]["name"] == key[1])
    template = holder["spec"]["template"]
    return template.get("machines_v1beta1_machine_openshift_io", template)["spec"]["providerSpec"]["value"]


def readable(drawn: Drawn) -> bool:
    """Whether the ConfigMap holds a stream that Go reads and that has architectures at all."""
    text = ((drawn.config_map or {}).get("data") or {}).get("stream", "")
    try:
        parsed = gojson.loads(text)
    except gojson.GoJSONError:
        return False
    return isinstance(parsed, dict) and isinstance(parsed.get("architectures"), dict)


def differences(drawn: Drawn) -> list[str]:
    """Every set on which the two readings differ."""
    deeds = operators(drawn, assumed(drawn))
    try:
        told = collections(drawn)
    except InvalidStream as error:
        if readable(drawn):
            return [f"a stream that Go reads: {error}"]
        return [f"{key}: patched without a stream" for key, deed in deeds.items() if isinstance(deed, Patched)]
    if not readable(drawn):
        return ["a stream that Go does not read"]
    assert deeds.keys() == told.keys()
    found = (difference(drawn, key, deed, told[key]) for key, deed in deeds.items())
    return [each for each in found if each]


# A seed each, which a failure prints: a cluster is made of more choices than hypothesis keeps of one example.
@AGREEMENT
@given(st.randoms(use_true_random=True))
def test_both_readings_agree(random: Random) -> None:
    drawn = clusters.draw(random)
    found = differences(drawn)
    assert not found, "\n".join([drawn.version, *found])


SEEDS = range(1200)


@pytest.fixture(scope="module")
def seen() -> set[tuple[str, str]]:
    """What was foretold of the sets of some hundred clusters."""
    found = set()
    for seed in SEEDS:
        try:
            told = collections(clusters.draw(Random(seed)))
        except InvalidStream:
            continue
        found |= {(each.operator.will, each.operator.reason.code) for each in told.values()}
    return found


@pytest.mark.parametrize(
    ("will", "code"),
    [
        ("update", "operator_updates"), ("update", "repoints_user_data"), ("nothing", "up_to_date"), ("nothing", "gated"), ("skip", "owned"),
        ("skip", "windows"), ("skip", "other_os_stream"), ("skip", "custom_image"), ("skip", "image_unset"), ("skip", "no_target"),
        ("skip", "architecture_unknown"), ("fail", "owned"), ("fail", "selector_invalid"), ("fail", "architecture_invalid"),
        ("fail", "provider_spec_missing"), ("fail", "provider_spec_invalid"), ("fail", "user_data_unusable"), ("fail", "custom_image"),
        ("crash", "would_kill_controller"), ("not_managed", "management_off"), ("not_managed", "not_enrolled"),
        ("not_managed", "platform_not_managed"), ("unknown", "unknown_image"), ("unknown", "template_in_vcenter"), ("unknown", "not_read"),
        ("fail", "no_failure_domain"), ("skip", "no_failure_domain"), ("fail", "no_target"),
        ("unknown", "architecture_unknown"),
    ],
)  # fmt: skip
def test_the_random_clusters_have_it(seen: set[tuple[str, str]], will: str, code: str) -> None:
    assert (will, code) in seen
