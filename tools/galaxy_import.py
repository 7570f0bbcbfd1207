# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run galaxy-importer over the built tarball, as Galaxy does when it is uploaded. Galaxy shows warnings; here they are failures."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from artefact import contents
from environment import RELEASE_LOCK_FILE, cache_root, ensure_venv

COMPLAINT = re.compile(r"^(?:WARNING|ERROR|CRITICAL): .*(?:\n(?!Loading |Linting |Importer ).*)*", re.MULTILINE)
# Everything that the importer can look at by itself. ansible-test it would run in a container; that is the part sanity.
CHECKS = {"CHECK_CHANGELOG": "1", "CHECK_REQUIRED_TAGS": "1", "RUN_ANSIBLE_DOC": "1", "RUN_ANSIBLE_LINT": "1"}
CONTENT = re.compile(r"(?:plugins/(?P<plugin>modules|action)/(?P<name>\w+)\.py|roles/(?P<role>\w+)/meta/main\.yml)")
KINDS = {"modules": "module", "action": "action"}


class ImportingError(Exception):
    """The importer complains, or has not seen everything."""


def imported(venv: Path, tarball: Path, place: Path) -> list[tuple[str, str]]:
    """Kind and name of all that the importer has found, in the order of its result.

    :param place: a folder for what it writes; emptied first.
    :raises ImportingError: with what it complains about.
    """
    shutil.rmtree(place, ignore_errors=True)
    (place / "home").mkdir(parents=True)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "PYTHONPATH"))},
        **{f"GALAXY_IMPORTER_{name}": value for name, value in CHECKS.items()},
        "GALAXY_IMPORTER_ANSIBLE_LOCAL_TMP": str(place / "home" / "tmp"),
        "GALAXY_IMPORTER_TMP_ROOT_DIR": str(place),
        "HOME": str(place / "home"),
        "VIRTUAL_ENV": str(venv),
        "PATH": os.pathsep.join([str(venv / "bin"), "/usr/bin", "/bin"]),
    }
    command = [str(venv / "bin" / "python"), "-m", "galaxy_importer.main", str(tarball)]
    done = subprocess.run(
        command,
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    complaints = COMPLAINT.findall(done.stdout)
    if complaints or done.returncode:
        told = complaints or done.stdout.splitlines()[-40:]
        raise ImportingError("\n".join([f"galaxy-importer ended with {done.returncode} and says:", *told]))
    result = json.loads((place / "importer_result.json").read_text(encoding="utf-8"))
    return [(each["content_type"], each["name"]) for each in result["contents"]]


def shipped(tarball: Path) -> set[tuple[str, str]]:
    """Kind and name of the modules, action plugins and roles in the tarball."""
    found = [match for match in map(CONTENT.fullmatch, contents(tarball)) if match]
    return {(KINDS[each["plugin"]], each["name"]) if each["plugin"] else ("role", each["role"]) for each in found}


def main() -> None:
    """Import what `tools/build.py` has built."""
    build = Path(os.environ["OKD_BOOT_IMAGES_BUILD"])
    (tarball,) = (build / "dist").glob("*.tar.gz")
    try:
        found = imported(ensure_venv(cache_root(), RELEASE_LOCK_FILE), tarball, build / "imported")
    except ImportingError as error:
        sys.exit(str(error))
    unseen = shipped(tarball) - set(found)
    if unseen or not found:
        sys.exit(f"galaxy-importer has not seen {sorted(unseen) or 'anything'}")
    print(f"{tarball}: {len(found)} pieces of content imported without a complaint")


if __name__ == "__main__":
    main()
