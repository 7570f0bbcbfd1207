# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where tokens come from: the OAuth endpoint, impersonation, the Security Token Service, the metadata server."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from .catalogue import OWN_PROJECT
from .faults import Faults, Refused, detailed, oauth
from .principals import Principals, Token

AUDIENCE = "https://oauth2.googleapis.com/token"
JWT, REFRESH = "urn:ietf:params:oauth:grant-type:jwt-bearer", "refresh_token"
CLOUD, IAM = "https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/iam"
MACHINE = f"machines@{OWN_PROJECT}.iam.gserviceaccount.com"
"""The service account of the virtual machine that the metadata server belongs to."""


def grant(principals: Principals, faults: Faults, form: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """The OAuth endpoint. Gives whose token it is, and the answer."""
    if form.get("grant_type") == JWT:
        who, scopes = _asserted(principals, faults, form.get("assertion", ""))
    elif form.get("grant_type") == REFRESH:
        found = principals.refresh_tokens.get(form.get("refresh_token", ""))
        if not found:
            raise oauth("invalid_grant", "Token has been expired or revoked.")
        who, scopes = found, form.get("scope") or CLOUD
    else:
        raise oauth("unsupported_grant_type", "Invalid grant_type: " + form.get("grant_type", ""))
    return who, {"access_token": principals.issue(who, scopes), "expires_in": 3599, "token_type": "Bearer"}


def _asserted(principals: Principals, faults: Faults, assertion: str) -> tuple[str, str]:
    account = principals.issuer(assertion)
    if account is None or account.deleted:
        raise oauth("invalid_grant", "Invalid grant: account not found")
    claims = account.claims(assertion)
    if claims is None or account.key_deleted:
        raise oauth("invalid_grant", "Invalid JWT Signature.")
    now = time.time() + faults.clock
    if not claims["iat"] - 300 < now < claims["exp"] or claims["exp"] - claims["iat"] > 3600:
        raise oauth(
            "invalid_grant",
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in "
            "the JWT claim.",
        )
    if claims["aud"] != AUDIENCE:
        raise oauth("invalid_grant", "Invalid JWT: Failed audience check.")
    return account.email, claims["scope"]


def impersonate(
    principals: Principals, faults: Faults, caller: Token | None, email: str, body: Any
) -> tuple[str, dict[str, Any]]:
    """iamcredentials' generateAccessToken."""
    if faults.iam_api_disabled:
        message = (
            "IAM Service Account Credentials API has not been used in project 123456789012 before or it is disabled."
        )
        raise detailed(403, message, "PERMISSION_DENIED", "SERVICE_DISABLED", service="iamcredentials.googleapis.com")
    if caller is None or not caller.scopes & {IAM, CLOUD}:
        raise detailed(
            403,
            "Request had insufficient authentication scopes.",
            "PERMISSION_DENIED",
            "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        )
    right = "iam.serviceAccounts.getAccessToken"
    chain = [caller.email, *(each.rpartition("/")[2] for each in body.get("delegates") or []), email]
    if any(not principals.may(source, right, target) for source, target in pairwise(chain)):
        message = f"Permission '{right}' denied on resource (or it may not exist)."
        raise detailed(403, message, "PERMISSION_DENIED", "IAM_PERMISSION_DENIED", permission=right)
    until = datetime.now(UTC) + timedelta(hours=1)
    token = principals.issue(email, " ".join(body["scope"]))
    return email, {"accessToken": token, "expireTime": until.strftime("%Y-%m-%dT%H:%M:%SZ")}


def exchange(principals: Principals, form: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """The Security Token Service: a pod's token for one of Google."""
    who = principals.subject_tokens.get(form.get("subject_token", ""))
    if who is None:
        raise oauth("invalid_grant", "The given credential is rejected by the attribute condition.")
    token = principals.issue(who, form.get("scope") or CLOUD)
    kind = "urn:ietf:params:oauth:token-type:access_token"
    return who, {"access_token": token, "issued_token_type": kind, "token_type": "Bearer", "expires_in": 3599}


def metadata(principals: Principals, path: str, query: dict[str, str]) -> Any:
    """A virtual machine's metadata server."""
    scopes = query.get("scopes", CLOUD).replace(",", " ")
    answers = {
        "/": "computeMetadata/",
        "/computeMetadata/v1/project/project-id": OWN_PROJECT,
        "/computeMetadata/v1/universe/universe-domain": "googleapis.com",
    }
    if path in answers:
        return answers[path]
    account = path.removeprefix("/computeMetadata/v1/instance/service-accounts/").rstrip("/")
    if account in ("default", MACHINE):
        return {"email": MACHINE, "scopes": [CLOUD], "aliases": ["default"]}
    if account in ("default/token", MACHINE + "/token"):
        return {"access_token": principals.issue(MACHINE, scopes), "expires_in": 3599, "token_type": "Bearer"}
    raise Refused(404, "Not Found")
