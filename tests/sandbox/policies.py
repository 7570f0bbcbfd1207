# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Machine Config Operator's ValidatingAdmissionPolicies of a release, written anew; the API server enforces them.

Names, rules and messages are those of the operator's manifests as they were watched at work.
"""

from __future__ import annotations

from typing import Any

PLATFORM_CHECK = "managed-bootimages-platform-check"
CPMS_PLATFORM_CHECK = "managed-bootimages-cpms-platform-check"
GUARDS = "machine-configuration-guards"

CPMS_PLATFORMS = ("GCP", "AWS", "Azure")


def managed_platforms(minor: tuple[int, int]) -> tuple[str, ...]:
    """The platforms on which a release lets spec.managedBootImages be set."""
    if minor <= (4, 16):
        return ("GCP",)
    if minor <= (4, 19):
        return ("GCP", "AWS")
    if minor <= (4, 20):
        return ("GCP", "AWS", "VSphere")
    return ("GCP", "AWS", "VSphere", "Azure")


def platform_message(minor: tuple[int, int]) -> str:
    """What the release tells those on another platform."""
    return f"This feature is only supported on these platforms: {', '.join(managed_platforms(minor))}"


def policies(minor: tuple[int, int]) -> list[dict[str, Any]]:
    """The policies of a release and their bindings."""
    found = [
        _policy(
            GUARDS,
            "object.metadata.name == 'cluster'",
            "Only a single object of MachineConfiguration is allowed and it must be named cluster.",
        ),
        _policy(
            PLATFORM_CHECK,
            f"!has(object.spec.managedBootImages) || {_platform_in(managed_platforms(minor))}",
            platform_message(minor),
            infrastructure=True,
        ),
    ]
    if minor >= (4, 22):
        cpms = (
            "has(object.spec.managedBootImages) && has(object.spec.managedBootImages.machineManagers) && "
            "object.spec.managedBootImages.machineManagers.exists(m, m.resource == 'controlplanemachinesets')"
        )
        message = "The control plane machineset boot image update feature is only supported on these platforms: "
        found.append(
            _policy(
                CPMS_PLATFORM_CHECK,
                f"!({cpms}) || {_platform_in(CPMS_PLATFORMS)}",
                message + ", ".join(CPMS_PLATFORMS),
                infrastructure=True,
            )
        )
    return found + [_binding(policy) for policy in found]


def _platform_in(platforms: tuple[str, ...]) -> str:
    names = ", ".join(f"'{name}'" for name in platforms)
    return f"params.status.platformStatus.type in [{names}]"


def _policy(name: str, expression: str, message: str, infrastructure: bool = False) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "failurePolicy": "Fail",
        "matchConstraints": {
            "matchPolicy": "Equivalent",
            "resourceRules": [
                {
                    "apiGroups": ["operator.openshift.io"],
                    "apiVersions": ["v1"],
                    "operations": ["CREATE", "UPDATE"],
                    "resources": ["machineconfigurations"],
                    "scope": "*",
                }
            ],
        },
        "validations": [{"expression": expression, "message": message}],
    }
    if infrastructure:
        spec["paramKind"] = {"apiVersion": "config.openshift.io/v1", "kind": "Infrastructure"}
    return _object("ValidatingAdmissionPolicy", name, spec)


def _binding(policy: dict[str, Any]) -> dict[str, Any]:
    name = policy["metadata"]["name"]
    spec: dict[str, Any] = {"policyName": name, "validationActions": ["Deny"]}
    if "paramKind" in policy["spec"]:
        spec["paramRef"] = {"name": "cluster", "parameterNotFoundAction": "Deny"}
    return _object("ValidatingAdmissionPolicyBinding", f"{name}-binding", spec)


def _object(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "admissionregistration.k8s.io/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}
