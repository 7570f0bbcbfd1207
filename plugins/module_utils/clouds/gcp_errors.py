# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Google answers, and what google-auth raises, turned into our errors: what was tried, what is missing, and what to do about it."""

from __future__ import annotations

import json
import re
from typing import Any

from ..model.errors import BootImageError, CloudFailed, CloudForbidden, CloudUnauthorized, MissingLibrary
from ..model.gcp_image import GcpImage
from ..model.objects import Json, dig, mapping, sequence

OLDEST = "2.29"
"""The first google-auth whose credentials all tell their universe."""
GET = "compute.images.get"
ROLE = "roles/compute.imageUser"
BUSY = {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "RATE_LIMIT_EXCEEDED"}
"""Come with 403 too."""

_PERMISSION = re.compile(r"(?:Required|Permission) '([A-Za-z.]+)'")
_LOGIN = "Log in anew with gcloud auth application-default login, or use a service account."


def missing_library(error: ImportError) -> MissingLibrary:
    return MissingLibrary(
        f"google-auth and requests are not both installed where the module runs ({error}). Install google-auth>={OLDEST} and requests, or "
        "leave out verify_images."
    )


def reasons_of(body: Any) -> set[str]:
    """Google's machine-readable reasons, of both its formats of errors."""
    error = dig(body, "error")
    old = (dig(each, "reason") for each in sequence(dig(error, "errors")))
    new = (dig(each, "reason") for each in sequence(dig(error, "details")))
    return {each for each in (*old, *new) if isinstance(each, str)}


def said(body: Any) -> str:
    """Google's words, without a final full stop."""
    message = dig(body, "error", "message")
    return " ".join(message.split()).rstrip(".") if isinstance(message, str) else ""


def refused(status: int, body: Any, image: GcpImage) -> BootImageError:
    """For an answer of images.get that is none. A missing image (404) is no error and never comes here."""
    where, words = f"images.get of {image}", said(body) or "no explanation"
    if status == 401:
        return CloudUnauthorized(
            f"{where}: Google does not accept the credentials ({words}). They are of somebody who was deleted or blocked, or the token has "
            "expired: renew them."
        )
    if status == 403:
        return _forbidden(body, image)
    if status == 429:
        return CloudFailed(f"{where}: Google held the requests back time and again ({words}). Run again later.")
    if status == 400:
        return CloudFailed(f"{where}: Google does not take the request ({words}). Check the image's name.")
    if status >= 500:
        return CloudFailed(f"{where}: Google answered {status} time and again ({words}). Run again later.")
    return CloudFailed(
        f"{where}: answer {status} ({words}), which was hardly Google's. Check the proxy and gcp.endpoint_url."
    )


def _forbidden(body: Any, image: GcpImage) -> BootImageError:
    why, words, where = reasons_of(body), said(body), f"images.get of {image}"
    if why & BUSY:
        return CloudFailed(f"{where}: Google held the requests back time and again ({words}). Run again later.")
    if why & {"accessNotConfigured", "SERVICE_DISABLED"}:
        return CloudForbidden(
            f"{where}: the Compute Engine API is off in the project of the credentials, which need not be the image's. Enable it there: gcloud "
            f"services enable compute.googleapis.com --project PROJECT. Google said: {words}."
        )
    if why & {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}:
        return CloudForbidden(
            f"{where}: the token lacks a scope. It needs https://www.googleapis.com/auth/compute.readonly: set gcp.scopes, or the instance's own "
            "access scopes where the credentials are a virtual machine's."
        )
    if "USER_PROJECT_DENIED" in why:
        return CloudForbidden(
            f"{where}: the credentials may not be billed to their quota project. Grant serviceusage.services.use there "
            f"(roles/serviceusage.serviceUsageConsumer), or name another in GOOGLE_CLOUD_QUOTA_PROJECT. Google said: {words}."
        )
    if "vpcServiceControls" in json.dumps(body) or "SECURITY_POLICY_VIOLATED" in why:
        return CloudForbidden(
            f"{where}: a VPC Service Controls perimeter forbids it. Run the module inside of the perimeter, or allow {image.project} in its egress "
            f"rules. Google said: {words}."
        )
    found = _PERMISSION.search(words)
    if found:
        return CloudForbidden(
            f"The Google credentials may not {found[1]} in project {image.project}. Grant them {found[1]} there, e.g. with {ROLE}. "
            f"Google said: {words}."
        )
    return CloudForbidden(f"{where}: Google refuses it: {words or 'no explanation'}.")


def untokened(error: Exception) -> BootImageError:
    """For anything of google-auth: no token could be had."""
    from google.auth import exceptions as google

    text = " ".join(str(error.args[0] if error.args else error).split()).rstrip(".")
    if isinstance(error, google.RefreshError):
        return _refresh(error, text)
    if isinstance(error, google.TransportError):
        return CloudFailed(
            f"No token of Google: its token endpoint cannot be reached: {text}. Check the network and the proxy where the module runs (gcp.token_url, "
            "gcp.iam_endpoint_url)."
        )
    if isinstance(error, google.DefaultCredentialsError):
        return CloudUnauthorized(f"No usable Google credentials: {text}. {FIND}")
    return CloudUnauthorized(f"No token of Google: {type(error).__name__}: {text}.")


FIND = (
    "Set GOOGLE_APPLICATION_CREDENTIALS where the module runs (AWX: a credential of type Google Compute Engine), or log in with gcloud auth "
    "application-default login, or give gcp.service_account_file or gcp.service_account_contents, or take the cluster's own with "
    "gcp.cluster_credentials."
)


def _refresh(error: Exception, text: str) -> BootImageError:
    body = _body(error)
    if "impersonated credentials" in text:
        return _impersonation(body, text)
    code, description = body.get("error"), str(body.get("error_description") or "")
    if getattr(error, "retryable", False):
        return CloudFailed(f"No token of Google: its token endpoint failed time and again ({text}). Run again later.")
    if "reasonable timeframe" in description or re.search(r"\biat\b", description):
        return CloudUnauthorized(
            f"No token of Google: the clock where the module runs is wrong: set it by NTP. Google said: {description}."
        )
    if code == "invalid_grant" and "JWT Signature" in description:
        return CloudUnauthorized(
            "No token of Google: the service account's key was deleted, or has expired (invalid_grant: Invalid JWT Signature). Make a new one."
        )
    if code == "invalid_grant" and "account not found" in description:
        return CloudUnauthorized(
            "No token of Google: the service account does not exist any more (invalid_grant: account not found)."
        )
    if code in ("invalid_grant", "invalid_rapt") or "eauthentication" in text:
        return CloudUnauthorized(f"No token of Google: the credentials have expired or were revoked ({text}). {_LOGIN}")
    if "do not contain the necessary fields" in text:
        return CloudUnauthorized(
            "Google does not accept the token of gcp.access_token: it has expired, after an hour as a rule, or is no token of Google. Give a "
            "new one."
        )
    if "metadata" in text:
        return CloudUnauthorized(
            f"No token of Google from the metadata server: {text}. Attach a service account to the virtual machine, or give other credentials."
        )
    return CloudUnauthorized(f"No token of Google: {text}.")


def _impersonation(body: Json, text: str) -> BootImageError:
    why, words = reasons_of(body), said(body)
    permission = _PERMISSION.search(words)
    if why & {"accessNotConfigured", "SERVICE_DISABLED"}:
        return CloudForbidden(
            "The service account cannot be impersonated: the IAM Service Account Credentials API is off in the project of the credentials. Enable it: "
            f"gcloud services enable iamcredentials.googleapis.com --project PROJECT. Google said: {words}."
        )
    if permission or dig(body, "error", "code") == 403:
        right = permission[1] if permission else "iam.serviceAccounts.getAccessToken"
        return CloudForbidden(
            f"The Google credentials may not {right}, so they cannot impersonate the service account, if it exists. Grant them "
            f"roles/iam.serviceAccountTokenCreator on it. Google said: {words}."
        )
    return CloudUnauthorized(f"The service account cannot be impersonated: {words or text}.")


def _body(error: Exception) -> Json:
    """What the token endpoint answered: google-auth keeps it as a mapping or as a text."""
    for each in error.args[1:]:
        if isinstance(each, str):
            try:
                return mapping(json.loads(each))
            except ValueError:
                continue
        if isinstance(each, dict):
            return each
    return {}
