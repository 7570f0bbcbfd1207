# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What boto3 raises turned into our errors: what was tried, where, and what to do about it."""

from __future__ import annotations

import re

from ..model.errors import (
    BootImageError,
    CloudFailed,
    CloudForbidden,
    CloudUnauthorized,
    InvalidInput,
    MissingLibrary,
    NotFound,
    RegionUnavailable,
)

OLDEST = "1.38.30"
"""The first boto3 that knows DeregisterImage's DeleteAssociatedSnapshots."""

_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_UNKNOWN = {
    "AuthFailure",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
    "MissingAuthenticationToken",
}
_DENIED = {"UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation"}
_BUSY = {"RequestLimitExceeded", "Throttling", "ThrottlingException", "EC2ThrottledException", "RequestThrottled"}
_RIGHT = re.compile(r"perform: ([a-z0-9-]+:[A-Za-z]+)")
_ENCODED = re.compile(r"\s*Encoded authorization failure message: \S+")


def missing_library(error: ImportError) -> MissingLibrary:
    return MissingLibrary(
        f"boto3 is not installed where the module runs ({error}). Install boto3>={OLDEST}, or leave out verify_images and "
        "copy_missing_images."
    )


def translated(error: Exception, operation: str, region: str) -> BootImageError:
    """Our error for anything of botocore. :param operation: e.g. C(DescribeImages)."""
    from botocore import exceptions as boto

    where, said = f"{operation} in {region}", str(error).rstrip(". ") + "."
    if isinstance(error, boto.ClientError):
        return _refused(error, operation, region)
    if isinstance(error, boto.ProfileNotFound):
        return InvalidInput(
            f"{said} Name a profile of ~/.aws/config or ~/.aws/credentials where the module runs in aws.profile."
        )
    if isinstance(error, (boto.NoRegionError, boto.UnknownRegionError, boto.InvalidRegionError)):
        return RegionUnavailable(f"{region!r} is no AWS region: {said} Correct placement.region in the providerSpec.")
    if isinstance(error, boto.ParamValidationError) and "Unknown parameter" in str(error):
        return MissingLibrary(f"boto3 is too old for {where}: {said} Install boto3>={OLDEST} where the module runs.")
    if isinstance(
        error,
        (boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError, boto.TokenRetrievalError, boto.SSOError,
         boto.UnauthorizedSSOTokenError),
    ):  # fmt: skip
        return CloudUnauthorized(
            f"{where}: {said} Check the credentials that boto3 finds where the module runs, or log in anew."
        )
    if isinstance(error, boto.SSLError):
        return CloudFailed(
            f"{where}: {said} The certificate is not signed by a CA that is known here, or the file of CAs cannot be read: check "
            "aws.aws_ca_bundle and AWS_CA_BUNDLE."
        )
    if isinstance(error, (boto.HTTPClientError, boto.ConnectionError)):
        return CloudFailed(
            f"{where}: {said} Check that the region exists, the network and the proxy where the module runs (a VPC endpoint: "
            "aws.endpoint_url or AWS_ENDPOINT_URL_EC2)."
        )
    return CloudFailed(f"{where}: {type(error).__name__}: {said}")


def _refused(error: Exception, operation: str, region: str) -> BootImageError:
    answer = getattr(error, "response", {})
    code = str(answer.get("Error", {}).get("Code", ""))
    said = _ENCODED.sub("", str(answer.get("Error", {}).get("Message", ""))).strip()
    # An assumed role's refusal comes up in the first call that needs its credentials.
    asked = str(getattr(error, "operation_name", operation))
    service = "sts" if asked.startswith("AssumeRole") else "ec2"
    where = f"{service}:{asked} in {region}"
    if code in _EXPIRED:
        return CloudUnauthorized(
            f"{where}: the AWS credentials have expired, or the clock here is wrong ({code}). Renew them."
        )
    if code in _DENIED:
        right = _RIGHT.search(said)
        missing = right[1] if right else f"{service}:{asked}"
        return CloudForbidden(
            f"The AWS credentials may not {missing} in {region}. Allow {missing} in their IAM policy. AWS said: {said}"
        )
    if code == "OptInRequired":
        return RegionUnavailable(
            f"{where}: the account may not use the region ({code}: {said}). Enable the region for the account, or check placement.region."
        )
    if code in _UNKNOWN:
        return CloudUnauthorized(
            f"{where}: AWS does not accept the credentials ({code}: {said}). They are wrong, of another partition, or the region is not enabled "
            "for the account: AWS answers the same to all three."
        )
    if code in _BUSY:
        tries = answer.get("ResponseMetadata", {}).get("RetryAttempts", 0) + 1
        return CloudFailed(
            f"{where}: AWS held the account's requests back {tries} times in a row ({code}). Run again later."
        )
    if ".NotFound" in code or code.endswith((".Unavailable", ".Malformed")):
        return NotFound(f"{where}: {said} ({code}).")
    return CloudFailed(f"{where}: {code}: {said}")
