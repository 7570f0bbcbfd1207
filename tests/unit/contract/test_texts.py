# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observed, section 5: the condition's texts to the letter, as the simulated operator writes them and the collection takes them apart."""

from __future__ import annotations

from typing import Any

import pytest
from unit.builders import manager
from unit.contract.looks import answer
from unit.contract.play import Json, Play, control_plane_set, named
from unit.contract.readings import ARCH, FROM_4_19, UP_TO_4_18, aws, both
from unit.contract.rows import row
from unit.operator import recorded

from sandbox.operator import paths
from sandbox.operator.rules.world import Ami

ALL = (*UP_TO_4_18, *FROM_4_19, "5.0")
RECONCILING = "failed to reconcile machineset a, err: "
ARCHITECTURE = "failed to fetch arch during machineset sync: "
IGNITION = (
    RECONCILING + "converting ignition stub failed: failed to parse Ignition config: parsing Ignition config failed: "
)
SPACED, TIGHT = "2.2, 3.0, 3.1, 3.2, 3.3, 3.4, 3.5", "2.2,3.0,3.1,3.2,3.3,3.4,3.5"
OPTING_OUT = (
    "Please opt-out of boot image updates, adjust your machine provisioning workflow to prevent hot loops and opt back in to resume "
    "boot image updates"
)


def head(release: str, mapi: int, control_plane: int = 0) -> str:
    """The part before the errors."""
    parts = [f"{mapi} Degraded MAPI MachineSets"]
    if release in ("4.21", "4.22", "5.0"):
        parts.append(f"{control_plane} Degraded ControlPlaneMachineSets")
    last = "0 Degraded CAPI MachineDeployments" if release in ("4.22", "5.0") else "0 CAPI MachineDeployments"
    return " | ".join([*parts, "0 Degraded CAPI MachineSets", last])


def told(play: Play, release: str, error: str, mapi: int = 1) -> None:
    """Degraded says this and nothing else, and bootimage_status finds the error under the set's name."""
    play.rest()
    whole = f"error syncing MAPI MachineSet a: {error}"
    assert play.condition("Degraded")["message"] == f"{head(release, mapi)} | Error(s): {whole}"
    found = answer(play)
    assert found["conditions"]["errors"] == {"a": error.removeprefix(RECONCILING)}
    assert found["conditions"]["degraded_counts"]["MAPI MachineSets"] == mapi
    assert not found["settled"]


def with_secrets(release: str, case: str) -> Play:
    play = Play(release, [named("a", case)])
    for name in recorded.USER_DATA:
        secret = recorded.secret(name)
        assert secret
        play.put(f"{paths.SECRETS}/{name}", secret)
    return play


@pytest.mark.parametrize(
    ("releases", "marks"),
    [
        row("O5.prefix-4.17", ("4.17", "4.18", "4.19", "4.20"), 3), row("O5.prefix-4.21", ("4.21",), 4),
        row("O5.prefix-4.22", ("4.22", "5.0"), 4),
    ],
)  # fmt: skip
def test_o5_the_parts_before_the_errors(releases: Any, marks: int) -> None:
    for release in releases:
        play = Play(release, [named("a")])
        play.rest()
        assert play.condition("Degraded")["message"] == head(release, 0)
        assert len(answer(play)["conditions"]["degraded_counts"]) == marks


@pytest.mark.contract("O5.prefix-control-plane")
@pytest.mark.parametrize(("release", "feature_set"), [("4.21", "TechPreviewNoUpgrade"), ("4.22", "")])
def test_o5_an_error_of_the_control_plane_begins_with_its_kind(release: str, feature_set: str) -> None:
    managers = [manager("None"), manager(resource="controlplanemachinesets")]
    play = Play(release, [], managers, feature_set=feature_set, control_plane=control_plane_set("wrong-type"))
    seen: list[Json] = []
    play.cluster.machine_configurations.listen(lambda old, new: seen.append(new or {}))
    play.rest()
    texts = {
        each["message"]
        for found in seen
        for each in found["status"].get("conditions", [])
        if each["type"].endswith("Degraded")
    }
    begin = f"{head(release, 0, 1)} | Error(s): error syncing ControlPlaneMachineSet cluster: "
    assert any(text.startswith(f"{begin}failed to reconcile ControlPlaneMachineSet cluster, err: ") for text in texts)


@pytest.mark.contract("O5.architecture")
@pytest.mark.parametrize("release", ALL)
@pytest.mark.parametrize(
    ("annotation", "error"),
    [
        ("kubernetes.io/arch=foo", "invalid architecture value found in annotation: foo"),
        ("kubernetes.io/arch=x86_64", "invalid architecture value found in annotation: x86_64"),
        ("kubernetes.io/arch=foo,kubernetes.io/arch=amd64", "invalid architecture value found in annotation: foo"),
        ("a=b, kubernetes.io/arch=foo", "invalid architecture value found in annotation: foo"),
        ("a=b,c=d", "kubernetes.io/arch label not found in annotation: a=b,c=d"),
        ("", "kubernetes.io/arch label not found in annotation: "),
    ],
)
def test_o5_architecture(release: str, annotation: str, error: str) -> None:
    play = Play(release, [named("a")])
    play.change(f"{paths.MACHINE_SETS}/a", metadata={"annotations": {ARCH: annotation}})
    if annotation:
        told(play, release, ARCHITECTURE + error)
        return
    play.rest()
    assert play.condition("Degraded")["message"].endswith(f"error syncing MAPI MachineSet a: {ARCHITECTURE}{error}")
    assert answer(play)["conditions"]["errors"]["a"].startswith((ARCHITECTURE + error).rstrip())


@pytest.mark.contract("O5.secret-missing")
@pytest.mark.parametrize("release", FROM_4_19)
def test_o5_secret_missing(release: str) -> None:
    error = 'error grabbing user data secret referenced in machineset: secrets "no-such-secret" not found'
    told(with_secrets(release, "secret-missing"), release, RECONCILING + error)


@pytest.mark.contract("O5.secret-not-json")
@pytest.mark.parametrize("release", FROM_4_19)
@pytest.mark.parametrize(
    ("case", "secret", "error"),
    [
        ("secret-not-json", "not-json", "invalid character '#' looking for beginning of valuet"),
        ("secret-no-key", "no-userdata-key", "unexpected end of JSON inputt"),
    ],
)
def test_o5_secret_not_json(release: str, case: str, secret: str, error: str) -> None:
    text = f"failed to unmarshal decoded user-data to json (secret {secret}): {error}"
    told(with_secrets(release, case), release, RECONCILING + text)


@pytest.mark.contract("O5.ignition")
@pytest.mark.parametrize("release", FROM_4_19)
@pytest.mark.parametrize(
    ("case", "word"), [("ign-1-2-0", "unknown"), ("ign-2-4-0", "unknown"), ("ign-no-version", "invalid")]
)
def test_o5_ignition(release: str, case: str, word: str) -> None:
    versions = SPACED if release == "4.19" else TIGHT
    told(with_secrets(release, case), release, f"{IGNITION}{word} version. Supported spec versions: {versions}")


@pytest.mark.contract("O5.ignition-number")
@pytest.mark.parametrize("release", FROM_4_19)
def test_o5_ignition_version_that_is_a_number(release: str) -> None:
    error = "failed to find version field in ignition (user data secret ign-number): .ignition.version accessor error: "
    told(with_secrets(release, "ign-number"), release, f"{RECONCILING}{error}3 is of the type float64, expected string")


@pytest.mark.contract("O5.provider-spec")
@pytest.mark.parametrize("release", ALL)
@pytest.mark.parametrize(
    ("case", "error"),
    [
        ("no-provider-spec", "providerSpec field was empty"),
        ("wrong-type", "unmarshal into providerSpec failed error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string "
         "into Go struct field GCPMachineProviderSpec.disks of type []*v1beta1.GCPDisk"),
    ],
)  # fmt: skip
def test_o5_provider_spec(release: str, case: str, error: str) -> None:
    told(Play(release, [named("a", case)]), release, RECONCILING + error)


@pytest.mark.contract("O5.stream")
@pytest.mark.parametrize("release", ALL)
@pytest.mark.parametrize(
    ("stream", "error"),
    [
        (None, "unexpected end of JSON input"), ("", "unexpected end of JSON input"),
        ("{nonsense", "invalid character 'n' looking for beginning of object key string"),
        ("[]", "json: cannot unmarshal array into Go value of type stream.Stream"),
    ],
)  # fmt: skip
def test_o5_stream(release: str, stream: str | None, error: str) -> None:
    play = Play(release, [named("a")])
    play.change(play.stream_path, data={"stream": stream})
    play.rest()
    text = f"error syncing MAPI MachineSet a: {RECONCILING}failed to parse CoreOS stream metadata: {error}"
    assert play.condition("Degraded")["message"] == f"{head(release, 1)} | Error(s): {text}"


@pytest.mark.contract("O5.config-map-missing")
@pytest.mark.parametrize("release", ALL)
def test_o5_config_map_missing(release: str) -> None:
    play = Play(release, [named("a")])
    play.api.delete(play.stream_path)
    play.rest()
    missing = 'config map: configmap "coreos-bootimages" not found'
    once = f"{head(release, 0)} | Error(s): failed to fetch coreos-bootimages {missing}"
    during = missing.replace("config map:", "config map during machineset sync:")
    each = f"{head(release, 1)} | Error(s): error syncing MAPI MachineSet a: failed to fetch coreos-bootimages {during}"
    assert play.condition("Degraded")["message"] == (once if release in ("4.22", "5.0") else each)


@pytest.mark.contract("O5.owner")
@pytest.mark.parametrize("release", UP_TO_4_18)
def test_o5_owner(release: str) -> None:
    error = "unexpected OwnerReference: ConfigMap/owner. Please remove this machineset from boot image management to avoid errors"
    told(Play(release, [named("a", "owned")]), release, error)


@pytest.mark.contract("O5.hot-loop")
@pytest.mark.parametrize("release", ALL)
def test_o5_hot_loop(release: str) -> None:
    play = Play(release, [named("a")])
    play.rest()
    for _ignored in range(3):
        play.set_image("a", recorded.OLD)
        play.rest()
    told(play, release, f"refusing to reconcile machineset a, hot loop detected. {OPTING_OUT}")


@pytest.mark.contract("O5.aws")
def test_o5_aws_asks_ec2() -> None:
    class Cloud:
        def describe(self, ami: str) -> Ami:
            raise LookupError(
                "operation error EC2: DescribeImages, https response error StatusCode: 400, api error InvalidAMIID.NotFound: x"
            )

        def marketplace(self, product: str) -> list[Ami]:
            return []

    found = both(aws(ami={"id": "ami-x"}), "5.0", "AWS", ec2=Cloud())
    begin = f"{RECONCILING}DescribeImages failed for ami-x: operation error EC2: DescribeImages, https response error"
    assert found.error.replace("machineset plain", "machineset a").startswith(begin)
    assert "api error InvalidAMIID.NotFound: " in found.error
    assert both(aws(ami={"id": ""}), "5.0", "AWS", ec2=Cloud()).error.endswith(", err: AMI  not found")
