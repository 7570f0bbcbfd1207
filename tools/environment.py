# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command in the project's virtual environment and collection tree, out of reach of the user's clusters.

Only the standard library is at hand here, because this runs before anything has been installed.
Everything that is made stands in a cache outside the checkout, so a checkout stays as cloned:

    venvs/py3.13-<hash of the lock file>   shared by all checkouts with the same lock file
    trees/<key>/ansible_collections/okd/boot_images -> the checkout
    pycache/, ansible/, build/<key>/       compiled Python, Ansible's home, logs and artefacts
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
LOCK_FILE = CHECKOUT / "requirements" / "dev.txt"
RELEASE_LOCK_FILE = CHECKOUT / "requirements" / "release.txt"
OLDEST_LOCK_FILE = CHECKOUT / "requirements" / "oldest.txt"

# What a developer has set for his own clusters, clouds and tools must neither reach nor change a test run.
FOREIGN_PREFIXES = (
    "ANSIBLE_",
    "MOLECULE_",
    "K8S_AUTH_",
    "AWS_",
    "GCP_",
    "GCE_",
    "GOOGLE_",
    "PYTEST_",
    "COVERAGE_",
    "GIT_",
)
FOREIGN = {
    "KUBECONFIG",
    "KUBERNETES_SERVICE_HOST",
    "KUBERNETES_SERVICE_PORT",
    "PIP_REQUIRE_VIRTUALENV",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONPYCACHEPREFIX",
    "PYTHONSTARTUP",
    "PYTHONWARNINGS",
    "VIRTUAL_ENV",
}
KEPT_PREFIXES = ("GIT_SSL_", "GIT_CONFIG_")


def cache_root() -> Path:
    """The folder of everything that is made; `OKD_BOOT_IMAGES_CACHE` moves it."""
    chosen = os.environ.get("OKD_BOOT_IMAGES_CACHE")
    return Path(chosen).expanduser().absolute() if chosen else Path.home() / ".cache" / "okd-boot-images"


def checkout_key() -> str:
    """What tells two checkouts on one machine apart."""
    return hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """Hold an advisory lock on `path` and give its descriptor.

    The kernel frees the lock when the last process that has the descriptor is gone, so a killed one blocks nobody.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"waiting for another process that holds {path} …", file=sys.stderr)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle.fileno()


def ensure_venv(cache: Path, lock_file: Path = LOCK_FILE, python: str = sys.executable) -> Path:
    """The virtual environment of a Python (this one) and a lock file, made first if it is missing."""
    version = sys.version if python == sys.executable else _said(python, "import sys; print(sys.version)")
    made_of = lock_file.read_bytes() + version.encode() + os.path.realpath(python).encode()
    name = f"py{'.'.join(version.split('.')[:2])}-{hashlib.sha256(made_of).hexdigest()[:12]}"
    venv = cache / "venvs" / name
    marker = venv / "complete"
    if marker.exists():
        return venv
    with locked(cache / "venvs" / f"{name}.lock") as lock:
        if not marker.exists():
            build_venv(venv, lock_file, python, lock)
            marker.touch()
    return venv


def _said(python: str, script: str) -> str:
    return subprocess.run(
        [python, "-c", script], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    ).stdout


def build_venv(venv: Path, lock_file: Path, python: str, lock: int) -> None:
    """Make the environment where it will stand, for its scripts carry its path.

    pip inherits the lock: when only this process is killed, the next one waits until pip has stopped writing.
    """
    print(f"installing the locked requirements into {venv} …", file=sys.stderr)
    shutil.rmtree(venv, ignore_errors=True)
    environment = {name: value for name, value in os.environ.items() if not is_foreign(name)}
    environment["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    install = ["pip", "install", "--quiet", "--no-input", "--require-hashes", "--no-deps", "--no-compile", "-r"]
    for arguments in (
        [python, "-m", "venv", str(venv)],
        [str(venv / "bin" / "python"), "-m", *install, str(lock_file)],
    ):
        done = subprocess.run(arguments, env=environment, stdin=subprocess.DEVNULL, pass_fds=(lock,), check=False)
        if done.returncode:
            sys.exit(f"could not make {venv}: `{' '.join(arguments)}` ended with {done.returncode}")


def ensure_tree(cache: Path) -> Path:
    """A folder from which Ansible loads this checkout as okd.boot_images, whatever the checkout is called."""
    tree = cache / "trees" / checkout_key()
    link = tree / "ansible_collections" / "okd" / "boot_images"
    if not link.is_symlink() or os.readlink(link) != str(CHECKOUT):
        link.parent.mkdir(parents=True, exist_ok=True)
        fresh = link.with_name(f".{link.name}.{os.getpid()}")
        fresh.symlink_to(CHECKOUT)
        fresh.replace(link)
    return tree


def is_foreign(name: str) -> bool:
    """Whether a variable belongs to the user's own work rather than to the machine (proxies, certificates, locale)."""
    return name in FOREIGN or (name.startswith(FOREIGN_PREFIXES) and not name.startswith(KEPT_PREFIXES))


def ensure_ansible_home(cache: Path) -> Path:
    """Ansible's home with an empty ansible.cfg: without one Ansible would read the user's."""
    home = cache / "ansible" / checkout_key()
    home.mkdir(parents=True, exist_ok=True)
    (home / "ansible.cfg").touch()
    return home


def ensure_build(cache: Path) -> Path:
    """The folder of this checkout's logs, artefacts and sites."""
    build = cache / "build" / checkout_key()
    build.mkdir(parents=True, exist_ok=True)
    return build


def environment_of(inherited: Mapping[str, str], cache: Path, venv: Path) -> dict[str, str]:
    """The variables that a command gets."""
    environment = {name: value for name, value in inherited.items() if not is_foreign(name)}
    tree = ensure_tree(cache)
    ansible = ensure_ansible_home(cache)
    environment.update(
        {
            "OKD_BOOT_IMAGES_CACHE": str(cache),
            "OKD_BOOT_IMAGES_BUILD": str(ensure_build(cache)),
            "VIRTUAL_ENV": str(venv),
            "PATH": os.pathsep.join([str(venv / "bin"), inherited.get("PATH", os.defpath)]),
            "PYTHONPATH": os.pathsep.join([str(tree), str(CHECKOUT / "tests")]),
            "MYPY_CACHE_DIR": str(cache / "mypy"),
            "RUFF_CACHE_DIR": str(cache / "ruff"),
            "HYPOTHESIS_STORAGE_DIRECTORY": str(cache / "hypothesis"),
            "MYPYPATH": os.pathsep.join([str(tree), str(CHECKOUT / "tests"), str(CHECKOUT / "tools")]),
            "PYTHONPYCACHEPREFIX": str(cache / "pycache"),
            "PYTHONUNBUFFERED": "1",
            "ANSIBLE_COLLECTIONS_PATH": str(tree),
            "ANSIBLE_HOME": str(ansible),
            "ANSIBLE_LOCAL_TEMP": str(ansible / "tmp"),
            "ANSIBLE_REMOTE_TEMP": str(ansible / "remote-tmp"),
            "ANSIBLE_CONFIG": str(ansible / "ansible.cfg"),
        }
    )
    environment.setdefault("LC_ALL", "C.UTF-8")
    return environment


def main(command: list[str]) -> None:
    """Become the command, or print where the environment stands."""
    cache = cache_root()
    venv = ensure_venv(cache)
    environment = environment_of(os.environ, cache, venv)
    if not command:
        print(venv)
        return
    # Playbooks of tests run in it, so that what they leave in their folder is not in the checkout.
    Path(environment["OKD_BOOT_IMAGES_BUILD"]).mkdir(parents=True, exist_ok=True)
    try:
        os.execvpe(command[0], command, environment)
    except FileNotFoundError:
        sys.exit(f"{command[0]}: not found in {venv / 'bin'} or on PATH")


if __name__ == "__main__":
    main(sys.argv[1:])
