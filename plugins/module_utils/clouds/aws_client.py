# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls to EC2: a client a region, retries, dry runs, and errors in our own words. Only here and in aws_credentials boto3 is at work."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from typing import Any, Callable

from ..model.errors import InvalidInput
from ..model.objects import Json, sequence
from .aws_credentials import Given, Options, credentials
from .aws_errors import missing_library, translated

ATTEMPTS = 8
"""With botocore's pauses about half a minute; three, its default, is soon used up where operators share the account's allowance."""
CONNECT_SECONDS, READ_SECONDS = 10, 60
PAGE = 1000


class Ec2:
    """EC2 in every region, for one set of credentials. With I(dry_run) every write only asks whether it would be allowed."""

    def __init__(
        self,
        options: Options | None = None,
        given: Given | None = None,
        dry_run: bool = False,
        attempts: int = ATTEMPTS,
    ) -> None:
        """:param given: credentials of the cluster's own secret.
        :param attempts: requests a call, the first included, before a throttled or failed one counts as failed.
        :raises InvalidInput: the options contradict each other.
        """
        self.dry_run = dry_run
        self._options = options or Options()
        self._options.check()
        self._given = given
        self._attempts = attempts
        self._lock = threading.Lock()
        self._session: Any = None
        self._map: Any = None
        self._clients: dict[str, Any] = {}

    def describe_images(self, region: str, **query: Any) -> list[Json]:
        """All pages of DescribeImages.

        :raises BootImageError: CloudUnauthorized, CloudForbidden, CloudFailed, RegionUnavailable, MissingLibrary.
        """
        found: list[Json] = []
        with self._translating("DescribeImages", region):
            pages = self._client(region).get_paginator("describe_images")
            for page in pages.paginate(PaginationConfig={"PageSize": PAGE}, **query):
                found.extend(sequence(page.get("Images")))
        return found

    def write(self, region: str, operation: str, **arguments: Any) -> Json | None:
        """A call that changes something, by its name in the API; None in a dry run that would have been allowed."""
        with self._translating(operation, region):
            from botocore import xform_name
            from botocore.exceptions import ClientError

            call: Callable[..., Json] = getattr(self._client(region), xform_name(operation))
            if not self.dry_run:
                return call(**arguments)
            try:
                return call(DryRun=True, **arguments)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") == "DryRunOperation":
                    return None
                raise

    def partition(self, region: str) -> str:
        """C(aws), C(aws-us-gov), C(aws-cn) …: images and credentials do not cross their borders."""
        with self._translating("DescribeImages", region):
            from botocore.session import Session

            with self._lock:
                self._map = self._map or Session()
                return str(self._map.get_partition_for_region(region))

    def endpoint(self, region: str) -> str:
        """The URL that is asked for a region."""
        with self._translating("DescribeImages", region):
            return str(self._client(region).meta.endpoint_url)

    @contextlib.contextmanager
    def _translating(self, operation: str, region: str) -> Iterator[None]:
        try:
            from botocore.exceptions import BotoCoreError, ClientError
        except ImportError as error:
            raise missing_library(error) from error
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            raise translated(error, operation, region) from error
        except (OSError, ValueError) as error:  # botocore lets pass what open(), ssl and urllib make of a setting
            raise InvalidInput(
                f"{operation} in {region}: AWS cannot be asked with these settings: {type(error).__name__}: {error}. Check aws.endpoint_url, "
                "aws.aws_ca_bundle, the AWS_… variables and ~/.aws where the module runs."
            ) from error

    def _client(self, region: str) -> Any:
        with self._lock:  # threads may share clients, but not the session that makes them
            if region not in self._clients:
                session = self._opened(region)
                session.get_partition_for_region(region)  # a misspelt region would only become a host name
                self._clients[region] = session.create_client(
                    "ec2",
                    region,
                    endpoint_url=self._options.endpoint_url,
                    config=self._settings(),
                    verify=self._verify(),
                )
            return self._clients[region]

    def _opened(self, region: str) -> Any:
        """botocore's session with the credentials that count; :param region: where STS is asked for them, should it come to that."""
        if self._session is None:
            from botocore.session import Session

            def make(service: str, **arguments: Any) -> Any:
                return chain.create_client(service, region, verify=self._verify(), **arguments)

            chain, session = Session(profile=self._options.profile), Session(profile=self._options.profile)
            found = credentials(chain, self._options, self._given, make)
            session.register_component("credential_provider", _Fixed(found))
            self._session = session
        return self._session

    def _settings(self) -> Any:
        from botocore.config import Config

        return Config(
            retries={"mode": "standard", "total_max_attempts": self._attempts},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            user_agent_extra="okd.boot_images",
        )

    def _verify(self) -> bool | str | None:
        """None leaves it to AWS_CA_BUNDLE and botocore's own list."""
        if not self._options.validate_certs:
            return False
        return os.path.expanduser(self._options.aws_ca_bundle) if self._options.aws_ca_bundle else None


class _Fixed:
    """A credential resolver with one answer."""

    def __init__(self, found: Any) -> None:
        self._found = found

    def load_credentials(self) -> Any:
        return self._found
