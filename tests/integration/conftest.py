# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One real control plane a session, loaded anew for each test that asks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from integration.support.clusters import Cluster

from sandbox import Sandbox, releases

Load = Callable[..., Sandbox]
Clusters = Callable[..., Cluster]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests of one release follow each other: bringing an API server to another costs more than most of them."""
    items.sort(key=_schema)


def _schema(item: pytest.Item) -> tuple[tuple[int, int], str]:
    """What a test's parameters say of the schemas it wants; first of all where they say nothing."""
    called = getattr(item, "callspec", None)
    parameters = called.params if called is not None else {}
    release = parameters.get("release")
    return releases.minor(release) if release else (0, 0), str(parameters.get("more"))


@pytest.fixture(scope="session")
def control_plane() -> Iterator[Sandbox]:
    """A sandbox for the whole session, with an audit log. What is in it is whatever the last test left.

    For `make kills` etcd writes to the disk before it answers, as on a cluster; else that only takes time.
    """
    with Sandbox.start(audit=True, fsync="KILLS" in os.environ) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(control_plane: Sandbox) -> Iterator[Load]:
    """A factory: `sandbox("gcp", release="4.18.6", …)` loads that sample and returns the Sandbox."""

    def load(sample: str = "gcp", **overrides: Any) -> Sandbox:
        control_plane.load(sample, **overrides)
        return control_plane

    yield load
    control_plane.kill_operator()


@pytest.fixture
def cluster(sandbox: Load) -> Clusters:
    """A factory as `sandbox`, for a Cluster."""
    return lambda sample="gcp", **overrides: Cluster(sandbox(sample, **overrides))
