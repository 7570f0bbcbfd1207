# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret is to be found after a run with everything turned on that tells more: not printed, not logged, not reported, not left, not shown to others.

`make canary` runs all of it, `make test` one of each kind.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from integration.support.cage import Cage, planted
from integration.support.canary import Canaries, observed
from integration.support.clusters import Cluster
from integration.support.scenarios import read_user_data

Clusters = Callable[..., Cluster]


@pytest.fixture
def cage(cluster: Clusters, tmp_path: Path) -> Cage:
    return Cage(cluster("gcp", machine_sets=2, machines=1), tmp_path)


def test_converted_copied_and_brought_back(cage: Cage) -> None:
    """The whole way of user data: told in check mode, written, restored; the record tells of it, too."""
    cage.silent(cage.run("reconcile", "--check"), says="ignition")
    cage.silent(cage.run("reconcile"))
    assert read_user_data(cage.made, "worker-user-data")["ignition"]["version"].startswith("3.")
    cage.secrets["converted"] = base64.b64encode(json.dumps(cage.secrets["user data"]).encode()).decode()
    cage.silent(cage.run("status"))
    rights = {"boot_images_names": cage.made.names}
    cage.silent(cage.run("rollback", **rights), code=2, says="may not get secrets worker-user-data-before-")


@pytest.mark.long
def test_restored_by_whoever_may(cluster: Clusters, tmp_path: Path) -> None:
    cage = Cage(cluster("gcp", machine_sets=2, machines=1), tmp_path, "admin")
    cage.made.sandbox.start_operator(600)
    cage.silent(cage.run("upgrade", boot_images_mode="None"))
    cage.silent(cage.run("rollback"))
    assert read_user_data(cage.made, "worker-user-data")["ignition"]["version"] == "2.2.0"


@pytest.mark.long
@pytest.mark.parametrize("text", ["{broken", '{"ignition": {"version": "1.0.0"}, "x": ', "#cloud-config"])
def test_user_data_that_cannot_be_read(cage: Cage, text: str) -> None:
    cage.user_data(text + cage.secrets["user data"])
    cage.silent(cage.run("reconcile"), code=2, says="user-data Secret worker-user-data")


@pytest.mark.long
def test_a_user_without_rights(cluster: Clusters, tmp_path: Path) -> None:
    cage = Cage(cluster("gcp", machine_sets=2, machines=1), tmp_path, "nobody")
    cage.silent(cage.run("reconcile"), code=2, says="may not get infrastructures")


@pytest.mark.long
def test_a_server_that_cannot_be_trusted(cage: Cage) -> None:
    cage.kubeconfig["clusters"][0]["cluster"]["certificate-authority-data"] = base64.b64encode(
        cage.certificate.encode()
    ).decode()
    cage.silent(cage.run("status"), code=2, says="not signed by the CA in use")


@pytest.mark.long
def test_a_token_and_a_key_that_are_options(cage: Cage) -> None:
    """As AWX gives them, and a key beside them; once right, once wrong."""
    cluster = cage.kubeconfig["clusters"][0]["cluster"]
    ca = cage.input("ca.crt", base64.b64decode(cluster["certificate-authority-data"]).decode())
    variables = {
        "K8S_AUTH_KUBECONFIG": "",
        "K8S_AUTH_HOST": cluster["server"],
        "K8S_AUTH_API_KEY": cage.secrets["bearer token"],
        "K8S_AUTH_SSL_CA_CERT": str(ca),
        "K8S_AUTH_CLIENT_CERT": str(cage.input("client.crt", cage.certificate)),
        "K8S_AUTH_CLIENT_KEY": str(cage.input("client.key", cage.key)),
    }
    cage.silent(cage.run("status", env=variables))
    cage.secrets["wrong token"] = planted()
    wrong = {**variables, "K8S_AUTH_API_KEY": cage.secrets["wrong token"]}
    cage.silent(cage.run("status", env=wrong), code=2, says="does not accept these credentials")


def test_a_kubeconfig_that_is_a_variable(cage: Cage) -> None:
    tasks = [{"okd.boot_images.bootimage_status": {"kubeconfig": cage.kubeconfig}}]
    playbook = cage.input("play.yml", json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    cage.silent(observed(cage.command(str(playbook)), cage.env(K8S_AUTH_KUBECONFIG=""), cage.folder))
    cage.kubeconfig["current-context"] = "none"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    failed = observed(cage.command(str(playbook)), cage.env(K8S_AUTH_KUBECONFIG=""), cage.folder)
    cage.silent(failed, code=2, says="The kubeconfig cannot be used")


@pytest.mark.long
def test_a_kubeconfig_that_is_broken(cage: Cage) -> None:
    text = (
        yaml.safe_dump(cage.kubeconfig)
        .replace("token: ", "token: [")
        .replace("client-key-data: ", "client-key-data: !x ")
    )
    broken = cage.input("broken", text)
    cage.silent(cage.run("status", env={"K8S_AUTH_KUBECONFIG": str(broken)}), code=2, says="The kubeconfig cannot be")


@pytest.mark.long
def test_a_proxy_with_a_password(cage: Cage) -> None:
    cage.secrets["proxy password"] = planted()
    proxy = f"http://somebody:{cage.secrets['proxy password']}@127.0.0.1:1"
    cage.silent(cage.run("status", env={"K8S_AUTH_PROXY": proxy}), code=2, says="cannot be reached")


def test_an_error_that_nobody_foresaw(cage: Cage) -> None:
    """A traceback shows code and no values."""
    cage.input(
        "sitecustomize.py",
        "import urllib3\n\ndef broken(*_, **__):\n    raise RuntimeError('broken')\n\nurllib3.PoolManager.request = broken\n",
    )
    env = cage.env()
    path = {"PYTHONPATH": f"{cage.inputs}:{env['PYTHONPATH']}"}
    cage.silent(cage.run("status", env=path), code=2, says="RuntimeError: broken")


def test_killed_in_the_middle(cage: Cage) -> None:
    """What is left then is for nobody else's eyes."""
    begun = b"    The operator manages the boot images"
    ended = cage.run("enable", kill_at=begun, boot_images_wait_timeout=100)
    assert ended.code == -9 and begun in ended.output, ended.output.decode()
    assert ended.left() and ended.watched.readable == set()
    canaries = Canaries(cage.secrets)
    assert canaries.within(ended.output) == [] and canaries.within(cage.told()) == []
    assert canaries.within(b"\n".join(ended.watched.arguments)) == []


def test_what_awx_keeps_of_a_run(cage: Cage) -> None:
    """ansible-runner's artefacts, which AWX makes its events and artefacts of."""
    project = cage.folder / "runner" / "project"
    project.mkdir(parents=True)
    (project / "site.yml").write_text(json.dumps([{"import_playbook": "okd.boot_images.reconcile"}]))
    command = [sys.executable, "-m", "ansible_runner", "run", str(project.parent), "-p", "site.yml", "-vvvv"]
    ended = observed(command, cage.env(), cage.folder)
    cage.silent(ended)
    artefacts = project.parent / "artifacts"
    assert len(list(artefacts.rglob("*.json"))) > 5
    assert Canaries(cage.secrets).below(artefacts) == []


def test_the_search_finds_what_leaks(cage: Cage) -> None:
    """A play that does all that must not be done; were the search blind, this would end well."""
    text = cage.secrets["password"]
    shell = f"umask 0; printf {text} > $TMPDIR/left; sleep 0.5; true {cage.secrets['user data']}"
    tasks = [
        {"ansible.builtin.debug": {"msg": text}},
        {"ansible.builtin.debug": {"msg": f"{{{{ ('ab' + '{cage.secrets['bearer token']}') | b64encode }}}}"}},
        {"ansible.builtin.shell": shell},
    ]
    playbook = cage.input("play.yml", json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    ended = observed(cage.command(str(playbook)), cage.env(), cage.folder)
    left = f"{cage.folder}/tmp/left"
    found = ended.leaks(Canaries(cage.secrets), cage.reports)
    assert {"password in the output", "bearer token in the output", "user data in a command line"} <= set(found)
    assert f"password in {cage.folder}/home/ansible.log" in found and f"password in {left}" in found
    assert f"{left} -rw-rw-rw-" in ended.watched.readable
    assert ended.left() == [left]
