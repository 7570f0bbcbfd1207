# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From connection options to an authenticated transport; TLS, tokens, exec plugins and proxies are the kubernetes package's work.

Only what belongs together is used together: a host comes with its own credentials, or the call fails. The package by itself would send a
kubeconfig's token to any host, and a pod's service account token in place of one that was given.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..model.errors import ConnectionFailed, InvalidInput, MissingLibrary

SERVICE_ACCOUNT_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"
POOL_SIZE = 16
"""Connections kept open at once: the writers' concurrency plus the watches."""


@dataclass(frozen=True)
class Options:
    """How to reach the cluster, in kubernetes.core's words; an empty string counts as not given."""

    kubeconfig: str | Mapping[str, Any] | None = None
    context: str | None = None
    host: str | None = None
    api_key: str | None = field(default=None, repr=False)
    validate_certs: bool | None = None
    ca_cert: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    proxy: str | None = None
    no_proxy: str | None = None
    impersonate_user: str | None = None
    impersonate_groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Transport:
    """A base URL, a urllib3 pool that speaks to it, and the headers of one request (refreshed each time)."""

    host: str
    pool: Any
    configuration: Any = field(repr=False)
    verified: bool = True
    impersonation: tuple[tuple[str, str], ...] = ()
    certificate: bytes = field(default=b"", repr=False)
    """The client's, as it was when the pool was made."""

    def headers(self) -> list[tuple[str, str]]:
        """Authorization (an expired exec plugin or token file is read anew) and impersonation; one header per group."""
        settings = self.configuration.auth_settings().get("BearerToken") or {}
        token = settings.get("value")
        return [*([("Authorization", token)] if token else []), *self.impersonation]


def connect(options: Options) -> Transport:
    """Build the transport; no request is made yet.

    :raises MissingLibrary: the kubernetes package is not installed for this Python.
    :raises InvalidInput: options contradict each other or name files that cannot be used.
    :raises ConnectionFailed: nothing says which cluster to speak to.
    """
    try:
        from kubernetes.client.configuration import Configuration
        from kubernetes.client.rest import RESTClientObject
    except ImportError as error:
        raise MissingLibrary(
            f"The Python package kubernetes is not installed for the Python that runs this module ({error}). "
            "Install it there: pip install 'kubernetes>=29,!=36.0.0,!=36.0.1'."
        ) from error
    _check(options)
    # type.__call__ gives a fresh object where Configuration() would copy a process-wide default.
    configuration = type.__call__(Configuration)
    configuration.connection_pool_maxsize = POOL_SIZE
    if options.host:
        _explicit(options, configuration)
    else:
        _configured(options, configuration)
    _override(options, configuration)
    try:
        pool = RESTClientObject(configuration).pool_manager
    except (OSError, ValueError) as error:
        raise InvalidInput(
            f"The certificates to connect with cannot be used: {error}. Check ca_cert, client_cert and client_key."
        ) from error
    groups = [("Impersonate-Group", group) for group in options.impersonate_groups]
    user = [("Impersonate-User", options.impersonate_user)] if options.impersonate_user else []
    return Transport(
        str(configuration.host).rstrip("/"),
        pool,
        configuration,
        bool(configuration.verify_ssl),
        tuple(user + groups),
        Path(configuration.cert_file).read_bytes() if configuration.cert_file else b"",
    )


def _check(options: Options) -> None:
    certificate = bool(options.client_cert and options.client_key)
    if bool(options.client_cert) != bool(options.client_key):
        raise InvalidInput("client_cert and client_key belong together: give both or neither.")
    if options.host and not (options.api_key or certificate):
        raise InvalidInput(
            f"host {options.host} is given without credentials. Give api_key, or client_cert and client_key, with it "
            "(or a kubeconfig instead of host); credentials of another source are never sent to it."
        )
    if options.api_key and not options.host:
        raise InvalidInput("api_key is given without host. Give both, or a kubeconfig that holds both.")
    if options.impersonate_groups and not options.impersonate_user:
        raise InvalidInput("impersonate_groups needs impersonate_user: the API server refuses groups without a user.")
    for name in ("ca_cert", "client_cert", "client_key"):
        path = getattr(options, name)
        if not path:
            continue
        try:
            empty = os.path.getsize(os.path.expanduser(path)) == 0
        except OSError as error:
            raise InvalidInput(f"{name}: {path} cannot be read: {error.strerror}.") from error
        if empty:
            raise InvalidInput(f"{name}: {path} is empty.")


def _explicit(options: Options, configuration: Any) -> None:
    configuration.host = str(options.host).rstrip("/")
    if options.api_key:
        # The name that every version knows: those before 36 do not look for BearerToken, and would send nothing.
        configuration.api_key = {"authorization": "Bearer " + options.api_key}


def _configured(options: Options, configuration: Any) -> None:
    """From the kubeconfig that is named; else the pod's service account, $KUBECONFIG, ~/.kube/config, as kubernetes.core does."""
    from kubernetes.config import incluster_config, kube_config
    from kubernetes.config.config_exception import ConfigException

    named = options.kubeconfig
    try:
        if isinstance(named, Mapping):
            kube_config.load_kube_config_from_dict(
                dict(named), context=options.context, client_configuration=configuration, persist_config=False
            )
        elif not named and not options.context and os.path.exists(SERVICE_ACCOUNT_TOKEN):
            incluster_config.load_incluster_config(client_configuration=configuration)
        else:
            files = named or os.environ.get("KUBECONFIG") or "~/.kube/config"
            if not any(os.path.exists(os.path.expanduser(path)) for path in files.split(os.pathsep) if path):
                raise ConnectionFailed(
                    f"No kubeconfig: {files} does not exist. Give kubeconfig (or K8S_AUTH_KUBECONFIG), "
                    "or host together with api_key."
                )
            kube_config.load_kube_config(
                config_file=files, context=options.context, client_configuration=configuration, persist_config=False
            )
    except ConfigException as error:
        raise InvalidInput(f"The kubeconfig cannot be used: {error}") from error
    except ConnectionFailed:
        raise
    except Exception as error:  # the loader leaks whatever yaml, base64, open() and an exec plugin raise
        raise InvalidInput(f"The kubeconfig cannot be read: {type(error).__name__}: {error}") from error


def _override(options: Options, configuration: Any) -> None:
    if options.validate_certs is not None:
        configuration.verify_ssl = options.validate_certs
    if options.ca_cert:
        configuration.ssl_ca_cert = os.path.expanduser(options.ca_cert)
    if options.client_cert and options.client_key:
        configuration.cert_file = os.path.expanduser(options.client_cert)
        configuration.key_file = os.path.expanduser(options.client_key)
    if options.proxy:
        configuration.proxy = options.proxy
    if options.no_proxy:
        configuration.no_proxy = options.no_proxy
