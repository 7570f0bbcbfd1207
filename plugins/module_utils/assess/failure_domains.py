# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A control plane's failure domains: where its machines stand, and on vSphere which template they boot.

The control plane machine set operator merges a failure domain into the template's providerSpec when it makes a machine. The machine config
operator writes the template's providerSpec only, and so do we.
"""

from __future__ import annotations

from ..model.cluster import MachineSet
from ..model.objects import CONTROL_PLANE_MACHINE_SET, dig, sequence
from ..model.verdict import FailureDomain
from ..platforms.base import Platform, Site


def failure_domains(machine_set: MachineSet, platform: Platform | None, site: Site) -> tuple[FailureDomain, ...]:
    """Every failure domain of a ControlPlaneMachineSet; none of a MachineSet, which has none."""
    if platform is None or machine_set.kind != CONTROL_PLANE_MACHINE_SET:
        return ()
    template = machine_set.provider_spec_path[:3]
    found = dig(machine_set.object, *template, "failureDomains", platform.name.lower())
    return tuple(platform.failure_domain(each, site) for each in sequence(found))


def images(domains: tuple[FailureDomain, ...]) -> tuple[str, ...]:
    """The images that they name in place of the providerSpec's, each once."""
    return tuple(dict.fromkeys(each.image for each in domains if each.image))
