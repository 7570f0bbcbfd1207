# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose credentials reach EC2: the option's, the profile's, the environment's, the cluster's secret's; and that none can be seen."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.clouds.aws import AWS
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.aws_client import Ec2 as Client
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.aws_credentials import (
    Keys,
    Options,
    WebIdentity,
    from_secret,
)
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import (
    CloudForbidden,
    CloudUnauthorized,
    InvalidInput,
)
from sandbox.ec2 import Call, Ec2

AMI = "ami-0000000000000002b"
ROLE = "arn:aws:iam::123456789012:role/infra-7xq4k-openshift-machine-api-aws-cloud-credentials"


def secret(**data: str) -> dict[str, object]:
    return {"data": {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}}


def asked(ec2: Ec2, client: Client) -> Call:
    assert AWS(client).images("us-east-1", [AMI])[AMI].exists
    return ec2.calls("DescribeImages")[-1]


def test_keys_of_the_environment(ec2: Ec2, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWX names the token of temporary keys in two ways."""
    assert asked(ec2, Client()).access_key == "AKIASANDBOX"
    monkeypatch.setenv("AWS_SECURITY_TOKEN", "awx-token")
    assert asked(ec2, Client()).session_token == "awx-token"


def test_keys_of_the_option_go_before_the_environment(ec2: Ec2) -> None:
    call = asked(ec2, Client(Options(access_key="AKIAOPTION", secret_key="s", session_token="t")))
    assert (call.access_key, call.session_token) == ("AKIAOPTION", "t")


def test_a_profile_goes_before_the_environment(ec2: Ec2, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """amazon.aws fails here, because AWX's credential stands in the environment."""
    file = tmp_path / "credentials"
    file.write_text("[prod]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = s\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    assert asked(ec2, Client(Options(profile="prod"))).access_key == "AKIAPROFILE"


def test_the_cluster_s_keys_go_before_all_others(ec2: Ec2) -> None:
    given = from_secret(secret(aws_access_key_id="AKIACLUSTER", aws_secret_access_key="s"))
    assert asked(ec2, Client(given=given)).access_key == "AKIACLUSTER"


def test_a_role_is_assumed_once_for_all_regions(ec2: Ec2) -> None:
    cloud = AWS(Client(Options(assume_role_arn=ROLE, external_id="customer-1")))
    for region in ("eu-central-1", "us-west-2"):
        assert cloud.images(region, [AMI])[AMI].exists
    roles = ec2.calls("AssumeRole")
    assert [(each.access_key, each.region) for each in roles] == [("AKIASANDBOX", "eu-central-1")]
    assert {key: roles[0].parameters[key] for key in ("RoleArn", "ExternalId", "RoleSessionName")} == {
        "RoleArn": ROLE, "ExternalId": "customer-1", "RoleSessionName": "okd.boot_images",
    }  # fmt: skip
    calls = ec2.calls("DescribeImages")
    assert all(each.access_key.startswith("ASIA") and each.session_token for each in calls)


def test_a_role_that_may_not_be_assumed(ec2: Ec2) -> None:
    ec2.faults.denied = frozenset({"sts:AssumeRole"})
    with pytest.raises(CloudForbidden, match="Allow sts:AssumeRole in their IAM policy"):
        AWS(Client(Options(assume_role_arn=ROLE))).images("us-east-1", [AMI])


def test_the_cluster_s_role_is_assumed_where_its_token_can_be_read(ec2: Ec2, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("a.service.account")
    file = f"[default]\nsts_regional_endpoints = regional\nrole_arn = {ROLE}\nweb_identity_token_file = {token}\n"
    assert asked(ec2, Client(given=from_secret(secret(credentials=file)))).access_key.startswith("ASIA")
    call = ec2.calls("AssumeRoleWithWebIdentity")[0]
    assert (call.parameters["RoleArn"], call.parameters["WebIdentityToken"]) == (ROLE, "a.service.account")


def test_elsewhere_the_error_says_so(ec2: Ec2) -> None:
    given = WebIdentity(ROLE, "/var/run/secrets/openshift/serviceaccount/token")
    with pytest.raises(CloudUnauthorized, match="exists in the cluster's own pods only"):
        AWS(Client(given=given)).images("us-east-1", [AMI])
    assert ec2.calls() == []


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (
            {"aws_access_key_id": "a", "aws_secret_access_key": "b",
             "credentials": "[default]\naws_access_key_id = x\naws_secret_access_key = y\n"},
            Keys("a", "b"),
        ),
        ({"credentials": "[default]\naws_access_key_id = x\naws_secret_access_key = y%\n"}, Keys("x", "y%")),
        ({"credentials": f"[default]\nrole_arn = {ROLE}\nweb_identity_token_file = /t\n"}, WebIdentity(ROLE, "/t")),
        ({"role_arn": ROLE, "web_identity_token_file": "/t", "aws_access_key_id": "a", "aws_secret_access_key": "b"}, WebIdentity(ROLE, "/t")),
    ],
)  # fmt: skip
def test_a_secret_s_forms(data: dict[str, str], found: object) -> None:
    assert from_secret(secret(**data)) == found


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"data": None},
        {"data": {"aws_access_key_id": "not base64: hunter2"}},
        {"data": {"aws_access_key_id": 7}},
        secret(aws_access_key_id="hunter2"),
        secret(credentials="hunter2 = outside of any section"),
        secret(credentials="[default]\nhunter2"),
        secret(credentials="[other]\naws_access_key_id = hunter2\naws_secret_access_key = hunter2\n"),
    ],
)
def test_an_unusable_secret_is_named_without_what_is_in_it(given: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match="Secret openshift-machine-api/aws-cloud-credentials") as caught:
        from_secret(given)
    error: BaseException | None = caught.value
    while error is not None:
        assert "hunter2" not in str(error)
        error = error.__cause__


def test_no_credential_can_be_printed() -> None:
    hidden = Options(
        profile="p", access_key="hunter2", secret_key="hunter2", session_token="hunter2", external_id="hunter2"
    )
    assert "hunter2" not in repr([hidden, Keys("hunter2", "hunter2", "hunter2")])
    assert "profile='p'" in repr(hidden)


def test_options_come_from_the_module_s_dictionary() -> None:
    assert Options.of(None) == Options()
    assert Options.of({"profile": "", "access_key": None, "cluster_credentials": True}) == Options()
    assert Options.of({"profile": "p", "validate_certs": False}) == Options(profile="p", validate_certs=False)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (Options(access_key="a"), "belong together"),
        (Options(secret_key="s"), "belong together"),
        (Options(session_token="t"), "aws.session_token needs"),
        (Options(profile="p", access_key="a", secret_key="s"), "exclude each other"),
        (Options(external_id="x"), "aws.external_id needs"),
        (Options(aws_ca_bundle="/nowhere"), "/nowhere does not exist"),
    ],
)
def test_options_that_contradict_each_other(options: Options, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        Client(options)
