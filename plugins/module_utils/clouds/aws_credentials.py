# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks AWS: boto3's own chain, options in amazon.aws' words, or the cluster's own secret. Nothing is kept, nothing can be printed."""

from __future__ import annotations

import base64
import binascii
import configparser
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable, Union

from ..model.errors import CloudUnauthorized, InvalidInput
from ..model.objects import MACHINE_API, SECRET, Json, ObjectRef, mapping

THE_SECRET = ObjectRef(SECRET, MACHINE_API, "aws-cloud-credentials")
"""May DescribeImages, CreateTags and use KMS keys, but not CopyImage, DeregisterImage or DeleteSnapshot."""
SESSION_NAME = "okd.boot_images"


ARGUMENTS: dict[str, dict[str, Any]] = {
    "profile": {"type": "str", "aliases": ["aws_profile"]},
    "access_key": {"type": "str", "no_log": False, "aliases": ["aws_access_key_id", "aws_access_key"]},
    "secret_key": {"type": "str", "no_log": True, "aliases": ["aws_secret_access_key", "aws_secret_key"]},
    "session_token": {"type": "str", "no_log": True, "aliases": ["aws_session_token"]},
    "assume_role_arn": {"type": "str", "aliases": ["iam_role_arn"]},
    "external_id": {"type": "str"},
    "cluster_credentials": {"type": "bool", "default": False},
    "endpoint_url": {"type": "str", "aliases": ["aws_endpoint_url"]},
    "aws_ca_bundle": {"type": "path"},
    "validate_certs": {"type": "bool", "default": True},
}
"""Suboptions of the modules' option I(aws); doc_fragments/aws.py says the same."""


@dataclass(frozen=True)
class Options:
    """How to reach AWS, in amazon.aws' words; an empty text counts as not given. There is no region: it comes with each question."""

    profile: str | None = None
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)
    assume_role_arn: str | None = None
    external_id: str | None = field(default=None, repr=False)
    endpoint_url: str | None = None
    aws_ca_bundle: str | None = None
    validate_certs: bool = True

    @classmethod
    def of(cls, given: Mapping[str, Any] | None) -> Options:
        """From the suboptions of a module's option I(aws)."""
        known = {
            name: value for name, value in (given or {}).items() if name in cls.__dataclass_fields__ and value != ""
        }
        return cls(**{name: value for name, value in known.items() if value is not None})

    def check(self) -> None:
        """:raises InvalidInput: the options contradict each other."""
        if bool(self.access_key) != bool(self.secret_key):
            raise InvalidInput("aws.access_key and aws.secret_key belong together: give both or neither.")
        if self.session_token and not self.access_key:
            raise InvalidInput("aws.session_token needs the aws.access_key and aws.secret_key that it was issued with.")
        if self.profile and self.access_key:
            raise InvalidInput("aws.profile and aws.access_key exclude each other: which of them is meant?")
        if self.external_id and not self.assume_role_arn:
            raise InvalidInput("aws.external_id needs aws.assume_role_arn.")
        if self.aws_ca_bundle and not os.path.exists(os.path.expanduser(self.aws_ca_bundle)):
            raise InvalidInput(f"aws.aws_ca_bundle: {self.aws_ca_bundle} does not exist.")


@dataclass(frozen=True)
class Keys:
    """Static keys, or those of a session."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class WebIdentity:
    """A role to assume with a token that some pod has in a file (STS, as ccoctl sets it up)."""

    role_arn: str
    token_file: str


Given = Union[Keys, WebIdentity]


def from_secret(secret: Json) -> Given:
    """The credentials in Secret aws-cloud-credentials: keys of their own as minted, role and token file as keys of their own as the
    machine-config-operator reads them, or an AWS file under C(credentials) as ccoctl writes it. STS goes first, as there.

    :raises InvalidInput: it holds neither; the message names keys, never values.
    """
    data = {str(key): _decoded(str(key), value) for key, value in mapping(secret.get("data")).items()}
    in_file = _from_file(data.get("credentials", ""))
    for found in (data, in_file):
        role, token_file = found.get("role_arn"), found.get("web_identity_token_file")
        if role and token_file:
            return WebIdentity(role, token_file)
    for found in (data, in_file):
        access, secret_key = found.get("aws_access_key_id"), found.get("aws_secret_access_key")
        if access and secret_key:
            return Keys(access, secret_key, found.get("aws_session_token") or None)
    held = ", ".join(sorted(data)) or "nothing"
    raise InvalidInput(
        f"{THE_SECRET} holds {held}, but neither aws_access_key_id with aws_secret_access_key nor role_arn with web_identity_token_file. "
        "Give other credentials in the option aws."
    )


def credentials(session: Any, options: Options, given: Given | None, make: Callable[..., Any]) -> Any:
    """botocore's credentials, which renew themselves where they are temporary.

    :param session: botocore's, whose chain counts where neither options nor the secret give any.
    :param given: those of the cluster's secret, in place of options and chain.
    :param make: makes a client in the region at hand, as botocore's own C(create_client), for STS.
    :raises CloudUnauthorized: there are none.
    """
    from botocore import credentials as boto

    if isinstance(given, WebIdentity):
        found = _web_identity(boto, given, make)
    elif given is not None:
        found = boto.Credentials(given.access_key, given.secret_key, given.session_token, "cluster-secret")
    elif options.access_key:
        found = boto.Credentials(options.access_key, options.secret_key, options.session_token, "option")
    else:
        found = session.get_credentials()
    if found is None:
        raise CloudUnauthorized(
            "No AWS credentials were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY where the module runs (AWX: a credential of "
            "type Amazon Web Services), or give aws.profile, or aws.access_key and aws.secret_key, or take the cluster's own with "
            "aws.cluster_credentials."
        )
    return _assumed(boto, found, options, make) if options.assume_role_arn else found


def _web_identity(boto: Any, given: WebIdentity, make: Callable[..., Any]) -> Any:
    if not os.access(given.token_file, os.R_OK):
        raise CloudUnauthorized(
            f"{THE_SECRET} names role {given.role_arn} and the token file {given.token_file}, which exists in the cluster's own pods only "
            "and cannot be read here. Give other credentials in the option aws, or a token that the role trusts by AWS_ROLE_ARN and "
            "AWS_WEB_IDENTITY_TOKEN_FILE."
        )
    fetcher = boto.AssumeRoleWithWebIdentityCredentialFetcher(
        client_creator=make,
        web_identity_token_loader=boto.FileWebIdentityTokenLoader(given.token_file),
        role_arn=given.role_arn,
        extra_args={"RoleSessionName": SESSION_NAME},
    )
    return boto.DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role-with-web-identity")


def _assumed(boto: Any, source: Any, options: Options, make: Callable[..., Any]) -> Any:
    external = {"ExternalId": options.external_id} if options.external_id else {}
    fetcher = boto.AssumeRoleCredentialFetcher(
        client_creator=make,
        source_credentials=source,
        role_arn=options.assume_role_arn,
        extra_args={"RoleSessionName": SESSION_NAME, **external},
    )
    return boto.DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")


def _decoded(key: str, value: Any) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, TypeError, ValueError):
        raise InvalidInput(f"{THE_SECRET}: {key} is no base64 text.") from None


def _from_file(text: str) -> Mapping[str, str]:
    """The section C(default) of an AWS file; what the parser complains about would show the file's lines, so it stays here."""
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
        return dict(parser["default"]) if parser.has_section("default") else {}
    except configparser.Error:
        return {}
