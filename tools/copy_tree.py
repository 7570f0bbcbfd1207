# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep a real copy of the checkout at …/ansible_collections/okd/boot_images, and print where it stands.

ansible-test refuses a link, and ansible-lint and ansible-galaxy would leave files in the checkout. The copy holds what
git tracks or would track, as it stands in the working tree. Unchanged files are left alone, so the tools' own caches
stay good.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
import sys
from pathlib import Path

from environment import CHECKOUT, cache_root, checkout_key, locked

# What ansible-test writes into a collection; not ours to remove.
LEFT_ALONE = ("tests/output/", ".ansible/")


def files_of_checkout() -> list[str]:
    """Paths relative to the checkout of all its files, without what .gitignore names."""
    listed = ["git", "-C", str(CHECKOUT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(listed, check=True, capture_output=True, stdin=subprocess.DEVNULL).stdout.decode()
    return sorted(path for path in set(output.split("\0")) if path and (CHECKOUT / path).is_file())


def copy_files(files: list[str], target: Path) -> None:
    """Bring `target` to exactly these files."""
    target.mkdir(parents=True, exist_ok=True)
    wanted = set(files)
    for folder, _folders, names in os.walk(target, topdown=False):
        for name in names:
            path = Path(folder, name)
            relative = path.relative_to(target).as_posix()
            if relative not in wanted and not relative.startswith(LEFT_ALONE):
                path.unlink()
        if folder != str(target) and not os.listdir(folder):
            os.rmdir(folder)
    for name in files:
        source, copy = CHECKOUT / name, target / name
        if copy.exists() and filecmp.cmp(source, copy):
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, copy)


def copy_checkout(user: str) -> Path:
    """Refresh the copy of one tool (each has its own, for some write into it) and return the collection's folder."""
    root = cache_root() / "copies" / checkout_key() / user
    collection = root / "ansible_collections" / "okd" / "boot_images"
    with locked(root.with_suffix(".lock")):
        copy_files(files_of_checkout(), collection)
    return collection


if __name__ == "__main__":
    print(copy_checkout(sys.argv[1]))
