# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ignition configurations of spec 2 that can be converted, drawn at random; every text in them is told apart from every other."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

VERSIONS = ("2.0.0", "2.1.0", "2.2.0", "2.3.0", "2.4.0")
URL = "https://api-int.example.com:22623/config/worker"
AUTHORITY = "data:text/plain;charset=utf-8;base64,LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t"


def stub(version: str = "2.2.0", **ignition: Any) -> dict[str, Any]:
    """The stub that installers up to 4.5 wrote, and what is different about it."""
    verification: dict[str, Any] = {}
    return {
        "ignition": {
            "config": {"append": [{"source": URL, "verification": verification}]},
            "security": {"tls": {"certificateAuthorities": [{"source": AUTHORITY, "verification": verification}]}},
            "timeouts": {},
            "version": version,
            **ignition,
        },
        "networkd": {},
        "passwd": {},
        "storage": {},
        "systemd": {},
    }


@st.composite
def documents(draw: Any) -> dict[str, Any]:
    """Anything of spec 2 that has its equal in spec 3."""
    numbers = itertools.count(1)

    def some(fields: dict[str, st.SearchStrategy[Any]], **always: Any) -> dict[str, Any]:
        chosen = {key: draw(value) for key, value in fields.items() if draw(st.booleans())}
        return {**always, **{key: value for key, value in chosen.items() if value is not None}}

    def word(prefix: str = "word") -> str:
        return f"{prefix}-{next(numbers)}"

    def several(make: Any) -> list[Any]:
        return [make() for _each in range(draw(st.integers(0, 3)))]

    flags, ids, modes = st.booleans(), st.integers(0, 2**31), st.integers(0, 0o777)

    def lazily(make: Any) -> st.SearchStrategy[Any]:
        return st.builds(make)

    verification = lazily(lambda: draw(st.sampled_from([{}, {"hash": f"sha512-{next(numbers):0128x}"}])))
    headers = lazily(lambda: several(lambda: {"name": word("X"), "value": word()}))

    def resource() -> dict[str, Any]:
        return some({"verification": verification, "httpHeaders": headers}, source=f"https://example.com/{word()}")

    def owner() -> dict[str, Any]:
        return {"id": draw(ids)} if draw(flags) else {"name": word()}

    def node(**fields: Any) -> dict[str, Any]:
        owners = {"user": lazily(owner), "group": lazily(owner)}
        return some({**owners, **fields}, filesystem="root", path=f"/{word('dir')}/{word('x')}")

    def file() -> dict[str, Any]:
        contents = {"compression": st.just("gzip"), "verification": verification, "httpHeaders": headers}
        full = lazily(lambda: some(contents, source=f"https://example.com/{word()}"))
        made = node(contents=full, mode=modes, overwrite=flags)
        return made if made.get("overwrite") or draw(flags) else {**made, "append": True}

    def link() -> dict[str, Any]:
        return {**node(overwrite=flags), "target": f"/{word('y')}", **some({"hard": flags})}

    def unit() -> dict[str, Any]:
        text = lazily(lambda: f"[Unit]\nDescription={word()}\n")
        dropins = lazily(lambda: several(lambda: some({"contents": text}, name=f"{word()}.conf")))
        switch = draw(st.sampled_from([{}, {"enable": True}, {"enable": False}, {"enabled": True}, {"enabled": False}]))
        return {**some({"contents": text, "mask": flags, "dropins": dropins}, name=f"{word()}.service"), **switch}

    def user() -> dict[str, Any]:
        texts = dict.fromkeys(("passwordHash", "gecos", "primaryGroup"), lazily(word))
        homes = dict.fromkeys(("homeDir", "shell"), lazily(lambda: f"/{word()}"))
        switches = dict.fromkeys(("noCreateHome", "noUserGroup", "noLogInit", "system"), flags)
        lists = dict.fromkeys(("sshAuthorizedKeys", "groups"), lazily(lambda: several(word)))
        return some({**texts, **homes, **switches, **lists, "uid": ids}, name=word())

    def group() -> dict[str, Any]:
        return some({"gid": ids, "passwordHash": lazily(word), "system": flags}, name=word())

    timeouts = lazily(lambda: some({"httpTotal": ids, "httpResponseHeaders": ids}))
    authorities = lazily(lambda: {"tls": {"certificateAuthorities": several(resource)}})
    config = lazily(lambda: some({"append": lazily(lambda: several(resource)), "replace": lazily(resource)}))
    urls = dict.fromkeys(("httpProxy", "httpsProxy"), lazily(lambda: f"http://{word()}.example.com"))
    proxy = lazily(lambda: some({**urls, "noProxy": lazily(lambda: several(word))}))
    ignition = some(
        {"config": config, "timeouts": timeouts, "security": authorities, "proxy": proxy},
        version=draw(st.sampled_from(VERSIONS)),
    )
    directories = lazily(lambda: several(lambda: node(mode=modes, overwrite=flags)))
    nodes = {
        "files": lazily(lambda: several(file)),
        "directories": directories,
        "links": lazily(lambda: several(link)),
        "disks": st.just([]),
    }
    sections = {
        "storage": lazily(lambda: some(nodes)),
        "systemd": lazily(lambda: {"units": several(unit)}),
        "passwd": lazily(
            lambda: some({"users": lazily(lambda: several(user)), "groups": lazily(lambda: several(group))})
        ),
        "networkd": st.sampled_from([{}, {"units": []}, None]),
    }
    return some(sections, ignition=ignition)


def leaves(value: Any) -> Iterator[str]:
    """Every value that is no container, as JSON."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from leaves(each)
    else:
        yield json.dumps(value)


def without_empty(value: Any) -> Any:
    """Without the empty sections that the operator's Go types add everywhere."""
    if isinstance(value, dict):
        kept = {key: without_empty(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each not in ({}, [])}
    return [without_empty(each) for each in value] if isinstance(value, list) else value


def in_any_order(value: Any) -> Any:
    """With every list sorted: the operator's converter turns some of them round."""
    if isinstance(value, dict):
        return {key: in_any_order(each) for key, each in value.items()}
    return sorted((in_any_order(each) for each in value), key=repr_of) if isinstance(value, list) else value


def repr_of(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
