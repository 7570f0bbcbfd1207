# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles of docs/rbac right by right: which there are, which the API server's audit log says were used, and life without one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sandbox import Client, Sandbox, users

Json = dict[str, Any]
RBAC = "/apis/rbac.authorization.k8s.io/v1"


@dataclass(frozen=True, order=True)
class Right:
    """One verb on one resource, on one object of it where a name is given; I(role) grants it, cluster-wide without a namespace."""

    role: str
    namespace: str
    verb: str
    group: str
    resource: str
    name: str

    @property
    def full_resource(self) -> str:
        """As RBAC and our messages name it."""
        return f"{self.resource}.{self.group}" if self.group else self.resource

    @property
    def missed(self) -> str:
        """How our messages begin that say that it is missing."""
        name = f" {self.name}" if self.name else ""
        return f"may not {self.verb} {self.full_resource}{name}"

    def __str__(self) -> str:
        where = f" in {self.namespace}" if self.namespace else ""
        return f"{self.verb} {self.full_resource}{'/' + self.name if self.name else ''}{where}"

    def allows(self, request: Request) -> bool:
        """Whether it lets a request through."""
        same = (self.verb, self.group, self.resource) == (request.verb, request.group, request.resource)
        return same and self.namespace in ("", request.namespace) and self.name in ("", request.name)


@dataclass(frozen=True, order=True)
class Request:
    """What the audit log says was asked for; the name is also told of a list or a watch of one object."""

    verb: str
    group: str
    resource: str
    namespace: str
    name: str


def granted_to(user: str) -> list[Right]:
    """Every right that the manifests give to one of the sandbox's users, through its groups."""
    found = users.objects()
    bound = {
        (each["roleRef"]["kind"], each["roleRef"]["name"], each["metadata"].get("namespace", ""))
        for each in found
        if "subjects" in each and set(users.USERS[user]) & {subject["name"] for subject in each["subjects"]}
    }
    return [
        right
        for each in found
        if "rules" in each and (each["kind"], each["metadata"]["name"], each["metadata"].get("namespace", "")) in bound
        for right in _rights(each)
    ]


def _rights(role: Json) -> Iterator[Right]:
    name, namespace = role["metadata"]["name"], role["metadata"].get("namespace", "")
    for rule in role["rules"]:
        for group in rule["apiGroups"]:
            for resource in rule["resources"]:
                for one in rule.get("resourceNames") or [""]:
                    for verb in rule["verbs"]:
                        yield Right(name, namespace, verb, group, resource, one)


class Watch:
    """What one user asks of the API server within: allowed and forbidden."""

    def __init__(self) -> None:
        self.allowed: set[Request] = set()
        self.forbidden: set[Request] = set()

    def note(self, event: Json) -> None:
        """Take in one event of the audit log; requests for what is no resource, and questions about oneself, need no right of ours."""
        about = event.get("objectRef")
        if about is None or about["resource"].startswith("selfsubject"):
            return
        fields = (about.get(key, "") for key in ("apiGroup", "resource", "namespace", "name"))
        request = Request(event["verb"], *fields)
        allowed = event["annotations"]["authorization.k8s.io/decision"] == "allow"
        (self.allowed if allowed else self.forbidden).add(request)


@contextmanager
def watch(sandbox: Sandbox, user: str) -> Iterator[Watch]:
    """Filled in at the end from the audit log."""
    before = {each["auditID"] for each in sandbox.audit_events()}
    seen = Watch()
    yield seen
    for event in sandbox.audit_events():
        if event["user"].get("username") == user and event["auditID"] not in before:
            seen.note(event)


def needed(rights: Iterable[Right], requests: Iterable[Request]) -> set[Right]:
    """The rights without which a request would have been forbidden: no other one allows it."""
    rights = list(rights)
    allowing = ([right for right in rights if right.allows(request)] for request in requests)
    return {found[0] for found in allowing if len(found) == 1}


@contextmanager
def without(client: Client, user: str, right: Right) -> Iterator[None]:
    """The role lacks one right within, and the API server knows."""
    path = _path(right)
    role = client.request("GET", path)
    rules = [_rule(each) for each in _rights(role) if each != right]
    assert len(rules) == len(list(_rights(role))) - 1
    try:
        client.request("PUT", path, {**role, "rules": rules, "metadata": _unversioned(role)})
        client.wait_for(lambda: not _may(client, user, right), 20, f"{user} may not {right}")
        yield
    finally:
        client.request("PUT", path, {**role, "metadata": _unversioned(role)})
        client.wait_for(lambda: _may(client, user, right), 20, f"{user} may {right}")


@contextmanager
def also(client: Client, user: str, right: Right) -> Iterator[None]:
    """A role beside those of docs/rbac gives the user one right more within."""
    about = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "metadata": {"name": right.role, "namespace": right.namespace},
    }
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": right.role}
    subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}
    client.create({**about, "kind": "Role", "rules": [_rule(right)]})
    client.create({**about, "kind": "RoleBinding", "roleRef": reference, "subjects": [subject]})
    try:
        client.wait_for(lambda: _may(client, user, right), 20, f"{user} may {right}")
        yield
    finally:
        client.delete("rolebindings", right.role, right.namespace)
        client.delete("roles", right.role, right.namespace)


def _path(right: Right) -> str:
    where = f"/namespaces/{right.namespace}/roles" if right.namespace else "/clusterroles"
    return f"{RBAC}{where}/{right.role}"


def _unversioned(role: Json) -> Json:
    return {key: value for key, value in role["metadata"].items() if key != "resourceVersion"}


def _rule(right: Right) -> Json:
    names = {"resourceNames": [right.name]} if right.name else {}
    return {"apiGroups": [right.group], "resources": [right.resource], "verbs": [right.verb], **names}


def _may(client: Client, user: str, right: Right) -> bool:
    about = {"verb": right.verb, "group": right.group, "resource": right.resource}
    about |= {"namespace": right.namespace, "name": right.name or ("" if right.verb != "get" else "any")}
    spec = {"user": user, "groups": list(users.USERS[user]), "resourceAttributes": about}
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec}
    answer = client.request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", review)
    return bool(answer["status"]["allowed"])
