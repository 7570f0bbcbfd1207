# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How to reach Google Cloud, in google.cloud's words."""

    DOCUMENTATION = r"""
options:
  gcp:
    description:
      - How to reach Google Cloud. Only used where images are looked up.
      - Without credentials here, google-auth's own chain counts, where the module runs - E(GOOGLE_APPLICATION_CREDENTIALS), which AWX sets too,
        C(gcloud auth application-default login), a virtual machine's service account.
    type: dict
    suboptions:
      auth_kind:
        description:
          - Which kind of credentials is meant. Without it, whichever is given; if none is, V(application).
        type: str
        choices: [application, serviceaccount, machineaccount, accesstoken]
      service_account_file:
        description:
          - Path to a service account's key, where the module runs. Excludes O(gcp.service_account_contents).
        type: path
      service_account_contents:
        description:
          - A service account's key itself, as JSON or as a dictionary.
        type: raw
      service_account_email:
        description:
          - Which service account of the virtual machine that the module runs on, for V(machineaccount). Its default one without.
        type: str
      access_token:
        description:
          - An access token. It cannot be renewed.
        type: str
      scopes:
        description:
          - The scopes to ask for in place of U(https://www.googleapis.com/auth/compute.readonly).
        type: list
        elements: str
      impersonate_service_account:
        description:
          - The e-mail address of a service account to impersonate, with whichever credentials were found.
        type: str
      impersonation_delegates:
        description:
          - Service accounts in between, where O(gcp.impersonate_service_account) may only be impersonated by way of them.
        type: list
        elements: str
      cluster_credentials:
        description:
          - Take the credentials of the cluster's own Secret C(gcp-cloud-credentials) in C(openshift-machine-api), in place of all others.
            The user needs the right to get that secret. It is read for each run, and neither kept nor shown.
          - Where the cluster uses workload identity federation, there is no key in it, and the module fails outside of the cluster's own pods.
        type: bool
        default: false
      endpoint_url:
        description:
          - A URL to ask in place of U(https://compute.googleapis.com), such as that of a Private Service Connect endpoint.
        type: str
      token_url:
        description:
          - A URL to get tokens from in place of what a key says, or of U(https://oauth2.googleapis.com/token).
        type: str
      iam_endpoint_url:
        description:
          - A URL to ask in place of U(https://iamcredentials.googleapis.com), for O(gcp.impersonate_service_account).
        type: str
      universe_domain:
        description:
          - The domain of another universe than C(googleapis.com), where the credentials do not tell it.
        type: str
requirements:
  - google-auth >= 2.29 and requests, where images are looked up
"""
