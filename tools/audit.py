# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask OSV about known vulnerabilities of every locked package. Where OSV cannot be asked, say so: that is neither well nor a failure.

pip-audit's own default, the JSON pages of PyPI, is of no use here: behind a mirror without them it skips every package and calls that well.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import requests
from environment import CHECKOUT, OLDEST_LOCK_FILE, RELEASE_LOCK_FILE, cache_root, ensure_venv
from lock import LOCK_FILES

OSV = "https://api.osv.dev/v1/query"
SECONDS = 15
WRITTEN_BY_HAND = ("requirements/guided.txt", "tests/benchmarks/peers.txt", "tests/integration/support/awx.txt")
AUDITED = (*(path for path in LOCK_FILES if path != OLDEST_LOCK_FILE), *(CHECKOUT / path for path in WRITTEN_BY_HAND))
"""All but the oldest libraries, which are old on purpose and meet nothing but tests."""


class AuditError(Exception):
    """The audit could be made and was not, or in part only."""


def unreachable(url: str) -> str | None:
    """Why OSV cannot be asked; None where it answers."""
    question = {"package": {"name": "pip", "ecosystem": "PyPI"}, "version": "9.0.1"}
    try:
        answer = requests.post(url, json=question, timeout=SECONDS)
        answer.raise_for_status()
        known = answer.json()
    except requests.RequestException as error:
        return f"{url}: {str(error).rpartition('(Caused by ')[2].rstrip(')')}"
    # A version with known vulnerabilities: something that knows none of it, or else answers so, is not OSV.
    return None if known.get("vulns") else f"{url} knows no vulnerability of pip 9.0.1, which has some"


def audited(pip_audit: Path, lock_file: Path, url: str) -> list[dict[str, Any]]:
    """What OSV knows of each package that this Python would get from a lock file.

    :raises AuditError: it could not be told of each of them.
    """
    options = ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json", "--desc", "off"]
    service = ["--vulnerability-service", "osv", "--osv-url", url, "--timeout", str(SECONDS)]
    command = [str(pip_audit), *options, *service, "--requirement", str(lock_file)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    try:
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError) as error:
        raise AuditError(f"pip-audit ended with {done.returncode}:\n{done.stderr[-2000:]}") from error
    skipped = [f"{each['name']}: {each['skip_reason']}" for each in packages if "skip_reason" in each]
    if skipped or not packages:
        raise AuditError("\n".join([f"{lock_file}: not every package could be audited:", *skipped]))
    return packages


def findings(packages: list[dict[str, Any]]) -> list[str]:
    """One line for each known vulnerability."""
    return [
        "{} {}: {} ({})".format(
            package["name"],
            package["version"],
            found["id"],
            "mended in " + ", ".join(found["fix_versions"]) if found["fix_versions"] else "not mended yet",
        )
        for package in packages
        for found in package["vulns"]
    ]


def main(url: str = OSV) -> int:
    """Audit; 1 where something is found."""
    why = unreachable(url)
    if why:
        print(f"not audited: {why}")
        return 0
    pip_audit = ensure_venv(cache_root(), RELEASE_LOCK_FILE) / "bin" / "pip-audit"
    try:
        packages = [each for lock_file in AUDITED for each in audited(pip_audit, lock_file, url)]
    except AuditError as error:
        print(error)
        return 1
    known = sorted(set(findings(packages)))
    print("\n".join(known or [f"{len({each['name'] for each in packages})} packages without a known vulnerability"]))
    return 1 if known else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
