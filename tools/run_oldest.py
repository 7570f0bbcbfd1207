# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the unit tests of what modules consist of with the oldest libraries that they work with, on the oldest Python of this machine.

    python tools/run_oldest.py            the oldest Python
    python tools/run_oldest.py --all      each Python from 3.9 up, one after the other
    python tools/run_oldest.py -- -x      anything after -- goes to pytest

Modules run where users have them run, and there libraries are as old as the distribution. ansible-core brings its own C(ansible.module_utils) to
such a place; here it is taken from the environment of the other tests.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from environment import CHECKOUT, OLDEST_LOCK_FILE, cache_root, ensure_venv
from pythons import folders_by_version

ROOMS = ("model", "read", "assess", "settle", "plan", "platforms", "report", "kube", "apply", "flow")
FILES = ("test_flow.py", "test_inputs.py", "test_module.py", "test_waiting.py")


def ansible_alone() -> Path:
    """A folder with nothing but ansible-core's own package, for a Python that could not install it."""
    spec = importlib.util.find_spec("ansible")
    assert spec is not None and spec.origin is not None
    folder = Path(os.environ["OKD_BOOT_IMAGES_BUILD"]) / "ansible-alone"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "ansible"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(spec.origin).parent)
    return folder


def run(version: str, folder: str, arguments: list[str]) -> int:
    """The tests on one Python; pytest's exit code."""
    venv = ensure_venv(cache_root(), OLDEST_LOCK_FILE, str(Path(folder, f"python{version}")))
    print(f"Python {version} with {OLDEST_LOCK_FILE.name}", flush=True)
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join([environment["PYTHONPATH"], str(ansible_alone())])
    tests = [str(CHECKOUT / "tests" / "unit" / name) for name in (*ROOMS, *FILES)]
    # Not pyproject.toml, which is for a newer pytest.
    plain = ["-c", os.devnull, "--rootdir", str(CHECKOUT), "--import-mode=importlib", "-p", "no:cacheprovider"]
    few = ["--hypothesis-profile=few"]
    unknown_mark = ["-W", "ignore::pytest.PytestUnknownMarkWarning"]
    command = [str(venv / "bin" / "python"), "-m", "pytest", *plain, *few, *unknown_mark, *tests, *arguments]
    return subprocess.run(command, env=environment, cwd=CHECKOUT, stdin=subprocess.DEVNULL, check=False).returncode


def main() -> int:
    """0 when the tests pass on every chosen Python."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--all", action="store_true", help="each Python from 3.9 up, not only the oldest")
    parser.add_argument("arguments", nargs="*", help="for pytest")
    given = parser.parse_args()
    found = folders_by_version()
    chosen = found if given.all else dict([next(iter(found.items()))])
    return max(run(version, folder, given.arguments) for version, folder in chosen.items())


if __name__ == "__main__":
    sys.exit(main())
