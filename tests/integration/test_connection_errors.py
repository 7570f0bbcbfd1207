# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user is told who cannot reach the cluster or may not do what he wants; and that nothing is written then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from integration.support import modules
from integration.support.clusters import Cluster
from integration.support.modules import environment

Clusters = Callable[..., Cluster]
ALL = {"mode": "All"}


@pytest.fixture
def gcp(cluster: Clusters) -> Cluster:
    return cluster("gcp")


@pytest.fixture
def access(gcp: Cluster) -> dict[str, str]:
    """Host, token and CA of the admin, as options."""
    config = yaml.safe_load(gcp.sandbox.kubeconfig().read_text())
    authority = str(gcp.sandbox.folder / "ca.crt")
    token = config["users"][0]["user"]["token"]
    return {"host": config["clusters"][0]["cluster"]["server"], "api_key": token, "ca_cert": authority}


def another_authority(folder: Path) -> Path:
    """The certificate of a CA that has signed nothing here."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody else's CA")])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    certificate = builder.add_extension(constraints, critical=True).sign(key, hashes.SHA256())
    path = folder / "another-ca.crt"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_without_any_kubeconfig(tmp_path: Path) -> None:
    answer = modules.run("managed_boot_images", ALL, environment(HOME=str(tmp_path)))
    assert (answer.failed, answer.result["reason"]) == (True, "connection_failed")
    assert "~/.kube/config does not exist" in answer.message
    assert "Give kubeconfig (or K8S_AUTH_KUBECONFIG), or host together with api_key" in answer.message


def test_a_kubeconfig_that_does_not_exist(tmp_path: Path) -> None:
    answer = modules.run("bootimage_status", {"kubeconfig": str(tmp_path / "typo")})
    assert (answer.failed, answer.result["reason"]) == (True, "connection_failed")
    assert f"{tmp_path}/typo does not exist" in answer.message


def test_a_context_that_does_not_exist(gcp: Cluster) -> None:
    with gcp.untouched():
        answer = gcp.module("managed_boot_images", context="typo", **ALL)
    assert (answer.failed, answer.result["reason"]) == (True, "invalid_input")
    assert "typo" in answer.message


def test_an_api_server_that_cannot_be_reached() -> None:
    host = "https://api.nowhere.invalid:6443"
    answer = modules.run("managed_boot_images", {"host": host, "api_key": "any", **ALL})
    assert (answer.failed, answer.result["reason"]) == (True, "connection_failed")
    assert f"The API server {host} cannot be reached" in answer.message
    assert "Check the address, the network and the proxy" in answer.message


def test_a_ca_that_did_not_sign_the_server(gcp: Cluster, access: dict[str, str], tmp_path: Path) -> None:
    with gcp.untouched():
        options = {**access, "ca_cert": str(another_authority(tmp_path))}
        answer = modules.run("managed_boot_images", {**options, **ALL})
    assert (answer.failed, answer.result["reason"]) == (True, "certificate_refused")
    assert "not signed by the CA in use. Give the right ca_cert" in answer.message
    assert access["host"] in answer.message


def test_a_ca_file_that_does_not_exist(access: dict[str, str]) -> None:
    answer = modules.run("bootimage_status", {**access, "ca_cert": "/nonexistent/ca.crt"})
    assert (answer.failed, answer.result["reason"]) == (True, "invalid_input")
    assert "ca_cert: /nonexistent/ca.crt cannot be read" in answer.message


def test_a_token_that_the_server_does_not_know(gcp: Cluster, access: dict[str, str]) -> None:
    with gcp.untouched():
        answer = modules.run("managed_boot_images", {**access, "api_key": "expired-token", **ALL})
    assert (answer.failed, answer.result["reason"]) == (True, "unauthorized")
    assert "does not accept these credentials (401)" in answer.message
    assert "Log in anew" in answer.message
    assert "expired-token" not in str(answer.result)


def test_a_host_without_credentials_gets_nobody_elses(access: dict[str, str], gcp: Cluster) -> None:
    """Even with a kubeconfig at hand whose token would open the door."""
    kubeconfig = str(gcp.sandbox.kubeconfig())
    options = {"host": access["host"], "ca_cert": access["ca_cert"], "kubeconfig": kubeconfig}
    with gcp.untouched(), gcp.requests() as requests:
        answer = modules.run("managed_boot_images", {**options, **ALL}, environment(KUBECONFIG=kubeconfig))
    assert (answer.failed, answer.result["reason"]) == (True, "invalid_input")
    assert f"host {access['host']} is given without credentials. Give api_key" in answer.message
    assert requests == []


def test_a_token_without_its_host(access: dict[str, str], gcp: Cluster) -> None:
    with gcp.untouched():
        answer = gcp.module("managed_boot_images", api_key=access["api_key"], **ALL)
    assert (answer.failed, answer.result["reason"]) == (True, "invalid_input")
    assert "api_key is given without host. Give both" in answer.message
    assert access["api_key"] not in str(answer.result)


def test_awx_with_a_verified_certificate(gcp: Cluster, access: dict[str, str]) -> None:
    """The variables that its credential "OpenShift or Kubernetes API Bearer Token" injects."""
    variables = {
        "K8S_AUTH_HOST": access["host"],
        "K8S_AUTH_API_KEY": access["api_key"],
        "K8S_AUTH_VERIFY_SSL": "True",
        "K8S_AUTH_SSL_CA_CERT": access["ca_cert"],
    }
    answer = modules.run("bootimage_status", {}, environment(**variables))
    assert not answer.failed, answer.message
    assert set(gcp.names) <= set(answer.sets())
    assert "warnings" not in answer.result


def test_awx_without_verification_works_and_warns(gcp: Cluster, access: dict[str, str]) -> None:
    variables = {
        "K8S_AUTH_HOST": access["host"],
        "K8S_AUTH_API_KEY": access["api_key"],
        "K8S_AUTH_VERIFY_SSL": "False",
    }
    answer = modules.run("bootimage_status", {}, environment(**variables))
    assert not answer.failed, answer.message
    assert set(gcp.names) <= set(answer.sets())
    assert "TLS certificates are not validated" in answer.warnings


def test_without_verification_turned_off_the_same_server_is_refused(access: dict[str, str]) -> None:
    """The counterpart: it was the option that let the call above through."""
    answer = modules.run("bootimage_status", {"host": access["host"], "api_key": access["api_key"]})
    assert (answer.failed, answer.result["reason"]) == (True, "certificate_refused")


def test_a_kubeconfig_as_a_dictionary(gcp: Cluster) -> None:
    config = yaml.safe_load(gcp.sandbox.kubeconfig().read_text())
    answer = modules.run("bootimage_status", {"kubeconfig": config})
    assert not answer.failed, answer.message
    assert set(gcp.names) <= set(answer.sets())
    assert config["users"][0]["user"]["token"] not in str(answer.result)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("bootimage_status", {}),
        ("managed_boot_images", ALL),
        ("machineset_boot_image", {}),
        ("cluster_upgrade", {"version": "4.18.0"}),
    ],
)
def test_a_user_without_rights_is_told_which_he_lacks(gcp: Cluster, name: str, arguments: dict[str, Any]) -> None:
    with gcp.untouched():
        answer = gcp.module(name, user="nobody", **arguments)
    assert (answer.failed, answer.result["reason"]) == (True, "forbidden")
    assert "The user may not get infrastructures.config.openshift.io cluster" in answer.message
    assert "Grant the verb get on infrastructures.config.openshift.io" in answer.message
    assert 'User "nobody" cannot get resource' in answer.message


def test_a_reader_gets_the_status_and_what_was_not_checked(gcp: Cluster) -> None:
    """He may not read CRDs, so the schema comes from the OpenAPI document; nor secrets, which are named as not checked."""
    gcp.manage()
    answer = gcp.module("bootimage_status", user="reader")
    assert not answer.failed, answer.message
    mine, admins = answer.sets(), gcp.module("bootimage_status").sets()
    for each, state in [(each, None) for each in mine.values()] + [(each, "read") for each in admins.values()]:
        assert each.pop("user_data")["state"] == state
    assert mine == admins
    what = [each["what"] for each in answer.result["not_checked"]]
    assert "user data worker-user-data" in what
    assert not any("schema" in each for each in what)
    why = answer.result["not_checked"][what.index("user data worker-user-data")]["why"]
    assert "may not get secrets worker-user-data in namespace openshift-machine-api" in why


@pytest.mark.parametrize(
    ("name", "arguments", "what"),
    [
        ("managed_boot_images", ALL, "machineconfigurations.operator.openshift.io cluster"),
        ("cluster_upgrade", {"channel": "candidate-4.18"}, "clusterversions.config.openshift.io version"),
    ],
)
def test_a_reader_cannot_write(gcp: Cluster, name: str, arguments: dict[str, Any], what: str) -> None:
    with gcp.untouched():
        answer = gcp.module(name, user="reader", **arguments)
    assert (answer.failed, answer.result["reason"]) == (True, "forbidden")
    assert f"The user may not patch {what}" in answer.message
    assert "Grant the verb patch" in answer.message


def test_a_reader_cannot_write_machine_sets(gcp: Cluster) -> None:
    with gcp.untouched():
        answer = gcp.module("machineset_boot_image", user="reader")
    # What cannot be put on record is not written.
    assert (answer.failed, answer.result["reason"]) == (True, "forbidden")
    assert (
        "may not get configmaps boot-image-history" in answer.message
        and "Grant the verb get on configmaps" in answer.message
    )


def test_check_mode_tells_a_reader_the_same(gcp: Cluster) -> None:
    """A dry run is authorised as a real write is."""
    with gcp.untouched():
        answer = gcp.module("managed_boot_images", user="reader", _ansible_check_mode=True, **ALL)
    assert (answer.failed, answer.result["reason"]) == (True, "forbidden")
