# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments shared by the modules, one way in and one way out: the only place that calls C(fail_json)."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any, Callable
from urllib.parse import unquote

from ansible.module_utils.basic import AnsibleFallbackNotFound, AnsibleModule

from .clouds import aws_credentials, gcp_options
from .flow.asking import KEEP, Asking
from .flow.common import Patience, Selection
from .kube.client import Client
from .kube.connection import Options
from .model.errors import BootImageError
from .model.objects import dig, sequence
from .read.must_gather import MustGather
from .waiting import Tell

__all__ = [
    "AUTH",
    "CLOUDS",
    "SELECTION",
    "WAIT",
    "Client",
    "MustGather",
    "Tell",
    "asking",
    "patience",
    "run",
    "selection",
]

SHORTEST_SECRET = 6
NO_SECRETS = (
    "apiVersion",
    "command",
    "installHint",
    "interactiveMode",
    "name",
    "client-certificate",
    "client-key",
    "tokenFile",
)
"""Keys below a kubeconfig's C(users[].user) whose values are names and paths."""
_USER_INFO = re.compile(r"^[^/?#]*//[^/?#:]*:(?P<password>.+)@[^@]*$", re.DOTALL)
"""Laxer than addresses are, so that one which is refused for its form is masked as well."""

Work = Callable[[Any, Mapping[str, Any], Tell], "dict[str, Any]"]
"""Takes what C(_open) gives: a Client, or a MustGather for modules that have the option C(must_gather)."""


def environment(*names: str) -> str:
    """An argument's fallback: the first variable that is set and not empty (AWX injects empty ones)."""
    for name in names:
        value = os.environ.get("K8S_AUTH_" + name)
        if value:
            return value
    raise AnsibleFallbackNotFound


def _from(*names: str) -> tuple[Any, list[str]]:
    return (environment, list(names))


AUTH: dict[str, dict[str, Any]] = {
    "kubeconfig": {"type": "raw", "fallback": _from("KUBECONFIG")},
    "context": {"type": "str", "fallback": _from("CONTEXT")},
    "host": {"type": "str", "fallback": _from("HOST")},
    "api_key": {"type": "str", "no_log": True, "fallback": _from("API_KEY")},
    "validate_certs": {"type": "bool", "aliases": ["verify_ssl"], "fallback": _from("VALIDATE_CERTS", "VERIFY_SSL")},
    "ca_cert": {"type": "path", "aliases": ["ssl_ca_cert"], "fallback": _from("CA_CERT", "SSL_CA_CERT")},
    "client_cert": {"type": "path", "aliases": ["cert_file"], "fallback": _from("CLIENT_CERT", "CERT_FILE")},
    "client_key": {
        "type": "path",
        "no_log": False,
        "aliases": ["key_file"],
        "fallback": _from("CLIENT_KEY", "KEY_FILE"),
    },
    "proxy": {"type": "str", "fallback": _from("PROXY")},
    "no_proxy": {"type": "str", "fallback": _from("NO_PROXY")},
    "impersonate_user": {"type": "str", "fallback": _from("IMPERSONATE_USER")},
    "impersonate_groups": {"type": "list", "elements": "str", "fallback": _from("IMPERSONATE_GROUPS")},
}
SELECTION: dict[str, dict[str, Any]] = {
    "names": {"type": "list", "elements": "str", "default": []},
    "label_selectors": {"type": "list", "elements": "str", "default": []},
}
CLOUDS: dict[str, dict[str, Any]] = {
    "verify_images": {"type": "bool", "default": False},
    "aws": {"type": "dict", "options": aws_credentials.ARGUMENTS},
    "gcp": {"type": "dict", "options": gcp_options.ARGUMENTS},
}
WAIT: dict[str, dict[str, Any]] = {
    "wait": {"type": "bool", "default": False},
    "wait_timeout": {"type": "int", "default": 1800},
    "progress_file": {"type": "path"},
}


class Module(AnsibleModule):
    """An AnsibleModule that treats every text of a kubeconfig given as a dictionary as a secret, and the password in a proxy's address.

    C(no_log) on the options would mask a mere path or address, too, in the very message that says what is wrong with it.
    """

    def _log_invocation(self) -> None:
        # The constructor logs the parameters to syslog, so the secrets must be known before it does.
        self.no_log_values.update(_texts(self.params.get("kubeconfig")), _passwords(self.params))
        super()._log_invocation()


def run(arguments: Mapping[str, Any], work: Work, **constraints: Any) -> None:
    """Parse the arguments, open the cluster, do the I(work), and exit with its result or its error."""
    # A module ends before there is garbage to speak of, and looking for it in a thousand machine sets takes a sixth of the time. Waits, which
    # may last for hours, look again.
    gc.disable()
    module = Module(argument_spec={**AUTH, **arguments}, supports_check_mode=True, **constraints)
    try:
        tell = teller(module.params.get("progress_file"), module.warn)
        result = work(_open(module, tell), module.params, tell)
    except BootImageError as error:
        module.fail_json(**{**_warned(module, error.result), "msg": str(error), "reason": error.reason})
    module.exit_json(**_warned(module, result))


def _warned(module: AnsibleModule, result: dict[str, Any]) -> dict[str, Any]:
    """The result without its warnings, which Ansible is told in its own way."""
    for text in result.get("warnings", ()):
        module.warn(text)
    return {name: value for name, value in result.items() if name != "warnings"}


def _open(module: AnsibleModule, tell: Tell) -> Client | MustGather:
    if module.params.get("must_gather"):
        return MustGather(module.params["must_gather"])
    client = Client.open(_options(module.params), module.check_mode, tell)
    if not client.verified:
        module.warn(
            f"TLS certificates are not validated: anybody on the way to {client.host} can read the credentials."
        )
    return client


def _texts(kubeconfig: Any) -> Iterator[str]:
    """What a kubeconfig given as a dictionary holds of credentials, exec plugins' and auth providers' included.

    Short texts and the names of programs are no credentials, and masking them would garble every message.
    """
    waiting: list[Any] = [dig(user, "user") for user in sequence(dig(kubeconfig, "users"))]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str) and len(value) >= SHORTEST_SECRET:
            yield value
        if isinstance(value, dict):
            value = [each for key, each in value.items() if key not in NO_SECRETS]
        waiting += sequence(value)


def _passwords(params: Mapping[str, Any]) -> Iterator[str]:
    """Passwords in addresses, as they stand there and as they are meant."""
    clusters = [dig(each, "cluster") for each in sequence(dig(params.get("kubeconfig"), "clusters"))]
    addresses = [params.get("host"), params.get("proxy")]
    addresses += [dig(each, key) for each in clusters for key in ("server", "proxy-url")]
    for address in addresses:
        found = _USER_INFO.search(address) if isinstance(address, str) else None
        if found and len(found["password"]) >= SHORTEST_SECRET:
            yield from (found["password"], unquote(found["password"]))


def selection(params: Mapping[str, Any]) -> Selection:
    return Selection(params.get("resource"), tuple(params["names"]), tuple(params["label_selectors"]))


def patience(params: Mapping[str, Any]) -> Patience:
    return Patience(params["wait"], params["wait_timeout"])


def asking(params: Mapping[str, Any]) -> Asking:
    """What is to be asked of clouds; options that a module does not have stay at what asks for nothing."""
    copy = params.get("copy") or {}
    return Asking(
        verify=params["verify_images"],
        copy_missing=bool(params.get("copy_missing_images")),
        prune=params.get("prune_copies") or KEEP,
        encrypted=bool(copy.get("encrypted")),
        kms_key=copy.get("kms_key_id") or None,
        copy_seconds=copy.get("wait_timeout") or Asking.copy_seconds,
        aws=params["aws"] or {},
        gcp=params["gcp"] or {},
    )


def teller(path: str | None, warn: Callable[[str], None]) -> Tell:
    """A function that appends one line to the progress file; it does nothing without one.

    A file that cannot be written (any more) costs the lines and not the work: it is warned of once.
    """
    broken: list[str] = [] if path else ["not asked for"]

    def tell(line: str) -> None:
        if broken:
            return
        try:
            with open(str(path), "a", encoding="utf-8") as stream:
                stream.write(line + "\n")
        except OSError as error:
            broken.append(str(error))
            warn(f"No more progress lines: {path} cannot be written: {error.strerror}.")

    return tell


def _options(params: Mapping[str, Any]) -> Options:
    return Options(
        kubeconfig=params["kubeconfig"] or None,
        context=params["context"] or None,
        host=params["host"] or None,
        api_key=params["api_key"] or None,
        validate_certs=params["validate_certs"],
        ca_cert=params["ca_cert"] or None,
        client_cert=params["client_cert"] or None,
        client_key=params["client_key"] or None,
        proxy=params["proxy"] or None,
        no_proxy=params["no_proxy"] or None,
        impersonate_user=params["impersonate_user"] or None,
        impersonate_groups=tuple(params["impersonate_groups"] or ()),
    )
