# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose tokens are sent to Google: google-auth's own chain, those of the options, or the cluster's own secret's."""

from __future__ import annotations

import os
from typing import Any

from ..model.errors import CloudUnauthorized, InvalidInput
from ..model.objects import Json
from .gcp_options import MACHINE, SERVICE_ACCOUNT, THE_SECRET, TOKEN, Given, Options

_GENERATE = "{}/v1/projects/-/serviceAccounts/{}:generateAccessToken"


def credentials(options: Options, given: Given | None, request: Any) -> Any:
    """google-auth's credentials, which renew themselves as far as they can.

    :param given: those of the cluster's secret, in place of options and chain.
    :param request: google-auth's transport, for looking for a metadata server.
    :raises BootImageError: CloudUnauthorized, InvalidInput; besides whatever google-auth raises.
    """
    scopes = list(options.scopes)
    if given is not None:
        found = _federated(given, scopes) if given.federated else _account(given.info, scopes, str(THE_SECRET))
    elif options.kind == TOKEN:
        from google.oauth2.credentials import Credentials

        found = Credentials(options.access_token)
    elif options.kind == SERVICE_ACCOUNT:
        found = _account(options.account(), scopes, "gcp.service_account_file or _contents")
    elif options.kind == MACHINE:
        from google.auth.compute_engine import Credentials as Machine

        found = Machine(service_account_email=options.service_account_email or "default", scopes=scopes)
    else:
        import google.auth

        found, _project = google.auth.default(scopes=scopes, request=request)
    return _impersonating(_placed(found, options), options)


def _account(info: Json, scopes: list[str], where: str) -> Any:
    from google.oauth2 import service_account

    kind = info.get("type")
    if kind != "service_account":
        raise InvalidInput(
            f"{where} holds credentials of type {kind!r}, and no service account's key. Set GOOGLE_APPLICATION_CREDENTIALS to such a file instead."
        )
    try:
        return service_account.Credentials.from_service_account_info(dict(info), scopes=scopes)
    except (ValueError, TypeError, AttributeError) as error:  # the chain of causes could show the key
        what = str(error) if "missing fields" in str(error) else "its private_key cannot be read"
        raise InvalidInput(f"{where} is no usable service account's key: {what}.") from None


def _federated(given: Given, scopes: list[str]) -> Any:
    """Workload identity federation, as ccoctl sets it up: some pod's token, exchanged for one of Google."""
    from google.auth import identity_pool

    if not os.access(given.token_file, os.R_OK):
        account = str(given.info.get("service_account_impersonation_url") or "").rpartition("/")[2].partition(":")[0]
        raise CloudUnauthorized(
            f"{THE_SECRET} has no key in it: it is set up for workload identity, and tells how the cluster's own pods become "
            f"{account or 'a service account'} with the token in {given.token_file}, which cannot be read here. Give other credentials in the option gcp."
        )
    try:
        return identity_pool.Credentials.from_info(dict(given.info), scopes=scopes)
    except (ValueError, TypeError, AttributeError, KeyError):
        raise InvalidInput(f"{THE_SECRET} is no usable configuration of workload identity.") from None


def _placed(found: Any, options: Options) -> Any:
    """With the endpoints of the options in place of Google's, where google-auth has a way to say so."""
    if options.universe_domain and hasattr(found, "with_universe_domain"):
        found = found.with_universe_domain(options.universe_domain)
    federated = hasattr(found, "token_info_url")  # names its own endpoint, and goes on using it whatever it is told
    if options.token_url and hasattr(found, "with_token_uri") and not federated:
        found = found.with_token_uri(options.token_url)
    return found


def _impersonating(source: Any, options: Options) -> Any:
    target = options.impersonate_service_account
    if not target:
        return source
    from google.auth import impersonated_credentials

    root = (options.iam_endpoint_url or "").rstrip("/")
    return impersonated_credentials.Credentials(
        source_credentials=source,
        target_principal=target,
        target_scopes=list(options.scopes),
        delegates=list(options.impersonation_delegates) or None,
        iam_endpoint_override=_GENERATE.format(root, target) if root else None,
    )
