# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""vSphere: the name of a template. The operator rebuilds it in place, so that its name tells nothing of its release."""

from __future__ import annotations

import re
from posixpath import normpath
from typing import Any

from ..model import reasons
from ..model.objects import Json, dig, sequence
from ..model.verdict import FAIL, SKIP, UNKNOWN, Change, Failed, FailureDomain, Outlook, Skip
from .base import Entry, Offer, Site, Target, Usual, named
from .shapes import shapes, unreadable
from .uploads import change, offered, text

_COREOS = re.compile(r"(?:^|[-_.])(?:rhcos|scos|fedora-coreos)(?:[-_.]|$)")
_SHAPES = shapes(
    text="template snapshot cloneMode workspace.server workspace.datacenter workspace.folder workspace.datastore workspace.resourcePool",
    number="numCPUs numCoresPerSocket memoryMiB diskGiB",
    mapping="workspace network credentialsSecret metadata",
    list="tagIDs network.devices",
)
_LONGEST = 80
"""Characters that vSphere takes as a template's name."""


class VSphere(Usual):
    name = "VSphere"

    def current(self, spec: Json) -> str | Skip | Failed:
        for key in ("workspace", "network"):
            if not isinstance(spec.get(key), (dict, type(None))):
                return Failed(reasons.PROVIDER_SPEC_INVALID, f"providerSpec.value.{key} is no mapping.")
        return text(spec, "template")

    def target(self, spec: Json, entry: Entry, site: Site) -> Offer:
        return offered(self.current(spec), spec.get("template"), entry, "vmware", "ova")

    def explicit(self, image: str) -> Target | Failed:
        """A template's name, or its inventory path."""
        name = image.rsplit("/", 1)[-1]
        if not 0 < len(name) <= _LONGEST or not image.isprintable():
            message = f"{image!r} is no name of a template (up to {_LONGEST} characters), nor the path to one."
            return Failed(reasons.PROVIDER_SPEC_INVALID, message)
        return Target(image, image)

    def image_fields(self, spec: Json) -> tuple[tuple[Any, ...], ...]:
        return (("template",),)

    def changes(self, spec: Json, target: Target) -> tuple[Change, ...]:
        return change(spec, "template", target.value)

    def custom(self, spec: Json, site: Site) -> str | None:
        """By its name alone. The operator does not ask: it imports the OVA in place of any template that holds another release."""
        template = self.current(spec)
        if not isinstance(template, str) or _COREOS.search(template.rsplit("/", 1)[-1]):
            return None
        return f"Template {template} is none of CoreOS by its name."

    def outlook(self, spec: Json, entry: Entry, offer: Offer, site: Site) -> Outlook | None:
        """pkg/controller/bootimage/platform_helpers.go, reconcileVSphereProviderSpec, and vsphere_helpers.go: read, not watched at work."""
        wrong = unreadable(spec, _SHAPES)
        if wrong:
            return wrong
        platform = dig(site.infrastructure, "spec", "platformSpec", "vsphere")
        if platform is None:
            message = "The operator leaves the set alone: Infrastructure has no spec.platformSpec.vsphere."
            return Outlook(SKIP, reasons.NO_FAILURE_DOMAIN, message)
        release = dig(entry.data, "artifacts", "vmware", "release")
        if not isinstance(release, str) or not release:
            message = f"The operator fails on the set: the stream has no vmware image for {entry.architecture}."
            return Outlook(FAIL, reasons.NO_TARGET, message)
        if not any(_holds(domain, spec.get("workspace")) for domain in sequence(dig(platform, "failureDomains"))):
            will = SKIP if "skips_foreign_workspaces" in site.behaves else FAIL
            verb = "skips" if will == SKIP else "fails on"
            message = f"The operator {verb} the set: its workspace matches no failure domain of Infrastructure."
            return Outlook(will, reasons.NO_FAILURE_DOMAIN, message)
        message = f"The operator rebuilds template {spec.get('template')} in place unless its product version is {release}; only vCenter tells."
        return Outlook(UNKNOWN, reasons.TEMPLATE_IN_VCENTER, message)

    def failure_domain(self, domain: Json, site: Site) -> FailureDomain:
        """A control plane's machines boot the failure domain's template, and never the providerSpec's.

        cluster-control-plane-machine-set-operator, providerconfig/vsphere.go, InjectFailureDomain: the name at the end of
        C(topology.template), or where that is not set one made of the cluster's, the region's and the zone's. Read, not watched at work.
        """
        name = named(domain, "name").name
        known = sequence(dig(site.infrastructure, "spec", "platformSpec", "vsphere", "failureDomains"))
        found = next((each for each in known if name and dig(each, "name") == name), None)
        if found is None:
            return FailureDomain(name, None, decides=True)
        template = dig(found, "topology", "template")
        if not isinstance(template, str) or not template:
            parts = (dig(site.infrastructure, "status", "infrastructureName"), dig(found, "region"), dig(found, "zone"))
            template = "{}-rhcos-{}-{}".format(*parts)
        return FailureDomain(name, template.rsplit("/", 1)[-1] or None, decides=True)


def _holds(domain: object, workspace: object) -> bool:
    """Server, datacenter and datastore must agree; resource pool and VM group where both sides name them."""
    topology = dig(domain, "topology")
    wanted = (dig(domain, "server"), dig(topology, "datacenter"), dig(topology, "datastore"))
    if wanted != tuple(dig(workspace, key) for key in ("server", "datacenter", "datastore")):
        return False
    optional = (
        (_path(dig(topology, "resourcePool")), _path(dig(workspace, "resourcePool"))),
        (dig(domain, "zoneAffinity", "hostGroup", "vmGroup"), dig(workspace, "vmGroup")),
    )
    return all(not ours or not theirs or ours == theirs for theirs, ours in optional)


def _path(value: object) -> str | None:
    return normpath(value) if isinstance(value, str) and value else None
