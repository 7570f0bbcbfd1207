# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How to reach the cluster, in kubernetes.core's words."""

    DOCUMENTATION = r"""
options:
  kubeconfig:
    description:
      - Path to a kubeconfig, several paths separated by a colon, or the kubeconfig itself as a dictionary.
      - Without it, and without O(host), the service account of the pod is used where there is one, then E(KUBECONFIG), then C(~/.kube/config).
      - Can be given as E(K8S_AUTH_KUBECONFIG).
    type: raw
  context:
    description:
      - The context of the kubeconfig to use; its current context by default.
      - Can be given as E(K8S_AUTH_CONTEXT).
    type: str
  host:
    description:
      - URL of the API server. Needs O(api_key), or O(client_cert) and O(client_key); credentials of another source are never sent to it.
      - Can be given as E(K8S_AUTH_HOST).
    type: str
  api_key:
    description:
      - Bearer token. Needs O(host).
      - Can be given as E(K8S_AUTH_API_KEY).
    type: str
  validate_certs:
    description:
      - Whether to verify the API server's certificate. True unless the kubeconfig says otherwise; turning it off warns.
      - Can be given as E(K8S_AUTH_VALIDATE_CERTS) or E(K8S_AUTH_VERIFY_SSL).
    type: bool
    aliases: [verify_ssl]
  ca_cert:
    description:
      - Path to the CA certificate that signed the API server's certificate.
      - Can be given as E(K8S_AUTH_CA_CERT) or E(K8S_AUTH_SSL_CA_CERT).
    type: path
    aliases: [ssl_ca_cert]
  client_cert:
    description:
      - Path to a client certificate. Needs O(client_key).
      - Can be given as E(K8S_AUTH_CLIENT_CERT) or E(K8S_AUTH_CERT_FILE).
    type: path
    aliases: [cert_file]
  client_key:
    description:
      - Path to the client certificate's key.
      - Can be given as E(K8S_AUTH_CLIENT_KEY) or E(K8S_AUTH_KEY_FILE).
    type: path
    aliases: [key_file]
  proxy:
    description:
      - URL of an HTTP proxy to reach the API server through. Without it E(HTTPS_PROXY) and the kubeconfig's C(proxy-url) hold.
      - Can be given as E(K8S_AUTH_PROXY).
    type: str
  no_proxy:
    description:
      - Comma-separated hosts that are reached without the proxy.
      - Can be given as E(K8S_AUTH_NO_PROXY).
    type: str
  impersonate_user:
    description:
      - User to act as.
      - Can be given as E(K8S_AUTH_IMPERSONATE_USER).
    type: str
  impersonate_groups:
    description:
      - Groups to act as. Needs O(impersonate_user).
      - Can be given as E(K8S_AUTH_IMPERSONATE_GROUPS), separated by commas.
    type: list
    elements: str
requirements:
  - python >= 3.9
  - kubernetes >= 29, without 36.0.0 and 36.0.1, which drop bearer tokens
notes:
  - The modules run where the play's connection leads, mostly V(localhost); the requirements are needed there.
"""
