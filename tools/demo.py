# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make demo`: a cluster born on 4.12 that stands on 4.17 is upgraded to 4.18 with the shipped playbook, its boot images following.

The API server is a real one with the release's own CRDs; operators and nodes are simulated. The sandbox stays up, to look around in.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from sandbox import Sandbox, SandboxError, binaries, registry

NAME = "demo"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo ARGS=…", description=__doc__)
    parser.add_argument("--sample", default="gcp", help="the sample cluster (default gcp)")
    parser.add_argument("--version", help="the version to upgrade to (default: the first of the next minor release)")
    parser.add_argument(
        "--speed", type=float, default=60.0, help="how many times as fast as real operators (default 60)"
    )
    options = parser.parse_args()
    started = time.monotonic()
    reports = Path(os.environ["OKD_BOOT_IMAGES_BUILD"]) / "demo"
    try:
        sandbox = start(options.sample, options.speed)
    except SandboxError as error:
        sys.exit(f"demo: {error}")
    say(f"the cluster stands on {current_version(sandbox)}, its machine sets still boot what it was installed with")
    show_machine_sets(sandbox)
    version = options.version or next_minor(sandbox)
    say(f"upgrade to {version}, and the boot images with it")
    code = upgrade(sandbox, version, reports)
    say("what the API server says now")
    show_machine_sets(sandbox)
    state = "done" if code == 0 else f"the playbook ended with {code}"
    say(f"{state}, in {time.monotonic() - started:.0f} seconds")
    print(f"""\
The report:   {reports}/localhost.html
Look around:  export KUBECONFIG={sandbox.kubeconfig()}
              kubectl get machinesets -n openshift-machine-api -o yaml
              tools/run env K8S_AUTH_KUBECONFIG=$KUBECONFIG ansible-playbook okd.boot_images.status
Clean up:     make sandbox ARGS="down --name {NAME}\"""")
    return code


def start(sample: str, speed: float) -> Sandbox:
    """A fresh sandbox; one that an earlier demo left is taken down."""
    if NAME in registry.names():
        registry.take_down(NAME)
    say("kube-apiserver and etcd: built the first time, which takes about five minutes on two cores")
    binaries.find_or_build()
    sandbox = Sandbox.start(NAME, tied=False)
    try:
        sandbox.load(sample)
        sandbox.start_operator(speed)
    except BaseException:
        sandbox.stop()
        raise
    return sandbox


def upgrade(sandbox: Sandbox, version: str, reports: Path) -> int:
    """Run the playbook as a user would, and return its exit code."""
    command = ["ansible-playbook", "okd.boot_images.upgrade", "-e", f"cluster_upgrade_version={version}"]
    command += ["-e", f"boot_images_report_dir={reports}"]
    print(f"$ K8S_AUTH_KUBECONFIG={sandbox.kubeconfig()} {' '.join(command)}", flush=True)
    quiet = {"ANSIBLE_LOCALHOST_WARNING": "False", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False"}
    environment = {**os.environ, **quiet, "K8S_AUTH_KUBECONFIG": str(sandbox.kubeconfig())}
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False).returncode


def current_version(sandbox: Sandbox) -> str:
    """The newest version that the cluster has completed."""
    history = sandbox.client.get("clusterversions", "version")["status"]["history"]
    return str(next(entry["version"] for entry in history if entry["state"] == "Completed"))


def next_minor(sandbox: Sandbox) -> str:
    """The first version on offer that is of another minor release."""
    here = current_version(sandbox).split(".")[:2]
    updates = sandbox.client.get("clusterversions", "version")["status"]["availableUpdates"] or []
    offered = [str(update["version"]) for update in updates]
    return next((version for version in offered if version.split(".")[:2] != here), offered[-1])


def show_machine_sets(sandbox: Sandbox) -> None:
    """Name and boot image, read from the API server and not through the collection."""
    for machine_set in sandbox.client.list("machinesets"):
        spec = machine_set["spec"]["template"]["spec"]["providerSpec"]["value"]
        image = spec.get("ami") or ", ".join(disk["image"] for disk in spec.get("disks", []) if disk.get("boot"))
        print(f"  {machine_set['metadata']['name']:<24} {image}", flush=True)


def say(text: str) -> None:
    """A heading between the playbook's output."""
    print(f"\n=== {text}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
