# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m sandbox`: sandboxes from the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from . import Sandbox, SandboxError, binaries, registry
from .processes import Process
from .samples import SAMPLES


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 if it worked, 1 if not, with the reason on stderr."""
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except (SandboxError, ValueError) as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 1
    return 0


def _up(options: argparse.Namespace) -> None:
    sandbox = Sandbox.start(options.name, tied=False, fsync=options.fsync, audit=options.audit)
    try:
        holds = _fill(sandbox, options)
    except BaseException:
        sandbox.stop()
        raise
    print(f"""\
sandbox {sandbox.name!r} is up: {holds}

  export KUBECONFIG={sandbox.kubeconfig()}
  kubectl get machinesets -n openshift-machine-api
  kubectl get machineconfiguration cluster -o yaml

other users: {sandbox.kubeconfig("reader")}, operator and upgrader (the roles of docs/rbac), {sandbox.kubeconfig("nobody").name} (no rights)
logs: {sandbox.folder}
take it down: PYTHONPATH=tests python -m sandbox down --name {sandbox.name}""")


def _load(options: argparse.Namespace) -> None:
    sandbox = Sandbox.attach(options.name)
    print(f"sandbox {sandbox.name!r} holds another cluster now: {_fill(sandbox, options)}")


def _fill(sandbox: Sandbox, options: argparse.Namespace) -> str:
    """Load the sample, start the operator, and say what is there."""
    loaded = sandbox.load(
        options.sample, release=options.release, born=options.born, channel=options.channel,
        machine_sets=options.machine_sets, machines=options.machines, region=options.region, zones=options.zones,
        gates=dict(options.gate),
    )  # fmt: skip
    playing = "no operator runs"
    if options.operator:
        sandbox.start_operator(options.speed)
        playing = f"the simulated operator runs {options.speed:g} times as fast as a real one"
    return (
        f"{loaded.platform}, release {loaded.release}, born on {loaded.born}, {len(loaded.machine_sets)} machine sets, "
        f"{loaded.machines} machines; {playing}"
    )


def _gate(text: str) -> tuple[str, str]:
    name, equals, told = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=TEXT, as in ack-4.18-example-in-4.19='Read this.'")
    return name, told


def _down(options: argparse.Namespace) -> None:
    chosen = registry.names() if options.all else [options.name]
    for name in chosen:
        registry.take_down(name)
        print(f"sandbox {name!r} is down")


def _status(options: argparse.Namespace) -> None:
    records = [record for name in registry.names() if (record := registry.read(name))]
    if not records:
        print("no sandbox is up")
    for record in records:
        alive = [_process(name, process) for name, process in record.processes().items()]
        loaded = (
            " ".join(record.loaded.get(key, "?") for key in ("sample", "release"))
            if record.loaded
            else "nothing loaded"
        )
        state = "up" if record.running() else "dead"
        print(f"{record.name}: {state}, {loaded}; {', '.join(alive) or 'no processes'}; {record.folder}")


def _process(name: str, process: Process) -> str:
    return f"{name} {process.pid}{'' if process.alive() else ' (dead)'}"


def _kubeconfig(options: argparse.Namespace) -> None:
    print(Sandbox.attach(options.name).kubeconfig(options.user))


def _build(options: argparse.Namespace) -> None:
    programs = binaries.find_or_build()
    print(programs.kube_apiserver)
    print(programs.etcd)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    up = commands.add_parser("up", help="start a sandbox and load a sample cluster")
    up.set_defaults(command=_up)
    _add_name(up)
    _add_sample(up)
    up.add_argument("--fsync", action="store_true", help="have etcd write through to the disk")
    up.add_argument("--audit", action="store_true", help="write an audit log")

    load = commands.add_parser("load", help="put another sample cluster into a sandbox that is up")
    load.set_defaults(command=_load)
    _add_name(load)
    _add_sample(load)

    down = commands.add_parser("down", help="end a sandbox and delete its data")
    down.set_defaults(command=_down)
    _add_name(down)
    down.add_argument("--all", action="store_true", help="all sandboxes")

    commands.add_parser("status", help="list the sandboxes and their processes").set_defaults(command=_status)

    kubeconfig = commands.add_parser("kubeconfig", help="print the path of a kubeconfig")
    kubeconfig.set_defaults(command=_kubeconfig)
    _add_name(kubeconfig)
    kubeconfig.add_argument("--user", default="admin", help="admin, operator, reader or nobody")

    commands.add_parser("build", help="build kube-apiserver and etcd if need be").set_defaults(command=_build)
    return parser


def _add_sample(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sample", choices=SAMPLES, default="gcp")
    parser.add_argument("--release", help="the version the cluster stands on")
    parser.add_argument("--born", help="the version it was installed with; the machine sets have its images")
    parser.add_argument("--channel", help="spec.channel of ClusterVersion")
    parser.add_argument("--machine-sets", type=int, help="how many machine sets")
    parser.add_argument("--machines", type=int, help="how many machines in each")
    parser.add_argument("--region")
    parser.add_argument("--zones", type=lambda text: text.split(","), help="comma-separated")
    parser.add_argument(
        "--gate", type=_gate, action="append", default=[], metavar="NAME=TEXT", help="an admin gate; may be repeated"
    )
    parser.add_argument(
        "--operator", action=argparse.BooleanOptionalAction, default=True, help="run the simulated operator"
    )
    parser.add_argument(
        "--speed", type=float, default=20.0, help="how many times as fast as a real operator (default 20)"
    )


def _add_name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", default="demo", help="default: demo")


if __name__ == "__main__":
    sys.exit(main())
