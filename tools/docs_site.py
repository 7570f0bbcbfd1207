# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation site and follow its links. No warning is let pass, of antsibull-docs or of Sphinx.

antsibull-docs writes a page for each module and role; all other pages are the Markdown files of the checkout, which stand in the site where they stand
in the checkout, so that a link means the same on both. tools/site/ holds the front page and the settings.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from copy_tree import copy_checkout
from environment import CHECKOUT, cache_root
from site_links import Site

COLLECTION = "okd.boot_images"
SETTINGS = CHECKOUT / "tools" / "site"


def run(*command: str) -> None:
    """Run a command that has to succeed. Its HOME is the tools' own: antsibull-docs leaves its log there."""
    home = cache_root() / "tools-home"
    home.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "HOME": str(home)}
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        sys.exit(f"`{' '.join(command)}` ended with {done.returncode}")


def build(source: Path, site: Path) -> None:
    """Make the site anew: what Sphinx remembers of an earlier one it does not warn of again."""
    shutil.copy2(SETTINGS / "index.md", source / "index.md")
    pages = source / "collection"
    pages.mkdir()
    pages.chmod(0o755)  # antsibull-docs refuses a folder that others may write to
    strict = ["--use-current", "--squash-hierarchy", "--fail-on-error", "--cleanup", "everything"]
    run("antsibull-docs", "collection", *strict, "--dest-dir", str(pages), COLLECTION)
    shutil.rmtree(site, ignore_errors=True)
    folders = ["-c", str(SETTINGS), "-d", str(site / "doctrees"), str(source), str(site / "html")]
    run("sphinx-build", "--quiet", "--builder", "html", "--fail-on-warning", "--nitpicky", *folders)


def main() -> None:
    """Build and follow the links."""
    site = Path(os.environ["OKD_BOOT_IMAGES_BUILD"]) / "site"
    build(copy_checkout("site"), site)
    built = Site(site / "html")
    problems = built.problems()
    if problems:
        sys.exit("\n".join(problems))
    print(f"{built.root / 'index.html'}: {len(built.pages)} pages, {built.links} links that lead somewhere")


if __name__ == "__main__":
    main()
