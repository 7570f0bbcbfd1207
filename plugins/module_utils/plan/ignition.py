# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An Ignition configuration of spec 2 as one of spec 3, without loss: what has no equal there is refused, by the path of its field.

The mapping is the operator's own (coreos/ign-converter behind pkg/controller/common), and goes further where that one loses or refuses:

- fields count in every 2.x version: C(security.tls) of a 2.0.0 stub, C(proxy) of a 2.2.0 stub are kept; the operator's parser drops them;
- 2.3.0 and 2.4.0 are converted: whatever they add to 2.2.0 (C(proxy), C(httpHeaders)) has its equal in spec 3.1.0;
- several C(append) or C(certificateAuthorities) are converted; the operator's converter mixes them up and fails on its own result;
- files and directories without a mode keep mode 0, as Ignition 0.x made them; spec 3 would make them readable for everybody;
- order is kept; nothing is merged: whatever stands there twice is refused, and so are special mode bits and C(create) of users.

C(null), C(""), C(false) and C(0) are absent where spec 2 takes them so. Disks, RAID, filesystems and networkd are refused whenever they say anything:
spec 3 matches and mounts what it finds in other ways, and a wrong guess wipes a disk.
"""

from __future__ import annotations

import posixpath
import re
from typing import Any

from ..model.objects import Json, dig
from .ignition_fields import (
    ABSENT,
    NotConvertible,
    Reader,
    below,
    flag,
    list_of,
    nothing,
    object_of,
    optional,
    refused,
    switch,
    text,
    whole,
)

TARGET = "3.5.0"
"""What the operator writes (4.19+); images of 4.19 and later read it."""
OLDEST_TARGET = "3.1.0"
"""Read by every image that reads spec 3 at all, from 4.6 on; all that spec 2 can say is in it."""
CONVERTIBLE = ("2.0.0", "2.1.0", "2.2.0", "2.3.0", "2.4.0")
_RELEASE = re.compile(r"(\d{1,3})\.(\d{1,3})(?:\.|$)")
_PERMISSIONS = 0o777
"""All that spec 3 keeps of a mode before 3.4: setuid, setgid and sticky are not among it."""


def target(release: str | None) -> str | None:
    """The spec to convert to for an image of OpenShift's minor release (C(4.16)), None for one that reads spec 2 only (4.1 to 4.5).

    The operator writes 3.5.0 because it knows only images of its own release; an image of 4.6 to 4.18 would not boot from that. For an unknown release
    (Fedora CoreOS, somebody's own image) the oldest is right: newer images read it as well.
    """
    known = _RELEASE.match(release or "")
    if not known:
        return OLDEST_TARGET
    minor = (int(known[1]), int(known[2]))
    return None if minor < (4, 6) else OLDEST_TARGET if minor < (4, 19) else TARGET


def needs_spec_3(release: str | None) -> bool:
    """Whether an image of that release reads no spec 2."""
    return target(release) is not None


def is_spec_3(document: Json) -> bool:
    """Whether there is nothing to convert; the operator, too, lets everything pass that starts with 3."""
    version = dig(document, "ignition", "version")
    return isinstance(version, str) and version.startswith("3")


def convert(document: Json, spec: str = TARGET) -> Json:
    """The same configuration in spec 3; one that is in spec 3 already is answered as it is.

    :raises NotConvertible: something would be lost, or is nothing that Ignition takes.
    """
    if is_spec_3(document):
        return document
    if dig(document, "ignition", "version") not in CONVERTIBLE:
        raise NotConvertible("ignition.version", f"is none of {', '.join(CONVERTIBLE)}")
    converted = _DOCUMENT(document, "")
    _no_node_twice(converted.get("storage", {}))
    return {**converted, "ignition": {**converted["ignition"], "version": spec}}


def _mode(value: Any, at: str) -> Any:
    if not 0 <= whole(value, at) <= _PERMISSIONS:
        raise NotConvertible(at, "has bits that spec 3 does not keep")
    return value


def _path(value: Any, at: str) -> Any:
    if not text(value, at).startswith("/") or value.startswith("//") or posixpath.normpath(value) != value:
        raise NotConvertible(at, "is no absolute path without detours")
    return value


def _on_root(value: Any, at: str) -> Any:
    if value != "root":
        raise NotConvertible(at, "is another filesystem than root")
    return ABSENT


def _node(required: tuple[str, ...], **fields: Reader) -> Reader:
    owner = object_of(id=whole, name=optional)
    read = object_of(required, filesystem=_on_root, path=_path, user=owner, group=owner, overwrite=switch, **fields)

    def on_root(value: Any, at: str) -> Any:
        node = read(value, at)
        if value.get("filesystem") is None:
            raise NotConvertible(below(at, "filesystem"), "is missing")
        return node

    return on_root


def _config(value: Any, at: str) -> Any:
    return {"merge" if key == "append" else key: each for key, each in _CONFIG(value, at).items()}


def _file(value: Any, at: str) -> Any:
    """Files overwrite by default in spec 2, which spec 3 must be told, and always have contents, if only empty ones."""
    node = _FILE(value, at)
    contents = {"source": "", **node.pop("contents", {})}
    if not node.pop("append", False):
        return {"overwrite": True, "mode": 0, **node, "contents": contents}
    if node.get("overwrite"):
        raise NotConvertible(below(at, "overwrite"), "contradicts append")
    return {**node, "overwrite": False, "append": [contents]}


def _directory(value: Any, at: str) -> Any:
    return {"mode": 0, **_DIRECTORY(value, at)}


def _unit(value: Any, at: str) -> Any:
    unit = _UNIT(value, at)
    if unit.pop("enable", False) and unit.setdefault("enabled", True) is False:
        raise NotConvertible(below(at, "enable"), "contradicts enabled")
    return unit


def _no_node_twice(storage: Json) -> None:
    """A path is one file, directory or link, and leads through no link: spec 2 let the order decide."""
    nodes = [
        (f"storage.{kind}[{i}].path", node["path"]) for kind, nodes in storage.items() for i, node in enumerate(nodes)
    ]
    links = tuple(node["path"].rstrip("/") + "/" for node in storage.get("links", []))
    seen = set()
    for at, path in nodes:
        if path in seen:
            raise NotConvertible(at, "stands there twice")
        if path.startswith(links):
            raise NotConvertible(at, "leads through a link of the same configuration")
        seen.add(path)


_VERIFICATION = object_of(hash=optional)
_HEADERS = list_of(object_of(("name", "value"), name=text, value=text), "name")
_RESOURCE = object_of(("source",), source=text, verification=_VERIFICATION, httpHeaders=_HEADERS)
_CONTENTS = object_of(source=text, verification=_VERIFICATION, httpHeaders=_HEADERS, compression=optional)
_FILE = _node(("path",), contents=_CONTENTS, append=flag, mode=_mode)
_DIRECTORY = _node(("path",), mode=_mode)
_LINK = _node(("path", "target"), target=text, hard=flag)
_UNIT = object_of(
    ("name",),
    name=text,
    contents=optional,
    enable=flag,
    enabled=switch,
    mask=flag,
    dropins=list_of(object_of(("name",), name=text, contents=optional), "name"),
)
_USER = object_of(
    ("name",),
    name=text,
    passwordHash=text,
    sshAuthorizedKeys=list_of(text),
    uid=whole,
    gecos=optional,
    homeDir=optional,
    noCreateHome=flag,
    primaryGroup=optional,
    groups=list_of(text),
    noUserGroup=flag,
    noLogInit=flag,
    shell=optional,
    system=flag,
    create=refused,
)
_GROUP = object_of(("name",), name=text, gid=whole, passwordHash=optional, system=flag)
_CONFIG = object_of(append=list_of(_RESOURCE, "source"), replace=_RESOURCE)
_IGNITION = object_of(
    version=text,
    config=_config,
    timeouts=object_of(httpResponseHeaders=whole, httpTotal=whole),
    security=object_of(tls=object_of(certificateAuthorities=list_of(_RESOURCE, "source"))),
    proxy=object_of(httpProxy=optional, httpsProxy=optional, noProxy=list_of(text)),
)
_DOCUMENT = object_of(
    ignition=_IGNITION,
    networkd=nothing,
    passwd=object_of(users=list_of(_USER, "name"), groups=list_of(_GROUP, "name")),
    storage=object_of(
        files=list_of(_file, "path"),
        directories=list_of(_directory, "path"),
        links=list_of(_LINK, "path"),
        disks=nothing,
        raid=nothing,
        filesystems=nothing,
    ),
    systemd=object_of(units=list_of(_unit, "name")),
)
