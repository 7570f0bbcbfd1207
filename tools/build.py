# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection's tarball, twice to see that it comes out the same, and install it into an empty place to see what Ansible finds there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from artefact import contents, normalise, problems
from copy_tree import copy_checkout, files_of_checkout
from environment import CHECKOUT


def run(command: list[str], cwd: Path, **variables: str) -> str:
    """The output of a command that has to succeed."""
    environment = dict(os.environ, **variables)
    done = subprocess.run(
        command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"`{' '.join(command)}` ended with {done.returncode}\n{done.stdout}")
    return done.stdout


def epoch() -> int:
    """The time of everything in the tarball: SOURCE_DATE_EPOCH, or when the newest commit was made."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return int(given or run(["git", "log", "-1", "--format=%ct"], CHECKOUT))


def pack(collection: Path, dist: Path) -> Path:
    """The tarball of a folder."""
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir(parents=True)
    run(["ansible-galaxy", "collection", "build", "--force", "--output-path", str(dist)], collection)
    (tarball,) = dist.glob("okd-boot_images-*.tar.gz")
    normalise(tarball, epoch())
    return tarball


def elsewhere(collection: Path, place: Path) -> Path:
    """The same files in another folder, made in another order, at another time, by somebody with another umask."""
    shutil.rmtree(place, ignore_errors=True)
    files = sorted((path for path in collection.rglob("*") if path.is_file()), reverse=True)
    for number, path in enumerate(files):
        copy = place / path.relative_to(collection)
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        copy.chmod(0o600)
        os.utime(copy, (number, number))
    return place


def check_same(tarball: Path, other: Path) -> None:
    """Two builds of the same files are the same bytes."""
    if tarball.read_bytes() == other.read_bytes():
        return
    one, two = contents(tarball), contents(other)
    differing = sorted(name for name in {*one, *two} if one.get(name) != two.get(name))
    sys.exit(f"{tarball} and {other} are of the same files and differ in: {differing or 'headers or order'}")


def check_installed(tarball: Path, place: Path, wanted: set[str]) -> None:
    """Install the tarball into `place` and compare the modules that ansible-doc can describe there with `wanted`."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    # Ansible looks for collections on Python's path too: without these it would find the checkout.
    alone = {"ANSIBLE_COLLECTIONS_PATH": str(place), "PYTHONPATH": ""}
    run(["ansible-galaxy", "collection", "install", "--offline", "-p", str(place), str(tarball)], place, **alone)
    run(["ansible-galaxy", "collection", "verify", "--offline", "-p", str(place), "okd.boot_images"], place, **alone)
    listed = run(["ansible-doc", "--json", "--type", "module", "--list", "okd.boot_images"], place, **alone)
    documented = {name.removeprefix("okd.boot_images.") for name in json.loads(listed)}
    if not wanted or documented != wanted:
        sys.exit(f"modules in the checkout: {sorted(wanted)}; in the installed collection: {sorted(documented)}")


def main() -> None:
    """Build and check."""
    build = Path(os.environ["OKD_BOOT_IMAGES_BUILD"])
    collection = copy_checkout("build")
    tarball = pack(collection, build / "dist")
    found = list(problems(tarball, files_of_checkout()))
    if found:
        sys.exit("\n".join([f"{tarball} is not what it should be:", *found]))
    check_same(tarball, pack(elsewhere(collection, build / "elsewhere"), build / "dist-elsewhere"))
    modules = {path.stem for path in collection.glob("plugins/modules/*.py")} - {"__init__"}
    check_installed(tarball, build / "installed", modules)
    files, size = len(contents(tarball)), tarball.stat().st_size // 1024
    print(
        f"{tarball}: {files} files, {size} KiB, {len(modules)} modules documented, the same bytes when built elsewhere"
    )


if __name__ == "__main__":
    main()
