# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Remove what was made for this checkout alone; environments and the built control plane serve others too and stay."""

from __future__ import annotations

import shutil

from environment import cache_root, checkout_key


def main() -> None:
    """Remove the folders named after this checkout, and say so."""
    for kind in ("build", "copies", "trees", "ansible"):
        folder = cache_root() / kind / checkout_key()
        if folder.exists():
            shutil.rmtree(folder)
            print(f"removed {folder}")


if __name__ == "__main__":
    main()
