# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be in the tarball, and that nothing of the place or moment of its making is."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile

import pytest
from artefact import LARGEST, contents, normalise, problems

SOUND = {"README.md": b"read", "plugins/modules/one.py": b"1", "plugins/module_utils/a/b.py": b"2"}
FOLDERS = ("plugins", "plugins/modules", "plugins/module_utils", "plugins/module_utils/a")


def entry(name, data=None):
    if data is None:
        return {"name": name, "ftype": "dir", "chksum_type": None, "chksum_sha256": None, "format": 1}
    return {
        "name": name,
        "ftype": "file",
        "chksum_type": "sha256",
        "chksum_sha256": hashlib.sha256(data).hexdigest(),
        "format": 1,
    }


def tarball(path, files, folders=FOLDERS, mtime=1_700_000_000, backwards=False, extra=()):
    """As ansible-galaxy makes one, in the order in which the disk lists the files."""
    listed = [entry("."), *map(entry, folders), *(entry(name, data) for name, data in files.items())]
    listed = list(reversed(listed)) if backwards else listed
    described = json.dumps({"files": listed, "format": 1}, indent=True).encode()
    manifest = {"file_manifest_file": {"chksum_sha256": hashlib.sha256(described).hexdigest()}, "format": 1}
    made = {"MANIFEST.json": json.dumps(manifest, indent=True).encode(), "FILES.json": described}
    with tarfile.open(path, "w:gz") as archive:
        for each in [*({"name": name, "ftype": "file"} for name in made), *listed]:
            if each["name"] == ".":
                continue
            data = {**made, **files}.get(each["name"])
            header = tarfile.TarInfo(each["name"])
            header.mtime = mtime
            header.type, header.mode = (tarfile.DIRTYPE, 0o755) if data is None else (tarfile.REGTYPE, 0o644)
            header.size = len(data or b"")
            archive.addfile(header, io.BytesIO(data) if data is not None else None)
        for header in extra:
            archive.addfile(header, io.BytesIO(b"") if header.isfile() else None)
    return path


def found(path, checkout=tuple(SOUND)):
    return list(problems(path, checkout))


def header(name, **fields):
    made = tarfile.TarInfo(name)
    made.mode = 0o644
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def test_what_users_need_is_no_problem(tmp_path):
    assert found(tarball(tmp_path / "a.tar.gz", SOUND), [*SOUND, "tests/unit/test_docs.py", "Makefile"]) == []


@pytest.mark.parametrize(
    "name",
    [
        "tests/unit/test_docs.py",
        "Makefile",
        "id_rsa",
        ".env",
        "plugins/modules/one.pyc",
        "plugins/modules/__pycache__/one.cpython-313.pyc",
        "docs/kubeconfig",
        "roles/boot_images/files/secret.yml",
        "requirements/dev.txt",
        "x/README.md",
    ],
)
def test_what_users_do_not_need_is_named(tmp_path, name):
    (problem,) = found(tarball(tmp_path / "a.tar.gz", {**SOUND, name: b"x"}))
    assert problem.startswith(f"{name}: is nothing that users need")


@pytest.mark.parametrize(
    ("member", "why"),
    [
        (header("docs/link.md", type=tarfile.SYMTYPE, linkname="/etc/passwd"), "neither a file nor a folder"),
        (header("README.md"), "stands in it twice"),
        (header("docs/a.md", uid=1000), "has owner 1000:0 and mode 644"),
        (header("docs/a.md", mode=0o755), "has owner 0:0 and mode 755"),
        (header("extensions", type=tarfile.DIRTYPE, mode=0o755), "is an empty folder"),
    ],
)
def test_odd_members_are_named(tmp_path, member, why):
    assert found(tarball(tmp_path / "a.tar.gz", SOUND, extra=[member])) == [f"{member.name}: {why}"]


def test_a_large_file_is_named(tmp_path):
    path = tarball(tmp_path / "a.tar.gz", {**SOUND, "docs/large.md": b"x" * (LARGEST + 1)})
    assert found(path) == [f"docs/large.md: has {LARGEST + 1} bytes"]


def test_what_is_left_out_is_named(tmp_path):
    files = {name: data for name, data in SOUND.items() if name != "README.md"}
    assert found(tarball(tmp_path / "a.tar.gz", files)) == ["README.md: is missing"]


def test_order_and_times_do_not_show(tmp_path):
    one = tarball(tmp_path / "one.tar.gz", SOUND)
    two = tarball(tmp_path / "two.tar.gz", dict(reversed(SOUND.items())), mtime=1_800_000_000, backwards=True)
    assert one.read_bytes() != two.read_bytes()
    for path in (one, two):
        normalise(path, 1_234_567_890)
    assert one.read_bytes() == two.read_bytes()
    with tarfile.open(one) as archive:
        assert {member.mtime for member in archive.getmembers()} == {1_234_567_890}
    normalise(two, 1_234_567_891)
    assert one.read_bytes() != two.read_bytes()


def test_nothing_else_is_changed(tmp_path):
    path = tarball(tmp_path / "a.tar.gz", SOUND)
    normalise(path, 0)
    files = contents(path)
    manifest = json.loads(files.pop("MANIFEST.json"))
    described = files.pop("FILES.json")
    assert files == SOUND
    assert manifest["file_manifest_file"]["chksum_sha256"] == hashlib.sha256(described).hexdigest()
    listed = {each["name"]: each["chksum_sha256"] for each in json.loads(described)["files"]}
    assert listed == {
        **dict.fromkeys([".", *FOLDERS]),
        **{name: hashlib.sha256(data).hexdigest() for name, data in SOUND.items()},
    }
    assert found(path) == []


def test_empty_folders_are_left_out(tmp_path):
    path = tarball(tmp_path / "a.tar.gz", SOUND, folders=[*FOLDERS, "extensions", "extensions/molecule"])
    assert len(found(path)) == 1  # the outer one holds the inner one
    normalise(path, 0)
    assert found(path) == []
