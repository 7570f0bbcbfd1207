# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster and a user's configuration with secrets planted in them, and a way to run playbooks there as loudly as it gets."""

from __future__ import annotations

import base64
import json
import secrets
from pathlib import Path
from typing import Any

import yaml
from integration.support import certificates
from integration.support.canary import Canaries, Ended, observed, places
from integration.support.clusters import WATCHED, Cluster
from integration.support.playbooks import surroundings
from integration.support.world import HISTORY, records

from sandbox.credentials import tokens

MACHINE_API = "openshift-machine-api"


def planted() -> str:
    """A secret that nothing else on the machine looks like."""
    return "Canary" + secrets.token_hex(10)


class Cage:
    """A cluster whose user data is a secret, and a kubeconfig with one of every kind."""

    def __init__(self, made: Cluster, folder: Path, user: str = "operator") -> None:
        self.made, self.folder = made, folder
        self.reports, self.inputs = folder / "reports", folder / "inputs"
        self.inputs.mkdir(mode=0o700)
        self.certificate, self.key = certificates.self_signed()
        self.secrets = {
            "bearer token": tokens(made.sandbox.folder)[user],
            "client key": self.key.splitlines()[2],
            "password": planted(),
            "user data": planted(),
        }
        self.kubeconfig = self._kubeconfig(user)
        self._plant_user_data()

    def _kubeconfig(self, user: str) -> dict[str, Any]:
        config = yaml.safe_load(self.made.sandbox.kubeconfig(user).read_text())
        config["users"][0]["user"].update({
            "username": "somebody",
            "password": self.secrets["password"],
            "client-certificate-data": base64.b64encode(self.certificate.encode()).decode(),
            "client-key-data": base64.b64encode(self.key.encode()).decode(),
        })  # fmt: skip
        return dict(config)

    def _plant_user_data(self) -> None:
        """Of Ignition 2, so that it is converted, copied and brought back."""
        source = f"https://api-int.example.com:22623/config/worker?key={self.secrets['user data']}"
        stub = {"ignition": {"version": "2.2.0", "config": {"append": [{"source": source}]}}}
        self.user_data(json.dumps(stub))

    def user_data(self, text: str) -> None:
        data = {"userData": base64.b64encode(text.encode()).decode()}
        self.made.client.patch("secrets", "worker-user-data", {"data": data}, MACHINE_API)

    def input(self, name: str, text: str) -> Path:
        """A file of the user's own, for him alone."""
        path = self.inputs / name
        path.touch(mode=0o600)
        path.write_text(text)
        return path

    def command(self, playbook: str, *arguments: str, **variables: Any) -> list[str]:
        """As loud as it gets. Variables stand in a file, since a command line is for everybody to see."""
        variables = {"boot_images_report_dir": str(self.reports), **variables}
        extra = self.input("variables.json", json.dumps(variables))
        return ["ansible-playbook", playbook, "-vvvv", "--diff", *arguments, "-e", f"@{extra}"]

    def env(self, **more: str) -> dict[str, str]:
        """With all that makes Ansible tell more; the kubeconfig is that of the cage, if no other is named."""
        kubeconfig = self.input("kubeconfig", yaml.safe_dump(self.kubeconfig))
        loud = {"ANSIBLE_INJECT_INVOCATION": "true", "ANSIBLE_DISPLAY_TRACEBACK": "always"}
        return surroundings(None, {"K8S_AUTH_KUBECONFIG": str(kubeconfig), **loud, **places(self.folder), **more})

    def run(
        self,
        playbook: str,
        *arguments: str,
        env: dict[str, str] | None = None,
        kill_at: bytes = b"",
        **variables: Any,
    ) -> Ended:
        command = self.command(f"okd.boot_images.{playbook}", *arguments, **variables)
        return observed(command, self.env(**(env or {})), self.folder, kill_at)

    def silent(self, ended: Ended, code: int = 0, says: str = "") -> None:
        """It ended as it should, and nobody has learnt a secret or could have."""
        canaries = Canaries(self.secrets)
        assert ended.code == code, ended.output.decode()
        assert says in ended.text, ended.output.decode()
        assert ended.leaks(canaries, self.reports) == []
        assert canaries.within(self.told()) == []
        assert ended.watched.readable == set()
        assert ended.left() == []
        assert ended.watched.seen and ended.watched.arguments  # somebody did look

    def told(self) -> bytes:
        """All that stands in the cluster but the content of Secrets, records unpacked."""
        found = [each for plural in (*WATCHED, "events") for each in self.made.client.list(plural, "*")]
        history = self.made.client.list("configmaps", MACHINE_API)
        unpacked = [records(each) for each in history if each["metadata"]["name"] == HISTORY[2]]
        without = [
            {key: value for key, value in each.items() if key != "data"} if _is_secret(each) else each for each in found
        ]
        return json.dumps([without, unpacked]).encode()


def _is_secret(item: dict[str, Any]) -> bool:
    return item.get("type") == "Opaque"
