# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules' way in and out: arguments and their variables, errors, and secrets that must not show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from ansible.module_utils import basic
from ansible.module_utils.testing import patch_module_args
from unit.loopback import Answer, serve
from unit.tiny_api import api

from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import Rejected
from ansible_collections.okd.boot_images.plugins.module_utils.module import (
    AUTH,
    SELECTION,
    WAIT,
    patience,
    run,
    selection,
    teller,
)
from ansible_collections.okd.boot_images.plugins.modules import bootimage_status, machineset_boot_image

SECRET = "sha256~hunter2hunter2"


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("KUBECONFIG", *(f"K8S_AUTH_{key.upper()}" for key in AUTH)):
        monkeypatch.delenv(name, raising=False)


class Ran:
    """What a module answered: its JSON, the exit code, and all that it wrote."""

    def __init__(self, text: str, code: int) -> None:
        self.text, self.code = text, code
        self.result = json.loads(text)


def call(capsys: pytest.CaptureFixture[str], main: Any, **arguments: Any) -> Ran:
    with patch_module_args(arguments), pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    assert err == ""
    return Ran(out, int(ended.value.code or 0))


def parameters(capsys: pytest.CaptureFixture[str], **arguments: Any) -> dict[str, Any]:
    """The parameters as the module's work gets them; the cluster is none."""
    seen: dict[str, Any] = {}

    def work(_source: Any, params: Any, _tell: Any) -> dict[str, Any]:
        seen.update(params)
        return {"changed": False}

    call(capsys, lambda: run({**SELECTION, **WAIT}, work), **arguments)
    return seen


def test_a_module_from_end_to_end(capsys: pytest.CaptureFixture[str]) -> None:
    with api() as made:
        ran = call(capsys, bootimage_status.main, host=made.url, api_key=SECRET)
    assert (ran.code, ran.result["changed"], ran.result["counts"]["to_update"]) == (0, False, 1)
    assert SECRET not in ran.text


@pytest.mark.parametrize("check", [True, False])
def test_check_mode_is_a_dry_run(capsys: pytest.CaptureFixture[str], check: bool, tmp_path: Path) -> None:
    told = tmp_path / "progress"
    with api() as made:
        arguments = {"host": made.url, "api_key": SECRET, "progress_file": str(told), "_ansible_check_mode": check}
        ran = call(capsys, machineset_boot_image.main, **arguments)
        record = "boot-image-history"
        assert made.written == ([] if check else [record, "worker-a", record])
    assert ran.result["changed"] is True
    assert told.read_text() == "MachineSet openshift-machine-api/worker-a: updated\n"


def test_an_error_fails_with_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    with serve(lambda _request: Answer(status=404)) as server:
        ran = call(capsys, bootimage_status.main, host=server.url, api_key=SECRET)
    assert (ran.code, ran.result["failed"], ran.result["reason"]) == (1, True, "not_openshift")
    assert "is not an OpenShift or OKD cluster" in ran.result["msg"]
    assert call(capsys, bootimage_status.main).result["reason"] == "connection_failed"


def test_a_failure_carries_what_was_done_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    def work(*_: Any) -> dict[str, Any]:
        raise Rejected("no", {"changed": True, "msg": "not this one"})

    ran = call(capsys, lambda: run({}, work), host="https://h", api_key=SECRET)
    assert (ran.result["msg"], ran.result["reason"], ran.result["changed"]) == ("no", "rejected", True)


VARIABLES = [
    ("kubeconfig", "KUBECONFIG", "/nowhere", "/nowhere"),
    ("context", "CONTEXT", "c", "c"),
    ("validate_certs", "VALIDATE_CERTS", "no", False),
    ("validate_certs", "VERIFY_SSL", "true", True),
    ("ca_cert", "CA_CERT", __file__, __file__),
    ("ca_cert", "SSL_CA_CERT", __file__, __file__),
    ("proxy", "PROXY", "http://p:1", "http://p:1"),
    ("no_proxy", "NO_PROXY", "x,y", "x,y"),
    ("impersonate_user", "IMPERSONATE_USER", "u", "u"),
    ("impersonate_groups", "IMPERSONATE_GROUPS", "a,b", ["a", "b"]),
]
REACH = {"host": "https://h", "api_key": SECRET, "impersonate_user": "u"}


@pytest.mark.parametrize(("option", "variable", "value", "expected"), VARIABLES)
def test_variables_stand_in_for_options(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, option: str, variable: str, value: str, expected: Any
) -> None:  # fmt: skip
    reach = {key: each for key, each in REACH.items() if key != option}
    monkeypatch.setenv("K8S_AUTH_" + variable, value)
    assert parameters(capsys, **reach)[option] == expected
    monkeypatch.setenv("K8S_AUTH_" + variable, "")
    assert parameters(capsys, **reach)[option] is None


def test_host_and_token_from_variables(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("K8S_AUTH_HOST", "https://h")
    monkeypatch.setenv("K8S_AUTH_API_KEY", SECRET)
    assert parameters(capsys)["api_key"] == SECRET
    assert parameters(capsys, host="https://mine")["host"] == "https://mine"


def test_an_empty_variable_gives_way_to_its_other_name(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K8S_AUTH_VALIDATE_CERTS", "")
    monkeypatch.setenv("K8S_AUTH_VERIFY_SSL", "False")
    assert parameters(capsys, **REACH)["validate_certs"] is False


def test_certificates_come_in_pairs_of_variables(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K8S_AUTH_CERT_FILE", __file__)
    monkeypatch.setenv("K8S_AUTH_CLIENT_KEY", __file__)
    found = parameters(capsys, **REACH)
    assert (found["client_cert"], found["client_key"]) == (__file__, __file__)


def test_options_given_empty_count_as_not_given(capsys: pytest.CaptureFixture[str]) -> None:
    empty = dict.fromkeys(
        ("kubeconfig", "context", "ca_cert", "client_cert", "client_key", "proxy", "impersonate_user"), ""
    )
    assert parameters(capsys, host="https://h", api_key=SECRET, **empty)["host"] == "https://h"


def test_unverified_certificates_are_warned_about(capsys: pytest.CaptureFixture[str]) -> None:
    ran = call(
        capsys, lambda: run({}, lambda *_: {"changed": False}), host="https://h", api_key=SECRET, validate_certs=False
    )
    assert "TLS certificates are not validated" in json.dumps(ran.result["warnings"])


def kubeconfig(**user: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1", "kind": "Config", "current-context": "x",
        "clusters": [{"name": "c", "cluster": {"server": "https://h"}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "users": [{"name": "u", "user": user}],
    }  # fmt: skip


def test_secrets_of_a_kubeconfig_are_masked_in_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    def work(*_: Any) -> dict[str, Any]:
        raise Rejected(f"the server said {SECRET}", {"seen": SECRET})

    ran = call(capsys, lambda: run({}, work), kubeconfig=kubeconfig(token=SECRET))
    assert (ran.code == 1 and "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER" in ran.text) or "********" in ran.text
    assert SECRET not in ran.text


def test_secrets_of_a_kubeconfig_do_not_reach_the_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[str] = []
    monkeypatch.setattr(
        basic.AnsibleModule, "log", lambda _self, message, log_args=None: logged.append(f"{message} {log_args}")
    )
    parameters(capsys, kubeconfig=kubeconfig(token=SECRET))
    assert logged and SECRET not in " ".join(logged)


@pytest.mark.parametrize("password", [SECRET, f"{SECRET}%40%2f", f"a@{SECRET}/b"])
def test_a_proxys_password_is_masked_and_its_address_is_not(capsys: pytest.CaptureFixture[str], password: str) -> None:
    proxy = f"http://me:{password}@proxy:3128"

    def work(*_: Any) -> dict[str, Any]:
        raise Rejected(f"no way through {proxy}, that is {unquote(proxy)}")

    config = kubeconfig(token=SECRET)
    config["clusters"][0]["cluster"]["proxy-url"] = proxy
    for options in ({"proxy": proxy, "host": "https://h", "api_key": "another-secret"}, {"kubeconfig": config}):
        ran = call(capsys, lambda: run({}, work), **options)
        assert SECRET not in ran.text
        assert "http://me:********@proxy:3128" in ran.result["msg"] or ran.result["reason"] == "invalid_input"


def test_the_address_of_a_proxy_without_a_password_is_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    def work(*_: Any) -> dict[str, Any]:
        raise Rejected("no way through http://me@proxy:3128")

    ran = call(capsys, lambda: run({}, work), proxy="http://me@proxy:3128", host="https://h", api_key=SECRET)
    assert ran.result["msg"] == "no way through http://me@proxy:3128"


@pytest.mark.parametrize(
    "odd",
    [
        {"users": 3},
        {"users": [3, {"user": 3}, {"user": {"token": None}}]},
        {},
        "path",
        ["a"],
    ],
)
def test_a_kubeconfig_of_any_shape_fails_in_words(capsys: pytest.CaptureFixture[str], odd: Any) -> None:
    ran = call(capsys, bootimage_status.main, kubeconfig=odd)
    assert ran.result["reason"] in ("invalid_input", "connection_failed")


def test_a_path_is_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        "/no/such/kubeconfig does not exist"
        in call(capsys, bootimage_status.main, kubeconfig="/no/such/kubeconfig").result["msg"]
    )


def test_options_become_values() -> None:
    found = selection({"resource": "machinesets", "names": ["a"], "label_selectors": ["x"]})
    assert (found.resource, found.names, found.label_selectors) == ("machinesets", ("a",), ("x",))
    assert selection({"names": [], "label_selectors": []}).resource is None
    assert (patience({"wait": True, "wait_timeout": 7}).wait, patience({"wait": True, "wait_timeout": 7}).seconds) == (
        True,
        7,
    )


def test_progress_is_appended(tmp_path: Path) -> None:
    teller(None, pytest.fail)("nowhere")
    tell = teller(str(tmp_path / "p"), pytest.fail)
    tell("one")
    tell("é")
    assert (tmp_path / "p").read_text(encoding="utf-8") == "one\né\n"


@pytest.mark.parametrize("path", ["/dev/full", "/nonexistent/p"])
def test_a_progress_file_that_cannot_be_written_costs_one_warning(path: str) -> None:
    warnings: list[str] = []
    tell = teller(path, warnings.append)
    tell("one")
    tell("two")
    assert [each.partition(" cannot be written: ")[0] for each in warnings] == [f"No more progress lines: {path}"]
