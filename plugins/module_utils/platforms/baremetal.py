# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bare metal: since 4.10 nodes install themselves from the release's payload; older installs name a cached image instead."""

from __future__ import annotations

import re
from typing import Any

from ..model import reasons
from ..model.objects import Json, dig
from ..model.verdict import Change, Failed, Skip
from .base import Entry, Offer, Site, Target, Usual
from .uploads import change

METHOD = "install_coreos"
"""The C(customDeploy.method) that installs from the payload."""
_FROM_PAYLOAD = Target(METHOD, {"customDeploy": {"method": METHOD}, "image": {"url": "", "checksum": ""}})
_CACHED = re.compile(r"https?://[^/]+:618[01]/images/([^/]+)/cached-\1")
"""How installers up to 4.9 named the image that Metal3 caches (installer, pkg/asset/machines/baremetal/machines.go)."""
_COREOS = re.compile(r"^(?:rhcos|scos|fedora-coreos)-")


class BareMetal(Usual):
    name = "BareMetal"

    def current(self, spec: Json) -> str | Skip | Failed:
        """The image's URL where there is one, else the method of deployment."""
        for key in ("image", "customDeploy"):
            if not isinstance(spec.get(key), (dict, type(None))):
                return Failed(reasons.PROVIDER_SPEC_INVALID, f"providerSpec.value.{key} is no mapping.")
        url, method = dig(spec, "image", "url"), dig(spec, "customDeploy", "method")
        if not isinstance(url, (str, type(None))) or not isinstance(method, (str, type(None))):
            return Failed(reasons.PROVIDER_SPEC_INVALID, "image.url or customDeploy.method is no text.")
        return url or method or Skip(reasons.IMAGE_UNSET, "Neither image.url nor customDeploy.method is set.")

    def target(self, spec: Json, entry: Entry, site: Site) -> Offer:
        """Every architecture and stream alike: the image is part of the payload, not of the stream."""
        if self.current(spec) == METHOD:
            return Skip(reasons.PROVISIONED_FROM_PAYLOAD, "Nodes install themselves from the release's payload.")
        return _FROM_PAYLOAD

    def explicit(self, image: str) -> Target | Failed:
        if image != METHOD:
            message = f"{image!r} cannot be named: bare metal boots the release's payload ({METHOD})."
            return Failed(reasons.PROVIDER_SPEC_INVALID, message)
        return _FROM_PAYLOAD

    def image_fields(self, spec: Json) -> tuple[tuple[Any, ...], ...]:
        return (("customDeploy",), ("image",))

    def changes(self, spec: Json, target: Target) -> tuple[Change, ...]:
        if self.current(spec) == target.text:
            return ()
        return tuple(each for key, value in target.value.items() for each in change(spec, key, value))

    def custom(self, spec: Json, site: Site) -> str | None:
        """The installer's image is the cached copy of the file that Provisioning names; where that cannot be read, its name tells."""
        current = self.current(spec)
        if not isinstance(current, str) or current == METHOD:
            return None
        cached = _CACHED.fullmatch(current)
        if not cached:
            return f"{current} is not the image that the installer had Metal3 cache."
        source = dig(site.provisioning, "spec", "provisioningOSDownloadURL")
        if isinstance(source, str) and source and _file(source) != cached.group(1):
            return f"{current} is not the image of Provisioning's provisioningOSDownloadURL {source}."
        return None if _COREOS.match(cached.group(1)) else f"{current} is no image of CoreOS by its name."


def _file(url: str) -> str:
    """The file's name as Metal3 caches it: without query and compression."""
    return re.sub(r"\.(?:gz|xz)$", "", url.split("?")[0].split("#")[0].rsplit("/", 1)[-1])
