# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run `ansible-test sanity` on a copy of the checkout.

    python tools/run_sanity.py              all of it, on every Python of this machine that modules must support
    python tools/run_sanity.py --shipped    what users get of it, which is what Galaxy looks at, on the oldest Python and the newest

ansible-test hands its tools no variables but HOME and PATH. So it gets a HOME of its own, which holds pip's settings of
this machine and a stand-in for the script that brings pip into new environments: the original is downloaded from a host
of the Ansible project, while the interpreter's own `ensurepip` does the same without a network.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import ansible_test
from copy_tree import copy_checkout
from environment import cache_root
from pythons import folders_by_version

GET_PIP = "import ensurepip\n\nensurepip.bootstrap(upgrade=True)\n"

# Settings of pip that would send packages elsewhere than into ansible-test's own environments.
NOT_PASSED_ON = {"require-virtualenv", "target", "prefix", "user"}


SHIPPED = "--shipped"
NOT_SHIPPED = ("tests/", "tools/")


def pip_version() -> str:
    """The version of pip that ansible-test asks for, which is part of the name of the script it looks for."""
    source = Path(ansible_test.__path__[0], "_internal", "python_requirements.py").read_text(encoding="utf-8")
    found = re.search(r"default_packages = dict\(\s*pip='([^']+)'", source)
    if not found:
        sys.exit("ansible-test no longer says which pip it wants where it used to: see tools/run_sanity.py")
    return found.group(1)


def pip_settings() -> str:
    """This machine's settings of pip, from its files and variables, as one pip.conf."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    settings: dict[str, str] = {}
    # Variables come last: with pip they win over files.
    for line in sorted(listed.stdout.splitlines(), key=lambda line: line.startswith(":env:")):
        name, value = line.split("=", 1)
        settings[name.rpartition(".")[2]] = ast.literal_eval(value).replace("\n", "\n    ")
    lines = [f"{key} = {value}" for key, value in settings.items() if key not in NOT_PASSED_ON]
    return "\n".join(["[global]", *lines, ""])


def make_home() -> Path:
    """ansible-test's HOME; what it caches there (one environment per test and Python) makes the next run quick."""
    home = cache_root() / "ansible-test"
    contents = {
        home / ".ansible" / "test" / "cache" / f"get_pip_{pip_version().replace('.', '_')}.py": GET_PIP,
        home / ".config" / "pip" / "pip.conf": pip_settings(),
    }
    for path, text in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return home


def _minor(version: str) -> int:
    return int(version.rpartition(".")[2])


def main(arguments: list[str]) -> int:
    """Run the tests; the other `arguments` go to ansible-test."""
    pythons = folders_by_version()
    if arguments[:1] == [SHIPPED]:
        pythons = {version: pythons[version] for version in (min(pythons, key=_minor), max(pythons, key=_minor))}
        arguments = [*arguments[1:], *(word for folder in NOT_SHIPPED for word in ("--exclude", folder))]
    print(f"Python versions for the compile and import tests: {', '.join(pythons)}")
    environment = dict(os.environ, HOME=str(make_home()))
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), *pythons.values(), "/usr/bin", "/bin"])
    # A tree of its own, and a path that ansible-test sets itself.
    for name in ("ANSIBLE_COLLECTIONS_PATH", "PYTHONPATH", "PYTHONPYCACHEPREFIX"):
        environment.pop(name, None)
    collection = copy_checkout("sanity")
    command = ["ansible-test", "sanity", "--local", "--color", "no", *arguments]
    return subprocess.run(command, cwd=collection, env=environment, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
