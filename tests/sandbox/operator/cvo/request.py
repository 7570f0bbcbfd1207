# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What spec.desiredUpdate asks for: valid or not, and which payload it means."""

from __future__ import annotations

from dataclasses import dataclass

from ..kube import JsonObject


@dataclass(frozen=True)
class Nothing:
    """No request, or one for what is being reconciled already."""


@dataclass(frozen=True)
class Invalid:
    message: str


@dataclass(frozen=True)
class Wanted:
    """A payload to retrieve. `version` may be empty when only an image was given; then the payload tells."""

    version: str
    image: str
    force: bool


Request = Nothing | Invalid | Wanted


def judge(cluster_version: JsonObject) -> Request:
    """version alone is looked up in availableUpdates only; in the history it is valid but silently ignored."""
    wanted = cluster_version.get("spec", {}).get("desiredUpdate") or {}
    version, image = wanted.get("version", ""), wanted.get("image", "")
    status = cluster_version.get("status", {})
    if not version and not image:
        return Nothing()
    if not image:
        found = [update for update in status.get("availableUpdates") or [] if update["version"] == version]
        if not found:
            known = [status.get("desired") or {}, *(status.get("history") or [])]
            if any(entry.get("version") == version for entry in known):
                return Nothing()
            return Invalid(_invalid(version, "when image is empty the update must be an available update"))
        if len(found) > 1:
            return Invalid(
                _invalid(version, "there are multiple possible payloads for this version, specify the exact image")
            )
        image = found[0]["image"]
    if image == (status.get("desired") or {}).get("image"):
        return Nothing()
    return Wanted(version, image, bool(wanted.get("force")))


def payload_version(wanted: Wanted, cluster_version: JsonObject, release_image: dict[str, str]) -> str | None:
    """The version of the image's payload; None when no release has that image. `release_image`: image -> version."""
    status = cluster_version.get("status", {})
    conditional = [update["release"] for update in status.get("conditionalUpdates") or []]
    for update in [*(status.get("availableUpdates") or []), *conditional, *(status.get("history") or [])]:
        if update.get("image") == wanted.image:
            return update["version"]
    return release_image.get(wanted.image)


def _invalid(version: str, why: str) -> str:
    return f'The cluster version is invalid: spec.desiredUpdate.version: Invalid value: "{version}": {why}'
