# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a wish to writes of ClusterVersion/version and of the admin acknowledgements."""

from __future__ import annotations

from typing import Any

from ..model.cluster import Snapshot
from ..model.errors import InvalidInput, UpgradeRefused, named
from ..model.objects import ADMIN_ACKS, THE_CLUSTER_VERSION, dig, mapping, sequence
from ..model.steps import MergePatch, Step, write_spec
from ..model.verdict import Finding
from ..model.version import Version
from ..model.wish import UpgradeWish


def acknowledgements(snapshot: Snapshot, wish: UpgradeWish, open_gates: tuple[Finding, ...]) -> tuple[Step, ...]:
    """Acknowledge the gates that are named (or C(all)) and open.

    :raises InvalidInput: a gate that is named does not exist on this cluster.
    """
    known = mapping(dig(snapshot.gates, "data"))
    unknown = [key for key in wish.acknowledge if key != "all" and key not in known]
    if unknown:
        raise InvalidInput(
            "acknowledge names {}, which this cluster has no admin gate for. There are: {}.".format(
                named(unknown), named(sorted(known)) or "none"
            )
        )
    still_open = [finding.object.split()[-1] for finding in open_gates]
    keys = [key for key in still_open if "all" in wish.acknowledge or key in wish.acknowledge]
    if not keys:
        return ()
    acks = dict.fromkeys(keys, "true")
    return (Step(ADMIN_ACKS, MergePatch({"data": acks}), {"data": dict.fromkeys(keys)}, {"data": acks}),)


def upgrade(snapshot: Snapshot, wish: UpgradeWish) -> tuple[Step, ...]:
    """The write that asks for the version and channel; none where the cluster is there, on its way, or asked already.

    Version and image are written together, with all four keys, because a merge patch would keep an earlier force: true.

    :raises UpgradeRefused: another upgrade is under way, or the version is not on offer and no image is given.
    """
    cluster_version = snapshot.cluster_version
    wanted: dict[str, Any] = {}
    if wish.channel is not None and wish.channel != dig(cluster_version, "spec", "channel"):
        wanted["channel"] = wish.channel
    newest = mapping(dig(cluster_version, "status", "history", 0))
    if wish.version is not None and newest.get("version") != wish.version:
        if newest.get("state") == "Partial":
            raise UpgradeRefused(
                "The cluster is already on its way to {}; {} is not started on top of it. Wait until it is Completed.".format(
                    newest.get("version"), wish.version
                )
            )
        asked = mapping(dig(cluster_version, "spec", "desiredUpdate"))
        asked_image = asked.get("image") if asked.get("version") == wish.version else None
        image = wish.image or asked_image or _offered(snapshot, wish.version)
        if (asked.get("version"), asked.get("image"), bool(asked.get("force"))) != (wish.version, image, False):
            wanted["desiredUpdate"] = {"version": wish.version, "image": image, "architecture": "", "force": False}
    if not wanted:
        return ()
    before = {key: dig(cluster_version, "spec", key) for key in wanted}
    return (Step(THE_CLUSTER_VERSION, write_spec(cluster_version, wanted), before, wanted),)


def _offered(snapshot: Snapshot, version: str) -> str:
    """The image of a version on offer."""
    available = sequence(dig(snapshot.cluster_version, "status", "availableUpdates"))
    conditional = [
        dig(each, "release") for each in sequence(dig(snapshot.cluster_version, "status", "conditionalUpdates"))
    ]
    for release in available:
        image = dig(release, "image")
        if dig(release, "version") == version and image:
            return str(image)
    if any(dig(release, "version") == version for release in conditional):
        raise UpgradeRefused(
            f"{version} is on offer only with known risks (status.conditionalUpdates). Read them, then give its image to accept them."
        )
    offered = [str(dig(release, "version")) for release in available]
    if not Version.of(version).known:
        raise InvalidInput(f"{version!r} is no version.")
    raise UpgradeRefused(
        "{} is not among the updates on offer in channel {} ({}). Choose one of them, another channel, or give the release's image.".format(
            version,
            dig(snapshot.cluster_version, "spec", "channel"),
            named(offered, 8) or "none; RetrievedUpdates tells why",
        )
    )
