# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One real control plane for the selection, with etcd writing through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.cells import Cells
from faults.stage import stage
from sandbox import Sandbox


@pytest.fixture(scope="session")
def cells(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cells]:
    """They load their clusters themselves."""
    folder: Path = tmp_path_factory.mktemp("way")
    with Sandbox.start(fsync=True) as sandbox, stage(sandbox, folder) as made:
        yield Cells(made)
