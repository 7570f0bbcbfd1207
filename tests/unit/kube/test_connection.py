# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the cluster is reached: only what belongs together is used together, with the real kubernetes package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client.configuration import Configuration
from kubernetes.config import incluster_config
from unit.loopback import Answer, serve

from ansible_collections.okd.boot_images.plugins.module_utils.kube import connection
from ansible_collections.okd.boot_images.plugins.module_utils.kube.client import Client
from ansible_collections.okd.boot_images.plugins.module_utils.kube.connection import Options, connect
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import (
    BootImageError,
    ConnectionFailed,
    InvalidInput,
)
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import THE_CLUSTER_VERSION

HOST = "https://api.example.com:6443"


def kubeconfig(host: str = HOST, token: str = "of-the-file", context: str = "default") -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": context,
        "clusters": [{"name": "c", "cluster": {"server": host}}],
        "users": [{"name": "u", "user": {"token": token}}, {"name": "v", "user": {"token": "of-another"}}],
        "contexts": [
            {"name": "default", "context": {"cluster": "c", "user": "u"}},
            {"name": "other", "context": {"cluster": "c", "user": "v"}},
        ],
    }


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No pod, no KUBECONFIG, an empty home, no proxy."""
    monkeypatch.setattr(connection, "SERVICE_ACCOUNT_TOKEN", str(tmp_path / "no-token"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("KUBECONFIG", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


def written(path: Path, content: Any) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


def reached(**options: Any) -> tuple[str, list[tuple[str, str]]]:
    transport = connect(Options(**options))
    return transport.host, transport.headers()


def bearer(token: str) -> list[tuple[str, str]]:
    return [("Authorization", "Bearer " + token)]


def test_host_and_token() -> None:
    assert reached(host=HOST + "/", api_key="t") == (HOST, bearer("t"))


def test_a_kubeconfig_in_every_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "config", kubeconfig())
    home = written(tmp_path / "home/.kube/config", kubeconfig(token="of-home"))
    assert reached(kubeconfig=kubeconfig()) == (HOST, bearer("of-the-file"))
    assert reached(kubeconfig=path) == (HOST, bearer("of-the-file"))
    assert reached(kubeconfig=f"/nowhere:{path}") == (HOST, bearer("of-the-file"))
    assert reached(kubeconfig=path, context="other") == (HOST, bearer("of-another"))
    monkeypatch.setenv("KUBECONFIG", path)
    assert reached() == (HOST, bearer("of-the-file"))
    monkeypatch.delenv("KUBECONFIG")
    monkeypatch.setenv("HOME", str(Path(home).parents[1]))
    monkeypatch.setattr("kubernetes.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", "/nowhere")
    assert reached() == (HOST, bearer("of-home"))
    assert reached(kubeconfig="~/.kube/config") == (HOST, bearer("of-home"))


def test_no_kubeconfig_anywhere() -> None:
    with pytest.raises(ConnectionFailed, match="No kubeconfig"):
        connect(Options())
    with pytest.raises(ConnectionFailed, match="/nowhere does not exist"):
        connect(Options(kubeconfig="/nowhere"))


@pytest.mark.parametrize(
    "content",
    ["", "\t:", "just words", "[]", {"apiVersion": "v1"}, kubeconfig(context="absent"), {**kubeconfig(), "users": 3},
     {**kubeconfig(), "clusters": []}, b"\xff\xfe\x00".decode("utf-16-le", "replace")],
)  # fmt: skip
def test_a_kubeconfig_of_garbage(content: Any, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="kubeconfig cannot be"):
        connect(Options(kubeconfig=written(tmp_path / "config", content)))
    if isinstance(content, dict):
        with pytest.raises(InvalidInput, match="kubeconfig cannot be"):
            connect(Options(kubeconfig=content))


def test_a_context_that_does_not_exist() -> None:
    with pytest.raises(InvalidInput, match="absent"):
        connect(Options(kubeconfig=kubeconfig(), context="absent"))


def in_a_pod(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    token, ca = written(tmp_path / "sa/token", "of-the-pod"), written(tmp_path / "sa/ca.crt", "CA")
    monkeypatch.setattr(connection, "SERVICE_ACCOUNT_TOKEN", token)
    monkeypatch.setattr(incluster_config, "SERVICE_TOKEN_FILENAME", token)
    monkeypatch.setattr(incluster_config, "SERVICE_CERT_FILENAME", ca)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")


def loader_of_the_pod(monkeypatch: pytest.MonkeyPatch) -> None:
    """load_incluster_config takes the two paths as defaults when it is defined; look them up when it is called."""

    def load(client_configuration: Any = None) -> None:
        loader = incluster_config.InClusterConfigLoader(
            token_filename=incluster_config.SERVICE_TOKEN_FILENAME,
            cert_filename=incluster_config.SERVICE_CERT_FILENAME,
            try_refresh_token=True,
        )
        loader.load_and_set(client_configuration)

    monkeypatch.setattr(incluster_config, "load_incluster_config", load)


def test_in_a_pod_the_service_account_comes_before_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_a_pod(monkeypatch, tmp_path)
    loader_of_the_pod(monkeypatch)
    monkeypatch.setenv("KUBECONFIG", written(tmp_path / "config", kubeconfig()))
    host, headers = reached()
    assert host == "https://10.0.0.1:443"
    assert [value.lower() for _name, value in headers] == ["bearer of-the-pod"]


def test_in_a_pod_what_is_named_comes_before_the_service_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_a_pod(monkeypatch, tmp_path)
    monkeypatch.setenv("KUBECONFIG", written(tmp_path / "config", kubeconfig()))
    assert reached(context="other") == (HOST, bearer("of-another"))
    assert reached(kubeconfig=kubeconfig()) == (HOST, bearer("of-the-file"))
    assert reached(host="https://else", api_key="t") == ("https://else", bearer("t"))


def test_a_file_never_lends_its_token_to_a_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", written(tmp_path / "config", kubeconfig()))
    with pytest.raises(InvalidInput, match="is given without credentials"):
        connect(Options(host="https://evil"))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"api_key": "t"}, "api_key is given without host"),
        ({"host": HOST, "client_cert": __file__}, "belong together"),
        ({"host": HOST, "client_key": __file__, "api_key": "t"}, "belong together"),
        ({"host": HOST, "api_key": "t", "impersonate_groups": ("a",)}, "impersonate_groups needs impersonate_user"),
        ({"host": HOST, "api_key": "t", "ca_cert": "/nowhere"}, "ca_cert: /nowhere cannot be read: No such file"),
        ({"host": HOST, "client_cert": "/nowhere", "client_key": __file__}, "client_cert: /nowhere cannot be read"),
    ],
)
def test_options_that_do_not_fit(options: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        connect(Options(**options))


def test_an_empty_ca_file_does_not_mean_the_systems(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"ca_cert: .* is empty"):
        connect(Options(host=HOST, api_key="t", ca_cert=written(tmp_path / "ca", "")))


def test_a_ca_file_without_certificates(tmp_path: Path) -> None:
    ca = written(tmp_path / "ca", "no certificate")
    with serve(lambda _request: Answer()) as server, pytest.raises(BootImageError, match="ca_cert"):
        url = server.url.replace("http:", "https:")
        Client.open(Options(host=url, api_key="t", ca_cert=ca)).get(THE_CLUSTER_VERSION)


def test_a_certificate_stands_in_for_a_token(tmp_path: Path) -> None:
    pem = written(tmp_path / "pem", "pem")
    transport = connect(Options(host=HOST, client_cert=pem, client_key=pem))
    assert (transport.configuration.cert_file, transport.configuration.key_file) == (pem, pem)
    assert transport.headers() == []


def test_what_is_said_beside_a_kubeconfig_holds(tmp_path: Path) -> None:
    ca = written(tmp_path / "ca", "CA")
    transport = connect(
        Options(kubeconfig=kubeconfig(), validate_certs=False, ca_cert=ca, proxy="http://p:1", no_proxy="x")
    )
    settings = transport.configuration
    assert (transport.verified, settings.ssl_ca_cert, settings.proxy, settings.no_proxy) == (
        False,
        ca,
        "http://p:1",
        "x",
    )
    assert connect(Options(kubeconfig=kubeconfig())).verified


def test_two_clusters_in_one_process_stay_apart() -> None:
    reached(kubeconfig=kubeconfig())
    assert reached(host="https://else", api_key="t") == ("https://else", bearer("t"))
    assert reached(kubeconfig=kubeconfig("https://third", "three")) == ("https://third", bearer("three"))
    default = Configuration.get_default_copy()
    assert "example" not in default.host and not default.api_key


def test_a_default_that_somebody_set_lends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    somebodys = Configuration(host="https://somebody", api_key={"BearerToken": "Bearer somebodys"})
    monkeypatch.setattr(Configuration, "_default", somebodys)
    pem = written(tmp_path / "pem", "pem")
    transport = connect(Options(host=HOST, client_cert=pem, client_key=pem))
    assert (transport.host, transport.headers()) == (HOST, [])


def test_secrets_do_not_show() -> None:
    assert "hunter2" not in repr(Options(host=HOST, api_key="hunter2"))
    assert "hunter2" not in repr(connect(Options(host=HOST, api_key="hunter2")))
