# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that goes wrong between here and Google ends in an error of ours that says what to do."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from time import time

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.clouds.base import look_up
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.gcp import GCP
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.gcp_client import ATTEMPTS, Compute
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.gcp_options import Options
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import (
    BootImageError,
    CloudFailed,
    CloudForbidden,
    CloudUnauthorized,
    MissingLibrary,
)
from sandbox.gce import Account, Gce, Throttled

RHCOS = "projects/rhcos-cloud/global/images/rhcos-9-6-20250701-0-gcp-x86-64"
CLOUDS = "ansible_collections.okd.boot_images.plugins.module_utils.clouds"
Make = Callable[..., Options]


def error(cloud: GCP, image: str = RHCOS) -> BootImageError:
    told = cloud.images("us-east1", [image])[image]
    assert isinstance(told, BootImageError), told
    return told


def refused(cloud: GCP, kind: type[BootImageError], *parts: str, image: str = RHCOS) -> None:
    """One image's refusal, with these in its message."""
    told = error(cloud, image)
    assert told.__class__ is kind
    assert [each for each in parts if each not in str(told)] == [], str(told)


# The rights of docs/guides/gcp.md, one by one.


NEEDED = {
    "compute.images.get": "projects/infra-7xq4k/global/images/golden",
    "compute.images.getFromFamily": "projects/infra-7xq4k/global/images/family/gold",
}


@pytest.mark.parametrize("right", list(NEEDED))
def test_without_a_right_of_the_role(cloud: GCP, account: Account, right: str) -> None:
    account.rights.remove((right, "infra-7xq4k"))
    refused(
        cloud,
        CloudForbidden,
        f"may not {right} in project infra-7xq4k. Grant them {right} there, e.g. with roles/compute.imageUser.",
        image=NEEDED[right],
    )


def test_the_role_holds_what_is_needed_and_no_more(cloud: GCP, account: Account) -> None:
    assert {right for right, _where in account.rights} == set(NEEDED)
    told = cloud.images("us-east1", list(NEEDED.values()))
    assert all(getattr(each, "exists", False) for each in told.values()), told


def test_without_the_right_to_impersonate(gce: Gce, options: Make, reader: Account) -> None:
    cloud = GCP(Compute(options(impersonate_service_account=reader.email, iam_endpoint_url=gce.url)))
    with pytest.raises(
        CloudForbidden,
        match=r"may not iam.serviceAccounts.getAccessToken, .* Grant them roles/iam.serviceAccountTokenCreator on it",
    ):
        cloud.images("us-east1", [RHCOS])


def test_without_the_right_to_bill_the_quota_project(cloud: GCP, gce: Gce) -> None:
    gce.faults.quota_project_denied = True
    refused(cloud, CloudForbidden, "Grant serviceusage.services.use there", "GOOGLE_CLOUD_QUOTA_PROJECT", "billing-1")


# Other ways to be refused.


def test_the_api_is_off_in_the_caller_s_project(cloud: GCP, gce: Gce) -> None:
    gce.faults.api_disabled = True
    refused(
        cloud, CloudForbidden, "the Compute Engine API is off in the project of the credentials", "project=123456789012"
    )
    assert len(gce.calls("images.get")) == 1


def test_the_iam_api_is_off(gce: Gce, options: Make, reader: Account) -> None:
    gce.faults.iam_api_disabled = True
    cloud = GCP(Compute(options(impersonate_service_account=reader.email, iam_endpoint_url=gce.url)))
    with pytest.raises(CloudForbidden, match=r"API is off in the project .* enable iamcredentials.googleapis.com"):
        cloud.images("us-east1", [RHCOS])


def test_a_token_without_the_scope(gce: Gce, options: Make) -> None:
    token = gce.principals.issue("bob@example.org", "https://www.googleapis.com/auth/devstorage.read_only")
    refused(GCP(Compute(options(access_token=token))), CloudForbidden, "lacks a scope", "auth/compute.readonly")


def test_a_perimeter(cloud: GCP, gce: Gce) -> None:
    gce.faults.perimeter = frozenset({"rhcos-cloud"})
    refused(cloud, CloudForbidden, "VPC Service Controls perimeter", "allow rhcos-cloud in its egress rules")


# Tokens.


def test_a_token_that_google_has_forgotten_is_renewed(cloud: GCP, gce: Gce) -> None:
    gce.faults.refused_tokens = 1
    assert cloud.images("us-east1", [RHCOS])[RHCOS].exists  # type: ignore[union-attr]
    assert [each.api for each in gce.calls()] == ["token", "images.get", "token", "images.get"]


def test_tokens_that_google_never_accepts(cloud: GCP, gce: Gce) -> None:
    gce.faults.refused_tokens = 99
    refused(cloud, CloudUnauthorized, "Google does not accept the credentials", "renew them")
    assert len(gce.calls("images.get")) == 3


def test_an_access_token_that_has_expired(gce: Gce, options: Make) -> None:
    refused(GCP(Compute(options(access_token="ya29.S3CRET"))), CloudUnauthorized, "gcp.access_token: it has expired")


def test_a_clock_that_is_wrong(cloud: GCP, gce: Gce) -> None:
    gce.faults.clock = 7200
    with pytest.raises(
        CloudUnauthorized, match=r"the clock where the module runs is wrong: .* in a reasonable timeframe"
    ):
        cloud.images("us-east1", [RHCOS])


def test_a_key_that_was_deleted(cloud: GCP, account: Account) -> None:
    account.key_deleted = True
    with pytest.raises(CloudUnauthorized, match=r"key was deleted, or has expired .*Make a new one"):
        cloud.images("us-east1", [RHCOS])


def test_a_failure_is_not_had_once_for_each_region(cloud: GCP, gce: Gce, account: Account) -> None:
    account.key_deleted = True
    told = look_up(cloud, {f"region-{index}": [RHCOS] for index in range(10)})
    assert len(told.failures) == 10 and not told.facts
    assert len(gce.calls("token")) == 1


def test_an_account_that_was_deleted(cloud: GCP, account: Account) -> None:
    account.deleted = True
    with pytest.raises(CloudUnauthorized, match="the service account does not exist any more"):
        cloud.images("us-east1", [RHCOS])


def test_a_person_s_login_that_was_revoked(
    gce: Gce, options: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = {"type": "authorized_user", "client_id": "c", "client_secret": "S3CRET", "refresh_token": "1//S3CRET"}
    file = tmp_path / "person.json"
    file.write_text(json.dumps(person))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    cloud = GCP(Compute(options(auth_kind="application", token_url=gce.token_url)))
    with pytest.raises(
        CloudUnauthorized, match=r"expired or were revoked .* gcloud auth application-default login"
    ) as told:
        cloud.images("us-east1", [RHCOS])
    assert "S3CRET" not in str(told.value)


def test_a_token_endpoint_that_fails_for_a_while(cloud: GCP, gce: Gce) -> None:
    gce.faults.unavailable_tokens = 1
    assert cloud.images("us-east1", [RHCOS])[RHCOS].exists  # type: ignore[union-attr]
    assert [each.status for each in gce.calls("token")] == [503, 200]


def test_a_token_endpoint_that_keeps_failing(cloud: GCP, gce: Gce) -> None:
    gce.faults.unavailable_tokens = 99
    with pytest.raises(CloudFailed, match=r"its token endpoint failed time and again .* Run again later"):
        cloud.images("us-east1", [RHCOS])


def test_a_token_endpoint_that_cannot_be_reached(options: Make) -> None:
    cloud = GCP(Compute(options(token_url="http://127.0.0.1:9/token")))
    with pytest.raises(CloudFailed, match=r"its token endpoint cannot be reached: .* \(gcp.token_url"):
        cloud.images("us-east1", [RHCOS])


# What passes.


@pytest.mark.parametrize(
    "told",
    [
        Throttled(429),
        Throttled(403),
        Throttled(403, reason="userRateLimitExceeded"),
        Throttled(500, reason="backendError"),
        Throttled(503),
        Throttled(504),
    ],
)
def test_a_request_is_repeated(cloud: GCP, gce: Gce, slept: list[float], told: Throttled) -> None:
    gce.faults.throttle = [told, told]
    assert cloud.images("us-east1", [RHCOS])[RHCOS].exists  # type: ignore[union-attr]
    assert [each.status for each in gce.calls("images.get")] == [told.status, told.status, 200]
    assert len(slept) == 2 and 0.75 <= slept[0] <= 1.25 and 1.5 <= slept[1] <= 2.5


def test_google_says_how_long_to_wait(cloud: GCP, gce: Gce, slept: list[float]) -> None:
    gce.faults.throttle = [
        Throttled(429, "7"),
        Throttled(503, formatdate(time() + 20, usegmt=True)),
        Throttled(429, "soon"),
    ]
    assert cloud.images("us-east1", [RHCOS])[RHCOS].exists  # type: ignore[union-attr]
    assert slept[0] == 7.0 and 15 < slept[1] <= 20 and slept[2] <= 5.0


def test_a_wait_that_is_too_long_is_not_begun(cloud: GCP, gce: Gce, slept: list[float]) -> None:
    gce.faults.throttle = [Throttled(429, "3600")]
    refused(cloud, CloudFailed, "It asks to wait for 3600 seconds")
    assert slept == [] and len(gce.calls("images.get")) == 1


@pytest.mark.parametrize("status", [429, 403])
def test_being_held_back_without_end(cloud: GCP, gce: Gce, slept: list[float], status: int) -> None:
    gce.faults.throttle = [Throttled(status)] * 99
    refused(cloud, CloudFailed, "Google held the requests back time and again", "Run again later")
    assert (len(gce.calls("images.get")), len(slept)) == (ATTEMPTS, ATTEMPTS - 1)


def test_a_server_that_keeps_failing(cloud: GCP, gce: Gce) -> None:
    gce.faults.throttle = [Throttled(503)] * 99
    refused(cloud, CloudFailed, "Google answered 503 time and again")


def test_a_connection_that_breaks(cloud: GCP, gce: Gce) -> None:
    gce.faults.cut = 2
    assert cloud.images("us-east1", [RHCOS])[RHCOS].exists  # type: ignore[union-attr]


def test_a_server_that_does_not_answer_in_time(gce: Gce, options: Make, slept: list[float]) -> None:
    gce.faults.slow = threading.Event()
    try:
        cloud = GCP(Compute(options(), sleep=slept.append, timeout=(1.0, 0.2)))
        refused(cloud, CloudFailed, "cannot be reached: ReadTimeout. Check the network")
        assert len(slept) == ATTEMPTS - 1
    finally:
        gce.faults.slow.set()


# Whoever else answers.


@pytest.mark.parametrize("garbage", [b"<html>Sign in</html>", b"[]", b"{}", b'{"name": 1}', b"\xff\xfe"])
def test_an_answer_that_is_no_image(cloud: GCP, gce: Gce, garbage: bytes) -> None:
    gce.faults.garbage = garbage
    refused(cloud, CloudFailed, "hardly Google that gave it", "gcp.endpoint_url")


def test_an_image_of_which_nothing_is_told(cloud: GCP, gce: Gce) -> None:
    gce.faults.garbage = b'{"name": "x", "deprecated": [1], "status": 7, "sourceImage": {}}'
    told = cloud.images("us-east1", [RHCOS])[RHCOS]
    assert (told.exists, told.state, told.architecture, told.source) == (True, None, None, None)  # type: ignore[union-attr]


def test_another_server_at_the_endpoint(gce: Gce, options: Make) -> None:
    refused(GCP(Compute(options(endpoint_url=gce.url + "/elsewhere"))), CloudFailed, "answer 404", "hardly Google's")


def test_an_endpoint_that_cannot_be_reached(options: Make, slept: list[float]) -> None:
    cloud = GCP(Compute(options(endpoint_url="http://127.0.0.1:9"), sleep=slept.append))
    refused(cloud, CloudFailed, "http://127.0.0.1:9 cannot be reached: ConnectionError")


def test_a_proxy_that_does_not_answer(options: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    refused(
        GCP(Compute(options(endpoint_url="https://compute.example.org"))), CloudFailed, "Check HTTPS_PROXY and NO_PROXY"
    )


# The libraries.


@pytest.mark.parametrize("name", ["google.auth.exceptions", "google.auth.transport.requests", "requests"])
def test_without_a_library(cloud: GCP, gce: Gce, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingLibrary, match=r"Install google-auth>=\S+ and requests, or leave out verify_images"):
        cloud.images("us-east1", [RHCOS])


def test_nothing_is_imported_before_it_is_needed() -> None:
    code = f"""
import sys
from {CLOUDS}.gcp import GCP
from {CLOUDS}.gcp_client import Compute
from {CLOUDS}.gcp_options import Options, from_secret
GCP(Compute(Options(access_token="t"))).images("us-east1", [])
print(sorted(each for each in sys.modules if each.split(".")[0] in ("google", "requests", "urllib3", "cryptography")))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout.strip() == "[]"
