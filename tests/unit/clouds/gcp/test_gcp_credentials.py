# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose tokens reach Compute Engine: the options', the environment's, a person's, a virtual machine's, the cluster's; and that none can be seen."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.clouds.gcp import GCP
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.gcp_client import Compute
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.gcp_options import Given, Options, from_secret
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import CloudUnauthorized, InvalidInput
from sandbox.gce import Account, Gce

RHCOS = "projects/rhcos-cloud/global/images/rhcos-9-6-20250701-0-gcp-x86-64"
READ_ONLY = "https://www.googleapis.com/auth/compute.readonly"
CLOUDS = "ansible_collections.okd.boot_images.plugins.module_utils.clouds"
PERSON = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "1//person"}
Make = Callable[..., Options]


def secret(**data: Any) -> dict[str, Any]:
    texts = {key.replace("_json", ".json"): json.dumps(value) for key, value in data.items()}
    return {"data": {key: base64.b64encode(text.encode()).decode() for key, text in texts.items()}}


def asker(gce: Gce, options: Options, given: Given | None = None) -> str:
    """Who Compute Engine was asked by."""
    told = GCP(Compute(options, given, timeout=(2.0, 5.0))).images("us-east1", [RHCOS])[RHCOS]
    assert getattr(told, "exists", False), told
    return gce.calls("images.get")[-1].who


def scopes(gce: Gce) -> set[frozenset[str]]:
    return {each.scopes for each in list(gce.principals.tokens.values())[-1:]}


def test_a_service_account_s_file(gce: Gce, options: Make, account: Account, tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    file.write_text(json.dumps(account.info()))
    assert asker(gce, options(service_account_file=str(file))) == account.email
    assert next((each.api, each.subject) for each in gce.calls()) == ("token", "jwt-bearer")
    assert scopes(gce) == {frozenset({READ_ONLY})}


@pytest.mark.parametrize("form", [json.dumps, dict])
def test_a_service_account_s_contents(gce: Gce, options: Make, account: Account, form: Callable[..., Any]) -> None:
    """Ansible decodes what looks like JSON before a module sees it."""
    assert asker(gce, options(service_account_contents=form(account.info()))) == account.email


def test_the_environment_s_file_as_awx_sets_it(
    gce: Gce, options: Make, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "key.json"
    file.write_text(json.dumps(account.info()))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    assert asker(gce, options(auth_kind="application")) == account.email
    assert scopes(gce) == {frozenset({READ_ONLY})}


def test_a_person_who_logged_in_with_gcloud(gce: Gce, options: Make, tmp_path: Path) -> None:
    """google-auth takes no token endpoint from such a file: only the option can lead it elsewhere."""
    gce.principals.refresh_tokens["1//person"] = "ann@example.org"
    folder = tmp_path / "gcloud"
    folder.mkdir()
    (folder / "application_default_credentials.json").write_text(json.dumps(PERSON))
    assert asker(gce, options(auth_kind="application", token_url=gce.token_url)) == "ann@example.org"
    assert gce.calls("token")[0].subject == "refresh_token"


def test_an_access_token(gce: Gce, options: Make) -> None:
    token = gce.principals.issue("bob@example.org", READ_ONLY)
    assert asker(gce, options(access_token=token)) == "bob@example.org"
    assert gce.calls("token") == []


def test_impersonation(gce: Gce, options: Make, account: Account, reader: Account) -> None:
    account.rights.add(("iam.serviceAccounts.getAccessToken", reader.email))
    made = options(impersonate_service_account=reader.email, iam_endpoint_url=gce.url)
    assert asker(gce, made) == reader.email
    assert [each.api for each in gce.calls()] == ["token", "generateAccessToken", "images.get"]
    assert scopes(gce) == {frozenset({READ_ONLY})}


def test_impersonation_through_a_delegate(gce: Gce, options: Make, account: Account, reader: Account) -> None:
    between = gce.add_account("between", ("iam.serviceAccounts.getAccessToken", reader.email))
    account.rights.add(("iam.serviceAccounts.getAccessToken", between.email))
    made = options(
        impersonate_service_account=reader.email,
        impersonation_delegates=(f"projects/-/serviceAccounts/{between.email}",),
        iam_endpoint_url=gce.url,
    )
    assert asker(gce, made) == reader.email


def test_the_cluster_s_key_goes_before_all_others(gce: Gce, options: Make, reader: Account) -> None:
    given = from_secret(secret(service_account_json=reader.info()))
    assert asker(gce, options(), given) == reader.email


def test_the_cluster_s_workload_identity_where_its_token_can_be_read(
    gce: Gce, options: Make, reader: Account, tmp_path: Path
) -> None:
    """As in a pod of the cluster, or with a token asked for with kubectl create token."""
    file = tmp_path / "token"
    file.write_text("pod-token")
    gce.principals.subject_tokens["pod-token"] = "principal://infra"
    gce.principals.rights["principal://infra"] = {("iam.serviceAccounts.getAccessToken", reader.email)}
    given = from_secret(secret(service_account_json=gce.federation(reader, str(file))))
    assert asker(gce, options(auth_kind="application"), given) == reader.email
    assert [each.api for each in gce.calls()] == ["sts", "generateAccessToken", "images.get"]


def test_the_cluster_s_workload_identity_cannot_be_used_elsewhere(gce: Gce, options: Make, reader: Account) -> None:
    file = "/var/run/secrets/openshift/serviceaccount/none"
    given = from_secret(secret(service_account_json=gce.federation(reader, file)))
    with pytest.raises(
        CloudUnauthorized,
        match=rf"has no key in it: .* become {reader.email} with the token in {file}, which cannot be read",
    ):
        asker(gce, options(auth_kind="application"), given)
    assert gce.calls() == []


@pytest.mark.parametrize(
    ("held", "complaint"),
    [
        ({"data": {}}, r"Secret openshift-machine-api/gcp-cloud-credentials holds nothing, but no service_account.json"),
        ({"data": {"other": "eA=="}}, r"holds other, but no service_account.json"),
        ({"data": {"service_account.json": "{"}}, "is no base64 text"),
        ({"data": {"service_account.json": base64.b64encode(b"S3CRET").decode()}}, "is no JSON"),
        ({"data": {"service_account.json": base64.b64encode(b"[1]").decode()}}, "is no JSON object"),
        (secret(service_account_json={"type": "authorized_user"}), "is of type 'authorized_user'"),
        (
            secret(service_account_json={"type": "external_account", "credential_source": {"executable": {"command": "/bin/S3CRET"}}}),
            "neither a service account's key nor a workload identity that reads its token from a file",
        ),
    ],
)  # fmt: skip
def test_a_secret_that_holds_no_credentials(held: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint) as told:
        from_secret(held)
    assert "S3CRET" not in str(told.value)


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, because google-auth reads where the metadata server is when it is imported."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GOOGLE_", "GCE_", "CLOUDSDK_"))}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env={**kept, **environment}, capture_output=True, text=True, timeout=60, check=False)


ASK = f"""
from {CLOUDS}.gcp import GCP
from {CLOUDS}.gcp_client import Compute
from {CLOUDS}.gcp_options import Options
try:
    print(GCP(Compute(Options.of(OPTIONS))).images("us-east1", ["{RHCOS}"])["{RHCOS}"])
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("kind", ["application", "machineaccount"])
def test_a_virtual_machine_s_own_account(gce: Gce, tmp_path: Path, kind: str) -> None:
    code = ASK.replace("OPTIONS", repr({"auth_kind": kind, "endpoint_url": gce.url}))
    told = run(code, GCE_METADATA_HOST=gce.host, GCE_METADATA_IP=gce.host, CLOUDSDK_CONFIG=str(tmp_path))
    assert "exists=True" in told.stdout, told.stdout + told.stderr
    assert gce.calls("images.get")[-1].who == "machines@infra-7xq4k.iam.gserviceaccount.com"
    asked = [each.parameters.get("scopes") for each in gce.calls("metadata") if each.subject.endswith("/token")]
    assert asked == [READ_ONLY]


def test_no_credentials_at_all(gce: Gce, tmp_path: Path) -> None:
    code = ASK.replace("OPTIONS", repr({"endpoint_url": gce.url}))
    told = run(code, NO_GCE_CHECK="true", CLOUDSDK_CONFIG=str(tmp_path))
    assert told.stdout.startswith("CloudUnauthorized No usable Google credentials: Your default credentials were not")
    assert "AWX: a credential of type Google Compute Engine" in told.stdout
    assert gce.calls() == []


def test_nobody_but_the_endpoints_is_asked(gce: Gce, options: Make, account: Account, monkeypatch) -> None:
    """google-auth would ask iamcredentials.googleapis.com in the background; every way out leads over the proxy."""
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(0.01)
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        assert asker(gce, options()) == account.email
        time.sleep(0.5)
        with pytest.raises(TimeoutError):
            proxy.accept()


def test_a_universe_has_its_own_host() -> None:
    compute = Compute(Options(access_token="t", universe_domain="example-universe.goog"))
    compute.open()
    assert compute._root == "https://compute.example-universe.goog"
    compute = Compute(Options(access_token="t"))
    compute.open()
    assert compute._root == "https://compute.googleapis.com"


def test_a_key_s_own_universe_counts(account: Account) -> None:
    compute = Compute(Options(service_account_contents=account.info(universe_domain="example-universe.goog")))
    compute.open()
    assert compute._root == "https://compute.example-universe.goog"


def test_nothing_can_be_printed(account: Account) -> None:
    info = account.info()
    shown = repr(Options(service_account_contents=info, access_token="ya29.S3CRET")) + repr(Given(info))
    assert "S3CRET" not in shown and "PRIVATE KEY" not in shown


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"auth_kind": "password"}, "gcp.auth_kind: 'password' is none of application, serviceaccount"),
        ({"auth_kind": "serviceaccount"}, "gcp.auth_kind serviceaccount needs gcp.service_account_file"),
        ({"auth_kind": "application", "service_account_file": "x"}, "gcp.auth_kind application does not go with"),
        ({"auth_kind": "accesstoken"}, "gcp.auth_kind accesstoken needs gcp.access_token"),
        ({"auth_kind": "machineaccount", "access_token": "t"}, "machineaccount does not go with gcp.access_token"),
        ({"service_account_file": "x", "service_account_contents": "{}"}, "exclude each other"),
        ({"access_token": "t", "service_account_file": "x"}, "exclude each other"),
        ({"access_token": "S3CRET\n"}, "gcp.access_token holds a space"),
        ({"impersonation_delegates": ["x"]}, "gcp.impersonation_delegates needs"),
    ],
)
def test_options_that_contradict_each_other(given: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint) as told:
        Compute(Options.of(given))
    assert "S3CRET" not in str(told.value)


def test_options_from_a_module() -> None:
    given = {
        "auth_kind": None,
        "service_account_file": "",
        "scopes": [],
        "access_token": "t",
        "cluster_credentials": False,
    }
    assert Options.of(given) == Options(access_token="t") and Options.of(None) == Options()
    assert Options.of({"scopes": ["a"]}).scopes == ("a",)


@pytest.mark.parametrize(
    ("contents", "complaint"),
    [
        ("S3CRET", "gcp.service_account_contents is no JSON"),
        ({"type": "authorized_user"}, "holds credentials of type 'authorized_user'"),
        ({"type": "service_account", "private_key": "S3CRET"}, "missing fields"),
        ({"type": "service_account", "client_email": "a", "token_uri": "b", "private_key": "S3CRET"}, "private_key cannot be read"),
        ({"type": "service_account", "client_email": "a", "token_uri": "b", "private_key": None}, "private_key cannot be read"),
        ({"type": "service_account", "client_email": "a", "token_uri": "b"}, "no usable service account's key"),
    ],
)  # fmt: skip
def test_a_key_that_is_none(gce: Gce, options: Make, contents: Any, complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint) as told:
        asker(gce, options(service_account_contents=contents))
    assert "S3CRET" not in str(told.value)
    assert told.value.__cause__ is None


def test_a_key_s_file_that_is_not_there(gce: Gce, options: Make) -> None:
    with pytest.raises(
        InvalidInput, match=r"gcp.service_account_file: /none/key.json cannot be read: FileNotFoundError"
    ):
        asker(gce, options(service_account_file="/none/key.json"))


def test_the_environment_s_file_that_is_not_there(gce: Gce, options: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/none/key.json")
    with pytest.raises(CloudUnauthorized, match=r"No usable Google credentials: File /none/key.json was not found\."):
        asker(gce, options(auth_kind="application"))
