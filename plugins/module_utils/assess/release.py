# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the operator behaves, release by release: the one table of differences that a schema cannot tell.

What we *write* is never decided here; what the operator *will do* is. Sources: machine-config-operator, branches release-4.16 to
release-4.22 and main as of August 2026, most of it watched at work on a real API server.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..model.version import Version

Release = tuple[int, int]

NEWEST_KNOWN: Release = (5, 0)


@dataclass(frozen=True)
class Behaviour:
    """Holds from I(first) to I(last), both included; None is open."""

    name: str
    first: Release | None
    last: Release | None
    what: str

    def holds(self, release: Release) -> bool:
        return (self.first is None or release >= self.first) and (self.last is None or release <= self.last)


BEHAVIOURS = (
    Behaviour("errors_on_owner", None, (4, 18), "A set with an ownerReference is an error; later it is skipped."),
    Behaviour("repoints_user_data", None, (4, 18), "userDataSecret.name becomes worker-user-data-managed, also where the image is current."),
    Behaviour("reads_user_data", (4, 19), None, "Before a patch the user-data secret is read; a spec-2 stub in it is upgraded."),
    Behaviour("skips_other_os_streams", (4, 22), None, "A set whose label osstream is not rhel-9 (the empty value counts) is skipped."),
    Behaviour("skips_unannotated_multi_arch", (4, 20), None, "Without architecture annotation a set of a multi-arch cluster is skipped."),
    Behaviour("counts_skips", (4, 22), None, "The Progressing condition counts skipped sets apart; before, they count as reconciled."),
    Behaviour("gates_on_release_image", None, (4, 18), "Sets wait until the stream's MCOVersionHash and MCOReleaseImageVersion are the operator's own."),
    Behaviour("gates_on_release_version", (4, 19), (4, 21), "Sets wait until the stream's MCOVersionHash and releaseVersion are the operator's own."),
    Behaviour("waits_for_cluster_version", (4, 20), None, "No pass while ClusterVersion's newest history entry is not Completed."),
    Behaviour("manages_gcp", (4, 16), None, "Boot images on GCP are managed (4.16: tech preview, which the schema tells)."),
    Behaviour("manages_aws", (4, 18), None, "Boot images on AWS are managed (4.17: tech preview only; the API takes an opinion)."),
    Behaviour("previews_gcp", (4, 16), (4, 16), "A tech preview, which FeatureGate tells."),
    Behaviour("previews_aws", (4, 17), (4, 17), "A tech preview, which FeatureGate tells."),
    Behaviour("previews_vsphere", (4, 20), (4, 20), "A tech preview, which FeatureGate tells."),
    Behaviour("manages_vsphere", (4, 21), None, "Boot images on vSphere are managed (4.20: tech preview, which status tells)."),
    Behaviour("manages_azure", (4, 21), None, "Boot images on Azure are managed."),
    Behaviour("default_on_gcp", (4, 19), None, "Without an opinion in spec, machinesets are managed (All)."),
    Behaviour("default_on_aws", (4, 19), None, "Without an opinion in spec, machinesets are managed (All)."),
    Behaviour("default_on_vsphere", (4, 22), None, "Without an opinion in spec, machinesets are managed (All)."),
    Behaviour("default_on_azure", (4, 22), None, "Without an opinion in spec, machinesets are managed (All)."),
    Behaviour("skips_foreign_workspaces", (4, 22), None, "A vSphere set whose workspace matches no failure domain is skipped; before, it is an error."),
    Behaviour("judges_ami_by_owner", (4, 23), None, "An AMI is looked up in EC2 and judged by its owner; before, by a list built into the operator."),
)  # fmt: skip


def behaviours(version: Version) -> frozenset[str]:
    """The names of everything that holds for an operator of I(version).

    A release newer than the newest known behaves as that one; an unreadable version too (see C(beyond_known)).
    """
    release = min(version.release, NEWEST_KNOWN) if version.known else NEWEST_KNOWN
    return frozenset(each.name for each in BEHAVIOURS if each.holds(release))


def behaves_as(version: Version) -> str:
    """The release whose behaviours are taken, as C(4.19)."""
    return "{}.{}".format(*(NEWEST_KNOWN if beyond_known(version) else version.release))


def beyond_known(version: Version) -> bool:
    """Whether the answer leans on the newest known release because this one is newer or cannot be read."""
    return not version.known or version.release > NEWEST_KNOWN
