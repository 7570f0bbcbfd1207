# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small client for raw JSON: for setting up a sandbox and for assertions, independent of the code under test."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import urllib3

from . import resources

CONNECTIONS = 8  # more are not faster on the API server's side
_PATCH_TYPES = {
    "merge": "application/merge-patch+json",
    "json": "application/json-patch+json",
    "strategic": "application/strategic-merge-patch+json",
}
_TIMEOUT = urllib3.Timeout(connect=5, read=60)
T = TypeVar("T")
Object = dict[str, Any]


class ApiError(Exception):
    """The API server's refusal: HTTP `status`, `reason` and `message` of the Status object."""

    def __init__(self, method: str, path: str, status: int, body: bytes) -> None:
        answer = _json_or_none(body) or {}
        self.status, self.reason = status, answer.get("reason", "")
        self.message: str = answer.get("message") or body.decode(errors="replace")
        super().__init__(f"{method} {path}: {status} {self.reason}: {self.message}")


class Client:
    """Requests as one user. Resources go by plural or kind, namespaces default to where OpenShift keeps the kind."""

    def __init__(self, server: str, ca_file: Path, token: str) -> None:
        self.server, self.token = server, token
        self._pool = urllib3.PoolManager(
            maxsize=CONNECTIONS,
            block=True,
            ca_certs=str(ca_file),
            cert_reqs="CERT_REQUIRED",
            retries=False,
            timeout=_TIMEOUT,
        )
        self._lock = threading.Lock()
        self._workers: ThreadPoolExecutor | None = None

    def request(self, method: str, path: str, body: Any = None, content_type: str = "application/json") -> Any:
        """One request; returns parsed JSON (or text). Waits out 429 with Retry-After; raises ApiError."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": content_type, "Accept": "application/json"}
        for attempt in range(10):
            answer = self._pool.request(method, self.server + path, body=data, headers=headers)
            if answer.status != 429 or attempt == 9:
                break
            time.sleep(min(float(answer.headers.get("Retry-After", "1")), 0.3))
        if answer.status >= 400:
            raise ApiError(method, path, answer.status, answer.data)
        parsed = _json_or_none(answer.data)
        return answer.data.decode() if parsed is None else parsed

    def get(self, resource: str, name: str, namespace: str | None = None) -> Object:
        """One object."""
        return self.request("GET", _object_path(resource, name, namespace))

    def exists(self, resource: str, name: str, namespace: str | None = None) -> bool:
        """Whether there is such an object."""
        try:
            self.get(resource, name, namespace)
        except ApiError as error:
            if error.status != 404:
                raise
            return False
        return True

    def list(self, resource: str, namespace: str | None = None, labels: str = "") -> list[Object]:
        """All objects, read in pages of 500; namespace `*` for all namespaces; `labels` is a label selector."""
        path = resources.find(resource).path(namespace)
        query, items = {"limit": "500", "labelSelector": labels}, []
        while True:
            page = self.request("GET", f"{path}?{_query(query)}")
            items += page["items"]
            if not page["metadata"].get("continue"):
                return items
            query["continue"] = page["metadata"]["continue"]

    def create(self, obj: Mapping[str, Any], dry_run: bool = False, strict: bool = True) -> Object:
        """Create an object that names its apiVersion and kind.

        Its `status`, if it has one, is written after it, as a subresource.
        """
        resource, name = resources.find(obj["kind"]), obj["metadata"]["name"]
        namespace = obj["metadata"].get("namespace")
        query = _query({"dryRun": "All" if dry_run else "", "fieldValidation": "Strict" if strict else "Ignore"})
        created = self.request("POST", f"{resource.path(namespace)}?{query}", dict(obj))
        if "status" in obj and not dry_run:
            # PUT, not PATCH: with the whole object at hand it spares the server a read
            whole = {**created, "status": obj["status"]}
            return self.request("PUT", f"{resource.path(namespace)}/{name}/status?{query}", whole)
        return created

    def replace(self, obj: Mapping[str, Any], subresource: str = "") -> Object:
        """PUT an object as it is (with its resourceVersion, if that shall be checked)."""
        metadata = obj["metadata"]
        path = _object_path(obj["kind"], metadata["name"], metadata.get("namespace"), subresource)
        return self.request("PUT", path, dict(obj))

    def patch(
        self, resource: str, name: str, patch: Any, namespace: str | None = None, *,
        subresource: str = "", patch_type: str = "merge", dry_run: bool = False,
    ) -> Object:  # fmt: skip
        """Patch an object: `patch_type` is merge, json or strategic."""
        path = _object_path(resource, name, namespace, subresource)
        suffix = "?dryRun=All" if dry_run else ""
        return self.request("PATCH", path + suffix, patch, _PATCH_TYPES[patch_type])

    def delete(self, resource: str, name: str, namespace: str | None = None) -> None:
        """Delete an object; no error if it is gone already."""
        try:
            self.request("DELETE", _object_path(resource, name, namespace), {"gracePeriodSeconds": 0})
        except ApiError as error:
            if error.status != 404:
                raise

    def delete_all(self, resource: str, namespace: str | None = None) -> None:
        """Delete all objects of a kind in a namespace (or of a cluster-scoped kind), whatever finalizers they have."""
        path = resources.find(resource).path(namespace)
        self.request("DELETE", path, {"gracePeriodSeconds": 0, "propagationPolicy": "Background"})
        for left in self.list(resource, namespace):
            if left["metadata"].get("finalizers"):
                name, where = left["metadata"]["name"], left["metadata"].get("namespace")
                self.patch(resource, name, {"metadata": {"finalizers": None}}, where)

    def wait_for(self, probe: Callable[[], T | None], seconds: float, what: str) -> T:
        """Call `probe` until it answers something true; ApiErrors 404, 429 and 503 count as not yet."""
        deadline = time.monotonic() + seconds
        while True:
            last: object = None
            try:
                if answer := probe():
                    return answer
            except ApiError as error:
                if error.status not in (404, 429, 503):
                    raise
                last = error
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what}: not within {seconds:.0f} s" + (f" ({last})" if last else ""))
            time.sleep(0.05)

    def each(self, work: Callable[[Any], T], items: Iterable[Any]) -> Sequence[T]:
        """`work` on every item over all connections at once; the answers in the items' order."""
        with self._lock:
            if self._workers is None:
                self._workers = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="sandbox-client")
        return list(self._workers.map(work, items))

    def close(self) -> None:
        """Let go of connections and threads."""
        self._pool.clear()
        if self._workers is not None:
            self._workers.shutdown()


def _object_path(resource: str, name: str, namespace: str | None, subresource: str = "") -> str:
    path = f"{resources.find(resource).path(namespace)}/{name}"
    return f"{path}/{subresource}" if subresource else path


def _query(parameters: Mapping[str, str]) -> str:
    return urlencode({key: value for key, value in parameters.items() if value})


def _json_or_none(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
