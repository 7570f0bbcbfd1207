# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors this collection raises: one small tree, each with what was tried, on what object, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class BootImageError(Exception):
    """Anything that ends a module with C(failed); I(reason) is its stable code in docs/reason-codes.md."""

    reason = "error"

    def __init__(self, message: str, result: Mapping[str, Any] | None = None) -> None:
        """:param result: what the module found or did all the same; it goes into the failed result."""
        super().__init__(message)
        self.result = dict(result or {})


class MissingLibrary(BootImageError):
    """A Python package that the module needs is not installed where the module runs."""

    reason = "missing_library"


class ConnectionFailed(BootImageError):
    """The API server could not be reached or did not answer in time, or no way to reach it is configured."""

    reason = "connection_failed"


class CertificateRefused(BootImageError):
    """The API server's certificate is not to be trusted: of another CA, for another name, or not valid at this machine's time."""

    reason = "certificate_refused"


class ProxyRefused(BootImageError):
    """The proxy on the way to the API server does not let us through."""

    reason = "proxy_refused"


class Unauthorized(BootImageError):
    """The API server does not know these credentials (401)."""

    reason = "unauthorized"


class Forbidden(BootImageError):
    """The user lacks a right (403)."""

    reason = "forbidden"


class NotFound(BootImageError):
    """The object, or its kind, does not exist on this cluster (404)."""

    reason = "not_found"


class NotServed(NotFound):
    """The API server does not serve the kind at all: it is not installed, or not for the moment. Says nothing about objects."""


class NotGathered(BootImageError):
    """Nobody knows whether it exists: it was not written into the must-gather."""

    reason = "not_gathered"


class Conflict(BootImageError):
    """The object changed between our read and our write (409, or a failed JSON patch test)."""

    reason = "conflict"


class Rejected(BootImageError):
    """The API server's validation or admission refused a write (400, 422, policy)."""

    reason = "rejected"


class ServerFailed(BootImageError):
    """The API server answered with an error of its own after every retry (5xx, 429, broken body)."""

    reason = "server_failed"


class Gone(ServerFailed):
    """The API server has forgotten the state that a page or a watch was to go on from (410); a list from the start mends it."""


class NotOpenShift(BootImageError):
    """The cluster does not serve OpenShift's configuration API."""

    reason = "not_openshift"


class Unsupported(BootImageError):
    """This cluster's release or platform cannot express what was asked."""

    reason = "unsupported"


class InvalidInput(BootImageError):
    """An option's value is not usable, alone or on this cluster."""

    reason = "invalid_input"


class InvalidStream(BootImageError):
    """CoreOS stream metadata is missing or not usable."""

    reason = "invalid_stream"


class InvalidRecord(BootImageError):
    """A record of the ConfigMap boot-image-history does not exist or cannot be used."""

    reason = "invalid_record"


class NotTried(BootImageError):
    """Nothing was written to the set, because I(max_failures) others had failed before."""

    reason = "not_tried"


class WrittenBack(BootImageError):
    """The server took our write, but the set does not hold it any more."""

    reason = "written_back"


class RiskNotAccepted(BootImageError):
    """The change would do harm that nobody has accepted by its code."""

    reason = "risk_not_accepted"


class WaitTimedOut(BootImageError):
    """Something was still outstanding when I(wait_timeout) ended."""

    reason = "wait_timed_out"


class SetsFailed(BootImageError):
    """The work is done as far as it could be; some machine sets failed, each with its reason in the result."""

    reason = "machine_sets_failed"


class UpgradeRefused(BootImageError):
    """The upgrade was not started, or the Cluster Version Operator refused it."""

    reason = "upgrade_refused"


class CloudUnauthorized(BootImageError):
    """The cloud knows no credentials, does not accept them, or they have expired."""

    reason = "cloud_unauthorized"


class CloudForbidden(BootImageError):
    """The credentials are good, but lack a right that the message names."""

    reason = "cloud_forbidden"


class CloudFailed(BootImageError):
    """The cloud could not be reached, held us back for too long, or answered with an error of its own."""

    reason = "cloud_failed"


class RegionUnavailable(BootImageError):
    """The region does not exist, or is not enabled for the account."""

    reason = "region_unavailable"


class ImageCopyFailed(BootImageError):
    """An image could not be copied into a region: nothing to copy from, or the copy ended in a failure."""

    reason = "image_copy_failed"


class PruningFailed(BootImageError):
    """Machine sets are done, but copies of images that nobody names any more could not all be deregistered."""

    reason = "pruning_failed"


def named(names: Sequence[str], limit: int = 5) -> str:
    """Names for a message: all of them when few, the first I(limit) and a count when many."""
    shown = ", ".join(names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"
