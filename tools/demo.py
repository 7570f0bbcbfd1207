# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show the collection at work: a sample cluster, its boot images, an upgrade with the shipped playbook, the report.

The API server is a real one with the release's own CRDs; the cluster's operators are simulated, many times as fast as real ones.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from sandbox import Sandbox, binaries

SPEED = 40.0


def say(text: str) -> None:
    """A heading between the playbooks' outputs."""
    print(f"\n=== {text}\n", flush=True)


def play(sandbox: Sandbox, playbook: str, **variables: str) -> None:
    """Run a playbook of the collection against the sandbox."""
    command = ["ansible-playbook", f"okd.boot_images.{playbook}"]
    for name, value in variables.items():
        command += ["-e", f"{name}={value}"]
    print(f"$ K8S_AUTH_KUBECONFIG={sandbox.kubeconfig()} {' '.join(command)}", flush=True)
    environment = {**os.environ, "K8S_AUTH_KUBECONFIG": str(sandbox.kubeconfig())}
    code = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False).returncode
    if code:
        raise SystemExit(f"{playbook} ended with {code}")


def upgrade_target(sandbox: Sandbox) -> str:
    """The newest version on offer."""
    updates = sandbox.client.get("clusterversions", "version")["status"]["availableUpdates"]
    return str(max((update["version"] for update in updates), key=lambda text: [int(n) for n in text.split(".")]))


def end(number: int, _frame: FrameType | None) -> None:
    """Leave by an exception, so that the sandbox is taken down."""
    sys.exit(128 + number)


def main() -> None:
    """Start, look, upgrade, report; the sandbox goes with this process."""
    signal.signal(signal.SIGTERM, end)
    started = time.monotonic()
    reports = Path(os.environ["OKD_BOOT_IMAGES_BUILD"]) / "demo"
    say("kube-apiserver and etcd: built the first time, which takes about five minutes on two cores")
    binaries.find_or_build()
    with Sandbox.start() as sandbox:
        loaded = sandbox.load("gcp")
        sandbox.start_operator(SPEED)
        say(
            f"a cluster on {loaded.platform}, release {loaded.release}, whose machine sets boot images of {loaded.born}"
        )
        play(sandbox, "status")
        target = upgrade_target(sandbox)
        say(f"upgrade to {target}, and the boot images with it")
        play(
            sandbox,
            "upgrade",
            cluster_upgrade_version=target,
            cluster_upgrade_acknowledge="all",
            boot_images_report_dir=str(reports),
        )
    for report in sorted(reports.glob("*.md")):
        say(f"the report, {report}")
        print(report.read_text(encoding="utf-8"))
    say(f"done in {time.monotonic() - started:.0f} seconds; the sandbox is gone")


if __name__ == "__main__":
    main()
