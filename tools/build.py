# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection's tarball, install it into an empty place and see that Ansible finds there what the checkout holds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from copy_tree import copy_checkout

# Far above any file of ours: what is larger is a binary that got in.
LARGEST = 1_000_000


def run(command: list[str], cwd: Path, **variables: str) -> str:
    """The output of a command that has to succeed."""
    environment = dict(os.environ, **variables)
    done = subprocess.run(
        command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"`{' '.join(command)}` ended with {done.returncode}\n{done.stdout}")
    return done.stdout


def check_contents(tarball: Path) -> int:
    """How many files the tarball holds; ends the run when one of them does not belong there."""
    with tarfile.open(tarball) as archive:
        members = [member for member in archive.getmembers() if member.isfile()]
    large = [member.name for member in members if member.size > LARGEST]
    if large:
        sys.exit(f"{tarball} holds large files: {', '.join(large)}")
    return len(members)


def check_installed(tarball: Path, place: Path, wanted: set[str]) -> None:
    """Install the tarball into `place` and compare the modules that ansible-doc can describe there with `wanted`."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    # Ansible looks for collections on Python's path too: without these it would find the checkout.
    alone = {"ANSIBLE_COLLECTIONS_PATH": str(place), "PYTHONPATH": ""}
    run(["ansible-galaxy", "collection", "install", "--offline", "-p", str(place), str(tarball)], place, **alone)
    listed = run(["ansible-doc", "--json", "--type", "module", "--list", "okd.boot_images"], place, **alone)
    documented = {name.removeprefix("okd.boot_images.") for name in json.loads(listed)}
    if not wanted or documented != wanted:
        sys.exit(f"modules in the checkout: {sorted(wanted)}; in the installed collection: {sorted(documented)}")


def main() -> None:
    """Build and check."""
    build = Path(os.environ["OKD_BOOT_IMAGES_BUILD"])
    dist = build / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir(parents=True)
    collection = copy_checkout("build")
    run(["ansible-galaxy", "collection", "build", "--force", "--output-path", str(dist)], collection)
    (tarball,) = dist.glob("okd-boot_images-*.tar.gz")
    files = check_contents(tarball)
    modules = {path.stem for path in collection.glob("plugins/modules/*.py")} - {"__init__"}
    check_installed(tarball, build / "installed", modules)
    print(f"{tarball}: {files} files, {tarball.stat().st_size // 1024} KiB, {len(modules)} modules documented")


if __name__ == "__main__":
    main()
