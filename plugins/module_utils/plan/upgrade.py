# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a wish to writes of ClusterVersion/version and of the admin acknowledgements."""

from __future__ import annotations

from typing import Any

from ..model.cluster import Snapshot
from ..model.errors import InvalidInput, UpgradeRefused, named
from ..model.gates import Gate, boot_images_decided, gates
from ..model.objects import ADMIN_ACKS, THE_CLUSTER_VERSION, dig, mapping, sequence
from ..model.offers import offer, offers
from ..model.steps import MergePatch, Step, write_spec
from ..model.version import Version
from ..model.wish import UpgradeWish

ALL = "all"
OPENSHIFT_CHANNELS = ("eus-", "fast-", "candidate-")


def acknowledgements(snapshot: Snapshot, wish: UpgradeWish) -> tuple[Step, ...]:
    """Acknowledge the open gates that are named, or all where that was said.

    None once the version is accepted: what is open then are the gates of the release after it. A gate about boot images is acknowledged by what
    somebody has configured, whoever names it.

    :raises InvalidInput: a gate that is named does not exist on this cluster.
    :raises UpgradeRefused: a gate about boot images is named and nobody has said what becomes of them.
    """
    if wish.version is not None and dig(snapshot.cluster_version, "status", "history", 0, "version") == wish.version:
        return ()
    known = mapping(dig(snapshot.gates, "data"))
    given = mapping(dig(snapshot.acks, "data"))
    # A gate that was acknowledged may be gone by now: operators take theirs away when their cause is gone.
    unknown = [
        key
        for key in wish.acknowledge
        if key not in (ALL, *known, *given) and not _of_the_release_between(snapshot, key, wish)
    ]
    if unknown:
        raise InvalidInput(
            "acknowledge names {}, which this cluster has no admin gate for. There are: {}.".format(
                named(unknown), named(sorted(known)) or "none"
            )
        )
    keys = [gate.name for gate in gates(snapshot) if not gate.acknowledged and _answered(snapshot, gate, wish)]
    if not keys:
        return ()
    acks = dict.fromkeys(keys, "true")
    return (Step(ADMIN_ACKS, MergePatch({"data": acks}), {"data": dict.fromkeys(keys)}, {"data": acks}),)


def _answered(snapshot: Snapshot, gate: Gate, wish: UpgradeWish) -> bool:
    if not gate.about_boot_images:
        return ALL in wish.acknowledge or gate.name in wish.acknowledge
    if gate.name not in wish.acknowledge and ALL not in wish.acknowledge and not _later_minor(snapshot, wish):
        return False
    decided = boot_images_decided(snapshot)
    if gate.name in wish.acknowledge and not decided:
        raise UpgradeRefused(
            f"{gate.name} is not acknowledged blindly: nobody has said whether boot images are to be managed ({gate.text.strip()}) "
            "Say so with managed_boot_images; then it is acknowledged by that."
        )
    return decided


def _later_minor(snapshot: Snapshot, wish: UpgradeWish) -> bool:
    return Version.of(wish.version or "").release > Version.of(snapshot.current_version).release


def _of_the_release_between(snapshot: Snapshot, key: str, wish: UpgradeWish) -> bool:
    """With two versions to go, gates of the first are only known once the cluster is there."""
    here = "ack-{}.{}-".format(*Version.of(snapshot.current_version).release)
    return wish.control_plane_only and key.startswith("ack-") and not key.startswith(here)


def upgrade(snapshot: Snapshot, wish: UpgradeWish) -> tuple[Step, ...]:
    """The write that asks for the version and channel; none where the cluster is there, on its way, or asked already.

    Version and image are written together, with all four keys, because a merge patch would keep an earlier force: true.

    :raises UpgradeRefused: another upgrade is under way, or the version is not on offer and no image is given.
    """
    insist_on_channel(snapshot, wish)
    cluster_version = snapshot.cluster_version
    wanted: dict[str, Any] = {}
    if wish.channel is not None and wish.channel != dig(cluster_version, "spec", "channel"):
        wanted["channel"] = wish.channel
    newest = mapping(dig(cluster_version, "status", "history", 0))
    if wish.version is not None and not _is(newest, wish.version, wish.image):
        if newest.get("state") == "Partial":
            refuse_retarget(str(newest.get("version")), wish)
        asked = mapping(dig(cluster_version, "spec", "desiredUpdate"))
        asked_image = asked.get("image") if asked.get("version") == wish.version else None
        image = wish.image or asked_image or _offered(snapshot, wish)
        if (asked.get("version"), asked.get("image"), bool(asked.get("force"))) != (wish.version, image, False):
            wanted["desiredUpdate"] = {"version": wish.version, "image": image, "architecture": "", "force": False}
    if not wanted:
        return ()
    before = {key: dig(cluster_version, "spec", key) for key in wanted}
    return (Step(THE_CLUSTER_VERSION, write_spec(cluster_version, wanted), before, wanted),)


def insist_on_channel(snapshot: Snapshot, wish: UpgradeWish) -> None:
    """:raises InvalidInput: OKD is asked for a channel of OpenShift's; the graph would answer that it knows none, and offer nothing any more."""
    if Version.of(snapshot.current_version).okd and str(wish.channel).startswith(OPENSHIFT_CHANNELS):
        raise InvalidInput(
            f"channel: OKD has no {wish.channel}; its channels are stable-scos-4 and its kin (eus-, fast- and candidate- are OpenShift's)."
        )


def refuse_retarget(under_way: str, wish: UpgradeWish) -> None:
    """:raises UpgradeRefused: unless it is asked for, and within the minor release: the Cluster Version Operator takes no other."""
    same_minor = Version.of(under_way).release == Version.of(str(wish.version)).release
    if wish.retarget and same_minor:
        return
    way_out = (
        "Within the minor release, retarget: true asks for it all the same."
        if same_minor
        else "Another minor release is never taken meanwhile."
    )
    raise UpgradeRefused(
        f"The cluster is already on its way to {under_way}; {wish.version} is not started on top of it. "
        f"Wait until it is Completed. {way_out}"
    )


def _is(entry: Any, version: str, image: str | None) -> bool:
    return dig(entry, "version") == version and image in (None, dig(entry, "image") or image)


def _offered(snapshot: Snapshot, wish: UpgradeWish) -> str:
    """The image of a version on offer, or of the version before, which is never on offer."""
    version = str(wish.version)
    found = offer(snapshot.cluster_version, version)
    if found and found.image:
        left = [risk for risk in found.risks if risk.name not in wish.accept_risks]
        if left:
            told = " ".join(f"{risk.name}: {risk.message} {risk.url}".rstrip() for risk in left)
            raise UpgradeRefused(
                f"{version} is on offer only with known risks (status.conditionalUpdates). {told} "
                "Read them, then take each by its name with accept_risks, or give the release's image to accept them."
            )
        return found.image
    for entry in sequence(dig(snapshot.cluster_version, "status", "history")):
        if dig(entry, "version") == version and dig(entry, "image"):
            return str(entry["image"])
    if not Version.of(version).known:
        raise InvalidInput(f"{version!r} is no version.")
    raise UpgradeRefused(
        "{} is not among the updates on offer in channel {} ({}). Choose one of them, another channel, or give the release's image.".format(
            version,
            dig(snapshot.cluster_version, "spec", "channel"),
            named([each.version for each in offers(snapshot.cluster_version) if not each.risks], 8)
            or "none; RetrievedUpdates tells why",
        )
    )
