# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tarball that users install: exactly what it may hold, and the same bytes from the same files, wherever and whenever it is built."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

MADE = ("MANIFEST.json", "FILES.json")
"""What ansible-galaxy adds."""
SHIPPED = re.compile(
    "|".join(
        [
            r"README\.md|COPYING|CHANGELOG\.rst",
            r"\.ansible-lint",  # Galaxy lints what is uploaded, and reads it
            r"meta/(?:runtime\.yml|execution-environment\.yml|ee-requirements\.txt)",
            r"changelogs/(?:config|changelog)\.yaml",
            r"playbooks/\w+\.yml",
            r"roles/\w+/(?:README\.md|defaults/main\.yml|meta/(?:main|argument_specs)\.yml|tasks/\w+\.yml)",
            r"plugins/(?:action|doc_fragments|filter|modules|plugin_utils)/\w+\.py",
            r"plugins/module_utils/(?:\w+/)*\w+\.py",
            r"extensions/patterns/(?:\w+/)+\w+\.(?:yml|json|md)",
            r"docs/(?:guides/|rbac/)?[\w-]+\.(?:md|json|ya?ml)",
            r"docs/docsite/(?:links|extra-docs)\.yml",
        ]
    )
)
LARGEST = 1_000_000
"""Bytes; far above any file of ours: what is larger is a binary that got in."""


def contents(tarball: Path) -> dict[str, bytes]:
    """The files of the tarball by name."""
    with tarfile.open(tarball) as archive:
        found = [(member.name, archive.extractfile(member)) for member in archive.getmembers() if member.isfile()]
        return {name: stream.read() for name, stream in found if stream}


def problems(tarball: Path, checkout: Iterable[str]) -> Iterator[str]:
    """What is in the tarball and should not be, or should be and is not.

    :param checkout: the names of all files of the checkout.
    """
    with tarfile.open(tarball) as archive:
        members = archive.getmembers()
    names = [member.name for member in members]
    yield from (f"{name}: stands in it twice" for name in sorted({name for name in names if names.count(name) > 1}))
    for member in members:
        if not (member.isfile() or member.isdir()):
            yield f"{member.name}: neither a file nor a folder"
        elif member.isfile() and member.name not in MADE and not SHIPPED.fullmatch(member.name):
            yield f"{member.name}: is nothing that users need (tools/artefact.py says what is)"
        if member.size > LARGEST:
            yield f"{member.name}: has {member.size} bytes"
        if (member.uid, member.gid, member.mode) != (0, 0, 0o755 if member.isdir() else 0o644):
            yield f"{member.name}: has owner {member.uid}:{member.gid} and mode {member.mode:o}"
        if member.isdir() and not any(name.startswith(member.name + "/") for name in names):
            yield f"{member.name}: is an empty folder"
    wanted = {name for name in checkout if SHIPPED.fullmatch(name)} | set(MADE)
    yield from (f"{name}: is missing" for name in sorted(wanted - set(names)))


def normalise(tarball: Path, epoch: int) -> None:
    """Write the tarball anew with nothing in it that depends on the place or the moment it was made at.

    ansible-galaxy takes files in the order in which the disk lists them, with the times that they have there.

    :param epoch: the one time that everything in it gets.
    """
    files = contents(tarball)
    manifest, listed = (json.loads(files.pop(name)) for name in MADE)
    listed["files"] = sorted(_without_empty_folders(listed["files"]), key=lambda each: str(each["name"]))
    described = _json(listed)
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(described).hexdigest()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in (("MANIFEST.json", _json(manifest)), ("FILES.json", described)):
            archive.addfile(_header(name, epoch, data), io.BytesIO(data))
        for each in listed["files"]:
            if each["ftype"] == "file":
                archive.addfile(_header(each["name"], epoch, files[each["name"]]), io.BytesIO(files[each["name"]]))
            elif each["name"] != ".":
                archive.addfile(_header(each["name"], epoch))
    tarball.write_bytes(gzip.compress(packed.getvalue(), mtime=epoch))


def _without_empty_folders(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    files = [each["name"] for each in listed if each["ftype"] == "file"]
    return [
        each
        for each in listed
        if each["ftype"] == "file" or each["name"] == "." or any(name.startswith(each["name"] + "/") for name in files)
    ]


def _header(name: str, epoch: int, data: bytes | None = None) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.mtime = epoch
    header.type, header.mode, header.size = (
        (tarfile.DIRTYPE, 0o755, 0) if data is None else (tarfile.REGTYPE, 0o644, len(data))
    )
    return header


def _json(value: Any) -> bytes:
    """As ansible-galaxy writes it."""
    return json.dumps(value, indent=True).encode()
