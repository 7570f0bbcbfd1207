# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One Compute Engine for all tests of clouds/gcp*, as it was at the start before each, and nobody else's credentials in reach."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.okd.boot_images.plugins.module_utils.clouds.gcp import GCP
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.gcp_client import Compute
from ansible_collections.okd.boot_images.plugins.module_utils.clouds.gcp_options import Options
from sandbox.gce import OWN_PROJECT, Account, Gce, Image

RHCOS = "projects/rhcos-cloud/global/images/rhcos-9-6-20250701-0-gcp-x86-64"
REPLACED = {
    "state": "DEPRECATED",
    "deprecated": "2026-01-01T00:00:00Z",
    "replacement": "https://www.googleapis.com/compute/v1/" + RHCOS,
}

IMAGES = [
    Image("rhcos-9-6-20250701-0-gcp-x86-64", family="rhcos-9"),
    Image("rhcos-9-6-20250701-0-gcp-aarch64", architecture="ARM64"),
    Image("rhcos-9-8-20260701-0-gcp-x86-64", family="rhcos-9", created="2026-07-01T00:00:00.000-07:00", deprecated=REPLACED),
    Image("rhcos-418-94-202410090804-0-gcp-x86-64", architecture="", deprecated={"state": "OBSOLETE"}),
    Image("rhcos-47-83-202103251640-0-gcp-x86-64", architecture="ARCHITECTURE_UNSPECIFIED", deprecated={"state": "DELETED"}),
    Image("fedora-coreos-41-20250315-3-0-gcp-x86-64", "fedora-coreos-cloud", deprecated={"state": "ACTIVE"}),
    Image("redhat-coreos-ocp-413-x86-64-202305021736", "redhat-marketplace-public"),
    Image("golden", OWN_PROJECT, description="mine", family="gold"),
    Image("mirrored", OWN_PROJECT, source=RHCOS),
    Image("uploading", OWN_PROJECT, "PENDING"),
    Image("broken", OWN_PROJECT, "FAILED"),
    Image("going", OWN_PROJECT, "DELETING"),
    Image("golden", "somebody-else"),
]  # fmt: skip

ROLE = Path(__file__).parents[4] / "docs/guides/gcp-role.yaml"
"""What newcomers are told to grant is what the tests ask with."""


def granted() -> list[tuple[str, str]]:
    return [(each, OWN_PROJECT) for each in yaml.safe_load(ROLE.read_text())["includedPermissions"]]


@pytest.fixture(scope="session")
def one_gce() -> Iterator[Gce]:
    with Gce.start(IMAGES) as gce:
        gce.add_account("ansible", *granted())
        gce.add_account("reader")
        yield gce


@pytest.fixture
def gce(one_gce: Gce, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gce:
    """Compute Engine in its first state, and an environment without credentials, but with a proxy that does not answer."""
    one_gce.reset()
    for name in [each for each in os.environ if each.startswith(("GOOGLE_", "GCE_", "GCP_", "CLOUDSDK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "gcloud"))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return one_gce


def _account(gce: Gce, start: str) -> Account:
    return next(each for each in gce.principals.accounts.values() if each.email.startswith(start))


@pytest.fixture
def account(gce: Gce) -> Iterator[Account]:
    """The service account that the tests ask with unless they say otherwise."""
    found = _account(gce, "ansible@")
    held = set(found.rights)
    yield found
    found.rights, found.deleted, found.key_deleted = held, False, False


@pytest.fixture
def reader(gce: Gce) -> Iterator[Account]:
    """Another one, to be impersonated."""
    yield _account(gce, "reader@")


@pytest.fixture
def options(gce: Gce, account: Account) -> Callable[..., Options]:
    """Options that lead to the loopback server, by default with the account's key."""

    def made(**more: Any) -> Options:
        named = {"service_account_contents": json.dumps(account.info())} if not more.keys() & _OTHERS else {}
        return Options(**{"endpoint_url": gce.url, **named, **more})

    return made


_OTHERS = {"auth_kind", "access_token", "service_account_file", "service_account_contents"}


@pytest.fixture
def slept() -> list[float]:
    """The pauses that were made, in place of making them."""
    return []


@pytest.fixture
def cloud(options: Callable[..., Options], slept: list[float]) -> GCP:
    return GCP(Compute(options(), sleep=slept.append, timeout=(2.0, 5.0)))
