# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One real control plane a session, loaded anew for each test that asks."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from integration.support.clusters import Cluster

from sandbox import Sandbox, releases
from sandbox.samples import SAMPLES

Load = Callable[..., Sandbox]
Clusters = Callable[..., Cluster]

_RELEASE = re.compile(r"(?:release|version)\W{1,4}([45]\.\d+\.\d+)")
_QUOTED = re.compile(r"[\"'](\w+)[\"']")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests of one release follow each other: to bring an API server to another costs more than most of them."""
    items.sort(key=_schemas)


def _schemas(item: pytest.Item) -> tuple[tuple[int, int], bool]:
    """The release and feature set of a test, as far as its parameters and its code tell: a guess, on which only the order depends."""
    called = getattr(item, "callspec", None)
    told = f"{called.params if called else ''} {inspect.getsource(getattr(item, 'function', _schemas))}"
    named = _RELEASE.search(told)
    sample = next((SAMPLES[name] for name in _QUOTED.findall(told) if name in SAMPLES), SAMPLES["gcp"])
    return releases.minor(named[1] if named else sample.release), "feature_set" in told


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
