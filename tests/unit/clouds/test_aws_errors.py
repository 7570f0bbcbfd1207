# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that goes wrong between here and EC2 ends in an error of ours that says what to do."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.clouds.aws import AWS
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.aws_client import Ec2 as Client
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.aws_credentials import Options
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import (
    CloudFailed,
    CloudForbidden,
    CloudUnauthorized,
    InvalidInput,
    MissingLibrary,
    RegionUnavailable,
)
from sandbox.ec2 import Ec2

AMI = "ami-0000000000000002b"
PLUGINS = "ansible_collections.okd.boot_images.plugins.module_utils.clouds"


def test_throttling_is_waited_out(cloud: AWS, ec2: Ec2) -> None:
    ec2.faults.throttle["DescribeImages"] = 2
    assert cloud.images("us-east-1", [AMI])[AMI].exists
    assert [each.outcome for each in ec2.calls()] == ["RequestLimitExceeded", "RequestLimitExceeded", "ok"]


def test_throttling_without_end_is_an_error(ec2: Ec2) -> None:
    ec2.faults.throttle["DescribeImages"] = 99
    with pytest.raises(
        CloudFailed,
        match=r"ec2:DescribeImages in us-east-1: AWS held the account's requests back 2 times .* Run again later",
    ):
        AWS(Client(attempts=2)).images("us-east-1", [AMI])
    assert len(ec2.calls()) == 2


def test_expired_credentials(cloud: AWS, ec2: Ec2) -> None:
    ec2.faults.expired = True
    with pytest.raises(
        CloudUnauthorized, match=r"have expired, or the clock here is wrong \(RequestExpired\). Renew them"
    ):
        cloud.images("us-east-1", [AMI])


def test_unknown_keys(cloud: AWS, ec2: Ec2) -> None:
    ec2.faults.accepted_keys = frozenset({"AKIAOTHER"})
    with pytest.raises(CloudUnauthorized, match="AWS does not accept the credentials"):
        cloud.images("us-east-1", [AMI])


def test_no_credentials_at_all(ec2: Ec2, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(CloudUnauthorized, match=r"No AWS credentials were found\. Set AWS_ACCESS_KEY_ID"):
        AWS(Client()).images("us-east-1", [AMI])
    assert ec2.calls() == []


def test_half_of_the_credentials(ec2: Ec2, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(CloudUnauthorized, match="Partial credentials found in env"):
        AWS(Client()).images("us-east-1", [AMI])


def test_a_missing_right_is_named_without_aws_s_encoded_blob(cloud: AWS, ec2: Ec2) -> None:
    ec2.faults.denied = frozenset({"ec2:DescribeImages"})
    with pytest.raises(
        CloudForbidden, match=r"may not ec2:DescribeImages in us-east-1\. Allow ec2:DescribeImages"
    ) as caught:
        cloud.images("us-east-1", [AMI])
    assert "5ecre7blob" not in str(caught.value)


def test_a_region_that_is_not_enabled(cloud: AWS, ec2: Ec2) -> None:
    ec2.faults.disabled_regions = frozenset({"ap-east-1"})
    with pytest.raises(CloudUnauthorized, match="or the region is not enabled"):
        cloud.images("ap-east-1", [AMI])
    ec2.faults.opt_in_regions = frozenset({"me-south-1"})
    with pytest.raises(RegionUnavailable, match="Enable the region for the account"):
        cloud.images("me-south-1", [AMI])


@pytest.mark.parametrize("region", ["eu-central", "x", "", "us east 1", "xx-foo-9"])
def test_a_region_that_is_none(cloud: AWS, ec2: Ec2, region: str) -> None:
    with pytest.raises(RegionUnavailable, match="is no AWS region"):
        cloud.images(region, [AMI])
    assert ec2.calls() == []


def test_nobody_answers(ec2: Ec2) -> None:
    with pytest.raises(
        CloudFailed,
        match=r'Could not connect to the endpoint URL: "http://127.0.0.1:9/"[.] Check that the region exists',
    ):
        AWS(Client(Options(endpoint_url="http://127.0.0.1:9"), attempts=1)).images("us-east-1", [AMI])


def test_an_unknown_profile(ec2: Ec2) -> None:
    with pytest.raises(InvalidInput, match=r"profile \(nobody\) could not be found"):
        AWS(Client(Options(profile="nobody"))).images("us-east-1", [AMI])


@pytest.mark.parametrize(
    ("variable", "value", "why"),
    [
        ("AWS_ENDPOINT_URL_EC2", "nonsense", "Invalid endpoint: nonsense"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token", "No such file or directory: '/nowhere/token'"),
        ("AWS_CA_BUNDLE", "/nowhere/ca.pem", "or the file of CAs cannot be read: check aws.aws_ca_bundle"),
    ],
)
def test_settings_that_boto3_cannot_use(
    ec2: Ec2, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, why: str
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID" if "TOKEN" in variable else "AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/x")
    monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", ec2.url.replace("http:", "https:"))
    monkeypatch.setenv(variable, value)
    with pytest.raises((InvalidInput, CloudFailed), match=re.escape(why)):
        AWS(Client(attempts=1)).images("us-east-1", [AMI])


def test_a_boto3_that_is_too_old(cloud: AWS) -> None:
    """An argument that this botocore does not know is what a newer one's looks like to an older."""
    with pytest.raises(MissingLibrary, match="boto3 is too old"):
        cloud.ec2.write("us-east-1", "DeregisterImage", ImageId=AMI, FromTheFuture=True)


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], env=os.environ, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_without_boto3_the_error_says_what_to_install() -> None:
    code = f"""
import sys
sys.modules["botocore"] = sys.modules["boto3"] = None
from {PLUGINS} import aws, aws_client
try:
    aws.AWS(aws_client.Ec2()).images("us-east-1", ["{AMI}"])
except Exception as error:
    print(type(error).__name__, error)
"""
    assert python(code).startswith("MissingLibrary boto3 is not installed where the module runs")


def test_boto3_is_not_imported_before_it_is_asked_for() -> None:
    code = f"""
import sys
from {PLUGINS} import aws, aws_client, aws_copies, aws_credentials, base
aws_copies.Copies(aws.AWS(aws_client.Ec2()), "infra")
print([name for name in sys.modules if name.split(".")[0] in ("boto3", "botocore", "google")])
"""
    assert python(code) == "[]"
