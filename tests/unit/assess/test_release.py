# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of the operator's behaviours, read the other way round: what holds in which release."""

from __future__ import annotations

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.assess.release import (
    BEHAVIOURS,
    behaviours,
    beyond_known,
)
from ansible_collections.okd.boot_images.plugins.module_utils.model.version import Version

RELEASES = ("4.15", "4.16", "4.17", "4.18", "4.19", "4.20", "4.21", "4.22", "4.23", "5.0")
HOLDS = {
    "errors_on_owner": "4.15 4.16 4.17 4.18",
    "repoints_user_data": "4.15 4.16 4.17 4.18",
    "reads_user_data": "4.19 4.20 4.21 4.22 4.23 5.0",
    "skips_other_os_streams": "4.22 4.23 5.0",
    "skips_unannotated_multi_arch": "4.20 4.21 4.22 4.23 5.0",
    "counts_skips": "4.22 4.23 5.0",
    "gates_on_release_image": "4.15 4.16 4.17 4.18",
    "gates_on_release_version": "4.19 4.20 4.21",
    "waits_for_cluster_version": "4.20 4.21 4.22 4.23 5.0",
    "manages_gcp": "4.16 4.17 4.18 4.19 4.20 4.21 4.22 4.23 5.0",
    "previews_gcp": "4.16",
    "previews_aws": "4.17",
    "previews_vsphere": "4.20",
    "manages_aws": "4.18 4.19 4.20 4.21 4.22 4.23 5.0",
    "manages_vsphere": "4.21 4.22 4.23 5.0",
    "manages_azure": "4.21 4.22 4.23 5.0",
    "default_on_gcp": "4.19 4.20 4.21 4.22 4.23 5.0",
    "default_on_aws": "4.19 4.20 4.21 4.22 4.23 5.0",
    "default_on_vsphere": "4.22 4.23 5.0",
    "default_on_azure": "4.22 4.23 5.0",
    "skips_foreign_workspaces": "4.22 4.23 5.0",
    "judges_ami_by_owner": "4.23 5.0",
}
"""Written down apart from the table under test, so that neither changes alone."""


def at(text: str) -> frozenset[str]:
    return behaviours(Version.of(f"{text}.3"))


def test_every_behaviour_is_here() -> None:
    assert sorted(each.name for each in BEHAVIOURS) == sorted(HOLDS)


@pytest.mark.parametrize("name", sorted(HOLDS))
def test_a_behaviour_holds_in_its_releases_and_in_no_other(name: str) -> None:
    assert [release for release in RELEASES if name in at(release)] == HOLDS[name].split()


@pytest.mark.parametrize("newer", ["5.0.0", "5.1.0", "6.0.0", "0.0.1", "nonsense", ""])
def test_what_nobody_has_watched_yet_behaves_as_the_newest_known(newer: str) -> None:
    assert behaviours(Version.of(newer)) == at("5.0")
    assert beyond_known(Version.of(newer)) == (newer != "5.0.0")


def test_every_behaviour_says_what_it_is() -> None:
    assert all(each.what.endswith(".") for each in BEHAVIOURS)
