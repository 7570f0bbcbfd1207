# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""User-data secrets: the steps that upgrade a stub, keep what was there, and put it back; nothing of the content is shown."""

from __future__ import annotations

import base64
import copy
import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.fuzz.hostile import FUZZ, RANDOM, garbled, junk, spoiled
from unit.patches import TestFailedError, json_patch
from unit.plan.spec2 import documents, stub

from ansible_collections.okd.boot_images.plugins.module_utils.model import reasons
from ansible_collections.okd.boot_images.plugins.module_utils.model.steps import Create, JsonPatch, Step
from ansible_collections.okd.boot_images.plugins.module_utils.model.verdict import Failed
from ansible_collections.okd.boot_images.plugins.module_utils.plan.ignition import convert
from ansible_collections.okd.boot_images.plugins.module_utils.plan.user_data import (
    BACKED_UP_AT,
    BACKUP_OF,
    UPGRADED_AT,
    UPGRADED_TO,
    backup_name,
    backup_of,
    keeps,
    restore,
    upgrade,
)

AT, LATER = "2026-08-01T10:00:00Z", "2026-08-01T11:00:00Z"
NAME = "worker-user-data"


def encoded(text: str | bytes) -> str:
    return base64.b64encode(text if isinstance(text, bytes) else text.encode(errors="surrogatepass")).decode()


def secret(content: Any = None, name: str = NAME, uid: str = "u-1", **metadata: Any) -> dict[str, Any]:
    """A user-data Secret as served; the content is a document, text, or bytes."""
    given = stub() if content is None else content
    text = given if isinstance(given, (str, bytes)) else json.dumps(given, indent=2)
    own = {"name": name, "namespace": "openshift-machine-api", "uid": uid, "resourceVersion": "7", **metadata}
    return {"metadata": own, "data": {"disableTemplating": encoded("true"), "userData": encoded(text)}}


def content(served: Any) -> Any:
    return json.loads(base64.b64decode(served["data"]["userData"]))


def steps(answer: tuple[Step, ...] | Failed) -> tuple[Step, ...]:
    assert isinstance(answer, tuple), answer
    return answer


def written(step: Step, to: Any) -> Any:
    assert isinstance(step.request, JsonPatch)
    return json_patch(step.request.operations, to)


def made(step: Step) -> Any:
    """What a step creates, as it would be served."""
    assert isinstance(step.request, Create)
    return copy.deepcopy(step.request.body)


def refused(answer: tuple[Step, ...] | Failed) -> Failed:
    assert isinstance(answer, Failed)
    return answer


@pytest.mark.parametrize("annotations", [{}, {"annotations": {}}, {"annotations": {"a/b": "c"}}])
def test_the_stub_is_upgraded_and_nothing_else_changes(annotations: dict[str, Any]) -> None:
    before = secret(**annotations)
    _kept, write = steps(upgrade(before, AT))
    after = written(write, before)
    assert content(after) == convert(stub())
    assert base64.b64decode(after["data"]["userData"]).startswith(b'{"ignition":{"config":{"merge":[{"source":')
    marks = {UPGRADED_TO: "3.5.0", UPGRADED_AT: AT}
    assert after["metadata"] == {
        **before["metadata"],
        "annotations": {**annotations.get("annotations", {}), **marks},
    }
    assert after["data"] == {**before["data"], "userData": after["data"]["userData"]}
    assert (write.before, write.after) == ({"ignition": "2.2.0"}, {"ignition": "3.5.0"})
    assert str(write.ref) == f"Secret openshift-machine-api/{NAME}"
    assert upgrade(after, LATER) == ()


def test_the_spec_is_what_the_image_reads() -> None:
    before = secret()
    _kept, write = steps(upgrade(before, AT, "3.1.0"))
    after = written(write, before)
    assert content(after)["ignition"]["version"] == "3.1.0"
    assert after["metadata"]["annotations"][UPGRADED_TO] == "3.1.0"


def test_the_old_content_is_kept_byte_for_byte() -> None:
    before = secret()
    kept, _write = steps(upgrade(before, AT))
    backup = made(kept)
    assert backup["data"] == before["data"] and keeps(backup, before)
    assert (backup["kind"], backup["type"], backup["immutable"]) == ("Secret", "Opaque", True)
    assert backup["metadata"]["labels"] == {BACKUP_OF: NAME}
    assert backup["metadata"]["annotations"] == {BACKED_UP_AT: AT}
    assert backup["metadata"]["name"].startswith(f"{NAME}-before-")
    assert (backup["metadata"]["name"], backup["metadata"]["namespace"]) == (kept.ref.name, kept.ref.namespace)


def test_a_killed_run_finds_its_backup_again() -> None:
    name = steps(upgrade(secret(), AT))[0].ref.name
    assert steps(upgrade(secret(), LATER))[0].ref.name == name
    others = [secret(uid="u-2"), secret(stub("2.1.0")), secret(name="other")]
    others.append({**secret(), "data": {"userData": secret()["data"]["userData"]}})
    assert name not in {steps(upgrade(each, AT))[0].ref.name for each in others}
    assert not keeps(made(steps(upgrade(secret(), AT))[0]), secret(stub("2.1.0")))


@pytest.mark.parametrize("name", ["a" * 64, "a" * 253, "a" * 234 + "." + "b" * 18, "a." * 126 + "a"])
def test_long_names(name: str) -> None:
    body = made(steps(upgrade(secret(name=name), AT))[0])
    assert len(body["metadata"]["name"]) <= 253
    assert all(part and part[0] != "-" and part[-1] != "-" for part in body["metadata"]["name"].split("."))
    assert body["metadata"]["labels"] == {}
    assert body["metadata"]["annotations"][BACKUP_OF] == name


@pytest.mark.parametrize("change", ["uid", "content"])
@pytest.mark.parametrize("annotations", [{}, {"annotations": {}}])
def test_nothing_is_written_after_a_concurrent_change(change: str, annotations: dict[str, Any]) -> None:
    before = secret(**annotations)
    now = secret(uid="u-2", **annotations) if change == "uid" else secret(stub("2.1.0"), **annotations)
    with pytest.raises(TestFailedError):
        written(steps(upgrade(before, AT))[1], now)


def test_annotations_that_somebody_adds_first_are_not_lost() -> None:
    write = steps(upgrade(secret(), AT))[1]
    with pytest.raises(TestFailedError):
        written(write, secret(annotations={"a": "b"}, resourceVersion="8"))


@pytest.mark.parametrize(
    ("user_data", "says"),
    [
        (None, "is missing"),
        ("#cloud-config", "is no JSON"),
        ("", "is no JSON"),
        (b'{"ignition": {"version": "2.2.0"}, "x": "\xff"}', "is no JSON"),
        ('{"ignition": {"version": "2.2.0", "timeouts": {"httpTotal": NaN}}}', "is no JSON"),
        ('{"ignition": {"version": "2.2.0"}, "ignition": {"version": "2.2.0"}}', "has a field twice"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "is no JSON object"),
        ('{"ignition": {"version": "1.0.0"}}', "ignition.version is none of 2.0.0"),
        ('{"ignition": {"version": "2.2.0"}, "storage": {"disks": [{}]}}', "storage.disks has no equal in spec 3"),
    ],
)
def test_what_cannot_be_converted(user_data: Any, says: str) -> None:
    served = secret(user_data or "")
    if user_data is None:
        del served["data"]["userData"]
    failed = refused(upgrade(served, AT))
    assert failed.reason is reasons.USER_DATA_NOT_CONVERTIBLE
    assert says in failed.message and NAME in failed.message


@given(documents())
def test_restore_is_the_way_back(document: Any) -> None:
    before = secret(document, annotations={"a": "b"})
    kept, write = steps(upgrade(before, AT))
    backup, after = made(kept), written(write, before)
    (back,) = steps(restore(after, backup))
    restored = written(back, after)
    assert restored == before
    assert restore(restored, backup) == ()
    version = document["ignition"]["version"]
    assert (back.before, back.after) == ({"ignition": "3.5.0"}, {"ignition": version})
    with pytest.raises(TestFailedError):
        written(back, restored)


@given(documents(), st.sampled_from(["3.1.0", "3.5.0"]))
def test_and_forth_again(document: Any, spec: str) -> None:
    """A restore keeps what it takes away, so that a restore of it is the way back."""
    before = secret(document)
    kept, write = steps(upgrade(before, AT, spec))
    after = written(write, before)
    again = made(backup_of(after, LATER))
    restored = written(steps(restore(after, made(kept)))[0], after)
    (forth,) = steps(restore(restored, again))
    assert written(forth, restored) == after
    assert restore(after, again) == ()


def test_restore_finishes_what_was_begun() -> None:
    kept, _write = steps(upgrade(secret(), AT))
    half = secret(annotations={UPGRADED_TO: "3.5.0", "a": "b"})
    (back,) = steps(restore(half, made(kept)))
    assert written(back, half) == secret(annotations={"a": "b"})


def test_restore_of_what_the_operator_upgraded() -> None:
    """Its Go types add empty sections."""
    kept, _write = steps(upgrade(secret(), AT))
    theirs = {**convert(stub()), "kernelArguments": {}, "storage": {"files": []}}
    after = secret(theirs, annotations={UPGRADED_TO: "3.5.0", UPGRADED_AT: AT})
    (back,) = steps(restore(after, made(kept)))
    assert written(back, after) == secret(annotations={})


@pytest.mark.parametrize(
    "now",
    [
        secret(convert(stub()) | {"kernelArguments": {"shouldExist": ["x"]}}, annotations={UPGRADED_TO: "3.5.0"}),
        secret(convert(stub())),
        secret("junk", annotations={UPGRADED_TO: "3.5.0"}),
        secret(uid="u-2"),
        secret(name="other"),
    ],
    ids=["changed", "unmarked", "junk", "recreated", "another"],
)
def test_restore_loses_nobodys_change(now: Any) -> None:
    backup = made(steps(upgrade(secret(), AT))[0])
    assert refused(restore(now, backup)).reason is reasons.USER_DATA_CHANGED


def test_a_tampered_backup_is_none() -> None:
    backup = made(steps(upgrade(secret(), AT))[0])
    backup["data"]["userData"] = encoded("{}")
    assert refused(restore(secret(), backup)).reason is reasons.USER_DATA_CHANGED


@given(documents())
def test_no_byte_of_content_is_shown(document: Any) -> None:
    before = secret(document)
    answers = steps(upgrade(before, AT))
    after = written(answers[1], before)
    shown = repr((answers, restore(after, made(answers[0]))))
    assert "word-" not in shown and "example.com" not in shown
    assert before["data"]["userData"] not in shown and after["data"]["userData"] not in shown


@pytest.mark.parametrize("text", ["hunter2", '{"hunter2": 1, "ignition": {"version": "2.2.0"}}', '{"ignition": {"version": "hunter2"}}'])  # fmt: skip
def test_no_byte_of_content_in_a_refusal(text: str) -> None:
    assert "hunter2" not in repr(upgrade(secret(text), AT))
    kept = made(steps(upgrade(secret(), AT))[0])
    assert "hunter2" not in repr(restore(secret(text, annotations={UPGRADED_TO: "3.5.0"}), kept))


def test_no_byte_of_content_where_a_version_should_be() -> None:
    now = secret('{"ignition": {"version": "hunter2"}}', annotations={UPGRADED_TO: "3.5.0"})
    backup = {"metadata": {"name": backup_name(now, now["data"])}, "data": now["data"]}
    (back,) = steps(restore(now, backup))
    assert (back.before, back.after) == ({"ignition": None}, {"ignition": None})


@FUZZ
@given(RANDOM)
def test_whatever_stands_there(random: Random) -> None:
    sorts = (
        lambda: json.dumps(spoiled(random, stub())),
        lambda: garbled(random, json.dumps(stub())),
        lambda: json.dumps(junk(random)),
    )
    served = secret(random.choice(sorts)())
    served = spoiled(random, served) if random.random() < 0.3 else served
    answer = upgrade(served if isinstance(served, dict) else {}, AT)
    assert isinstance(answer, (tuple, Failed))
    backup = made(steps(upgrade(secret(), AT))[0])
    assert isinstance(restore(served if isinstance(served, dict) else {}, backup), (tuple, Failed))
