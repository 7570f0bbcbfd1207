# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How to reach AWS, in amazon.aws' words."""

    DOCUMENTATION = r"""
options:
  aws:
    description:
      - How to reach AWS. Only used where images are looked up or copied; the region comes from each machine set and never from here or the environment.
      - Without credentials here, boto3's own chain counts, where the module runs - E(AWS_ACCESS_KEY_ID) and E(AWS_SECRET_ACCESS_KEY) (with
        E(AWS_SESSION_TOKEN) or E(AWS_SECURITY_TOKEN)), E(AWS_PROFILE), C(~/.aws), and so on.
    type: dict
    suboptions:
      profile:
        description:
          - A profile of C(~/.aws/config) or C(~/.aws/credentials). It goes before keys in the environment, such as those of an AWX credential.
        type: str
        aliases: [aws_profile]
      access_key:
        description:
          - An access key ID. Needs O(aws.secret_key), and excludes O(aws.profile).
        type: str
        aliases: [aws_access_key_id, aws_access_key]
      secret_key:
        description:
          - The access key's secret.
        type: str
        aliases: [aws_secret_access_key, aws_secret_key]
      session_token:
        description:
          - The token that belongs to temporary keys.
        type: str
        aliases: [aws_session_token]
      assume_role_arn:
        description:
          - A role to assume, with whichever credentials were found.
        type: str
        aliases: [iam_role_arn]
      external_id:
        description:
          - The external ID that the trust policy of O(aws.assume_role_arn) asks for.
        type: str
      cluster_credentials:
        description:
          - Take the credentials of the cluster's own Secret C(aws-cloud-credentials) in C(openshift-machine-api), in place of all others.
            The user needs the right to get that secret. It is read for each run, and neither kept nor shown.
          - These may look images up, but not copy, deregister or delete any.
          - Where the cluster uses short-term tokens (STS), the token's file exists in the cluster's own pods only, and the module fails elsewhere.
        type: bool
        default: false
      endpoint_url:
        description:
          - A URL to ask in place of EC2's own endpoints, for all regions. E(AWS_ENDPOINT_URL_EC2) and E(AWS_ENDPOINT_URL_STS) do the same.
        type: str
        aliases: [aws_endpoint_url]
      aws_ca_bundle:
        description:
          - Path to the CA certificates that sign AWS' certificates where a proxy breaks TLS open. Can be given as E(AWS_CA_BUNDLE).
        type: path
      validate_certs:
        description:
          - Whether to verify AWS' certificates.
        type: bool
        default: true
requirements:
  - boto3 >= 1.38.30, where images are looked up or copied
"""
