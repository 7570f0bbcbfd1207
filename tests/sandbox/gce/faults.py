# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Google can be told to do wrong, what it was asked, and its answers that are errors, in the words that its clients show."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request. I(status) is the answer's."""

    api: str
    """C(images.get), C(images.getFromFamily), C(token), C(generateAccessToken), C(sts) or C(metadata)."""
    subject: str
    """The image, the kind of grant, the service account, or the path."""
    who: str
    """Whose token came along, if it was known."""
    parameters: dict[str, str]
    status: int


@dataclass(frozen=True)
class Throttled:
    """An answer in place of the right one."""

    status: int = 429
    retry_after: str = ""
    reason: str = "rateLimitExceeded"


@dataclass
class Faults:
    """Everything off. Changes count from the next request on."""

    throttle: list[Throttled] = field(default_factory=list)
    """Answers to the next requests for images, one each."""
    unavailable_tokens: int = 0
    """So many of the next requests for tokens are answered with 503."""
    api_disabled: bool = False
    iam_api_disabled: bool = False
    refused_tokens: int = 0
    """So many of the next tokens that come along are refused with 401, good as they are."""
    quota_project_denied: bool = False
    perimeter: frozenset[str] = frozenset()
    """Projects that VPC Service Controls forbid."""
    clock: float = 0.0
    """Seconds that Google's clock is ahead of ours."""
    garbage: bytes | None = None
    """Sent in place of an image, with status 200."""
    cut: int = 0
    """So many of the next requests for images have their connection closed without an answer."""
    slow: threading.Event | None = None
    """Images wait for this."""


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status, self.body, self.headers = status, body, headers or {}


def refused(code: int, message: str, reason: str, domain: str = "global", **more: Any) -> Refused:
    """In the format of Compute Engine. :param more: C(status), which some answers have besides."""
    told = {"message": message, "domain": domain, "reason": reason}
    return Refused(code, {"error": {"code": code, "message": message, "errors": [told], **more}})


def detailed(status: int, message: str, code: str, reason: str, **metadata: str) -> Refused:
    """In the format of newer APIs (google.rpc.ErrorInfo)."""
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": metadata,
    }
    return Refused(status, {"error": {"code": status, "message": message, "status": code, "details": [info]}})


def oauth(error: str, description: str, status: int = 400) -> Refused:
    """In the format of a token endpoint (RFC 6749)."""
    return Refused(status, {"error": error, "error_description": description})


def check(faults: Faults, project: str) -> None:
    """Refuse a request for an image as told. Raises Refused."""
    if faults.throttle:
        told = faults.throttle.pop(0)
        answer = refused(told.status, "Quota exceeded for quota metric 'Read requests'", told.reason, "usageLimits")
        answer.headers = {"Retry-After": told.retry_after} if told.retry_after else {}
        raise answer
    if faults.api_disabled:
        message = (
            "Compute Engine API has not been used in project 123456789012 before or it is disabled. Enable it by visiting "
            "https://console.developers.google.com/apis/api/compute.googleapis.com/overview?project=123456789012 then retry."
        )
        raise refused(403, message, "accessNotConfigured", "usageLimits", status="PERMISSION_DENIED")
    if faults.quota_project_denied:
        message = (
            "Caller does not have required permission to use project billing-1. Grant the caller the roles/serviceusage.serviceUsageConsumer "
            "role, or a custom role with the serviceusage.services.use permission."
        )
        raise detailed(403, message, "PERMISSION_DENIED", "USER_PROJECT_DENIED", consumer="projects/billing-1")
    if project in faults.perimeter:
        message = "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: 5ecre7"
        raise refused(403, message, "forbidden")
