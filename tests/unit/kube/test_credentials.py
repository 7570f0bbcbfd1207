# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials that run out: asked for once more where the kubeconfig can give newer ones, and told where it cannot."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from unit.loopback import Answer, Request, serve

from ansible_collections.okd.boot_images.plugins.module_utils.kube.client import Client
from ansible_collections.okd.boot_images.plugins.module_utils.kube.connection import Options
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import Unauthorized
from ansible_collections.okd.boot_images.plugins.module_utils.model.objects import MACHINE_SET, ObjectRef

SET = ObjectRef(MACHINE_SET, "n", "a")
PLUGIN = """#!{python}
import json, pathlib
asked = pathlib.Path(__file__).with_suffix(".asked")
asked.write_text(asked.read_text() + "x" if asked.exists() else "x")
status = {{"token": pathlib.Path(__file__).with_suffix(".token").read_text()}}
print(json.dumps({{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status}}))
"""


def kubeconfig(path: Path, url: str, user: dict[str, Any]) -> Options:
    path.write_text(
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "c",
                "clusters": [{"name": "c", "cluster": {"server": url}}],
                "users": [{"name": "u", "user": user}],
                "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            }
        )
    )
    return Options(kubeconfig=str(path))


def plugin(folder: Path, token: str) -> dict[str, Any]:
    """A credential plugin that gives the token in a file beside it, and notes how often it was asked."""
    program = folder / "login.py"
    program.write_text(PLUGIN.format(python=sys.executable))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (folder / "login.token").write_text(token)
    return {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": str(program),
            "interactiveMode": "Never",
        }
    }


def asked(folder: Path) -> int:
    return len((folder / "login.asked").read_text())


def door(accepted: list[str]) -> Callable[[Request], Answer]:
    """Lets in whoever has the last of these tokens."""
    return lambda request: Answer(status=200 if request.headers["Authorization"] == f"Bearer {accepted[-1]}" else 401)


def test_a_plugin_is_asked_again_when_its_token_has_run_out(tmp_path: Path) -> None:
    accepted = ["first"]
    with serve(door(accepted)) as server:
        client = Client.open(kubeconfig(tmp_path / "config", server.url, plugin(tmp_path, "first")))
        client.get(SET)
        accepted.append("second")
        (tmp_path / "login.token").write_text("second")
        client.get(SET)
        client.get(SET)
    assert asked(tmp_path) == 2
    assert len(server.requests) == 4


def test_a_watch_asks_again_too(tmp_path: Path) -> None:
    accepted = ["second"]
    with serve(door(accepted)) as server:
        client = Client.open(kubeconfig(tmp_path / "config", server.url, plugin(tmp_path, "first")))
        (tmp_path / "login.token").write_text("second")
        assert list(client.events(MACHINE_SET, None, 5)) == []
    assert [each.headers["Authorization"] for each in server.requests] == ["Bearer first", "Bearer second"]


def test_a_plugin_whose_new_token_is_refused_too(tmp_path: Path) -> None:
    with serve(door(["never"])) as server:
        client = Client.open(kubeconfig(tmp_path / "config", server.url, plugin(tmp_path, "first")))
        (tmp_path / "login.token").write_text("second")
        with pytest.raises(Unauthorized, match=r"nor those that the kubeconfig .* gives when it is read once more"):
            client.get(SET)
    assert (asked(tmp_path), len(server.requests)) == (2, 2)


def test_a_login_anew_while_we_run_is_noticed(tmp_path: Path) -> None:
    with serve(door(["second"])) as server:
        client = Client.open(kubeconfig(tmp_path / "config", server.url, {"token": "first"}))
        kubeconfig(tmp_path / "config", server.url, {"token": "second"})
        client.get(SET)


def test_a_login_elsewhere_is_not_followed(tmp_path: Path) -> None:
    with serve(door(["second"])) as server, serve(door(["second"])) as elsewhere:
        client = Client.open(kubeconfig(tmp_path / "config", server.url, {"token": "first"}))
        kubeconfig(tmp_path / "config", elsewhere.url, {"token": "second"})
        with pytest.raises(Unauthorized):
            client.get(SET)
    assert elsewhere.requests == []


@pytest.mark.parametrize("left", [b"", b"{"])
def test_a_kubeconfig_that_is_gone_is_no_second_error(tmp_path: Path, left: bytes) -> None:
    with serve(door(["second"])) as server:
        client = Client.open(kubeconfig(tmp_path / "config", server.url, {"token": "first"}))
        (tmp_path / "config").write_bytes(left)
        with pytest.raises(Unauthorized, match="Log in anew"):
            client.get(SET)


def test_a_token_that_is_given_as_it_is_is_not_tried_twice() -> None:
    with serve(door(["second"])) as server, pytest.raises(Unauthorized, match=r"has expired\. Log in anew"):
        Client.open(Options(host=server.url, api_key="first")).get(SET)
    assert len(server.requests) == 1
