# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job as AWX runs it: ansible-runner over a private data directory with project, inventory, injected environment and answers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from integration.support.clusters import Cluster
from integration.support.playbooks import CHECKOUT

PATTERN = CHECKOUT / "extensions/patterns/boot_images"
TEMPLATES = {
    each["playbook"].removesuffix(".yml"): each
    for each in json.loads((PATTERN / "meta/pattern.json").read_text())["aap_resources"]["controller_job_templates"]
}
SECONDS = 300
NUMBER = "7"
INVENTORY = {
    "all": {"hosts": ["localhost"]},
    "_meta": {
        "hostvars": {
            "localhost": {
                "ansible_connection": "local",
                "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            }
        }
    },
}
OF_AWX = {"awx_job_id": int(NUMBER), "awx_job_launch_type": "manual", "awx_user_name": "admin", "awx_inventory_id": 2}
Json = dict[str, Any]


class _Unsafe(str):
    """A text that AWX hands over with C(!unsafe), so that no template in it is evaluated."""


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(_Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


@dataclass(frozen=True)
class Job:
    """An ended job."""

    code: int
    output: str
    events: list[Json]

    @property
    def outcome(self) -> Json:
        """The artefact as AWX finds it, in the last event."""
        stats = [each for each in self.events if each["event"] == "playbook_on_stats"]
        artefacts: Json = stats[-1]["event_data"]["artifact_data"]
        return dict(artefacts["boot_images_outcome"])

    @property
    def live(self) -> list[str]:
        """What was shown while tasks ran."""
        return [each["stdout"] for each in self.events if each["event"] == "verbose"]


def bearer_token(made: Cluster, folder: Path, user: str = "admin") -> dict[str, str]:
    """What the credential type OpenShift or Kubernetes API Bearer Token injects, with everything filled in."""
    config = yaml.safe_load(made.sandbox.kubeconfig(user).read_text())
    authority = folder / "env" / "tmp_ca"
    authority.parent.mkdir(parents=True, exist_ok=True)
    authority.write_bytes((made.sandbox.folder / "ca.crt").read_bytes())
    return {
        "K8S_AUTH_HOST": config["clusters"][0]["cluster"]["server"],
        "K8S_AUTH_API_KEY": config["users"][0]["user"]["token"],
        "K8S_AUTH_VERIFY_SSL": "True",
        "K8S_AUTH_SSL_CA_CERT": str(authority),
    }


def defaults(name: str) -> Json:
    """What AWX answers itself when nobody does: the survey's defaults, and an empty text where a text has none."""
    spec = TEMPLATES[name]["survey"]["spec"]
    return {each["variable"]: each.get("default", "") for each in spec if each["type"] != "integer"}


def launch(name: str, folder: Path, injected: Mapping[str, str], **answers: Any) -> Job:
    """Run the template's playbook in I(folder) with the environment that its credentials inject."""
    playbook = _lay_out(name, folder, injected, {**defaults(name), **answers})
    command = [str(Path(sys.executable).with_name("ansible-runner")), "run", str(folder), "-p", playbook, "-i", NUMBER]
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "LANG", "LC_ALL", "TMPDIR"}}
    subprocess.run(
        command,
        env={**kept, "HOME": str(folder / "home")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        timeout=SECONDS,
        check=False,
    )
    left = folder / "artifacts" / NUMBER
    events = [json.loads(path.read_text()) for path in left.glob("job_events/*.json")]
    events.sort(key=lambda event: event["counter"])
    return Job(int((left / "rc").read_text()), (left / "stdout").read_text(), events)


def _lay_out(name: str, folder: Path, injected: Mapping[str, str], variables: Json) -> str:
    """The private data directory; the playbook's path in the project."""
    project, inventory, env = (folder / each for each in ("project", "inventory", "env"))
    shutil.copytree(PATTERN, project / PATTERN.relative_to(CHECKOUT))
    collection = folder / "requirements_collections/ansible_collections/okd/boot_images"
    collection.parent.mkdir(parents=True)
    collection.symlink_to(CHECKOUT)
    for each in (inventory, env, folder / "home"):
        each.mkdir(exist_ok=True)
    hosts = inventory / "hosts"
    hosts.write_text(f"#!{sys.executable}\nprint({json.dumps(INVENTORY)!r})\n")
    hosts.chmod(0o700)
    environment = {
        "ANSIBLE_COLLECTIONS_PATH": str(folder / "requirements_collections"),
        "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
        "ANSIBLE_RETRY_FILES_ENABLED": "False",
        "AWX_PRIVATE_DATA_DIR": str(folder),
        "JOB_ID": NUMBER,
        **injected,
    }
    (env / "envvars").write_text(json.dumps(environment))
    (env / "settings").write_text(json.dumps({"idle_timeout": 0, "job_timeout": 0, "suppress_ansible_output": True}))
    texts = {key: _Unsafe(value) if isinstance(value, str) else value for key, value in variables.items()}
    (env / "extravars").write_text(yaml.dump({**OF_AWX, **texts}, Dumper=_Dumper))
    return str(PATTERN.relative_to(CHECKOUT) / "playbooks" / TEMPLATES[name]["playbook"])
