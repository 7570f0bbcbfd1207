# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP to the API server, as `kubernetes` sets it up from a kubeconfig: TLS and credentials its own, requests ours."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import urllib3
from kubernetes import client, config
from kubernetes.client.rest import RESTClientObject

JsonObject = dict[str, Any]
AGENT = "machine-config-operator"
"""The name under which the API server records what we write."""
_AGAIN = (429, 500, 502, 503, 504)
_ATTEMPTS = 6
_LONG_POLL = 240
"""Seconds a watch stays open on the server's side."""


class ApiError(Exception):
    """The API server answered with an error; `status` is HTTP's, 0 when it could not be reached."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status

    @property
    def no_such_kind(self) -> bool:
        """Not an object is missing but its kind: also for a moment after a CustomResourceDefinition changed."""
        return self.status == 404 and ("could not find the requested resource" in str(self) or "404 page" in str(self))


class Api:
    """One API server. Safe for several threads."""

    def __init__(self, kubeconfig: str) -> None:
        self._configuration = client.Configuration()
        config.load_kube_config(config_file=kubeconfig, client_configuration=self._configuration)
        self._configuration.connection_pool_maxsize = 32
        self._pool = RESTClientObject(self._configuration).pool_manager

    def get(self, path: str) -> JsonObject:
        return self._json("GET", path)

    def find(self, path: str) -> JsonObject | None:
        """None when there is no such object."""
        try:
            return self.get(path)
        except ApiError as error:
            if error.status == 404 and not error.no_such_kind:
                return None
            raise

    def merge(self, path: str, patch: JsonObject) -> JsonObject:
        return self._json("PATCH", path, patch, "application/merge-patch+json")

    def apply(self, path: str, body: JsonObject, manager: str) -> JsonObject:
        """Server-side apply, forced: what the operators do with manifests of their own."""
        parameters = urlencode({"fieldManager": manager, "force": "true"})
        return self._json("PATCH", f"{path}?{parameters}", body, "application/apply-patch+yaml")

    def put(self, path: str, body: JsonObject) -> JsonObject:
        return self._json("PUT", path, body)

    def post(self, path: str, body: JsonObject) -> JsonObject:
        return self._json("POST", path, body)

    def watch(self, path: str, version: str, field_selector: str = "") -> Iterator[JsonObject]:
        """Events from that resourceVersion on, until the server ends the watch. Raises ApiError."""
        parameters = {
            "watch": "1", "resourceVersion": version, "allowWatchBookmarks": "true", "timeoutSeconds": str(_LONG_POLL),
        }  # fmt: skip
        if field_selector:
            parameters["fieldSelector"] = field_selector
        response = self._send("GET", f"{path}?{urlencode(parameters)}", stream=True)
        buffer = b""
        try:
            for chunk in response.stream(65536, decode_content=True):
                buffer += chunk
                *lines, buffer = buffer.split(b"\n")
                for line in filter(None, lines):
                    yield json.loads(line)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise ApiError(0, f"watch broke: {error}") from error
        finally:
            response.close()

    def _json(
        self, method: str, path: str, body: JsonObject | None = None, kind: str = "application/json"
    ) -> JsonObject:
        for attempt in range(_ATTEMPTS):
            try:
                return json.loads(self._send(method, path, body, kind).data)
            except ApiError as error:
                if attempt + 1 == _ATTEMPTS or (error.status and error.status not in _AGAIN):
                    raise
                time.sleep(min(0.2 * 2**attempt, 2))
        raise AssertionError("the loop returns or raises")

    def _send(
        self, method: str, path: str, body: JsonObject | None = None, kind: str = "", *, stream: bool = False
    ) -> urllib3.BaseHTTPResponse:
        headers = {"Accept": "application/json", "User-Agent": AGENT}
        for setting in self._configuration.auth_settings().values():
            headers[setting["key"]] = setting["value"]
        if body is not None:
            headers["Content-Type"] = kind
        limits = urllib3.Timeout(connect=5, read=_LONG_POLL + 30 if stream else 30)
        try:
            response = self._pool.request(
                method, self._configuration.host + path, headers=headers, retries=False, timeout=limits,
                body=None if body is None else json.dumps(body), preload_content=not stream,
            )  # fmt: skip
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise ApiError(0, f"{method} {path}: {error}") from error
        if response.status >= 400:
            raise ApiError(response.status, _message(response.data))
        return response


def _message(data: bytes) -> str:
    try:
        return json.loads(data).get("message") or data.decode("utf-8", "replace")
    except ValueError:
        return data.decode("utf-8", "replace")
