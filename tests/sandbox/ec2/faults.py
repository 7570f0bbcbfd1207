# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What EC2 can be told to do wrong, and what it was asked."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Call:
    """One request. I(outcome) is C(ok) or EC2's error code."""

    action: str
    region: str
    access_key: str
    session_token: str
    parameters: dict[str, str]
    outcome: str


@dataclass
class Faults:
    """Everything off. Changes count from the next request on."""

    throttle: dict[str, int] = field(default_factory=dict)
    """How many requests of an action are refused with RequestLimitExceeded before one is let through."""
    expired: bool = False
    accepted_keys: frozenset[str] | None = None
    """Access keys that are known; None: all."""
    denied: frozenset[str] = frozenset()
    """Rights that the user lacks, e.g. C(ec2:CopyImage)."""
    allowed: frozenset[str] | None = None
    """All rights of EC2 that the user has, as an IAM policy lists them; None: every one."""
    disabled_regions: frozenset[str] = frozenset()
    """Answer AuthFailure, as regions do that the account has not enabled."""
    opt_in_regions: frozenset[str] = frozenset()
    """Answer OptInRequired."""
    page: int = 1000
    """At most so many images an answer, whatever MaxResults says."""
    copy_seconds: float = 0.0
    """How long a copy is pending."""
    hidden_seconds: float = 0.0
    """How long a copy is not among the answers of DescribeImages yet."""
    failing_copies: int = 0
    """So many of the next copies end as failed."""
    held: threading.Event | None = None
    """CopyImage takes effect, but its answer waits for this."""
    reached: threading.Event = field(default_factory=threading.Event)
    """Set when an answer is held."""


class Refused(Exception):
    """An answer of EC2 that is an error."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


def check(faults: Faults, action: str, region: str, access_key: str) -> None:
    """Refuse as told. Raises Refused."""
    service = "sts" if action.startswith(("AssumeRole", "GetCallerIdentity")) else "ec2"
    if service == "ec2" and region in faults.disabled_regions:
        raise Refused("AuthFailure", "AWS was not able to validate the provided access credentials", 401)
    if service == "ec2" and region in faults.opt_in_regions:
        raise Refused("OptInRequired", "You are not subscribed to this service.", 401)
    if faults.accepted_keys is not None and access_key and access_key not in faults.accepted_keys:
        raise Refused("AuthFailure", "AWS was not able to validate the provided access credentials", 401)
    if faults.expired:
        raise Refused("RequestExpired", "Request has expired.")
    deny(faults, f"{service}:{action}")
    if faults.throttle.get(action, 0) > 0:
        faults.throttle[action] -= 1
        raise Refused("RequestLimitExceeded", "Request limit exceeded.", 503)


def may(faults: Faults, right: str) -> bool:
    """Whether the user has a right."""
    listed = faults.allowed is None or not right.startswith("ec2:") or right in faults.allowed
    return listed and right not in faults.denied


def deny(faults: Faults, right: str) -> None:
    """Refuse what the user has no right to. Raises Refused."""
    if not may(faults, right):
        raise Refused(
            "UnauthorizedOperation",
            f"You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/ansible is not authorized to perform: "
            f"{right} because no identity-based policy allows the {right} action. Encoded authorization failure message: 5ecre7blob",
            403,
        )
