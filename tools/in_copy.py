# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command in a copy of the checkout: tools/in_copy.py <name of the copy> <command> …"""

from __future__ import annotations

import subprocess
import sys

from copy_tree import copy_checkout

if __name__ == "__main__":
    user, *command = sys.argv[1:]
    sys.exit(subprocess.run(command, cwd=copy_checkout(user), stdin=subprocess.DEVNULL, check=False).returncode)
