# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends JSON patches and nothing else: python -m benchmarks.bare FILE CONNECTIONS, the cluster from $KUBECONFIG."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from kubernetes import client, config

QUERY = urlencode({"fieldManager": "okd.boot_images", "fieldValidation": "Strict"})
"""As our modules ask it, so that the server does the same work."""


def main(path: str, connections: int) -> None:
    """Each of the file's patches once; the first refusal ends it."""
    settings: Any = client.Configuration()
    config.load_kube_config(client_configuration=settings)
    settings.connection_pool_maxsize = connections
    pool: Any = client.rest.RESTClientObject(settings).pool_manager
    headers = {
        "Authorization": settings.auth_settings()["BearerToken"]["value"],
        "Content-Type": "application/json-patch+json",
    }

    def send(patch: dict[str, Any]) -> None:
        body = json.dumps(patch["operations"]).encode()
        answer = pool.request("PATCH", f"{settings.host}{patch['path']}?{QUERY}", body=body, headers=headers)
        if answer.status != 200:
            raise SystemExit(f"{patch['path']}: {answer.status} {answer.data[:500]!r}")

    with ThreadPoolExecutor(connections) as workers:
        list(workers.map(send, json.loads(Path(path).read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
