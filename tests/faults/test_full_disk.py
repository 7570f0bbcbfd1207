# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A full disk on the controller: the report fails and says so, the cluster is brought to its end all the same."""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest
from integration.support.clusters import Cluster
from integration.support.playbooks import Play, play

from faults.cells import Cells

UPGRADE = "okd.boot_images.upgrade"
SETS, MACHINES, LARGEST = 90, 20, 600 * 1024
"""A report of so many sets is larger than any file may be here. Ansible itself writes smaller ones only."""
SECONDS = 300


def full() -> None:
    """A limit on the size of each file that is written: it ends a write in its midst, as a full disk does."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))


def upgrade(made: Cluster, folder: Path, before: Callable[[], None] | None = None) -> Play:
    there, into = made.sandbox.kubeconfig(), str(folder)
    return play(
        UPGRADE, kubeconfig=there, cwd=folder.parent, seconds=SECONDS, before=before, boot_images_report_dir=into
    )


@pytest.fixture
def made(cells: Cells) -> Cluster:
    cells.stage.heal()
    return cells.stage.load("gcp", machine_sets=SETS, machines=MACHINES)


@pytest.mark.long
def test_the_report_fails_and_the_cluster_does_not(made: Cluster, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    made.sandbox.start_operator(1200)
    done = upgrade(made, folder, full)
    assert done.code == 2, done.output
    assert done.output == "" or f"The report could not be written to {folder}: File too large." in done.text
    assert made.images() == dict.fromkeys(made.names, made.target())
    assert [each for each in os.listdir(folder) if each.endswith(".tmp")] == [], "half a report was left behind"
    again = upgrade(made, folder)
    assert again.code == 0, again.output
    report = json.loads((folder / "localhost.json").read_text(encoding="utf-8"))
    assert (report["state"], len(report["machine_sets"])) == ("ok", SETS + 1)
    assert made.images() == dict.fromkeys(made.names, made.target())
