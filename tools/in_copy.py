# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command in a copy of the checkout: tools/in_copy.py <name of the copy> <command> …

HOME is a folder of the cache, because antsibull-docs leaves its log in HOME and has no option for another place.
"""

from __future__ import annotations

import os
import subprocess
import sys

from copy_tree import copy_checkout
from environment import cache_root


def main(user: str, *command: str) -> int:
    """Run the command; its exit code."""
    home = cache_root() / "tools-home"
    home.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "HOME": str(home)}
    copy = copy_checkout(user)
    return subprocess.run(command, cwd=copy, env=environment, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
